// Ecto schemas, and the modules by which a project wraps `use Ecto.Schema`.
// https://hexdocs.pm/ecto/Ecto.Schema.html

import {
  type Environment,
  environmentAfter,
  type ModuleReference,
  moduleReferences,
} from '../syntax/elixir/aliases.js';
import type { FunctionDefinition } from '../syntax/elixir/functions.js';
import { attributeNamed, type ElixirModule, modulesIn } from '../syntax/elixir/modules.js';
import {
  type Body,
  type Call,
  type ElixirFile,
  type Expr,
  pairNamed,
  pairsOf,
} from '../syntax/elixir/nodes.js';
import { type StaticValue, staticAttributes, staticValue } from '../syntax/elixir/static.js';
import { everythingIn } from '../syntax/elixir/walk.js';
import { noTimestampOptions, readFields, timestampOptions } from './fields.js';
import { libraryFields } from './library-fields.js';
import { atomName, isBoolean, typeText } from './literals.js';
import type { EctoSchema, Field, PrimaryKey, SchemaWrapper, TimestampOptions, WrapperUse } from './model.js';

/** Every schema of the file. What its wrapper decides is left open: `resolve.ts`. */
export function schemasIn(elixir: ElixirFile): readonly EctoSchema[] {
  return modulesIn(elixir).flatMap((module) => {
    const call = module.items.find(isSchemaCall);
    return call?.kind === 'call' && call.body !== null ? [schemaOf(module, call, call.body)] : [];
  });
}

/** TypedEctoSchema puts `typed_` before the names. */
const SCHEMA = /^(?:typed_)?(embedded_)?schema$/;

function isSchemaCall(item: Expr): boolean {
  return item.kind === 'call' && item.receiver === null && item.body !== null && SCHEMA.test(item.name);
}

function schemaOf(module: ElixirModule, call: Call, body: Body): EctoSchema {
  const attribute = (name: string) => attributeNamed(module, name);
  const own = settingsIn(attribute, module.environment);
  const primaryKey = own.primaryKey.kind === 'field' ? own.primaryKey.name : 'id';
  const { environment, name } = module;
  let attributes: ReadonlyMap<string, StaticValue> | undefined;
  const content = readFields(body, {
    module: name,
    environment,
    primaryKey,
    timestamps: own.timestamps,
    library: libraryFields(module.references),
    imports: new Set(module.references.flatMap((one) => (one.kind === 'import' ? [one.module] : []))),
    attributes: () => {
      attributes ??= staticAttributes(setOnce(module.attributes), environment);
      return attributes;
    },
  });
  const wrapper = wrapperOf(module.references);
  const uses = usesIn(module.references).filter((used) => used !== wrapper?.module);
  const undecided = undecidedIn(module.items, own);
  return {
    kind: 'schema',
    module: name,
    table: tableOf(module, call),
    prefix: own.prefix,
    primaryKey: own.primaryKey,
    foreignKeyType: own.foreignKeyType,
    ...content,
    wrapper,
    ...(uses.length === 0 ? {} : { uses }),
    ...(undecided.length === 0 ? {} : { undecided }),
    ...directness(module.references),
    ...(attribute('field_source_mapper') === null ? {} : { mapsColumns: true }),
    hidesFields: hidesFields(module),
    span: call.span,
  };
}

/** Which value of the others the schema sees depends on where it stands. */
function setOnce(attributes: ElixirModule['attributes']): ElixirModule['attributes'] {
  const isSet = (name: string) => attributes.filter((one) => one.name === name && one.value !== null).length;
  return attributes.filter(({ name }) => isSet(name) === 1);
}

function hidesFields({ attributes, items }: ElixirModule): boolean {
  const namesInspect = (expr: Expr) =>
    [...everythingIn(expr)].some((one) => one.kind === 'alias' && one.name === 'Inspect');
  return (
    attributes.some(({ name, value }) => {
      if (name === 'schema_redact') return true;
      return name === 'derive' && value !== null && namesInspect(value);
    }) ||
    items.some((item) => item.kind === 'call' && item.name === 'defimpl' && item.args.some(namesInspect))
  );
}

function tableOf(module: ElixirModule, { name, args }: Call): EctoSchema['table'] {
  const [source] = args;
  if (source === undefined || name.includes('embedded')) return null;
  const { attributes, environment: aliases } = module;
  const table = staticValue(source, { aliases, attributes: staticAttributes(attributes, aliases) });
  if (table.kind === 'unknown' || table.value.kind !== 'string') return null;
  return { name: table.value.text, span: source.span };
}

interface OwnSettings {
  readonly primaryKey: PrimaryKey;
  readonly foreignKeyType: string | null;
  readonly prefix: string | null;
  readonly timestamps: TimestampOptions;
}

/** @param attribute the value of a module attribute, or `null` */
function settingsIn(attribute: (name: string) => Expr | null, environment: Environment): OwnSettings {
  const foreignKeyType = attribute('foreign_key_type');
  const prefix = attribute('schema_prefix');
  const timestamps = attribute('timestamps_opts');
  const option = (name: string) =>
    timestamps?.kind === 'list' ? (pairNamed(pairsOf(timestamps), name)?.value ?? null) : null;
  return {
    primaryKey: primaryKeyOf(attribute('primary_key'), environment),
    foreignKeyType: foreignKeyType === null ? null : typeText(foreignKeyType, environment),
    prefix: prefix?.kind === 'text' ? prefix.value : atomName(prefix),
    timestamps: timestamps === null ? noTimestampOptions : timestampOptions(option, environment),
  };
}

const SETTINGS: ReadonlySet<string> = new Set([
  'primary_key',
  'schema_prefix',
  'timestamps_opts',
  'field_source_mapper',
]);

/** Those of the attributes that decide on tables and columns whose value is computed, or set in a branch. */
function undecidedIn(items: readonly Expr[], { primaryKey, prefix }: OwnSettings): string[] {
  const nested = items.flatMap((item) => {
    if (item.kind === 'attribute' || (item.kind === 'call' && /^(?:def|quote)/.test(item.name))) return [];
    return [...everythingIn(item)].flatMap((one) =>
      one.kind === 'attribute' && one.value !== null && SETTINGS.has(one.name) ? [one.name] : [],
    );
  });
  const own = (name: string) => lastAttribute(items, name);
  const [key, ownPrefix, timestamps] = [own('primary_key'), own('schema_prefix'), own('timestamps_opts')];
  if (key !== null && primaryKey.kind === 'unset') nested.push('primary_key');
  if (ownPrefix !== null && prefix === null && !isNil(ownPrefix)) nested.push('schema_prefix');
  if (timestamps !== null && timestamps.kind !== 'list') nested.push('timestamps_opts');
  return [...new Set(nested)];
}

function isNil(expr: Expr): boolean {
  return expr.kind === 'atom' && expr.value === 'nil';
}

function primaryKeyOf(expr: Expr | null, environment: Environment): PrimaryKey {
  if (expr === null) return { kind: 'unset' };
  if (isBoolean(expr, 'false')) return { kind: 'none' };
  if (expr.kind !== 'tuple') return { kind: 'unset' };
  const [first, type, options] = expr.items;
  const name = atomName(first);
  if (name === null || type === undefined) return { kind: 'unset' };
  const source = options?.kind === 'list' ? pairNamed(pairsOf(options), 'source') : null;
  return {
    kind: 'field',
    name,
    type: typeText(type, environment),
    source: atomName(source?.value),
    span: expr.span,
  };
}

function usesIn(references: readonly ModuleReference[]): readonly string[] {
  return references.flatMap(({ kind, module }) =>
    kind === 'use' && !isSchemaLibrary(module) ? [module] : [],
  );
}

/** The `use` that may stand for `use Ecto.Schema`: one that is named after schemas, or told what to be, or the first. */
function wrapperOf(references: readonly ModuleReference[]): WrapperUse | null {
  const uses = references.filter(({ kind, module }) => kind === 'use' && !isSchemaLibrary(module));
  const direct = references.some(({ kind, module }) => kind === 'use' && isSchemaLibrary(module));
  const named =
    uses.find(
      ({ call, module }) => /Schema|Model/.test(module) || /^(?:schema|model)$/.test(variantOf(call) ?? ''),
    ) ?? (direct ? undefined : uses[0]);
  return named === undefined ? null : { module: named.module, variant: variantOf(named.call) };
}

function directness(references: readonly ModuleReference[]): Pick<EctoSchema, 'direct'> {
  const direct = references.some(({ kind, module }) => kind === 'use' && isSchemaLibrary(module));
  return direct ? { direct } : {};
}

function isSchemaLibrary(module: string): boolean {
  return module === 'Ecto.Schema' || module === 'TypedEctoSchema';
}

/** `:schema` of `use MyApp, :schema`. */
function variantOf({ args }: Call): string | null {
  return atomName(args[1]);
}

/** Modules whose `use` sets what a schema starts from: by `__using__`, or by a function that is named when they are used. */
export function schemaWrappersIn(elixir: ElixirFile): readonly SchemaWrapper[] {
  return modulesIn(elixir).flatMap((module) =>
    module.functions.flatMap(({ name, kind, arity, clauses }): SchemaWrapper[] => {
      const isMacro = kind === 'defmacro' && name === '__using__';
      if (kind === 'defmacro' && !isMacro) {
        const fields = arity === 0 ? fieldsOfMacro(module, clauses) : null;
        return fields === null ? [] : [{ module: module.name, variant: name, ...noSettings, fields }];
      }
      if (!isMacro && kind !== 'def') return [];
      const quoted = clauses.flatMap(({ body }) => (body === null ? [] : quotedItems(body.items)));
      const found = wrapperIn(module, quoted);
      // A function that gives names alone gives them to others than schemas.
      if (found?.namesOnly === true && !isMacro) return [];
      return found === null ? [] : [{ ...found, variant: isMacro ? null : name }];
    }),
  );
}

const noSettings = {
  primaryKey: { kind: 'unset' },
  foreignKeyType: null,
  prefix: null,
  timestamps: noTimestampOptions,
  wrapper: null,
} as const;

/** Of a macro that is one `quote` of nothing but fields; else `null`. */
function fieldsOfMacro(
  { name, environment }: ElixirModule,
  [clause, ...others]: FunctionDefinition['clauses'],
): readonly Field[] | null {
  const [quote, ...more] = clause?.body?.items ?? [];
  if (quote?.kind !== 'call' || quote.name !== 'quote' || others.length + more.length > 0) return null;
  const { body, args, keywords } = quote;
  if (body === null || args.length + keywords.length > 0) return null;
  if (!body.items.every((item) => item.kind === 'call' && item.name === 'field')) return null;
  const attributes = () => new Map<string, StaticValue>();
  const context = {
    module: name,
    environment,
    primaryKey: 'id',
    timestamps: noTimestampOptions,
    library: new Map(),
    imports: new Set<string>(),
    attributes,
  };
  const { fields } = readFields(body, context);
  const isPlain = fields.every(({ enumValues, primaryKey }) => enumValues !== null && !primaryKey);
  return fields.length === body.items.length && isPlain ? fields : null;
}

/** What stands in `quote do … end`. */
export function quotedItems(items: readonly Expr[]): readonly Expr[] {
  return items.flatMap((item) => {
    if (item.kind === 'list') return quotedItems(item.items);
    return item.kind === 'call' && item.name === 'quote' ? (item.body?.items ?? []) : [];
  });
}

function wrapperIn(module: ElixirModule, items: readonly Expr[]): Omit<SchemaWrapper, 'variant'> | null {
  const { environment, name } = module;
  const references = items.flatMap((item) =>
    item.kind === 'call' ? moduleReferences(item, environment) : [],
  );
  const settings = settingsIn((attribute) => lastAttribute(items, attribute), environment);
  const isSchema = references.some(({ kind, module: used }) => kind === 'use' && isSchemaLibrary(used));
  const setsAny =
    settings.primaryKey.kind !== 'unset' || settings.foreignKeyType !== null || settings.prefix !== null;
  const wrapper = wrapperOf(references);
  const wrapsOther = wrapper !== null && /Schema|Model/.test(wrapper.module);
  const undecided = undecidedIn(items, settings);
  if (lastAttribute(items, 'field_source_mapper') !== null) undecided.push('field_source_mapper');
  const isWrapper =
    isSchema || setsAny || wrapsOther || settings.timestamps !== noTimestampOptions || undecided.length > 0;
  const { aliases } = environmentAfter(items, { module: name, aliases: new Map() });
  if (!isWrapper && aliases.size === 0) return null;
  const uses = usesIn(references);
  return {
    module: name,
    ...settings,
    wrapper,
    ...(isSchema ? { direct: true } : {}),
    ...(aliases.size === 0 ? {} : { aliases }),
    ...(uses.length === 0 ? {} : { uses }),
    ...(undecided.length === 0 ? {} : { undecided }),
    ...(isWrapper ? {} : { namesOnly: true }),
  };
}

function lastAttribute(items: readonly Expr[], name: string): Expr | null {
  const found = items.findLast(
    (item) => item.kind === 'attribute' && item.name === name && item.value !== null,
  );
  return found?.kind === 'attribute' ? found.value : null;
}
