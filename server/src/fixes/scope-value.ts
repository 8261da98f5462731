// The tenant's value where a query stands: a variable in scope that is or holds it.
//
// Looked for in this order: a variable called like the column; what a pattern takes from a map under the column's name; a
// struct of the tenant taken apart in the function's head; a variable called like the column with the tenant's name cut short
// (`org_id`); what the file reads elsewhere from one of the variables (`scope.organization.id`); a variable called like the
// tenant, a scope, a user that has such a field; any other struct of a schema that has it. Where nothing is found it is a variable called like the column, which nobody has set yet: the code does not
// compile until the function gets it from its caller.

import { type Environment, resolveAlias } from '../syntax/elixir/aliases.js';
import type { FunctionClause } from '../syntax/elixir/functions.js';
import { clauseAround, modulesIn } from '../syntax/elixir/modules.js';
import type { Call, ElixirFile, Expr } from '../syntax/elixir/nodes.js';
import { everythingIn, pathTo, variablesIn } from '../syntax/elixir/walk.js';
import { contains, type Span } from '../text/span.js';
import type { Site } from './place.js';

/** An expression of Elixir, without a pin. */
export function tenantValue(site: Site, file: ElixirFile, at: Span, column: string): string {
  const clause = clauseAround(file, at);
  if (clause === null) return column;
  const patterns = patternsBefore(clause, at);
  const variables = new Set(patterns.flatMap(variablesIn).filter((name) => !name.startsWith('_')));
  const base = column.replace(/_?id$/i, '').replace(/_$/, '');
  if (variables.has(column)) return column;
  return (
    takenByName(patterns, column) ??
    idOfStruct(clause, base) ??
    [...variables].find((name) => isShortId(name, base)) ??
    readElsewhere(file, variables, column, base) ??
    tenantByName(variables, base) ??
    userWith(site, file, clause, patterns, column) ??
    rowWith(site, file, clause, patterns, column) ??
    column
  );
}

/**
 * The expression that stands right there, a pin left out: a variable, a field, an attribute, an element, a call with its
 * arguments. `null` where none of these stands there: what comes out of a function has the place of its name.
 */
export function valueAt(file: ElixirFile, at: Span): Expr | null {
  const path = pathTo(file.items, at);
  const [found, around] = [path.at(-1), path.at(-2)];
  if (found === undefined || found.span.start !== at.start || found.span.end !== at.end) return null;
  if (around?.kind === 'binary' && around.operator === '|>' && around.right === found) return null;
  const value = found.kind === 'unary' && found.operator === '^' ? found.operand : found;
  const isValue =
    value.kind === 'variable' ||
    value.kind === 'access' ||
    (value.kind === 'attribute' && value.value === null) ||
    (value.kind === 'call' && value.body === null && (value.parenthesized || value.args.length === 0));
  // `type(^id, :integer)` is a value in a query alone.
  const isPlain = ![...everythingIn(value)].some((inner) => inner.kind === 'unary' && inner.operator === '^');
  return isValue && isPlain ? value : null;
}

/** Those of the function's head, and of what is set before the place, also by the functions and loops around it. */
function patternsBefore({ params, body }: FunctionClause, at: Span): readonly Expr[] {
  const found: Expr[] = params.map((param) =>
    param.kind === 'binary' && param.operator === '\\\\' ? param.left : param,
  );
  for (const item of body?.items ?? []) {
    for (const inner of everythingIn(item)) {
      if (inner.kind === 'binary' && (inner.operator === '=' || inner.operator === '<-')) {
        if (inner.span.end <= at.start) found.push(inner.left);
      } else if (inner.kind === 'fn' && contains(inner.span, at)) {
        found.push(...inner.clauses.flatMap((one) => one.patterns));
      }
    }
  }
  return found;
}

/** `%{"organization_id" => id}` and `%{organization_id: id}` give `id`. */
function takenByName(patterns: readonly Expr[], column: string): string | null {
  for (const inner of patterns.flatMap((pattern) => [...everythingIn(pattern)])) {
    if (inner.kind !== 'pair' || inner.value.kind !== 'variable' || inner.value.name.startsWith('_'))
      continue;
    const isNamed = inner.key.kind === 'atom' || inner.key.kind === 'text';
    if (isNamed && inner.key.value === column) return inner.value.name;
  }
  return null;
}

/** What no prefix gives. */
const ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ['account', 'acct'],
  ['workspace', 'ws'],
]);

/** Whether a name is the tenant's, cut short: `org`. Any tenant may be called `tenant`. */
function isShort(name: string, base: string): boolean {
  if (name === 'tenant') return true;
  const isStart = name.length >= 3 && name.length < base.length && base.startsWith(name);
  return isStart || ABBREVIATIONS.get(base) === name;
}

function isShortId(name: string, base: string): boolean {
  return name.endsWith('_id') && isShort(name.slice(0, -'_id'.length), base);
}

/** `%Organization{id: id}` in the head gives `id`. */
function idOfStruct({ params }: FunctionClause, base: string): string | null {
  for (const inner of params.flatMap((param) => [...everythingIn(param)])) {
    if (inner.kind !== 'map' || inner.struct === null || !isNamedAfter(inner.struct, base)) continue;
    for (const entry of inner.entries) {
      if (entry.kind === 'pair' && entry.key.kind === 'atom' && entry.key.value === 'id') {
        return entry.value.kind === 'variable' ? entry.value.name : null;
      }
    }
  }
  return null;
}

/** `Shop.Accounts.Organization` for `organization`, `Org` for `org`. */
function isNamedAfter(module: string, base: string): boolean {
  const last = module.slice(module.lastIndexOf('.') + 1).toLowerCase();
  return last === base.replaceAll('_', '').toLowerCase() || isShort(last, base);
}

/** What the file itself takes from one of the variables: `scope.organization.id`, `user.organization_id`. The commonest counts. */
function readElsewhere(
  file: ElixirFile,
  variables: ReadonlySet<string>,
  column: string,
  base: string,
): string | null {
  const counts = new Map<string, number>();
  for (const item of file.items) {
    for (const inner of everythingIn(item)) {
      const path = inner.kind === 'call' ? pathOf(inner) : null;
      if (path === null || !variables.has(path[0] ?? '')) continue;
      const last = path.at(-1);
      const owner = path.at(-2) ?? '';
      if (last !== column && !(last === 'id' && isOwner(owner, base))) continue;
      const written = path.join('.');
      counts.set(written, (counts.get(written) ?? 0) + 1);
    }
  }
  const [commonest] = [...counts].sort((a, b) => b[1] - a[1]);
  return commonest?.[0] ?? null;
}

/** `organization`, `org`, and `current_organization` as of who is signed in. */
function isOwner(name: string, base: string): boolean {
  const plain = name.replace(/^current_/, '');
  return plain === base || isShort(plain, base);
}

/** `a.b.c` as its parts; `null` for other calls. */
function pathOf(call: Call): readonly string[] | null {
  if (call.parenthesized || call.args.length > 0 || call.receiver === null || call.name === '') return null;
  if (call.receiver.kind === 'variable') return [call.receiver.name, call.name];
  const before = call.receiver.kind === 'call' ? pathOf(call.receiver) : null;
  return before === null ? null : [...before, call.name];
}

const SCOPES = ['scope', 'current_scope', 'subject'];
const USERS = ['current_user', 'user', 'actor'];

function tenantByName(variables: ReadonlySet<string>, base: string): string | null {
  if (base !== '' && variables.has(base)) return `${base}.id`;
  const short = [...variables].find((name) => isOwner(name, base));
  if (short !== undefined) return `${short}.id`;
  const scope = SCOPES.find((name) => variables.has(name));
  return scope === undefined ? null : `${scope}.${base}.id`;
}

/** `user.organization_id`, unless the schema of users is known to have no such field. */
function userWith(
  site: Site,
  file: ElixirFile,
  { span }: FunctionClause,
  patterns: readonly Expr[],
  column: string,
): string | null {
  const mayHave = (name: string) => {
    const struct = structOf(patterns, name);
    const environment = environmentAt(file, span);
    const own =
      struct === null || environment === undefined
        ? site.schemasOf({ schema: null, name: 'users' }).map(({ schema }) => schema)
        : [site.schemaOf(resolveAlias(struct, environment))].filter((schema) => schema !== null);
    return own.length === 0 || own.some(({ fields }) => fields.some((field) => field.name === column));
  };
  const variables = patterns.flatMap(variablesIn);
  const user = USERS.find((name) => variables.includes(name) && mayHave(name));
  return user === undefined ? null : `${user}.${column}`;
}

/** `customer.organization_id` of `%Customer{} = customer`. */
function rowWith(
  site: Site,
  file: ElixirFile,
  { span }: FunctionClause,
  patterns: readonly Expr[],
  column: string,
): string | null {
  const environment = environmentAt(file, span);
  if (environment === undefined) return null;
  const row = patterns.flatMap(variablesIn).find((name) => {
    const struct = structOf(patterns, name);
    const schema = struct === null ? null : site.schemaOf(resolveAlias(struct, environment));
    return schema?.fields.some((field) => field.name === column) === true;
  });
  return row === undefined ? null : `${row}.${column}`;
}

function environmentAt(file: ElixirFile, span: Span): Environment | undefined {
  return modulesIn(file).findLast(({ call }) => contains(call.span, span))?.environment;
}

/** `User` of `%User{} = user`. */
function structOf(patterns: readonly Expr[], variable: string): string | null {
  for (const inner of patterns.flatMap((pattern) => [...everythingIn(pattern)])) {
    if (inner.kind !== 'binary' || inner.operator !== '=') continue;
    const sides = [inner.left, inner.right];
    if (!sides.some((side) => side.kind === 'variable' && side.name === variable)) continue;
    const struct = sides.find((side) => side.kind === 'map');
    if (struct?.kind === 'map' && struct.struct !== null) return struct.struct;
  }
  return null;
}
