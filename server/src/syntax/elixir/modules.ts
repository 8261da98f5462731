// The modules of a file and what each of them says at its top level: uses, aliases, attributes, functions.

import { contains, type Span } from '../../text/span.js';
import {
  type Environment,
  type ModuleReference,
  moduleReferences,
  noAliases,
  resolveAlias,
  withAlias,
} from './aliases.js';
import { type FunctionClause, type FunctionDefinition, functionsIn } from './functions.js';
import {
  type Attribute,
  type Body,
  type Call,
  type ElixirFile,
  type Expr,
  keyword,
  pairNamed,
  pairsOf,
} from './nodes.js';

export interface ElixirModule {
  readonly kind: 'defmodule' | 'defprotocol' | 'defimpl';
  /** The full name; that of an implementation is the protocol's with the type's behind it. */
  readonly name: string;
  readonly nameSpan: Span;
  readonly call: Call;
  /** What stands at its top level, also inside `if`, `unless` and `for` there. Nested modules are among it. */
  readonly items: readonly Expr[];
  readonly references: readonly ModuleReference[];
  /** `@name value`, in order; attributes that are only read are not here. */
  readonly attributes: readonly Attribute[];
  readonly functions: readonly FunctionDefinition[];
  /** What names mean in its functions: all of its top level has been read. */
  readonly environment: Environment;
}

/** The clause of a function that holds the place; `null` outside of functions. */
export function clauseAround(file: ElixirFile, at: Span): FunctionClause | null {
  const clauses = modulesIn(file).flatMap(({ functions }) => functions.flatMap((one) => one.clauses));
  return clauses.findLast(({ span }) => contains(span, at)) ?? null;
}

/** Whether `import` brings a function of that name. */
export function isImported(call: Call, name: string): boolean {
  const only = keyword(call, 'only');
  if (only?.kind === 'list') return pairNamed(pairsOf(only), name) !== null;
  const except = keyword(call, 'except');
  return except?.kind !== 'list' || pairNamed(pairsOf(except), name) === null;
}

/** All that is read of a file asks for its modules. */
const known = new WeakMap<ElixirFile, readonly ElixirModule[]>();

/** All modules of the file, nested ones after those that they are in. */
export function modulesIn(file: ElixirFile): readonly ElixirModule[] {
  let modules = known.get(file);
  if (modules === undefined) {
    modules = readModules(file);
    known.set(file, modules);
  }
  return modules;
}

function readModules({ items }: ElixirFile): readonly ElixirModule[] {
  const modules: ElixirModule[] = [];
  readItems(items, noAliases, modules);
  return modules;
}

/** The value of the last `@name value` of the module; `null` when it has none. */
export function attributeNamed(module: ElixirModule, name: string): Expr | null {
  return module.attributes.findLast((attribute) => attribute.name === name)?.value ?? null;
}

/** Whether it says `use` of the module with that full name. */
export function uses(module: ElixirModule, name: string): boolean {
  return module.references.some((reference) => reference.kind === 'use' && reference.module === name);
}

interface TopLevel {
  readonly items: Expr[];
  readonly references: ModuleReference[];
  environment: Environment;
}

/** Reads one level in order; modules in it are added to `modules`. */
function readItems(items: readonly Expr[], environment: Environment, modules: ElixirModule[]): TopLevel {
  const level: TopLevel = { items: [], references: [], environment };
  addItems(items, level, modules);
  return level;
}

const transparent = new Set(['if', 'unless', 'for']);

function addItems(items: readonly Expr[], level: TopLevel, modules: ElixirModule[]): void {
  for (const item of items) {
    level.items.push(item);
    if (item.kind === 'group') addItems(item.items, level, modules);
    if (item.kind !== 'call' || item.receiver !== null) continue;
    const kind = moduleKind(item);
    if (kind !== null) {
      addModule(kind, item, level, modules);
    } else if (transparent.has(item.name)) {
      if (item.body !== null) for (const body of bodiesOf(item.body)) addItems(body.items, level, modules);
    } else {
      for (const reference of moduleReferences(item, level.environment)) {
        level.references.push(reference);
        if (reference.as !== null) {
          level.environment = withAlias(level.environment, reference.as, reference.module);
        }
      }
    }
  }
}

function bodiesOf(body: Body): readonly Body[] {
  return [body, ...body.sections.map((section) => section.body)];
}

function moduleKind(call: Call): ElixirModule['kind'] | null {
  const { name } = call;
  return name === 'defmodule' || name === 'defprotocol' || name === 'defimpl' ? name : null;
}

function addModule(kind: ElixirModule['kind'], call: Call, level: TopLevel, modules: ElixirModule[]): void {
  const [named] = call.args;
  if (named?.kind !== 'alias') return;
  const outer = level.environment.module;
  const name =
    kind === 'defimpl'
      ? implementationName(named.name, call, level.environment)
      : fullName(named.name, outer);
  const place = modules.length;
  const inside = readItems(call.body?.items ?? [], { ...level.environment, module: name }, modules);
  const attributes = inside.items.filter(
    (item): item is Attribute => item.kind === 'attribute' && item.value !== null,
  );
  modules.splice(place, 0, {
    kind,
    name,
    nameSpan: named.span,
    call,
    items: inside.items,
    references: inside.references,
    attributes,
    functions: functionsIn(inside.items),
    environment: inside.environment,
  });
  // A nested module can be called by its short name from here on.
  if (outer !== null && kind !== 'defimpl') {
    const [first = named.name] = named.name.split('.');
    level.environment = withAlias(level.environment, first, fullName(first, outer));
  }
}

function fullName(written: string, outer: string | null): string {
  if (written.startsWith('Elixir.')) return written.slice('Elixir.'.length);
  if (written.startsWith('__MODULE__')) return written.replace('__MODULE__', outer ?? '__MODULE__');
  return outer === null ? written : `${outer}.${written}`;
}

/** `defimpl Protocol, for: Type` is the module `Protocol.Type`; without `for:` the type is the module around it. */
function implementationName(protocol: string, call: Call, environment: Environment): string {
  const type = keyword(call, 'for');
  const full = resolveAlias(protocol, environment);
  if (type?.kind === 'alias') return `${full}.${resolveAlias(type.name, environment)}`;
  return environment.module === null ? full : `${full}.${environment.module}`;
}
