import { onOneLine } from '../../analysis/spelling.js';
import type { ForeignKey, Index, Table } from '../../catalog/catalog.js';
import { certain } from '../../catalog/knowledge.js';
import { columnOf, foreignKeysOf, indexLeadingWith } from '../../catalog/lookup.js';
import { given, migration, type Related, rule, sql } from '../rule.js';

const orders = sql`
  create table users (id bigint primary key, email text);
  create table orders (id bigint primary key, user_id bigint references users, number text);
  create index orders_user on orders (user_id);
  create unique index orders_number on orders (number);
`;

export default rule({
  id: 'drop-index-in-use',
  severity: 'info',
  docs: {
    what: 'An index is dropped that a foreign key leans on, or that keeps values unique, and no other takes its place.',
    why: 'Without an index on the columns of a foreign key, every DELETE and every change of a key in the table referred to reads the whole table that refers. Without a unique index duplicates come in, ON CONFLICT on its columns fails, and `unique_constraint` in a changeset never holds.',
    instead: 'Ask pg_stat_user_indexes whether it is used (idx_scan), and build what takes its place first.',
    unless:
      'Silent when an index that is there after the migration does the same, when the foreign key, the columns or the table go as well, for a table that the same migration makes, and where the index or its table is not wholly known.',
    references: [
      'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK',
      'https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ALL-INDEXES-VIEW',
    ],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          drop index concurrently orders_user;
          ^^^^^^^^^^ drop-index-in-use
        `,
      ),
      given(
        [orders],
        migration`
          drop unique_index(:orders, [:number], name: :orders_number)
          ^^^^^^^^^^^^^^^^^ drop-index-in-use
        `,
      ),
    ],
    good: [
      given(
        [orders],
        sql`
          create index orders_user_number on orders (user_id, number);
          drop index orders_user;
        `,
      ),
    ],
  },
  covers: ['drop-index'],
  aliases: ['ban-drop-index'],
  on: ['drop-index'],

  *check(drop, moment) {
    const before = certain(moment.before.tableOfIndex(drop.index));
    const index = before?.indexes.find(({ name }) => name === drop.index.name);
    if (before == null || index === undefined || moment.tableIsNew(before)) return;
    const after = moment.afterMigration.tableById(before.id);
    if (after === null || certain(moment.afterMigration.table(after)) === null) return;

    const bare = foreignKeysOf(after).filter((key) => leansOn(key, index, before, after));
    const isMissed = index.unique && hasColumns(after, index) && !isUniqueStill(after, index);
    if (bare.length === 0 && !isMissed) return;
    const said = bare.map((key) => {
      const parent = key.references === null ? null : moment.before.tableById(key.references);
      return `The foreign key "${key.name}" has no other index: from then on every DELETE ${
        parent === null ? 'in the table that it refers to' : `from "${parent.name}"`
      }, and every change of a key there, reads all of "${after.name}".`;
    });
    if (isMissed) {
      said.push(
        `Nothing else keeps ${columnsOf(index)} of "${after.name}" unique: duplicates come in, and ON CONFLICT on ${index.keys.length === 1 ? 'it' : 'them'} fails.`,
      );
    }
    yield {
      at: drop.keyword,
      message: said.join(' '),
      related: [...bare.flatMap(madeHere), ...(isMissed ? madeHere(index) : [])],
    };
  },
});

function madeHere({ origin }: ForeignKey | Index): readonly Related[] {
  return origin === null ? [] : [{ at: origin, message: 'made here' }];
}

/** The index served the foreign key, and after the migration none does. */
function leansOn({ columns }: ForeignKey, index: Index, before: Table, after: Table): boolean {
  const alone: Table = { ...before, indexes: [index] };
  return indexLeadingWith(alone, columns) !== null && indexLeadingWith(after, columns) === null;
}

/** Of a column that goes too, nothing has to be unique. */
function hasColumns(table: Table, { keys }: Index): boolean {
  return keys.every(({ column }) => column === null || columnOf(table, column) !== null);
}

function isUniqueStill({ indexes }: Table, { keys, where }: Index): boolean {
  const wanted = keys.map(keyText);
  return indexes.some(
    (other) =>
      other.unique &&
      (other.where === null || (where !== null && isWithin(where.text, other.where.text))) &&
      other.keys.every((key) => wanted.includes(keyText(key))),
  );
}

/** Whether rows of one condition are rows of the other: it says all of the other, and perhaps more. */
function isWithin(narrow: string, wide: string): boolean {
  const said = partsOf(narrow);
  return partsOf(wide).every((part) => said.includes(part));
}

/** Of a condition that is a plain list with AND; else the whole. */
function partsOf(condition: string): readonly string[] {
  const text = onOneLine(condition).toLowerCase();
  return /[()'"]|\b(?:or|not|between|case)\b/.test(text.replace(/\bis not\b/g, ''))
    ? [text]
    : text.split(' and ');
}

function columnsOf({ keys }: Index): string {
  return keys.map((key) => `"${keyText(key)}"`).join(', ');
}

function keyText({ column, expression }: Index['keys'][number]): string {
  return column ?? onOneLine(expression?.text ?? '');
}
