import { functionsNamed } from '../../catalog/lookup.js';
import { given, migration, rule, sql } from '../rule.js';

const answer = sql`create function answer() returns integer language sql as 'select 42';`;

export default rule({
  id: 'rename-function-in-use',
  severity: 'warning',
  docs: {
    what: 'An existing function or procedure gets another name or moves to another schema.',
    why: 'Triggers, defaults and views follow. Queries of the release that is still running do not, nor bodies of other functions.',
    instead:
      'Make a new function that the old one calls, and drop the old one when no release and no function calls it.',
    unless:
      'Silent for a function that the same migration makes, for one that only triggers call, and when the same migration makes another one of the old name.',
    references: ['https://www.postgresql.org/docs/current/sql-alterfunction.html'],
  },
  examples: {
    bad: [
      given(
        [answer],
        sql`
          alter function answer() rename to reply;
                         ^^^^^^ rename-function-in-use
        `,
      ),
      given(
        [answer],
        migration`
          execute "alter function answer() rename to reply", "alter function reply() rename to answer"
                                  ^^^^^^ rename-function-in-use
        `,
      ),
    ],
    good: [
      given(
        [answer],
        sql`
          alter function answer() rename to reply;
          create function answer() returns integer language sql as 'select reply()';
        `,
      ),
    ],
  },
  covers: ['rename-type-or-function'],
  on: ['alter-function'],

  *check(operation, moment) {
    const { action, routine } = operation;
    if (action.kind !== 'rename' && action.kind !== 'set-schema') return;
    const { function: name } = operation;
    const found = functionsNamed(moment.before.whole(), name);
    // No query calls the function of a trigger.
    if (found.length > 0 && found.every(({ returns }) => /trigger$/.test(returns?.name ?? ''))) return;
    if (moment.functionIsNew(name) || functionsNamed(moment.afterMigration.whole(), name).length > 0) return;
    const moved =
      action.kind === 'rename' ? `is "${action.to.name}"` : `is in the schema "${action.to.name}"`;
    yield {
      at: name.span,
      message: `Calls of "${name.name}" by the release that runs meanwhile, and in bodies of functions, fail once the ${routine} ${moved}. Make a new one that the old one calls, and drop the old one later.`,
    };
  },
});
