import { executed } from '../../plans/nodes.js';
import { factorText, rowsText } from '../../text/numbers.js';
import { adviceRule } from '../rule.js';

/** What the planner takes when a function says nothing: of a function, and of unnest before 12 and of an array that it cannot see. */
const DEFAULTS: ReadonlySet<number> = new Set([1000, 100, 10]);

export default adviceRule({
  id: 'function-scan-estimate',
  severity: 'info',
  docs: {
    what: 'A function in FROM gives far more or fewer rows than the planner assumes of every function.',
    why: 'It looks into no function: a thousand rows is what it takes for one, a hundred or ten for an array of unknown length.',
    instead: 'Say ROWS in CREATE FUNCTION, or give an array as a literal in the place of a parameter.',
    unless: 'Silent where the estimate is no default, and where nothing is joined, sorted or grouped above.',
    references: ['https://www.postgresql.org/docs/current/sql-createfunction.html'],
  },
  needs: 'measured',
  gate: 'none',
  thresholds: {
    times: { value: 10, means: 'N times off' },
    rows: { value: 100, means: 'N rows on the larger side' },
    share: { value: 10, means: 'N of the time above it', unit: 'percent' },
    ms: { value: 5, means: 'a query of N', unit: 'ms' },
  },
  on: 'node',

  *check(scan, moment, limits) {
    const off = scan.misestimate;
    const seen = executed(scan)?.rowsPerLoop ?? 0;
    const expected = scan.estimate?.rows ?? 0;
    if (scan.type !== 'Function Scan' || off === null || off.factor < limits.times) return;
    if (Math.max(seen, expected) < limits.rows || !DEFAULTS.has(expected)) return;
    if (off.direction === 'over' && off.mayHaveStopped) return;
    if (moment.hasTimes && moment.totalMs < limits.ms) return;
    const above = moment
      .ancestorsOf(scan)
      .filter(({ type }) => /Join|Nested Loop|Sort|Aggregate|Hash/.test(type));
    const share = Math.max(
      0,
      ...above.flatMap((one) => [one, ...one.children]).map((one) => moment.share(one)),
    );
    if (share < limits.share / 100) return;
    const name = scan.functionName ?? scan.alias ?? 'the function';
    const isArray = name === 'unnest';
    yield {
      message: `${name} was taken to give ${rowsText(expected)} rows, as every function is, and gave ${rowsText(seen)} (${factorText(off.factor)} ${off.direction === 'under' ? 'more' : 'fewer'}).`,
      whatToDo: isArray
        ? 'The length of an array that is a parameter is not known. Where few values are usual, compare with = ANY($1) in the place of a join.'
        : 'Say how many rows it gives.',
      sql: isArray ? 'WHERE id = ANY($1)' : `ALTER FUNCTION ${name} ROWS ${Math.max(1, Math.round(seen))};`,
      ecto: isArray
        ? 'where: x.id in ^ids'
        : `execute "ALTER FUNCTION ${name} ROWS ${Math.max(1, Math.round(seen))}"`,
      share,
      saves: 0.2,
    };
  },
});
