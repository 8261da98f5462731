// Schemas with what their wrappers decide filled in: primary key, types of foreign keys, timestamps.

import type {
  Association,
  EctoSchema,
  Field,
  PrimaryKey,
  SchemaWrapper,
  TimestampOptions,
  WrapperUse,
} from './model.js';

/** A schema of which nothing is left to defaults. */
export interface ResolvedSchema extends EctoSchema {
  /** The module that it uses in the place of `Ecto.Schema`, where that is not in the workspace: what it sets is not known. */
  readonly missingWrapper?: string;
  readonly primaryKey: Exclude<PrimaryKey, { readonly kind: 'unset' }>;
  readonly foreignKeyType: string;
  /** With those of its wrappers. */
  readonly undecided: readonly string[];
  /** The primary key first, where the fields do not name it themselves. */
  readonly fields: readonly ResolvedField[];
}

export interface ResolvedField extends Field {
  readonly type: string;
}

/** What a schema starts from. */
type Settings = Pick<SchemaWrapper, 'primaryKey' | 'foreignKeyType' | 'prefix' | 'timestamps'> & {
  readonly undecided: readonly string[];
};

/** @param wrappers those of the whole workspace */
export function resolveSchema(schema: EctoSchema, wrappers: readonly SchemaWrapper[]): ResolvedSchema {
  const inherited = over(settingsOfAll(schema.uses, wrappers, []), settingsOf(schema.wrapper, wrappers, []));
  const primaryKey = given(schema.primaryKey) ?? given(inherited.primaryKey) ?? defaultKey(schema);
  const foreignKeyType = schema.foreignKeyType ?? inherited.foreignKeyType ?? ':id';
  const timestamps = merged(schema.timestamps ?? inherited.timestamps, inherited.timestamps);
  const { fields, unread } = withMacros(schema, wrappers);
  const own = fields.flatMap((field) => resolveField(field, schema, timestamps, foreignKeyType));
  const missing = schema.direct === true ? null : missingWrapper(schema.wrapper, wrappers, []);
  return {
    ...schema,
    ...(unread === undefined ? {} : { unread }),
    ...(missing === null ? {} : { missingWrapper: missing }),
    undecided: [...(schema.undecided ?? []), ...leftOpen(inherited.undecided, schema)],
    prefix: schema.prefix ?? inherited.prefix,
    primaryKey,
    foreignKeyType,
    timestamps: schema.timestamps === null ? null : timestamps,
    fields: [...keyField(primaryKey, own, schema), ...own],
    associations: withAliases(schema.associations, aliasesOf(schema.wrapper, wrappers, [])),
  };
}

/** With the fields of macros that the project alone has under their names; else the name of the first macro that is not known. */
function withMacros(
  { fields, macros = [], unread }: EctoSchema,
  wrappers: readonly SchemaWrapper[],
): Pick<EctoSchema, 'fields' | 'unread'> {
  const all = [...fields];
  let missing = unread;
  for (const { name, at, span } of macros.toReversed()) {
    const [found, ...others] = wrappers.filter(
      (wrapper) => wrapper.fields !== undefined && wrapper.variant === name,
    );
    if (found?.fields === undefined || others.length > 0) missing = name;
    else all.splice(at, 0, ...found.fields.map((field) => placedAt(field, span)));
  }
  return missing === undefined ? { fields: all } : { fields: all, unread: missing };
}

/** As if it stood where the macro is called. */
function placedAt({ optionsAt: _, ...field }: Field, span: Field['span']): Field {
  return { ...field, span, nameSpan: span };
}

function given(key: PrimaryKey): Exclude<PrimaryKey, { readonly kind: 'unset' }> | null {
  return key.kind === 'unset' ? null : key;
}

function defaultKey({ span, table }: EctoSchema): Exclude<PrimaryKey, { readonly kind: 'unset' }> {
  const type = table === null ? ':binary_id' : ':id';
  return { kind: 'field', name: 'id', type, source: null, span: { start: span.start, end: span.start } };
}

function wrapperOf(
  use: WrapperUse | null,
  wrappers: readonly SchemaWrapper[],
  seen: readonly SchemaWrapper[],
): SchemaWrapper | undefined {
  if (use === null) return undefined;
  return wrappers.find(
    (wrapper) =>
      wrapper.module === use.module &&
      (wrapper.variant === use.variant || wrapper.variant === null) &&
      wrapper.fields === undefined &&
      !seen.includes(wrapper),
  );
}

/** What a wrapper sets, and the wrapper that it uses in its turn. */
function settingsOf(
  use: WrapperUse | null,
  wrappers: readonly SchemaWrapper[],
  seen: readonly SchemaWrapper[],
): Settings {
  const found = wrapperOf(use, wrappers, seen);
  if (found === undefined) return nothing;
  const inside = [...seen, found];
  const uses = found.uses?.filter((used) => used !== found.wrapper?.module);
  const base = over(settingsOfAll(uses, wrappers, inside), settingsOf(found.wrapper, wrappers, inside));
  return over({ ...found, undecided: found.undecided ?? [] }, base);
}

/** The last one counts. */
function settingsOfAll(
  uses: readonly string[] | undefined,
  wrappers: readonly SchemaWrapper[],
  seen: readonly SchemaWrapper[],
): Settings {
  return (uses ?? []).reduce(
    (base, used) => over(settingsOf(usedPlainly(used), wrappers, seen), base),
    nothing,
  );
}

/** What comes later, over what it starts from. */
function over(later: Settings, base: Settings): Settings {
  const { primaryKey, foreignKeyType, prefix, timestamps } = later;
  return {
    primaryKey: given(primaryKey) ?? base.primaryKey,
    foreignKeyType: foreignKeyType ?? base.foreignKeyType,
    prefix: prefix ?? base.prefix,
    timestamps: merged(timestamps, base.timestamps),
    undecided: [...later.undecided, ...leftOpen(base.undecided, later)],
  };
}

/** What is set again is decided. */
function leftOpen(
  undecided: readonly string[],
  { primaryKey, prefix }: Pick<Settings, 'primaryKey' | 'prefix'>,
): readonly string[] {
  return undecided.filter(
    (name) =>
      !(name === 'primary_key' && given(primaryKey) !== null) &&
      !(name === 'schema_prefix' && prefix !== null),
  );
}

/** What names of modules mean in a schema by its wrapper, where its own file does not say. */
function aliasesOf(
  use: WrapperUse | null,
  wrappers: readonly SchemaWrapper[],
  seen: readonly SchemaWrapper[],
): ReadonlyMap<string, string> {
  const found = wrapperOf(use, wrappers, seen);
  if (found === undefined) return new Map();
  const { aliases, uses, wrapper } = found;
  const inner = [...(wrapper === null ? [] : [wrapper]), ...(uses ?? []).map(usedPlainly)];
  return new Map([
    ...inner.flatMap((other) => [...aliasesOf(other, wrappers, [...seen, found])]),
    ...(aliases ?? []),
  ]);
}

function usedPlainly(module: string): WrapperUse {
  return { module, variant: null };
}

function withAliases(
  associations: readonly Association[],
  aliases: ReadonlyMap<string, string>,
): readonly Association[] {
  if (aliases.size === 0) return associations;
  const meant = (name: string | null): string | null => {
    if (name === null) return null;
    const [first = '', ...rest] = name.split('.');
    const full = aliases.get(first);
    return full === undefined ? name : [full, ...rest].join('.');
  };
  return associations.map((association) => ({
    ...association,
    module: meant(association.module),
    joinThrough: meant(association.joinThrough),
  }));
}

function missingWrapper(
  use: WrapperUse | null,
  wrappers: readonly SchemaWrapper[],
  seen: readonly SchemaWrapper[],
): string | null {
  if (use === null) return null;
  const found = wrapperOf(use, wrappers, seen);
  return found === undefined || found.namesOnly === true
    ? use.module
    : found.direct === true
      ? null
      : missingWrapper(found.wrapper, wrappers, [...seen, found]);
}

const nothing: Settings = {
  primaryKey: { kind: 'unset' },
  foreignKeyType: null,
  prefix: null,
  timestamps: { type: null, insertedAt: null, updatedAt: null },
  undecided: [],
};

function merged(over: TimestampOptions, base: TimestampOptions): TimestampOptions {
  return {
    type: over.type ?? base.type,
    insertedAt: over.insertedAt ?? base.insertedAt,
    updatedAt: over.updatedAt ?? base.updatedAt,
  };
}

function resolveField(
  field: Field,
  schema: EctoSchema,
  timestamps: TimestampOptions,
  foreignKeyType: string,
): readonly ResolvedField[] {
  if (field.from !== 'timestamps') return [{ ...field, type: field.type ?? foreignKeyType }];
  const type = field.type ?? timestamps.type ?? ':naive_datetime';
  const isInserted = field.name === (schema.timestamps?.insertedAt ?? 'inserted_at');
  const name = isInserted ? timestamps.insertedAt : timestamps.updatedAt;
  if (name === false) return [];
  const column = field.column === field.name ? (name ?? field.column) : field.column;
  return [{ ...field, type, name: name ?? field.name, column }];
}

function keyField(
  key: ResolvedSchema['primaryKey'],
  own: readonly ResolvedField[],
  { span }: EctoSchema,
): readonly ResolvedField[] {
  if (key.kind === 'none' || own.some(({ name }) => name === key.name)) return [];
  const place = key.span.end > key.span.start ? key.span : { start: span.start, end: span.start };
  return [
    {
      name: key.name,
      column: key.source ?? key.name,
      type: key.type,
      virtual: false,
      primaryKey: true,
      from: 'field',
      span: place,
      nameSpan: place,
    },
  ];
}
