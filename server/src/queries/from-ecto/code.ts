// What is kept of the code of a file: the functions that may give queries, run them, or call those that do. The rest of its tree,
// which is most of it, is let go.

import { quotedItems } from '../../ecto/schemas.js';
import {
  type Environment,
  environmentAfter,
  type ModuleReference,
  moduleReferences,
  resolveAlias,
} from '../../syntax/elixir/aliases.js';
import { type FunctionDefinition, functionsIn } from '../../syntax/elixir/functions.js';
import { type ElixirModule, modulesIn } from '../../syntax/elixir/modules.js';
import type { Call, ElixirFile, Expr } from '../../syntax/elixir/nodes.js';
import { everythingIn, partsOf, variablesIn } from '../../syntax/elixir/walk.js';
import { isQueryMacro } from './macros.js';
import { type Plug, plugIn } from './plugs.js';
import { isSink } from './sinks.js';

export interface ModuleCode {
  readonly name: string;
  readonly environment: Environment;
  /** `use` and `import`. */
  readonly references: readonly ModuleReference[];
  readonly functions: readonly FunctionCode[];
  /** Names of all its functions, also of those that are not kept. */
  readonly defined: ReadonlySet<string>;
  /** Code at its top level that may run queries. */
  readonly items: readonly Expr[];
  readonly plugs: readonly Plug[];
  /** What its attributes hold, those that are set once and written out: `@options [skip_tenant: true]`. */
  readonly attributes: ReadonlyMap<string, Expr>;
  /** What `use` of it puts into a module, by the atom that it is used with; under the empty name where it takes none. */
  readonly using: ReadonlyMap<string, Brought>;
  /** The text of all of it but its functions that counts here. */
  readonly text: string;
}

export interface FunctionCode extends FunctionDefinition {
  /** As it is written, from its first clause to its last. */
  readonly text: string;
}

/** What `use` puts into a module. */
export interface Brought {
  /** What names mean in the functions that it puts there. */
  readonly environment: Environment;
  /** Aliases that it brings. */
  readonly aliases: Environment['aliases'];
  readonly references: readonly ModuleReference[];
  readonly functions: readonly FunctionCode[];
  /** See {@link ModuleCode.defined}. */
  readonly defined: ReadonlySet<string>;
}

/** @param text of the file; functions are told apart by it when the file is read again */
export function codeIn(elixir: ElixirFile, text = ''): readonly ModuleCode[] {
  return modulesIn(elixir).map((module) => moduleCode(module, text));
}

function moduleCode(module: ElixirModule, text: string): ModuleCode {
  const references = module.references.filter(({ kind }) => kind === 'use' || kind === 'import');
  const items = module.items.filter(
    (item) => isNoDefinition(item) && concernsQueries(item, { environment: module.environment }),
  );
  const using = usingIn(module, text);
  return {
    name: module.name,
    environment: module.environment,
    references,
    functions: keptFunctions(module.functions, module, text),
    defined: namesOf(module.functions),
    items,
    plugs: module.items.flatMap((item) => (item.kind === 'call' ? (plugIn(item) ?? []) : [])),
    attributes: attributesIn(module.items),
    using,
    text: textOfModule(module, using, text),
  };
}

function namesOf(functions: readonly FunctionDefinition[]): ReadonlySet<string> {
  return new Set(functions.map(({ name }) => name));
}

function attributesIn(items: readonly Expr[]): ReadonlyMap<string, Expr> {
  const attributes = new Map<string, Expr>();
  const several = new Set<string>();
  for (const item of items) {
    if (item.kind !== 'attribute' || item.value === null || DOCUMENTS.test(item.name)) continue;
    if (attributes.has(item.name)) several.add(item.name);
    attributes.set(item.name, item.value);
  }
  for (const [name, value] of attributes) {
    if (several.has(name) || !isWrittenOut(value)) attributes.delete(name);
  }
  return attributes;
}

const DOCUMENTS = /^(?:(?:module|type)?doc|spec|type|typep|opaque|impl|behaviour|callback|derive)$/;

function isWrittenOut(value: Expr): boolean {
  return [...everythingIn(value)].every(({ kind }) =>
    /^(?:list|pair|atom|alias|text|number|tuple)$/.test(kind),
  );
}

const DEFINITION = /^(?:def\w*|alias|import|use|require|schema|embedded_schema)$/;

function isNoDefinition(item: Expr): boolean {
  if (item.kind === 'attribute') return false;
  return item.kind !== 'call' || item.receiver !== null || !DEFINITION.test(item.name);
}

function textOfModule(
  { references, name, functions, items }: ElixirModule,
  using: ModuleCode['using'],
  text: string,
): string {
  const attributes = [...attributesIn(items).values()];
  const plugs = items.filter((item) => item.kind === 'call' && item.name === 'plug');
  const counting = [...references.map(({ call }) => call), ...plugs, ...attributes];
  const written = counting.map(({ span }) => text.slice(span.start, span.end));
  const quoting = functions.filter((definition) => using.size > 0 && isQuoting(definition));
  return [name, ...written, ...quoting.map((one) => textOfFunction(one, text))].join('\n');
}

function textOfFunction({ clauses }: FunctionDefinition, text: string): string {
  return text.slice(clauses[0]?.span.start ?? 0, clauses.at(-1)?.span.end ?? 0);
}

/** `__using__` quotes it, or a function that `__using__` calls by its name: `use ShopWeb, :controller`. */
function isQuoting({ name, arity, kind }: FunctionDefinition): boolean {
  return (name === '__using__' && kind === 'defmacro') || arity === 0;
}

function usingIn(module: ElixirModule, text: string): ModuleCode['using'] {
  const using = new Map<string, Brought>();
  if (!module.functions.some(({ name }) => name === '__using__')) return using;
  for (const definition of module.functions.filter(isQuoting)) {
    const items = definition.clauses.flatMap(({ body }) => quotedItems(body?.items ?? []));
    if (items.length === 0) continue;
    const functions = functionsIn(items);
    const environment = environmentAfter(items, module.environment);
    const references = items.flatMap((item) =>
      item.kind === 'call' ? moduleReferences(item, environment) : [],
    );
    using.set(definition.name === '__using__' ? '' : definition.name, {
      environment,
      aliases: environmentAfter(items, { module: module.name, aliases: new Map() }).aliases,
      references: references.filter(({ kind }) => kind === 'use' || kind === 'import'),
      functions: keptFunctions(functions, module, text),
      defined: namesOf(functions),
    });
  }
  return using;
}

/** Those that concern queries, and those that call them. */
function keptFunctions(
  functions: readonly FunctionDefinition[],
  { references, environment }: Pick<ElixirModule, 'references' | 'environment'>,
  text: string,
): readonly FunctionCode[] {
  const imports = references.some(({ kind, module }) => kind !== 'alias' && !isLibrary(module));
  const kept = new Set<FunctionDefinition>();
  const names = new Set<string>();
  const waiting: { readonly definition: FunctionDefinition; readonly calls: ReadonlySet<string> }[] = [];
  const keep = (definition: FunctionDefinition) => {
    kept.add(definition);
    names.add(definition.name);
  };
  const own = new Set(functions.map(({ name }) => name));
  for (const definition of functions) {
    if (definition.kind === 'defmacro' || definition.kind === 'defmacrop') continue;
    if (/^defguardp?$/.test(definition.kind)) continue;
    const calls = new Set<string>();
    const about: Reading = { environment, calls, foreign: (name) => imports && !own.has(name) };
    if (definition.kind === 'defdelegate' || givesOneOf(definition)) keep(definition);
    else if (definition.clauses.some((clause) => bodyConcerns(clause, about))) keep(definition);
    else waiting.push({ definition, calls });
  }
  for (let size = -1; size !== kept.size; ) {
    size = kept.size;
    for (const { definition, calls } of waiting) {
      if (!kept.has(definition) && [...names].some((name) => calls.has(name))) keep(definition);
    }
  }
  return functions.flatMap((definition) =>
    kept.has(definition) ? [{ ...definition, text: textOfFunction(definition, text) }] : [],
  );
}

/** It gives back what it is given, or a module: `def base, do: __MODULE__`. Or it hands it on: `%Scoped{query: query, org: org}`. */
function givesOneOf({ clauses }: FunctionDefinition): boolean {
  return clauses.some(({ params, body }) => {
    const last = body?.items.at(-1);
    if (last?.kind === 'map' && last.struct !== null) return holdsGiven(last.entries, params) > 0;
    if (body?.items.length !== 1) return false;
    if (last?.kind === 'tuple') return holdsGiven(last.items.slice(0, 1), params) > 0;
    return last?.kind === 'alias' || last?.kind === 'variable';
  });
}

/** How many of the values are variables of the head. */
function holdsGiven(values: readonly Expr[], params: readonly Expr[]): number {
  const given = new Set(params.flatMap(variablesIn));
  return values.filter((value) => {
    const plain = value.kind === 'pair' ? value.value : value;
    return plain.kind === 'variable' && given.has(plain.name);
  }).length;
}

function bodyConcerns({ body }: FunctionDefinition['clauses'][number], about: Reading): boolean {
  if (body === null) return false;
  const items = [
    ...body.items,
    ...body.clauses.flatMap(({ patterns, items }) => [...patterns, ...items]),
    ...body.sections.flatMap((section) => section.body.items),
  ];
  return items.some((item) => concernsQueries(item, about));
}

interface Reading {
  readonly environment: Environment;
  /** Gets the names of the local functions that are called, as far as the code is read. */
  readonly calls?: Set<string>;
  /** Whether a local function may come from an import. */
  readonly foreign?: (name: string) => boolean;
}

function concernsQueries(expr: Expr, about: Reading): boolean {
  if (expr.kind === 'call') {
    if (isTelling(expr, about.environment)) return true;
    if (expr.receiver === null) {
      about.calls?.add(expr.name);
      if (about.foreign?.(expr.name) === true && !CONTROL.test(expr.name)) return true;
    }
  } else if (expr.kind === 'unary' && expr.operator === '&' && expr.operand.kind === 'binary') {
    const { left } = expr.operand;
    if (left.kind === 'variable') about.calls?.add(left.name);
  }
  return partsOf(expr).some((part) => concernsQueries(part, about));
}

const CONTROL =
  /^(?:if|unless|case|cond|with|for|try|receive|raise|then|tap|fn|quote|unquote|is_\w+|to_string|inspect|length|hd|tl|elem|put_elem|map_size|struct!?|send|self|spawn\w*|apply|max|min|round|trunc|div|rem|abs|not|dbg|assign\w*|sigil_\w+|live_\w+|push_\w+|put_flash|render\w*|redirect|json|conn|assert\w*|refute\w*|test|describe|setup\w*|on_exit|attr|slot|plug|field|cast\w*|validate_\w+|put_change|get_field|get_change|change|<<>>|\{\}|)$/;

/** A query macro, or a call of a module or a Repo of the project. */
function isTelling({ receiver, name, args, keywords }: Call, environment: Environment): boolean {
  if (receiver === null) {
    // A Repo, and what puts functions into one, calls its own functions.
    const ofRepo = isSink(name) && args.length > 0 && /Repo\w*$/.test(environment.module ?? '');
    return (
      ofRepo ||
      name === 'apply' ||
      name === 'from' ||
      name === 'dynamic' ||
      name === 'subquery' ||
      isQueryMacro(name)
    );
  }
  if (receiver.kind === 'alias') {
    return name !== '{}' && !isLibrary(resolveAlias(receiver.name, environment));
  }
  // A function that is given may be one of these.
  return name === '' || (args.length + keywords.length > 0 && isSink(name));
}

const LIBRARIES: ReadonlySet<string> = new Set(
  'Access Agent Application Atom Base Bitwise Calendar Code Date DateTime Duration DynamicSupervisor Enum Exception File Float Function GenServer Integer IO Inspect Kernel Keyword List Logger Macro Map MapSet Mix Module NaiveDateTime Node OptionParser Path Port Process Range Record Regex Registry Stream String StringIO Supervisor System Task Time Tuple URI Version Phoenix Plug Jason Poison Telemetry Absinthe Gettext Swoosh Bamboo Tesla Req Finch HTTPoison Timex Decimal ExUnit Mox Sentry OpenTelemetry Oban'.split(
    ' ',
  ),
);

/** A module of Elixir or of a library that runs no queries of ours, by its name. */
export function isLibrary(module: string): boolean {
  if (/^Ecto\.(?:Changeset|UUID|Enum|Type|Schema|Query)\b/.test(module)) return true;
  const dot = module.indexOf('.');
  return LIBRARIES.has(dot < 0 ? module : module.slice(0, dot));
}
