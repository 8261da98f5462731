// What a schema says of its columns and associations, where that is certain.

import { underscored } from '../../ecto/literals.js';
import type { Association } from '../../ecto/model.js';
import type { ResolvedField, ResolvedSchema } from '../../ecto/resolve.js';
import { entriesOf, type StaticValue } from '../../syntax/elixir/static.js';
import { piecesOf } from './fragments.js';
import { call, conjunction, fieldAt, type Node, type Quoted } from './nodes.js';
import { unsupported } from './unsupported.js';

/** The fields that are selected when all of a schema is, in their order. Source: `__schema__(:query_fields)` */
export function loadedFields(schema: ResolvedSchema): readonly string[] {
  const { unread, module } = schema;
  if (unread !== undefined) {
    return unsupported(`the schema ${module} calls the macro ${unread}, which may add fields`);
  }
  refuseMissingWrapper(schema);
  refuseUndecided(schema, 'primary_key', 'timestamps_opts', 'field_source_mapper');
  return schema.fields
    .filter(({ virtual, notLoaded }) => !virtual && notLoaded !== true)
    .map(({ name }) => name);
}

/** Where one of these attributes is set by code, what it decides is not known. */
export function refuseUndecided({ module, undecided }: ResolvedSchema, ...names: readonly string[]): void {
  const found = names.find((name) => undecided.includes(name));
  if (found !== undefined) unsupported(`code decides what @${found} of the schema ${module} is`);
}

export function refuseMissingWrapper({ missingWrapper, module }: ResolvedSchema): void {
  if (missingWrapper === undefined) return;
  unsupported(
    `what ${missingWrapper} sets for the schema ${module} is not known: no file here, nor in deps, says it`,
  );
}

/** The prefix that the schema itself sets, where that is certain. */
export function ownPrefix(schema: ResolvedSchema): string | null {
  refuseUndecided(schema, 'schema_prefix');
  if (schema.prefix === null) refuseMissingWrapper(schema);
  return schema.prefix;
}

function fieldNamed({ fields }: ResolvedSchema, name: string): ResolvedField | null {
  return fields.find((field) => field.name === name) ?? null;
}

/** The column of a field; the name itself of one that is virtual or not there, as Ecto has it in a select. */
export function columnOf(schema: ResolvedSchema, name: string): string {
  const field = fieldNamed(schema, name);
  return field === null || field.virtual ? name : columnOfField(schema, field);
}

/** A field that an expression names, which Ecto wants to be there. */
export function storedField(schema: ResolvedSchema, name: string): ResolvedField {
  const field = fieldNamed(schema, name);
  const isKey = field === null || (field.primaryKey && field.from === 'field');
  refuseUndecided(schema, 'field_source_mapper', ...(isKey ? ['primary_key'] : []));
  if (field !== null && !field.virtual) return field;
  const { unread, module } = schema;
  if (field !== null) return unsupported(`the field ${name} of ${module} is virtual`);
  if (unread !== undefined) {
    return unsupported(
      `the schema ${module} calls the macro ${unread}, which may have made its field ${name}`,
    );
  }
  return unsupported(`the schema ${module} has no field ${name}`);
}

export function columnOfField(schema: ResolvedSchema, field: ResolvedField): string {
  if (schema.mapsColumns === true && field.column === field.name) {
    return unsupported(`the columns of ${schema.module} are named by code (@field_source_mapper)`);
  }
  return field.column;
}

export function associationNamed(
  { associations, module, unread }: ResolvedSchema,
  name: string,
): Association {
  const found = associations.find((association) => association.name === name);
  if (found !== undefined) return found;
  return unsupported(
    unread === undefined
      ? `the schema ${module} has no association ${name}`
      : `the schema ${module} calls the macro ${unread}, which may have made its association ${name}`,
  );
}

export interface Keys {
  readonly owner: string;
  readonly related: string;
}

/** Which field of this schema is equal to which of the other one, for what is not many_to_many. */
export function keysOf(schema: ResolvedSchema, { kind, name, foreignKey, references }: Association): Keys {
  if (foreignKey === null) return unsupported(`the key of the association ${name} is not known`);
  if (kind === 'belongs_to') return { owner: foreignKey, related: references ?? 'id' };
  const { primaryKey, module } = schema;
  if (references === null) refuseUndecided(schema, 'primary_key');
  if (references === null && primaryKey.kind === 'none') {
    return unsupported(`the schema ${module} has no primary key for its association ${name}`);
  }
  const owner = references ?? (primaryKey.kind === 'field' ? primaryKey.name : 'id');
  // The wrapper of the schema may name the key otherwise than the schema's own file shows.
  const usual = foreignKey === `${underscored(module)}_id`;
  return { owner, related: usual ? `${underscored(module)}_${owner}` : foreignKey };
}

export interface JoinKeys {
  /** The column of the join table, and the field that it is equal to. */
  readonly owner: readonly [string, string];
  readonly related: readonly [string, string];
}

export function joinKeysOf({ module }: ResolvedSchema, association: Association): JoinKeys {
  const { joinKeys, name } = association;
  if (joinKeys === undefined) {
    const related = association.module ?? unsupported(`the schema of the association ${name} is not known`);
    return { owner: [`${underscored(module)}_id`, 'id'], related: [`${underscored(related)}_id`, 'id'] };
  }
  const pairs = entriesOf(joinKeys ?? computed(name)).map(({ key, value }) =>
    key.kind === 'atom' && value.kind === 'atom' ? ([key.name, value.name] as const) : null,
  );
  const [owner, related] = pairs;
  if (owner == null || related == null)
    return unsupported(`the keys of the association ${name} are not known`);
  return { owner, related };
}

function computed(name: string): never {
  unsupported(`what the association ${name} asks is computed`);
}

/**
 * What `where:` of an association asks, beside what is asked already. Source: `expand_where` of Ecto.Association
 *
 * @param of the position of the source that it is about
 */
export function associationCondition(
  where: StaticValue | null | undefined,
  of: number,
  before: Node | null,
  name: string,
): Node | null {
  if (where === undefined) return before;
  if (where?.kind !== 'list') return computed(name);
  return where.items.reduce<Node | null>((left, item) => {
    const [key, value] = item.kind === 'tuple' ? item.items : [];
    if (key?.kind !== 'atom' || value === undefined) return computed(name);
    return conjunction('and', left, conditionOf(key.name, value, of, name));
  }, before);
}

function conditionOf(key: string, value: StaticValue, of: number, name: string): Node {
  const field = fieldAt(of, key);
  const isNil = (one: StaticValue | undefined) => one?.kind === 'atom' && one.name === 'nil';
  if (isNil(value)) return call('is_nil', field);
  if (value.kind === 'tuple') {
    const [how, given] = value.items;
    const kind = how?.kind === 'atom' ? how.name : null;
    if (kind === 'not' && isNil(given)) return call('not', call('is_nil', field));
    if (kind === 'fragment' && given?.kind === 'string') {
      const [first = '', second, ...more] = piecesOf(given.text);
      if (second !== undefined && more.length === 0)
        return { kind: 'fragment', parts: [first, field, second] };
    }
    if (kind === 'in' && given?.kind === 'list') {
      const type: Quoted = { kind: 'list-of', of: field };
      return {
        kind: 'in',
        left: field,
        right: { kind: 'param', param: { text: textOfValue(given), span: null, type } },
      };
    }
    return unsupported(`what the association ${name} asks is not read`);
  }
  return call('==', field, { kind: 'param', param: { text: textOfValue(value), span: null, type: field } });
}

/** As Elixir prints it. */
function textOfValue(value: StaticValue): string {
  switch (value.kind) {
    case 'string':
      return JSON.stringify(value.text);
    case 'atom':
      return /^(?:true|false|nil)$/.test(value.name) ? value.name : `:${value.name}`;
    case 'number':
      return String(value.value);
    case 'list':
      return `[${value.items.map(textOfValue).join(', ')}]`;
    default:
      return '…';
  }
}
