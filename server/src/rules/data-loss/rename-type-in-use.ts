import { findType } from '../../catalog/lookup.js';
import { given, migration, rule, sql } from '../rule.js';

const mood = sql`create type mood as enum ('sad', 'happy');`;

export default rule({
  id: 'rename-type-in-use',
  severity: 'warning',
  docs: {
    what: 'An existing type gets another name or moves to another schema.',
    why: 'Columns, views and defaults follow. Casts in queries of the release that is still running do not, nor bodies of functions, nor drivers that look for types by name when they start.',
    instead: 'Make a new type beside it, and drop the old one when no release and no function names it.',
    unless:
      'Silent for a type that the same migration makes, and when the same migration makes another type of the old name, as where an enum is exchanged for another.',
    references: ['https://www.postgresql.org/docs/current/sql-altertype.html'],
  },
  examples: {
    bad: [
      given(
        [mood],
        sql`
          alter type mood rename to feeling;
                          ^^^^^^^^^ rename-type-in-use
        `,
      ),
      given(
        [mood],
        migration`
          execute "alter type mood rename to feeling", "alter type feeling rename to mood"
                                   ^^^^^^^^^ rename-type-in-use
        `,
      ),
    ],
    good: [
      given(
        [mood],
        sql`
          alter type mood rename to old_mood;
          create type mood as enum ('sad', 'glad');
        `,
      ),
    ],
  },
  covers: ['rename-type-or-function'],
  on: ['rename-type', 'set-type-schema'],

  *check(operation, moment) {
    const { type, to, keyword, kind } = operation;
    if (moment.typeIsNew(type) || findType(moment.afterMigration.whole(), type) !== null) return;
    const moved = kind === 'rename-type' ? `is "${to.name}"` : `is in the schema "${to.name}"`;
    yield {
      at: keyword,
      message: `Casts to "${type.name}" in queries of the release that runs meanwhile, and in bodies of functions, fail once the type ${moved}. Make a new type beside it, and drop the old one later.`,
    };
  },
});
