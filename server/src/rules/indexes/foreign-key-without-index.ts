import { constraintsMadeBy } from '../../analysis/constraints.js';
import type { Table } from '../../catalog/catalog.js';
import { believed, certain } from '../../catalog/knowledge.js';
import { foreignKeysOf, indexLeadingWith, type Reference } from '../../catalog/lookup.js';
import { type Finding, given, type Moment, migration, rule, sql } from '../rule.js';

const customers = sql`create table customers (id bigint primary key);`;

export default rule({
  id: 'foreign-key-without-index',
  severity: 'warning',
  docs: {
    what: 'A foreign key whose columns lead no index of its table. Neither PostgreSQL nor Ecto makes one.',
    why: 'Each DELETE of a referenced row, and each UPDATE of its key, looks for rows that point at it by reading the whole referencing table, with row locks held meanwhile. Joins and preloads along the key read all of it too.',
    instead: 'Index the columns. On a table that is in use, concurrently and in a migration of its own.',
    unless:
      'Silent when any migration, earlier or later, makes an index that starts with the columns, in whatever order; a primary key or unique constraint counts, and so does a partial index on `column IS NOT NULL`. Silent when the key or its table is dropped later, and where the history cannot be read well enough to know.',
    references: ['https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK'],
  },
  examples: {
    bad: [
      given(
        [customers],
        sql`
          create table orders (
            id bigint primary key,
            customer_id bigint references customers (id)
                               ^^^^^^^^^^ foreign-key-without-index
          );
        `,
      ),
      given(
        [customers],
        migration`
          create table(:orders) do
            add :customer_id, references(:customers)
                              ^^^^^^^^^^ foreign-key-without-index
          end
        `,
      ),
    ],
    good: [
      given(
        [customers],
        migration`
          create table(:orders) do
            add :customer_id, references(:customers)
          end

          create index(:orders, [:customer_id])
        `,
      ),
    ],
  },
  aliases: ['E15', '0001_unindexed_foreign_keys'],
  on: ['create-table', 'add-column', 'add-constraint', 'schema'],

  *check(subject, moment) {
    if (subject.kind === 'schema') {
      if (subject.table === null) return;
      const table = certain(moment.latest.table({ schema: subject.prefix, name: subject.table.name }));
      if (table === null) return;
      for (const association of subject.associations) {
        if (association.kind !== 'belongs_to' || association.foreignKey === null) continue;
        const key = association.foreignKey;
        const column = subject.fields.find((field) => field.name === key)?.column ?? key;
        if (!hasForeignKey(table, [column]) || indexLeadingWith(table, [column]) !== null) continue;
        yield {
          at: association.keyword,
          message: `"${table.name}" has no index on "${column}", its foreign key to "${referencedBy(table, [column], moment)}": deleting there, and loading this association from there, reads all of "${table.name}". Add an index.`,
          fixes: [
            {
              title: `Create a migration that indexes ${table.name}(${column})`,
              safety: 'needs-review',
              edit: (editor) => editor.addIndex(nameOf(table), [column], null),
            },
          ],
        };
      }
      return;
    }
    for (const { table: name, constraint, columns: written } of constraintsMadeBy(subject)) {
      if (constraint.kind !== 'foreign-key') continue;
      const kept = keptUntilLatest(moment, name, written);
      if (kept === null) continue;
      const { table, columns, references } = kept;
      // A partition's keys and indexes come from its parent.
      if (table.partitionOf !== null || indexLeadingWith(table, columns) !== null) continue;
      const isCalledAsNow = table.name === name.name && columns.join() === written.join();
      const list = columns.map((column) => `"${column}"`).join(', ');
      yield {
        at: constraint.keyword,
        message: `No index of "${table.name}" starts with ${list}: each DELETE in "${references ?? constraint.references.name}", and each join along this key, reads all of "${table.name}". Add an index.`,
        fixes: [
          {
            title: `Add an index on ${table.name}(${columns.join(', ')})`,
            safety: 'needs-review',
            // What has another name by now cannot be indexed by it here.
            edit: (editor) => editor.addIndex(nameOf(table), columns, isCalledAsNow ? subject.span : null),
          },
        ],
      } satisfies Finding;
    }
  },
});

/** The foreign key after all migrations, whatever its tables and columns are called then; `null` when it is gone, or not known. */
function keptUntilLatest(
  { afterMigration, latest }: Moment,
  name: Reference,
  columns: readonly string[],
): { readonly table: Table; readonly columns: readonly string[]; readonly references: string | null } | null {
  const made = believed(afterMigration.table(name));
  const key =
    made === null ? undefined : foreignKeysOf(made).find((one) => one.columns.join() === columns.join());
  if (made === null || key === undefined) return null;
  const { id } = made;
  const now = latest.tableById(id);
  const table = now === null ? null : certain(latest.table(now));
  const kept = table === null ? undefined : foreignKeysOf(table).find(({ origin }) => origin === key.origin);
  if (table === null || kept === undefined) return null;
  const referenced = kept.references === null ? null : latest.tableById(kept.references);
  return { table, columns: kept.columns, references: referenced?.name ?? null };
}

function hasForeignKey(table: Table, columns: readonly string[]): boolean {
  return foreignKeysOf(table).some((foreignKey) => foreignKey.columns.join() === columns.join());
}

function referencedBy(table: Table, columns: readonly string[], moment: Moment): string {
  const foreignKey = foreignKeysOf(table).find((candidate) => candidate.columns.join() === columns.join());
  const referenced = foreignKey?.references == null ? null : moment.latest.tableById(foreignKey.references);
  return referenced?.name ?? 'another table';
}

function nameOf(table: Table) {
  return {
    schema: table.schema === 'public' ? null : table.schema,
    name: table.name,
    span: { start: 0, end: 0 },
  };
}
