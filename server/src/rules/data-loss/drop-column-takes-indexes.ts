import { columnsOf } from '../../analysis/retyped-columns.js';
import type { Constraint, Index, Origin, Table } from '../../catalog/catalog.js';
import { certain } from '../../catalog/knowledge.js';
import { columnOf, indexLeadingWith } from '../../catalog/lookup.js';
import { doesNothing } from '../does-nothing.js';
import { given, migration, rule, sql } from '../rule.js';

const orders = sql`
  create table orders (id bigint primary key, customer_id bigint, state text);
  create index orders_customer_state on orders (customer_id, state);
`;

export default rule({
  id: 'drop-column-takes-indexes',
  severity: 'warning',
  docs: {
    what: 'A column is dropped that stands with others in an index or a constraint.',
    why: 'The server drops those with it, without a word. Queries by the columns that come before it in the index lose theirs; a unique index whose condition names the column is gone, and so is a foreign key or a primary key of several columns.',
    instead:
      'Build an index without the column CONCURRENTLY before, add the constraint that is to stay, and drop the column then.',
    unless:
      'Silent for a table that the same migration makes, for an index that begins with the column, for indexes and constraints of that column alone or of columns that go too, where another one like it is there when the migration has run, and where the table is not known. Info for a CHECK, which often means nothing without the column.',
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DROP-COLUMN',
    ],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          alter table orders drop column state;
                                         ^^^^^ drop-column-takes-indexes
        `,
      ),
      given(
        [orders],
        migration`
          alter table(:orders) do
            remove :state
                   ^^^^^^ drop-column-takes-indexes
          end
        `,
      ),
    ],
    good: [
      given(
        [orders],
        sql`
          create index orders_customer on orders (customer_id);
          alter table orders drop column state;
        `,
      ),
    ],
  },
  covers: ['drop-column-takes-indexes'],
  on: ['drop-column'],

  *check(operation, moment) {
    const { table: name, column } = operation;
    if (moment.tableIsNew(name) || doesNothing(operation, moment.before)) return;
    const table = certain(moment.before.table(name));
    if (table === null) return;
    const after = certain(moment.afterMigration.table({ schema: table.schema, name: table.name }));
    if (after === null) return;
    const taken = [
      ...takenIndexes(table, after, column.name),
      ...takenConstraints(table, after, column.name),
    ];
    if (taken.length === 0) return;
    const left = [...new Set(taken.flatMap((one) => one.left))].map((one) => `"${one}"`);
    const does = taken.length === 1 ? 'it does' : 'they do';
    yield {
      at: column.span,
      ...(taken.every(({ isCheck }) => isCheck) ? { severity: 'info' } : {}),
      message: `With "${column.name}" the server drops ${list(taken.map(({ what }) => what))} of "${table.name}", and what ${does} for ${list(left)} is lost. Make that anew before, without "${column.name}".`,
      related: taken.flatMap(({ part: { name: part, origin } }) =>
        origin === null ? [] : [{ at: origin, message: `"${part}" is made here` }],
      ),
    };
  },
});

interface Taken {
  readonly part: { readonly name: string; readonly origin: Origin | null };
  readonly isCheck: boolean;
  readonly what: string;
  /** The columns that lose something. */
  readonly left: readonly string[];
}

/** Also those behind UNIQUE and EXCLUDE. */
function takenIndexes(table: Table, after: Table, column: string): readonly Taken[] {
  return table.indexes.flatMap((part) => {
    if (!columnsOf(part).includes(column) || isPrimaryKey(table, part)) return [];
    const keys = part.keys.map((key) =>
      key.column === null ? (key.expression?.columns ?? []) : [key.column],
    );
    const at = keys.findIndex((columns) => columns.includes(column));
    // Lookups by the columns before it do without it. Where it is no key, all of them do.
    const left = [...new Set((at < 0 ? keys : keys.slice(0, at)).flat())];
    const stays = left.length > 0 && left.every((one) => columnOf(after, one) !== null);
    if (!stays || isReplaced(after, part, left, at < 0)) return [];
    const what = `the ${part.unique ? 'unique ' : ''}index "${part.name}"`;
    return [{ part, isCheck: false, what, left }];
  });
}

function isPrimaryKey({ constraints }: Table, { constraint }: Index): boolean {
  return constraints.some(({ kind, name }) => kind === 'primary-key' && name === constraint);
}

/** @param isWhole all of its keys stay: then a unique one is replaced by another unique one alone */
function isReplaced(after: Table, { unique }: Index, columns: readonly string[], isWhole: boolean): boolean {
  const alike = after.indexes.filter(
    (one) => !(isWhole && unique) || (one.unique && one.keys.length === columns.length),
  );
  return indexLeadingWith({ ...after, indexes: alike }, columns) !== null;
}

/** Primary keys, foreign keys and CHECKs. */
function takenConstraints(table: Table, after: Table, column: string): readonly Taken[] {
  return table.constraints.flatMap((part) => {
    const own = columnsOfConstraint(part);
    if (!own.includes(column)) return [];
    const left = own.filter((one) => one !== column && columnOf(after, one) !== null);
    const isMade = after.constraints.some(
      ({ kind, name }) => name === part.name || (kind === 'primary-key' && kind === part.kind),
    );
    if (left.length === 0 || isMade) return [];
    const kind = part.kind === 'check' ? 'CHECK' : part.kind.replace('-', ' ');
    return [{ part, isCheck: part.kind === 'check', what: `the ${kind} "${part.name}"`, left }];
  });
}

function columnsOfConstraint(constraint: Constraint): readonly string[] {
  switch (constraint.kind) {
    case 'check':
      return constraint.expression.columns;
    case 'primary-key':
    case 'foreign-key':
      return constraint.columns;
    default:
      return [];
  }
}

function list(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
