// What is different between two moments of one history. Objects are the same by identity, not by name, so that a rename is one.

import { literal } from '../text/quoted.js';
import { memberKey, relationKey } from './attachments.js';
import { type Catalog, nameKey, type RelationId, type Table, type View } from './catalog.js';
import { type Expression, renameColumnIn } from './expression.js';
import { quoteName } from './keywords.js';
import { compareText, qualified, relationsOf } from './print/names.js';
import {
  calledBy,
  routineDefinition,
  signature,
  triggerDefinition,
  triggerState,
} from './print/sql-routine.js';
import { grants, policyDefinition } from './print/sql-security.js';
import {
  columnFacts,
  constraintBody,
  indexDefinition,
  parametersClause,
  partitionKeyClause,
  sequenceOptions,
} from './print/sql-table.js';
import { typeDefinition } from './print/sql-type.js';

export type ObjectKind =
  | 'schema'
  | 'extension'
  | 'type'
  | 'sequence'
  | 'function'
  | 'table'
  | 'column'
  | 'constraint'
  | 'index'
  | 'policy'
  | 'row-level-security'
  | 'trigger'
  | 'rights'
  | 'view'
  | 'statistics'
  | 'publication';

export interface SchemaChange {
  readonly change: 'added' | 'removed' | 'changed';
  readonly object: ObjectKind;
  /** In SQL, as it is called afterwards; of what is removed, as it was called. */
  readonly name: string;
  /** The table or view that it is a part of. */
  readonly of: string | null;
  /** Whether that is a view. */
  readonly ofView: boolean;
  /** What it was called before; `null` when that is the same. */
  readonly was: string | null;
  /** What it is beside its name, in SQL; `null` where it is not. */
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * Names that objects got between the two moments, by those that they had at first.
 * `null` for what was dropped, so that a new one of the same name is not taken for it.
 */
export interface Renames {
  member(relation: RelationId, kind: MemberKind, name: string): string | null;
  type(schema: string, name: string): string | null;
}

export type MemberKind = 'column' | 'constraint' | 'policy' | 'trigger';

const NO_RENAMES: Renames = {
  member: (_relation, _kind, name) => name,
  type: nameKey,
};

/** An object as both sides know it. */
interface Item {
  readonly object: ObjectKind;
  readonly name: string;
  /** The id of what it is a part of. */
  readonly of: string | null;
  readonly definition: string;
  /** Equal when nothing has changed but names of other objects; more than the definition where that is cut short. */
  readonly sameness: string;
}

type Items = Map<string, Item>;

/** In an order for people: by kind of object, then by name; what is a part of something follows it. */
export function diffCatalogs(
  before: Catalog,
  after: Catalog,
  renames: Renames = NO_RENAMES,
): readonly SchemaChange[] {
  const old = itemsOf(before, renames);
  const now = itemsOf(after, NO_RENAMES);
  const changes: { readonly place: readonly string[]; readonly change: SchemaChange }[] = [];
  for (const [id, item] of [...old, ...[...now].filter(([key]) => !old.has(key))]) {
    const was = old.get(id) ?? null;
    const is = now.get(id) ?? null;
    // What a whole table was made of goes without a word.
    if (is === null && item.of !== null && !now.has(item.of)) continue;
    const renamed = was !== null && is !== null && was.name !== is.name;
    if (was !== null && is !== null && was.sameness === is.sameness && !renamed) continue;
    const shown = is ?? item;
    const owner = shown.of === null ? null : ((is === null ? old : now).get(shown.of) ?? null);
    changes.push({
      place: [...(owner === null ? [] : placeOf(now.get(shown.of ?? '') ?? owner)), ...placeOf(shown)],
      change: {
        change: was === null ? 'added' : is === null ? 'removed' : 'changed',
        object: shown.object,
        name: shown.name,
        of: owner === null ? null : (now.get(shown.of ?? '') ?? owner).name,
        ofView: owner?.object === 'view',
        was: renamed ? was.name : null,
        before: was?.definition ?? null,
        after: is?.definition ?? null,
      },
    });
  }
  return changes.sort((a, b) => comparePlaces(a.place, b.place)).map(({ change }) => change);
}

const ORDER: readonly ObjectKind[] = [
  'schema',
  'extension',
  'type',
  'sequence',
  'function',
  'table',
  'view',
  'column',
  'constraint',
  'index',
  'row-level-security',
  'policy',
  'trigger',
  'rights',
  'statistics',
  'publication',
];

function placeOf({ object, name }: Item): readonly string[] {
  return [String(ORDER.indexOf(object)).padStart(2, '0'), name];
}

function comparePlaces(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const order = compareText(part, b[index] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function itemsOf(catalog: Catalog, renames: Renames): Items {
  const items: Items = new Map();
  const put = (id: string, object: ObjectKind, name: string, definition: string, sameness = definition) =>
    items.set(id, { object, name, of: null, definition, sameness });
  for (const name of catalog.schemas) put(`schema ${name}`, 'schema', quoteName(name), '');
  for (const name of catalog.extensions) put(`extension ${name}`, 'extension', quoteName(name), '');
  for (const type of catalog.types.values()) {
    // A multirange comes with its range.
    if (type.kind === 'other' && type.rangeName !== null) continue;
    const key = renames.type(type.schema, type.name) ?? `dropped ${nameKey(type.schema, type.name)}`;
    const definition = typeDefinition(type) ?? '';
    const words = definition.replace(/^CREATE (?:TYPE|DOMAIN) \S+ ?/, '');
    put(
      `type ${key}`,
      'type',
      qualified(type),
      words,
      typeDefinition({ ...type, schema: '', name: '' }) ?? '',
    );
  }
  for (const routine of [...catalog.functions.values()].flat()) {
    const whole = routineDefinition({ ...routine, schema: '', name: '' }) ?? '';
    const words = whole
      .split('\n')
      .filter((line) => /^(?:RETURNS|LANGUAGE|[A-Z]+$|SECURITY|SET )/.test(line));
    put(`function ${routine.id}`, 'function', signature(routine), words.join(' '), whole);
  }
  for (const sequence of relationsOf(catalog, 'sequence')) {
    // That of a serial or identity column is the column's affair.
    if (sequence.ownedBy !== null) continue;
    put(
      `relation ${sequence.id}`,
      'sequence',
      qualified(sequence),
      sequenceOptions(sequence.options).join(' '),
    );
  }
  for (const table of relationsOf(catalog, 'table')) tableItems(catalog, table, renames, items);
  for (const view of relationsOf(catalog, 'view')) viewItems(catalog, view, items);
  for (const { schema, name, table, columns, kinds } of catalog.statistics.values()) {
    const on = catalog.relations.get(table);
    const of = columns.map((column) => column ?? '(expression)').join(', ');
    const words = `${kinds.length === 0 ? '' : `(${kinds.join(', ')}) `}ON ${of} FROM ${on === undefined ? '?' : qualified(on)}`;
    put(`statistics ${nameKey(schema, name)}`, 'statistics', qualified({ schema, name }), words);
  }
  for (const { name, allTables, tables, schemas } of catalog.publications.values()) {
    const on = tables.flatMap((id) => catalog.relations.get(id) ?? []).map(qualified);
    const words = allTables
      ? 'FOR ALL TABLES'
      : `FOR ${[...on, ...schemas.map((schema) => `SCHEMA ${quoteName(schema)}`)].join(', ')}`;
    put(
      `publication ${name}`,
      'publication',
      quoteName(name),
      words,
      JSON.stringify({ allTables, tables, schemas }),
    );
  }
  return items;
}

function tableItems(catalog: Catalog, table: Table, renames: Renames, items: Items): void {
  const id = `relation ${table.id}`;
  const parent = table.partitionOf === null ? undefined : catalog.relations.get(table.partitionOf);
  const facts = [
    table.unlogged && 'UNLOGGED',
    parent !== undefined && `PARTITION OF ${qualified(parent)} ${table.bound ?? ''}`.trim(),
    table.inherits.length > 0 &&
      `INHERITS (${table.inherits
        .flatMap((one) => catalog.relations.get(one) ?? [])
        .map(qualified)
        .join(', ')})`,
    table.partitionKey !== null && partitionKeyClause(table.partitionKey),
    parametersClause(table.parameters).trim(),
    commentOf(catalog, relationKey(table.id)),
  ].filter((fact) => fact !== false && fact !== '');
  const sameness = JSON.stringify([
    facts.length,
    table.partitionOf,
    table.bound,
    table.inherits,
    ...facts.filter((one) => !/^PARTITION OF|^INHERITS/.test(`${one}`)),
  ]);
  items.set(id, { object: 'table', name: qualified(table), of: null, definition: facts.join(' '), sameness });

  const member = (
    kind: MemberKind,
    object: ObjectKind,
    name: string,
    definition: string,
    sameness = definition,
  ) => {
    const key = renames.member(table.id, kind, name);
    const local = key === null ? `dropped ${name}` : key;
    items.set(`${id} ${kind} ${local}`, { object, name: quoteName(name), of: id, definition, sameness });
  };
  // The columns by their later names, for comparing what mentions them.
  const later = (name: string) => renames.member(table.id, 'column', name) ?? name;
  const same = (expression: Expression | null) => laterText(expression, later);
  for (const column of table.columns) {
    const comment = commentOf(catalog, memberKey(table.id, 'column', column.name));
    const words = [...columnFacts(catalog, table, column), ...(comment === '' ? [] : [comment])].join(' ');
    member(
      'column',
      'column',
      column.name,
      words,
      words.replace(column.default?.text ?? '\0', same(column.default)),
    );
  }
  for (const constraint of table.constraints) {
    // NOT NULL is told of the column.
    if (constraint.kind === 'not-null') continue;
    const words = constraintBody(catalog, table, constraint);
    const { name: _name, origin: _origin, ...rest } = constraint;
    const sameness = JSON.stringify({
      ...rest,
      ...('columns' in constraint ? { columns: constraint.columns.map(later) } : {}),
      ...('referencedColumns' in constraint
        ? {
            referencedColumns: constraint.referencedColumns.map((name) =>
              constraint.references === null
                ? name
                : (renames.member(constraint.references, 'column', name) ?? name),
            ),
          }
        : {}),
      ...('expression' in constraint ? { expression: same(constraint.expression) } : {}),
    });
    member('constraint', 'constraint', constraint.name, words, sameness);
  }
  indexItems(table, id, items, later);
  for (const policy of table.policies) {
    const words = afterOn(policyDefinition(table, policy), table);
    const sameness = JSON.stringify([
      policy.command,
      policy.permissive,
      policy.roles,
      same(policy.using),
      same(policy.check),
    ]);
    member('policy', 'policy', policy.name, words, sameness);
  }
  for (const trigger of table.triggers) {
    const { name: _name, origin: _origin, when, ...rest } = trigger;
    const state = triggerState(table, trigger) === null ? '' : ` ${trigger.state.toUpperCase()}`;
    const words = triggerDefinition(table, trigger, calledBy(catalog, trigger)).replace(
      /^CREATE (?:CONSTRAINT )?TRIGGER (?:"(?:[^"]|"")*"|\S+) /,
      '',
    );
    member('trigger', 'trigger', trigger.name, words + state, JSON.stringify([rest, same(when)]));
  }
  const { enabled, forced } = table.rowLevelSecurity;
  if (enabled || forced) {
    const words = [enabled && 'ENABLED', forced && 'FORCED'].filter((word) => word !== false).join(', ');
    items.set(`${id} security`, {
      object: 'row-level-security',
      name: '',
      of: id,
      definition: words,
      sameness: words,
    });
  }
  rightItems(catalog, table, id, items);
}

function viewItems(catalog: Catalog, view: View, items: Items): void {
  const id = `relation ${view.id}`;
  const columns = view.columns.map(({ name }) => quoteName(name)).join(', ');
  const words = [
    view.materialized ? 'MATERIALIZED' : '',
    columns === '' ? '' : `(${columns})`,
    commentOf(catalog, relationKey(view.id)),
  ]
    .filter((word) => word !== '')
    .join(' ');
  const sameness = JSON.stringify([words, view.origin, view.options]);
  items.set(id, { object: 'view', name: qualified(view), of: null, definition: words, sameness });
  indexItems(view, id, items, (name) => name);
  rightItems(catalog, view, id, items);
}

function indexItems(relation: Table | View, of: string, items: Items, later: (name: string) => string): void {
  for (const index of relation.indexes) {
    // That of a key is told with the key.
    if (index.constraint !== null) continue;
    const words = indexDefinition(relation, index)
      .replace(/INDEX (?:"(?:[^"]|"")*"|\S+) ON (?:"(?:[^"]|"")*"|[^\s"])+/, '')
      .replace(/^CREATE\s+/, '')
      .replace(/\s+/, ' ')
      .trim();
    const { name: _name, origin: _origin, keys, where, include, ...rest } = index;
    const sameness = JSON.stringify([
      rest,
      keys.map(({ column, expression, ...key }) => ({
        ...key,
        label: null,
        column: column === null ? null : later(column),
        expression: laterText(expression, later),
      })),
      laterText(where, later),
      include.map(later),
    ]);
    items.set(`relation ${index.id}`, {
      object: 'index',
      name: quoteName(index.name),
      of,
      definition: words,
      sameness,
    });
  }
}

function rightItems(catalog: Catalog, relation: Table | View, of: string, items: Items): void {
  const attached = catalog.attached.get(relationKey(relation.id));
  for (const [role, words] of grants(attached?.rights ?? [])) {
    items.set(`${of} rights ${role}`, {
      object: 'rights',
      name: role,
      of,
      definition: words,
      sameness: words,
    });
  }
}

function commentOf({ attached }: Catalog, key: string): string {
  const comment = attached.get(key)?.comment;
  return comment === undefined ? '' : `COMMENT ${literal(comment)}`;
}

function laterText(expression: Expression | null, later: (name: string) => string): string {
  let renamed = expression;
  for (const name of expression?.columns ?? []) {
    if (renamed !== null && later(name) !== name) renamed = renameColumnIn(renamed, name, later(name));
  }
  return renamed?.text ?? '';
}

/** What a statement says after the name of its table. */
function afterOn(statement: string, table: Table): string {
  const on = ` ON ${qualified(table)}`;
  return statement.slice(statement.indexOf(on) + on.length).trim();
}
