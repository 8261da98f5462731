import { timeText } from '../../text/numbers.js';
import { adviceRule } from '../rule.js';

export default adviceRule({
  id: 'planning-time',
  severity: 'info',
  docs: {
    what: 'Planning the query takes longer than running it.',
    why: 'The plan is made anew each time, unless the statement is prepared and its generic plan is good enough. Many joins, many partitions and many indexes make planning long.',
    instead:
      'Prepare the statement (Ecto does, unless the Repo says prepare: :unnamed), and keep the connection. Join fewer tables, or let the condition name the partition.',
    unless:
      'Silent for planning of a few milliseconds, and for few tables. The first plan of a connection takes longer, since it reads the system tables: explain the query twice.',
    references: ['https://www.postgresql.org/docs/current/sql-prepare.html'],
  },
  needs: 'times',
  gate: 'none',
  thresholds: {
    ms: { value: 10, means: 'N of planning', unit: 'ms' },
    tables: { value: 5, means: 'N tables or partitions' },
  },
  on: 'plan',

  *check({ planningMs }, moment, limits) {
    if (planningMs === null || planningMs <= limits.ms || planningMs <= moment.totalMs) return;
    // Of few tables only the first plan of a connection takes that long.
    const tables = moment.nodes.filter(({ relation }) => relation !== null).length;
    if (tables < limits.tables) return;
    yield {
      message: `Planning took ${timeText(planningMs)}, running ${timeText(moment.totalMs)}. The plan reads ${tables} tables or partitions.`,
      whatToDo:
        'Explain it a second time in the same connection: the first plan reads the system tables. If it stays so, prepare the statement, join fewer tables, or let the condition name the partition.',
      ecto: 'config :my_app, MyApp.Repo, prepare: :named',
      share: planningMs / (planningMs + moment.totalMs),
      saves: 0.5,
    };
  },
});
