import { isSetAgain } from '../../analysis/retyped-columns.js';
import type { MigrationStep } from '../../analysis/whole-migration.js';
import { quoteReference } from '../../catalog/keywords.js';
import { columnOf, findTable, meansSame, relationName } from '../../catalog/lookup.js';
import { displayName, type Name } from '../../catalog/names.js';
import { given, migration, rule, sql } from '../rule.js';

const users = sql`create table users (id bigint primary key, email text, age varchar(10));`;

export default rule({
  id: 'statistics-missing',
  severity: 'hint',
  docs: {
    what: 'An index on an expression is built, or the type of a column changes, and no ANALYZE follows in the migration.',
    why: 'The server keeps statistics for the expression of an index, and has none for a new one; with the type of a column it throws away the statistics of that column. Until ANALYZE runs, plans rest on guesses: queries may get slow right after the release.',
    instead:
      'ANALYZE the table at the end of the migration. It takes a SHARE UPDATE EXCLUSIVE lock, for which no reads or writes wait.',
    unless:
      'Silent when the migration runs ANALYZE or VACUUM on the table later, for a table that it makes, and for a type that is set again (`column-type-set-again`). Autovacuum comes by in a while, which is soon enough for a table of which little changes.',
    references: ['https://www.postgresql.org/docs/current/sql-analyze.html'],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          create index users_email_lower on users (lower(email));
          ^^^^^^^^^^^^ statistics-missing
        `,
      ),
      given(
        [users],
        migration`
          alter table(:users) do
            modify :age, :text
                         ^^^^^ statistics-missing
          end
        `,
      ),
    ],
    good: [
      given(
        [users],
        sql`
          create index users_email_lower on users (lower(email));
          analyze users;
        `,
      ),
    ],
  },
  covers: ['missing-analyze'],
  on: ['migration'],

  *check({ steps }) {
    // Of several the last, after which one ANALYZE is enough.
    const last = new Map<string, number>();
    for (const [position, step] of steps.entries()) {
      const { operation, facts, before } = step;
      const lost = facts.locks.length === 0 || isSaidElsewhere(step) ? null : lostBy(operation);
      if (lost !== null) last.set(displayName(relationName(before, lost.table)), position);
    }
    for (const [name, position] of last) {
      const step = steps[position];
      const lost = step === undefined ? null : lostBy(step.operation);
      if (step === undefined || lost === null) continue;
      const { operation } = step;
      const { table, at, what } = lost;
      if (steps.slice(position + 1).some((later) => analyses(later, table))) continue;
      yield {
        step,
        at,
        message: `"${name}" has no statistics for ${what} until it is analysed: plans of its queries rest on guesses. ANALYZE it at the end.`,
        fixes: [
          {
            title: `ANALYZE "${name}" right after`,
            safety: 'needs-review',
            edit: (editor) =>
              editor.runAfter(operation, [
                { up: { kind: 'sql', sql: `ANALYZE ${quoteReference(table)}` }, down: null },
              ]),
          },
        ],
      };
    }
  },
});

/** `column-type-set-again` is about a type that need not be set at all. */
function isSaidElsewhere({ operation, before }: MigrationStep): boolean {
  if (operation.kind !== 'alter-column-type' || operation.withForeignKey) return false;
  const table = findTable(before, operation.table);
  const column = table === null ? null : columnOf(table, operation.column.name);
  return column !== null && isSetAgain(column, operation);
}

function lostBy(operation: MigrationStep['operation']) {
  if (operation.kind === 'create-index') {
    const { table, keyword, keys } = operation;
    if (keys.every(({ expression }) => expression === null)) return null;
    return { table, at: keyword, what: 'the expression of this index' };
  }
  if (operation.kind !== 'alter-column-type') return null;
  const { table, type, column } = operation;
  return { table, at: type.span, what: `"${column.name}"` };
}

function analyses({ operation, before }: MigrationStep, table: Name): boolean {
  if (operation.kind !== 'maintenance') return false;
  const { action, relation } = operation;
  return /^(?:analyze|vacuum)/.test(action) && (relation === null || meansSame(before, relation, table));
}
