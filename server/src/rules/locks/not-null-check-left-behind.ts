import type { Check, Table } from '../../catalog/catalog.js';
import { certain } from '../../catalog/knowledge.js';
import { columnOf, constraintOf } from '../../catalog/lookup.js';
import { given, rule, sql } from '../rule.js';

const users = sql`
  create table users (id bigint primary key, email text);
  alter table users add constraint users_email_not_null check (email is not null);
`;

export default rule({
  id: 'not-null-check-left-behind',
  severity: 'hint',
  docs: {
    what: 'A CHECK that proved a column free of NULLs stays when the column has become NOT NULL.',
    why: 'It says the same a second time, and costs a little at every write.',
    instead: 'Drop it right behind SET NOT NULL: that is done at once, under a lock that is held already.',
    unless:
      'Silent when any migration drops the CHECK, or makes the column nullable again, and for a CHECK that says more than that.',
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL',
    ],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          alter table users alter column email set not null;
                                               ^^^^^^^^^^^^ not-null-check-left-behind
        `,
      ),
    ],
    good: [
      given(
        [users],
        sql`
          alter table users alter column email set not null;
          alter table users drop constraint users_email_not_null;
        `,
      ),
    ],
  },
  covers: ['not-null-check-left-behind'],
  on: ['set-not-null'],

  *check(operation, moment) {
    const { column, keyword, table } = operation;
    const before = certain(moment.before.table(table));
    const latest = before === null ? null : moment.latest.tableById(before.id);
    if (before === null || latest === null || columnOf(latest, column.name)?.notNull !== true) return;
    const check = checkOf(before, column.name);
    if (check === null || constraintOf(latest, check.name) === null) return;
    const { name: constraint } = check;
    yield {
      at: keyword,
      message: `The CHECK "${constraint}" says the same as NOT NULL from now on. Drop it.`,
      related: check.origin === null ? [] : [{ at: check.origin, message: `"${constraint}" is made here` }],
      fixes: [
        {
          title: 'Drop the CHECK',
          safety: 'needs-review',
          edit: (editor) =>
            editor.runAfter(operation, [
              {
                up: { kind: 'drop-constraint', table, constraint },
                down: { kind: 'add-check', table, constraint, sql: check.expression.text },
              },
            ]),
        },
      ],
    };
  },
});

/** The validated CHECK that says that the column is not NULL, and nothing else. */
function checkOf({ constraints }: Table, column: string): Check | null {
  for (const one of constraints) {
    if (one.kind !== 'check' || !one.validated) continue;
    const { provesNotNull, tree } = one.expression;
    if (tree?.kind === 'test' && provesNotNull.includes(column)) return one;
  }
  return null;
}
