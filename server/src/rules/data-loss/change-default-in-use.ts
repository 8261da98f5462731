import { sameExpression } from '../../catalog/expression.js';
import { certain } from '../../catalog/knowledge.js';
import { given, migration, rule, sql } from '../rule.js';

const users = sql`create table users (id bigint primary key, role text default 'guest');`;

export default rule({
  id: 'change-default-in-use',
  severity: 'off',
  docs: {
    what: 'A column that has a default gets another one, or none.',
    why: 'The release that runs while the migration does may write the old default itself, because it read it when it started or has it in its code, and another release that leaves the column out gets the new one.',
    instead: 'Let the code write the value before the default changes.',
    unless:
      'Silent for a table that the same migration makes, for a default that stays the same, and for a column that had none or is not known.',
    references: ['https://www.postgresql.org/docs/current/ddl-default.html'],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          alter table users alter column role set default 'member';
                                              ^^^^^^^^^^^ change-default-in-use
        `,
      ),
      given(
        [users],
        migration`
          alter table(:users) do
            modify :role, :text, default: "member"
                                 ^^^^^^^^^^^^^^^^^ change-default-in-use
          end
        `,
      ),
    ],
    good: [
      sql`
        create table drafts (id bigint, state text default 'open');
        alter table drafts alter column state set default 'new';
      `,
    ],
  },
  covers: ['change-default-with-partial-writes'],
  on: ['set-default', 'drop-default'],

  *check(operation, moment) {
    const { table, column, keyword } = operation;
    if (moment.tableIsNew(table)) return;
    const old = certain(moment.before.column(table, column.name))?.default;
    if (old === null || old === undefined) return;
    if (operation.kind === 'set-default' && sameExpression(old, operation.value)) return;
    yield {
      at: keyword,
      message: `The release that runs meanwhile may still write ${old.text} itself, the default that "${column.name}" of "${table.name}" had. Let the code write the value before the default changes.`,
    };
  },
});
