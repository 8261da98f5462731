// What stands between `do` and `end` of a schema. Macros of other libraries are passed over.
// https://hexdocs.pm/ecto/Ecto.Schema.html

import type { Environment } from '../syntax/elixir/aliases.js';
import { type Body, type Call, type Expr, keyword } from '../syntax/elixir/nodes.js';
import { type Static, type StaticValue, staticValue } from '../syntax/elixir/static.js';
import { cover, type Span } from '../text/span.js';
import type { LibraryField } from './library-fields.js';
import {
  atomName,
  atomOption,
  isBoolean,
  isTrueOption,
  moduleName,
  typeText,
  underscored,
} from './literals.js';
import type { Association, Embed, Field, FieldMacroCall, TimestampOptions } from './model.js';

export interface SchemaContent {
  readonly fields: readonly Field[];
  readonly associations: readonly Association[];
  readonly embeds: readonly Embed[];
  readonly timestamps: TimestampOptions | null;
  /** See `EctoSchema.unread`. */
  readonly unread?: string;
  /** See `EctoSchema.macros`. */
  readonly macros?: readonly FieldMacroCall[];
}

/** What a schema's own module says around it. */
export interface SchemaContext {
  readonly module: string;
  readonly environment: Environment;
  /** The name of its primary key. */
  readonly primaryKey: string;
  /** `@timestamps_opts`. */
  readonly timestamps: TimestampOptions;
  /** Module attributes with values that can be told. */
  readonly attributes: () => ReadonlyMap<string, StaticValue>;
  /** What macros of libraries make here, by their names. */
  readonly library: ReadonlyMap<string, readonly LibraryField[]>;
  /** Modules that are imported. */
  readonly imports: ReadonlySet<string>;
}

interface Content extends SchemaContent {
  readonly fields: Field[];
  readonly associations: Association[];
  readonly embeds: Embed[];
  timestamps: TimestampOptions | null;
  unread?: string;
  macros?: FieldMacroCall[];
}

export function readFields(body: Body, context: SchemaContext): SchemaContent {
  const content: Content = { fields: [], associations: [], embeds: [], timestamps: null };
  readItems(body.items, context, content);
  return content;
}

function readItems(items: readonly Expr[], context: SchemaContext, content: Content): void {
  for (const item of items) {
    // TypedEctoSchema lets a type stand behind: `field(:x, :integer) :: non_neg_integer()`.
    const macro = item.kind === 'binary' && item.operator === '::' ? item.left : item;
    if (macro.kind === 'variable' && macro.name === 'timestamps') {
      addTimestamps(null, macro.span, context, content);
    } else if (macro.kind === 'call' && macro.receiver === null) readCall(macro, context, content);
    else if (macro.kind === 'call') content.unread ??= macro.name;
    else if (macro.kind === 'variable') addMacro(macro.name, macro.span, context, content);
  }
}

function readCall(call: Call, context: SchemaContext, content: Content): void {
  switch (call.name) {
    case 'field':
      addField(call, context, content);
      break;
    case 'belongs_to':
    case 'has_one':
    case 'has_many':
    case 'many_to_many':
      addAssociation(call, call.name, context, content);
      break;
    case 'embeds_one':
    case 'embeds_many':
      addEmbed(call, call.name, context, content);
      break;
    case 'timestamps':
      addTimestamps(call, call.span, context, content);
      break;
    case 'if':
    case 'unless':
      content.unread ??= call.name;
      for (const part of [call.body, ...(call.body?.sections ?? []).map(({ body }) => body)]) {
        readItems(part?.items ?? [], context, content);
      }
      break;
    case 'alias':
    case 'import':
    case 'require':
      break;
    case 'polymorphic_embeds_one':
    case 'polymorphic_embeds_many':
      // It makes one field of its own type.
      if (context.imports.has('PolymorphicEmbed')) addField(call, context, content);
      else content.unread ??= call.name;
      break;
    default:
      if (call.args.length + call.keywords.length === 0 && call.body === null) {
        addMacro(call.name, call.span, context, content);
      } else content.unread ??= call.name;
      break;
  }
}

function addMacro(name: string, span: Span, { library }: SchemaContext, content: Content): void {
  const made = library.get(name);
  if (made !== undefined) {
    const isNew = (one: LibraryField) => !content.fields.some((field) => field.name === one.name);
    content.fields.push(...made.filter(isNew).map((field) => libraryField(field, span)));
    return;
  }
  content.macros = [...(content.macros ?? []), { name, at: content.fields.length, span }];
}

function libraryField(field: LibraryField, span: Span): Field {
  return { ...field, column: field.name, primaryKey: false, from: 'field', span, nameSpan: span };
}

function addField(call: Call, context: SchemaContext, { fields }: Content): void {
  const { environment } = context;
  const [first, second] = call.args;
  const name = atomName(first);
  if (first === undefined || name === null) return;
  // A bracketed keyword list may stand where the type is left out.
  const isPlain = second === undefined || second.kind === 'list';
  const type = POLYMORPHIC.get(call.name) ?? (isPlain ? ':string' : typeText(second, environment));
  fields.push({
    name,
    column: atomOption(call, 'source') ?? name,
    type,
    virtual: isTrueOption(call, 'virtual'),
    primaryKey: isTrueOption(call, 'primary_key'),
    ...(isTrueOption(call, 'redact') ? { redacted: true } : {}),
    ...storageOf(call, type, context),
    ...optionsAt(call),
    from: 'field',
    span: call.span,
    nameSpan: first.span,
  });
}

/** Source: PolymorphicEmbed 5 */
const POLYMORPHIC: ReadonlyMap<string, string> = new Map([
  ['polymorphic_embeds_one', 'PolymorphicEmbed'],
  ['polymorphic_embeds_many', '{:array, PolymorphicEmbed}'],
]);

function knownValue(expr: Expr, { environment, attributes }: SchemaContext): Static {
  return staticValue(expr, { aliases: environment, attributes: attributes() });
}

/** What its options say of how it is stored and loaded. */
function storageOf(
  call: Call,
  type: string,
  context: SchemaContext,
): Pick<Field, 'notLoaded' | 'notUpdatable' | 'enumValues'> {
  const writable = atomOption(call, 'writable');
  return {
    ...(isBoolean(keyword(call, 'load_in_query'), 'false') ? { notLoaded: true } : {}),
    ...(writable !== null && writable !== 'always' ? { notUpdatable: true } : {}),
    ...(/\bEcto\.Enum\b/.test(type) ? { enumValues: enumValues(keyword(call, 'values'), context) } : {}),
  };
}

/** `[:draft, :listed]` are stored as texts, `[draft: 1]` as what stands there. */
function enumValues(
  values: Expr | null,
  context: SchemaContext,
): ReadonlyMap<string, string | number> | null {
  const value = values === null ? null : knownValue(values, context);
  if (value?.kind !== 'known' || value.value.kind !== 'list') return null;
  const stored = new Map<string, string | number>();
  for (const item of value.value.items) {
    const [key, given] = item.kind === 'tuple' ? item.items : [item, item];
    if (key?.kind !== 'atom' || given === undefined) return null;
    if (given.kind === 'atom') stored.set(key.name, given.name);
    else if (given.kind === 'string') stored.set(key.name, given.text);
    else if (given.kind === 'number') stored.set(key.name, given.value);
    else return null;
  }
  return stored;
}

function optionsAt({ args, keywords }: Call): Pick<Field, 'optionsAt'> {
  const last = keywords.at(-1) ?? args.at(-1);
  const isPlain = args.length === 2 && args[1]?.kind !== 'list';
  return last === undefined || !isPlain ? {} : { optionsAt: last.span.end };
}

function addAssociation(
  call: Call,
  kind: Association['kind'],
  context: SchemaContext,
  { fields, associations }: Content,
): void {
  const { module, environment, primaryKey } = context;
  const [first, second] = call.args;
  const name = atomName(first);
  if (first === undefined || name === null) return;
  const references = atomOption(call, 'references');
  const through = keyword(call, 'through');
  const explicit = atomOption(call, 'foreign_key');
  const usual =
    kind === 'belongs_to'
      ? `${name}_id`
      : kind === 'many_to_many' || through !== null
        ? null
        : `${underscored(module)}_${references ?? primaryKey}`;
  const foreignKey = explicit ?? usual;
  associations.push({
    kind,
    name,
    module: moduleName(second?.kind === 'tuple' ? second.items[1] : second, environment),
    foreignKey,
    references,
    through: through?.kind === 'list' ? through.items.flatMap((item) => atomName(item) ?? []) : null,
    joinThrough: joinThrough(keyword(call, 'join_through'), environment),
    ...conditionsOf(call, context),
    span: call.span,
    keyword: cover(call.nameSpan, first.span),
  });
  if (kind !== 'belongs_to' || foreignKey === null || isBoolean(keyword(call, 'define_field'), 'false'))
    return;
  const type = keyword(call, 'type');
  fields.push({
    name: foreignKey,
    column: atomOption(call, 'source') ?? foreignKey,
    type: type === null ? null : typeText(type, environment),
    virtual: false,
    primaryKey: isTrueOption(call, 'primary_key'),
    from: 'belongs_to',
    span: call.span,
    nameSpan: first.span,
  });
}

/** What its options say of the rows that it reaches. */
function conditionsOf(
  call: Call,
  context: SchemaContext,
): Pick<Association, 'table' | 'where' | 'joinWhere' | 'joinKeys'> {
  const [, second] = call.args;
  const [table] = second?.kind === 'tuple' ? second.items : [];
  const valueUnder = (name: string): StaticValue | null | undefined => {
    const option = keyword(call, name);
    if (option === null) return undefined;
    const value = knownValue(option, context);
    return value.kind === 'known' ? value.value : null;
  };
  const [where, joinWhere, joinKeys] = ['where', 'join_where', 'join_keys'].map(valueUnder);
  return {
    ...(table?.kind === 'text' && table.value !== null ? { table: table.value } : {}),
    ...(where === undefined ? {} : { where }),
    ...(joinWhere === undefined ? {} : { joinWhere }),
    ...(joinKeys === undefined ? {} : { joinKeys }),
  };
}

function joinThrough(expr: Expr | null, environment: Environment): string | null {
  return expr?.kind === 'text' ? expr.value : moduleName(expr, environment);
}

function addEmbed(
  call: Call,
  kind: Embed['kind'],
  { environment }: SchemaContext,
  { fields, embeds }: Content,
): void {
  const [first, second] = call.args;
  const name = atomName(first);
  if (first === undefined || name === null) return;
  const column = atomOption(call, 'source') ?? name;
  embeds.push({ kind, name, column, module: moduleName(second, environment), span: call.span });
  fields.push({
    name,
    column,
    type: kind === 'embeds_one' ? ':map' : '{:array, :map}',
    virtual: isTrueOption(call, 'virtual'),
    primaryKey: false,
    from: 'embed',
    span: call.span,
    nameSpan: first.span,
  });
}

function addTimestamps(
  call: Call | null,
  span: Span,
  { environment, timestamps: defaults }: SchemaContext,
  content: Content,
): void {
  const own =
    call === null ? noTimestampOptions : timestampOptions((name) => keyword(call, name), environment);
  const options: TimestampOptions = {
    type: own.type ?? defaults.type,
    insertedAt: own.insertedAt ?? defaults.insertedAt,
    updatedAt: own.updatedAt ?? defaults.updatedAt,
  };
  content.timestamps = options;
  const nameSpan = call?.nameSpan ?? span;
  const add = (name: string | false, source: string) => {
    if (name === false) return;
    const column = (call === null ? null : atomOption(call, source)) ?? name;
    content.fields.push({
      name,
      column,
      type: options.type,
      virtual: false,
      primaryKey: false,
      from: 'timestamps',
      span,
      nameSpan,
    });
  };
  add(options.insertedAt ?? 'inserted_at', 'inserted_at_source');
  add(options.updatedAt ?? 'updated_at', 'updated_at_source');
}

export const noTimestampOptions: TimestampOptions = { type: null, insertedAt: null, updatedAt: null };

/** @param option the value under a key, or `null` */
export function timestampOptions(
  option: (name: string) => Expr | null,
  environment: Environment,
): TimestampOptions {
  const type = option('type');
  return {
    type: type === null ? null : typeText(type, environment),
    insertedAt: nameOrFalse(option('inserted_at')),
    updatedAt: nameOrFalse(option('updated_at')),
  };
}

function nameOrFalse(expr: Expr | null): string | false | null {
  return isBoolean(expr, 'false') ? false : atomName(expr);
}
