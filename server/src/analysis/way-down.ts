// Whether the way down of a migration undoes its way up: the schema before both, beside the schema after both. Only what is
// certainly otherwise counts.

import type { Catalog, Constraint, Index, Origin, Table } from '../catalog/catalog.js';
import { doubtAbout, findTable, tableById, tablesOf } from '../catalog/lookup.js';
import type { Operation } from '../catalog/operation.js';
import { changesNoSchema, targetOf } from '../catalog/operation-target.js';
import { formatType } from '../catalog/types.js';
import type { ReplayedMigration } from '../migrations/history.js';
import { refusalsIn } from '../migrations/refusals-in.js';
import { type Span, shift } from '../text/span.js';

export interface WayDownFacts {
  readonly kind: 'way-down';
  /** In the order of their places. */
  readonly differences: readonly Difference[];
}

export interface Difference {
  /** `left`: the way up makes it, the way down lets it be; `lost`: the other way round. */
  readonly change: 'left' | 'lost' | 'changed';
  readonly object: 'table' | 'column' | 'index' | 'constraint' | 'policy' | 'trigger' | 'view' | 'type';
  readonly name: string;
  /** The table that it is a part of. */
  readonly of: string | null;
  /** The same two without the schema, and the schema; `null` for `public`. */
  readonly called: { readonly name: string; readonly of: string; readonly schema: string | null };
  /** What it was and what it is then, where it is changed. */
  readonly before: string;
  readonly after: string;
  /** Of the operation of the way up that the way down does not undo, in its file. */
  readonly at: Span;
}

const known = new WeakMap<ReplayedMigration, WayDownFacts>();

/** @param down replayed behind `up`. The same object for the same one. */
export function wayDownFacts(up: ReplayedMigration, down: ReplayedMigration, postgres: number): WayDownFacts {
  let facts = known.get(down);
  if (facts === undefined) {
    const found = isKnown(up, down) ? differences(up, down) : [];
    // What is refused has not run.
    const ran = found.length === 0 || [up, down].every((one) => refusalsIn(one, postgres).length === 0);
    facts = { kind: 'way-down', differences: ran ? found : [] };
    known.set(down, facts);
  }
  return facts;
}

/** Whether all that both do is known. A way down that does nothing to the schema is meant to. */
function isKnown(up: ReplayedMigration, down: ReplayedMigration): boolean {
  const operations = [...operationsOf(up), ...operationsOf(down)];
  const isClear = (operation: Operation) =>
    operation.maybe === undefined &&
    operation.ofLibrary !== true &&
    (operation.kind !== 'unknown' || operation.touches.kind === 'rows');
  return (
    operations.every(isClear) &&
    operationsOf(down).some((operation) => operation.kind !== 'unknown' && !changesNoSchema(operation))
  );
}

function operationsOf({ migration }: ReplayedMigration): readonly Operation[] {
  return migration.statements.flatMap(({ operations }) => operations);
}

interface Item {
  readonly object: Difference['object'];
  readonly name: string;
  readonly of: string | null;
  readonly called: Difference['called'];
  /** What is compared: no text of an expression, which may be spelled otherwise and mean the same. */
  readonly definition: string;
  readonly origin: Origin | null;
}

function differences(up: ReplayedMigration, down: ReplayedMigration): readonly Difference[] {
  const before = itemsOf(up.before, down.after);
  const after = itemsOf(down.after, up.before);
  const left = [...after].filter(([key]) => !before.has(key)).map(([, item]) => item);
  const lost = [...before].filter(([key]) => !after.has(key)).map(([, item]) => item);
  // The same under another name, as the server or the tool gave it.
  const isNamed = (item: Item, others: readonly Item[]) =>
    (item.object === 'index' || item.object === 'constraint') &&
    others.some((other) => other.of === item.of && other.definition === item.definition);
  const found: Difference[] = [];
  const tell = (change: Difference['change'], item: Item, was: string) => {
    const at = placeOf(up, item, change);
    const { object, name, of, called, definition } = item;
    if (at !== null) found.push({ change, object, name, of, called, before: was, after: definition, at });
  };
  for (const item of left) if (!isNamed(item, lost)) tell('left', item, '');
  for (const item of lost) if (!isNamed(item, left)) tell('lost', item, item.definition);
  for (const [key, item] of after) {
    const was = before.get(key);
    if (was !== undefined && !isSame(was, item)) tell('changed', item, was.definition);
  }
  return found.sort((a, b) => a.at.start - b.at.start);
}

/** A column that is made again may be without NOT NULL: the rows that are there have no value for it. */
function isSame(was: Item, is: Item): boolean {
  if (was.definition === is.definition) return true;
  return (
    is.object === 'column' &&
    is.origin?.path !== was.origin?.path &&
    was.definition === `${is.definition} NOT NULL`
  );
}

/** By names. What a table is made of counts where both have the table, and nothing about it is in doubt. */
function itemsOf(catalog: Catalog, other: Catalog): ReadonlyMap<string, Item> {
  const items = new Map<string, Item>();
  const put = (item: Item) => items.set(`${item.object} ${item.of ?? ''} ${item.name}`, item);
  const putWhole = (object: Item['object'], whole: Named, origin: Origin | null) => {
    const called = { name: whole.name, of: '', schema: schemaOf(whole) };
    put({ object, name: shown(whole), of: null, called, definition: '', origin });
  };
  for (const table of tablesOf(catalog)) {
    if (table.temporary) continue;
    const same = findTable(other, table);
    // Nothing has touched it.
    if (same === table) continue;
    const name = shown(table);
    if (same === null || isDoubtful(catalog, table) || isDoubtful(other, same)) {
      putWhole('table', table, table.origin);
      continue;
    }
    putWhole('table', table, null);
    for (const item of partsOf(catalog, table)) {
      put({ ...item, of: name, called: { name: item.name, of: table.name, schema: schemaOf(table) } });
    }
  }
  for (const relation of catalog.relations.values()) {
    if (relation.kind !== 'view' || relation.temporary || other.relations.get(relation.id) === relation)
      continue;
    putWhole('view', relation, relation.origin);
  }
  for (const [key, type] of catalog.types) {
    if (type.kind === 'other' || other.types.get(key) === type) continue;
    putWhole('type', type, null);
  }
  return items;
}

function isDoubtful(catalog: Catalog, table: Table): boolean {
  return !table.complete || doubtAbout(catalog, table) !== null;
}

interface Named {
  readonly schema: string;
  readonly name: string;
}

function shown({ schema, name }: Named): string {
  return schema === 'public' ? name : `${schema}.${name}`;
}

function schemaOf({ schema }: Named): string | null {
  return schema === 'public' ? null : schema;
}

function partsOf(catalog: Catalog, table: Table): readonly Omit<Item, 'of' | 'called'>[] {
  return [
    ...table.columns.map(({ name, type, notNull, origin }) => {
      const definition = `${formatType(type)}${notNull ? ' NOT NULL' : ''}`;
      return { object: 'column' as const, name, definition, origin };
    }),
    ...table.constraints
      .filter(({ kind }) => kind !== 'not-null')
      .map((constraint) => {
        const { name, origin } = constraint;
        const definition = constraintInWords(catalog, constraint);
        return { object: 'constraint' as const, name, definition, origin };
      }),
    ...table.indexes
      .filter(({ constraint }) => constraint === null)
      .map((index) => {
        const definition = indexInWords(index);
        return { object: 'index' as const, name: index.name, definition, origin: index.origin };
      }),
    ...table.policies.map(({ name, origin }) => {
      return { object: 'policy' as const, name, definition: '', origin };
    }),
    ...table.triggers.map(({ name, origin }) => {
      return { object: 'trigger' as const, name, definition: '', origin };
    }),
  ];
}

function constraintInWords(catalog: Catalog, constraint: Constraint): string {
  switch (constraint.kind) {
    case 'primary-key':
      return `the primary key (${constraint.columns.join(', ')})`;
    case 'unique':
      return `unique (${constraint.columns.join(', ')})`;
    case 'foreign-key': {
      const { columns, references, referencedColumns, onDelete, onUpdate } = constraint;
      // Their order means nothing.
      const pairs = columns.map((column, index) => `${column} = ${referencedColumns[index] ?? '?'}`).sort();
      const target = references === null ? null : tableById(catalog, references);
      const actions = `${actionInWords('DELETE', onDelete)}${actionInWords('UPDATE', onUpdate)}`;
      return `a foreign key${target === null ? '' : ` to "${shown(target)}"`} (${pairs.join(', ')})${actions}`;
    }
    default:
      return '';
  }
}

/** NO ACTION is what there is without one. */
function actionInWords(event: 'DELETE' | 'UPDATE', action: string): string {
  return action === 'NO ACTION' ? '' : ` ON ${event} ${action}`;
}

function indexInWords({ unique, method, keys, include, where }: Index): string {
  const parts = keys.map(({ column }) => column ?? '…').join(', ');
  const using = method === 'btree' ? '' : `${method} `;
  const more = include.length === 0 ? '' : ` INCLUDE (${include.join(', ')})`;
  return `${unique ? 'unique' : 'not unique'}, on ${using}(${parts})${more}${where === null ? '' : ' WHERE …'}`;
}

/** Where the way up does it; `null` where that cannot be told, and where it is done only if it is not there. */
function placeOf(up: ReplayedMigration, item: Item, change: Difference['change']): Span | null {
  const { file, statements } = up.migration;
  const { origin } = item;
  // Of a table that is only spoken of, nobody knows when it was made; of a type, what made it is not kept.
  if (change === 'left' && item.object !== 'type') {
    if (origin === null) return null;
    const statement = origin.path === file.path ? statements[origin.statement] : undefined;
    const operation = statement?.operations[origin.operation];
    if (statement === undefined || operation === undefined) return null;
    return 'ifNotExists' in operation && operation.ifNotExists
      ? null
      : shift(operation.keyword, statement.start);
  }
  const placed = statements.flatMap(({ operations, start }) =>
    operations
      .filter((operation) => operation.kind !== 'unknown' && !changesNoSchema(operation))
      .map((operation) => ({ operation, start })),
  );
  const table = (item.of ?? item.name).replace(/^.*\./, '');
  const own = placed.filter(({ operation }) => targetOf(operation)?.name === table);
  const exact = own.find(({ operation }) => namesPart(operation, item.name));
  const found = exact ?? own[0] ?? (placed.length === 1 ? placed[0] : undefined);
  return found === undefined ? null : shift(found.operation.keyword, found.start);
}

function namesPart(operation: Operation, name: string): boolean {
  if ('column' in operation && 'name' in operation.column) return operation.column.name === name;
  if (operation.kind === 'drop-constraint') return operation.constraint.name === name;
  return operation.kind === 'drop-index' && operation.index.name === name;
}
