import { countText, percentText, timeText } from '../../text/numbers.js';
import { adviceRule } from '../rule.js';

export default adviceRule({
  id: 'jit-overhead',
  severity: 'warning',
  docs: {
    what: 'Compiling the query to machine code (JIT) takes a good part of its time.',
    why: 'The planner decides for it by cost alone. It pays for queries of many seconds; below, compiling often takes longer than it saves, the more so with many partitions.',
    instead: 'Raise jit_above_cost, or switch JIT off for the role of the application.',
    unless: 'Silent when compiling took little, of the query or at all.',
    references: ['https://www.postgresql.org/docs/current/jit-decision.html'],
  },
  needs: 'times',
  gate: 'none',
  thresholds: {
    share: { value: 10, means: 'N of the time', unit: 'percent' },
    ms: { value: 20, means: 'N', unit: 'ms' },
  },
  on: 'plan',

  *check({ jit }, moment, limits) {
    const ms = jit?.ms ?? 0;
    const share = ms / moment.totalMs;
    if (jit === null || ms <= limits.ms || share <= limits.share / 100) return;
    const cost = moment.plan.root.estimate?.totalCost ?? 0;
    yield {
      message: `Compiling ${countText(jit.functions)} functions (JIT) took ${timeText(ms)} of ${timeText(moment.totalMs)}, ${percentText(share)}.`,
      whatToDo: `Raise jit_above_cost above the cost of such queries (${countText(cost)}), or switch JIT off for the role of the application.`,
      sql: 'ALTER ROLE app SET jit = off;  -- the name of the role of the application',
      ecto: 'config :my_app, MyApp.Repo, parameters: [jit: "off"]',
      share,
      // What is compiled makes the rest a little faster.
      saves: 0.8,
    };
  },
});
