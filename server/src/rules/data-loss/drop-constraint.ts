import { isUniqueAlready } from '../../analysis/unique-keys.js';
import type { Use } from '../../analysis/uses.js';
import type { Constraint, Table } from '../../catalog/catalog.js';
import { believed } from '../../catalog/knowledge.js';
import { columnOf, constraintOf, findTable } from '../../catalog/lookup.js';
import type { DropConstraint } from '../../catalog/operation.js';
import { given, type Moment, migration, query, rule, sql } from '../rule.js';

const users = sql`
  create table users (
    id bigint primary key,
    email text,
    constraint users_email_key unique (email),
    constraint users_email_check check (email like '%@%')
  );
`;

export default rule({
  id: 'drop-constraint',
  severity: 'warning',
  docs: {
    what: 'A constraint is dropped.',
    why: 'From then on rows come in that break it, and the constraint cannot be made again until they are mended. Without a unique constraint, ON CONFLICT on its columns is an error, and the `unique_constraint` of an Ecto changeset never fires.',
    instead: 'Make sure that no code relies on it, and release that first.',
    unless:
      'Silent for what the same migration makes, makes again (as one of the same kind, of that name or on the same columns, or as a unique index) or drops altogether, for what does not exist, for a foreign key to a table that the migration drops, for a CHECK that only says that a column is not NULL once the column itself does, and for a CHECK on the key of a partition, which its bounds contain. An error when a query of the workspace still upserts by it.',
    references: ['https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT'],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          alter table users drop constraint users_email_check;
                            ^^^^^^^^^^^^^^^ drop-constraint
        `,
      ),
      given(
        [
          users,
          {
            ...query`insert into users (id, email) values ($1, $2) on conflict (email) do nothing;`,
            path: 'db/queries/users.sql',
          },
        ],
        migration`
          drop constraint(:users, "users_email_key")
          ^^^^^^^^^^^^^^^ drop-constraint
        `,
      ),
    ],
    good: [
      given(
        [users],
        sql`
          alter table users drop constraint users_email_check;
          alter table users add constraint users_email_check check (email like '%_@_%') not valid;
        `,
      ),
    ],
  },
  covers: ['drop-constraint'],
  aliases: ['ban-drop-constraint', 'drop-constraint', 'CD101'],
  on: ['drop-constraint'],

  *check(drop, moment) {
    const {
      table,
      constraint: { name },
    } = drop;
    if (moment.tableIsNew(table) || moment.constraintIsNew(table, name)) return;
    const before = moment.before.table(table);
    const known = believed(before);
    const dropped = known === null ? null : constraintOf(known, name);
    // It is not there, or need not be.
    if (dropped === null && (before.kind === 'known' || drop.ifExists)) return;
    if (dropped === null && isMadeAgain(drop, moment)) return;
    if (known !== null && dropped !== null && !isMissed(known, dropped, moment)) return;
    const after = known === null ? null : moment.afterMigration.tableById(known.id);
    const upserts = dropped === null ? [] : relyingOn(moment.usesOf(table), dropped);
    const [first] = upserts;
    yield {
      at: drop.keyword,
      severity: first === undefined ? 'warning' : 'error',
      message:
        first === undefined
          ? `Without "${name}", ${whatMayCome(drop, dropped, after)}. Make sure that no code relies on it.`
          : `ON CONFLICT of ${first.by} relies on "${name}", and is an error without it. Change that first.`,
      related:
        known?.origin == null || dropped?.origin == null
          ? []
          : [{ at: dropped.origin, message: `"${name}" is made here` }],
    };
  },
});

/** Of a constraint that is not known: whether the migration has one of its name in the end. */
function isMadeAgain({ table, constraint }: DropConstraint, { afterMigration }: Moment): boolean {
  const after = findTable(afterMigration.whole(), table);
  return after !== null && constraintOf(after, constraint.name) !== null;
}

/** Whether anything is lost with it. */
function isMissed(table: Table, dropped: Constraint, moment: Moment): boolean {
  const after = moment.afterMigration.tableById(table.id);
  if (after === null) return false;
  const columns = columnsOf(dropped);
  if (columns.some((column) => columnOf(after, column) === null)) return false;
  const isNew = ({ name }: Constraint) =>
    constraintOf(table, name) === null || moment.constraintIsNew(table, name);
  if (after.constraints.some((one) => standsIn(one, dropped, isNew(one)))) return false;
  const referenced = dropped.kind === 'foreign-key' ? dropped.references : null;
  if (referenced !== null && moment.afterMigration.tableById(referenced) === null) return false;
  if (dropped.kind === 'unique' || dropped.kind === 'primary-key') {
    const keeps = after.indexes.some(
      ({ keys, unique, where }) =>
        unique &&
        where === null &&
        sameSet(
          keys.map(({ column }) => column ?? ''),
          columns,
        ),
    );
    return !keeps;
  }
  if (dropped.kind === 'not-null') return false;
  if (dropped.kind !== 'check') return true;
  const { provesNotNull, tree } = dropped.expression;
  const [only] = provesNotNull;
  if (tree?.kind === 'test' && only !== undefined && columnOf(after, only)?.notNull === true) return false;
  return !isOfBounds(after, columns, moment);
}

/**
 * One of the same kind that has its name or its columns; a foreign key to the same table may have more of them. What a CHECK
 * or an exclusion that was there before says of the same columns is something else.
 */
function standsIn(one: Constraint, dropped: Constraint, isNew: boolean): boolean {
  if (one.kind !== dropped.kind) return false;
  const [now, then] = [columnsOf(one), columnsOf(dropped)];
  const isOfRows = one.kind === 'check' || one.kind === 'exclusion';
  if (one.name === dropped.name || (sameSet(now, then) && (isNew || !isOfRows))) return true;
  return (
    one.kind === 'foreign-key' &&
    dropped.kind === 'foreign-key' &&
    one.references === dropped.references &&
    then.every((column) => now.includes(column))
  );
}

/** A CHECK of a partition that is about nothing but the key by which it was chosen. */
function isOfBounds({ partitionOf }: Table, columns: readonly string[], moment: Moment): boolean {
  const parent = partitionOf === null ? null : moment.afterMigration.tableById(partitionOf);
  const key = parent?.partitionKey?.keys.flatMap(({ column }) => column ?? []) ?? [];
  return columns.length > 0 && columns.every((column) => key.includes(column));
}

function columnsOf(constraint: Constraint): readonly string[] {
  switch (constraint.kind) {
    case 'check':
      return constraint.expression.columns;
    case 'not-null':
      return [constraint.column];
    case 'exclusion':
      return [];
    default:
      return constraint.columns;
  }
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one) => b.includes(one));
}

/** Upserts that the server refuses without it. */
function relyingOn(uses: readonly Use[], dropped: Constraint): readonly Use[] {
  if (dropped.kind !== 'unique' && dropped.kind !== 'primary-key' && dropped.kind !== 'exclusion') return [];
  return uses.filter(
    ({ conflict }) =>
      conflict !== undefined &&
      (conflict.constraint === dropped.name ||
        (conflict.target !== null && sameSet(conflict.target, columnsOf(dropped)))),
  );
}

/** @param after the table after the migration */
function whatMayCome(
  { table: { name: table } }: DropConstraint,
  dropped: Constraint | null,
  after: Table | null,
): string {
  switch (dropped?.kind) {
    case 'foreign-key':
      return `rows of "${table}" may refer to rows that do not exist`;
    case 'unique':
    case 'primary-key':
      if (after !== null && isUniqueAlready(after, { ...dropped, nullsAreAlike: false }))
        return `ON CONFLICT and unique_constraint for it no longer work, though another key of "${table}" keeps its columns unique`;
      return `"${table}" may hold the same ${dropped.columns.map((column) => `"${column}"`).join(', ')} twice, and ON CONFLICT and unique_constraint for it no longer work`;
    case 'exclusion':
      return `rows of "${table}" may conflict with each other`;
    default:
      return `rows of "${table}" may be other than code expects`;
  }
}
