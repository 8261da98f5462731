// Schemas with what their wrappers decide filled in: primary key, types of foreign keys, timestamps.

import type { EctoSchema, Field, PrimaryKey, SchemaWrapper, TimestampOptions, WrapperUse } from './model.js';

/** A schema of which nothing is left to defaults. */
export interface ResolvedSchema extends EctoSchema {
  readonly primaryKey: Exclude<PrimaryKey, { readonly kind: 'unset' }>;
  readonly foreignKeyType: string;
  /** The primary key first, where the fields do not name it themselves. */
  readonly fields: readonly ResolvedField[];
}

export interface ResolvedField extends Field {
  readonly type: string;
}

/** What a schema starts from. */
type Settings = Pick<SchemaWrapper, 'primaryKey' | 'foreignKeyType' | 'prefix' | 'timestamps'>;

/** @param wrappers those of the whole workspace */
export function resolveSchema(schema: EctoSchema, wrappers: readonly SchemaWrapper[]): ResolvedSchema {
  const inherited = settingsOf(schema.wrapper, wrappers, []);
  const primaryKey = given(schema.primaryKey) ?? given(inherited.primaryKey) ?? defaultKey(schema);
  const foreignKeyType = schema.foreignKeyType ?? inherited.foreignKeyType ?? ':id';
  const timestamps = merged(schema.timestamps ?? inherited.timestamps, inherited.timestamps);
  const own = schema.fields.flatMap((field) => resolveField(field, schema, timestamps, foreignKeyType));
  return {
    ...schema,
    prefix: schema.prefix ?? inherited.prefix,
    primaryKey,
    foreignKeyType,
    timestamps: schema.timestamps === null ? null : timestamps,
    fields: [...keyField(primaryKey, own, schema), ...own],
  };
}

function given(key: PrimaryKey): Exclude<PrimaryKey, { readonly kind: 'unset' }> | null {
  return key.kind === 'unset' ? null : key;
}

function defaultKey({ span, table }: EctoSchema): Exclude<PrimaryKey, { readonly kind: 'unset' }> {
  const type = table === null ? ':binary_id' : ':id';
  return { kind: 'field', name: 'id', type, source: null, span: { start: span.start, end: span.start } };
}

/** What a wrapper sets, and the wrapper that it uses in its turn. */
function settingsOf(
  use: WrapperUse | null,
  wrappers: readonly SchemaWrapper[],
  seen: readonly SchemaWrapper[],
): Settings {
  const found =
    use === null
      ? undefined
      : wrappers.find(
          (wrapper) =>
            wrapper.module === use.module &&
            (wrapper.variant === use.variant || wrapper.variant === null) &&
            !seen.includes(wrapper),
        );
  if (found === undefined) return nothing;
  const base = settingsOf(found.wrapper, wrappers, [...seen, found]);
  return {
    primaryKey: given(found.primaryKey) ?? base.primaryKey,
    foreignKeyType: found.foreignKeyType ?? base.foreignKeyType,
    prefix: found.prefix ?? base.prefix,
    timestamps: merged(found.timestamps, base.timestamps),
  };
}

const nothing: Settings = {
  primaryKey: { kind: 'unset' },
  foreignKeyType: null,
  prefix: null,
  timestamps: { type: null, insertedAt: null, updatedAt: null },
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
