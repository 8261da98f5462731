// Where the Repos of a project connect to, as `config/dev.exs` and its like say it. Read statically: literals, environment
// variables with their defaults, and texts put together from these.
// What surprises: passwords are among what is read. They stay in memory.
// https://hexdocs.pm/ecto_sql/Ecto.Adapters.Postgres.html#module-connection-options

import {
  type Body,
  type Call,
  type ElixirFile,
  type Expr,
  type Pair,
  pairsOf,
} from '../syntax/elixir/nodes.js';
import { fillHoles } from '../text/embedded.js';

export interface RepoConnection {
  /** The module: `Shop.Repo`. */
  readonly repo: string;
  /** By key of the Repo's configuration, such as `hostname`; `nil` is left out, as Ecto does. */
  readonly values: Readonly<Record<string, string>>;
  /** By key, why its value cannot be told, as a clause for people. */
  readonly unknown: Readonly<Record<string, string>>;
}

export type Variables = Readonly<Record<string, string | undefined>>;

/** Endpoints, mailers and clients of other servers have hosts and URLs, too. */
const REPO = /Repo(?![a-z])/;

const IS_POSTGRES = /^(?:postgres|postgresql|ecto):/;

const KEYS = /^(?:url|hostname|port|database|username|password|socket|socket_dir|ssl)$/;

/**
 * What the file says of each Repo that it says anything of, in its order. Values under a condition are not told.
 * @param environment what `System.get_env` gives
 */
export function repoConnectionsIn(elixir: ElixirFile, environment: Variables): readonly RepoConnection[] {
  const found: RepoConnection[] = [];
  readItems(elixir.items, { values: new Map(), environment }, false, found);
  return mergedByRepo(found);
}

/** What later files say wins, key by key. */
export function mergedByRepo(connections: readonly RepoConnection[]): readonly RepoConnection[] {
  const byRepo = new Map<string, RepoConnection>();
  for (const { repo, values, unknown } of connections) {
    const before = byRepo.get(repo);
    byRepo.set(repo, {
      repo,
      values: { ...without(before?.values, unknown), ...values },
      unknown: { ...without(before?.unknown, values), ...unknown },
    });
  }
  return [...byRepo.values()];
}

function without(
  record: Readonly<Record<string, string>> = {},
  others: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !(key in others)));
}

interface Known {
  readonly values: Map<string, Value>;
  readonly environment: Variables;
}

/** `null` is nil. */
type Value =
  | { readonly kind: 'known'; readonly value: string | null }
  | { readonly kind: 'unknown'; readonly reason: string };

function readItems(
  items: readonly Expr[],
  known: Known,
  isConditional: boolean,
  found: RepoConnection[],
): void {
  for (const item of items) {
    if (item.kind === 'group') readItems(item.items, known, isConditional, found);
    if (item.kind === 'binary' && item.operator === '=' && item.left.kind === 'variable') {
      known.values.set(item.left.name, isConditional ? CONDITIONAL : readValue(item.right, known));
    }
    if (item.kind !== 'call') continue;
    if (item.receiver === null && item.name === 'config')
      found.push(...connectionOf(item, known, isConditional));
    else if (item.body !== null) readBody(item.body, known, found);
  }
}

/** Which of its branches run is decided elsewhere. */
function readBody({ items, clauses, sections }: Body, known: Known, found: RepoConnection[]): void {
  readItems(items, known, true, found);
  for (const clause of clauses) readItems(clause.items, known, true, found);
  for (const { body } of sections) readBody(body, known, found);
}

const CONDITIONAL: Value = { kind: 'unknown', reason: 'stands under a condition' };

/** `config :shop, Shop.Repo, hostname: "localhost", …`. */
function connectionOf(
  { args, keywords }: Call,
  known: Known,
  isConditional: boolean,
): readonly RepoConnection[] {
  const [, module, options] = args;
  if (module?.kind !== 'alias' || !REPO.test(module.name)) return [];
  const pairs: readonly Pair[] = [...(options?.kind === 'list' ? pairsOf(options) : []), ...keywords];
  const values: Record<string, string> = {};
  const unknown: Record<string, string> = {};
  for (const { key, value: expr } of pairs) {
    if (key.kind !== 'atom' || !KEYS.test(key.value)) continue;
    const value = isConditional
      ? CONDITIONAL
      : key.value === 'ssl'
        ? sslOf(expr, known)
        : readValue(expr, known);
    if (value.kind === 'unknown') unknown[key.value] = value.reason;
    else if (value.value !== null) values[key.value] = value.value;
  }
  if (!IS_POSTGRES.test(values.url ?? 'postgres:')) return [];
  const saysNothing = Object.keys(values).length + Object.keys(unknown).length === 0;
  return saysNothing ? [] : [{ repo: module.name, values, unknown }];
}

/** `true`, `false`, or options: with `verify: :verify_none` nobody checks the certificate. */
function sslOf(expr: Expr, known: Known): Value {
  if (expr.kind !== 'list') return readValue(expr, known);
  const unchecked = pairsOf(expr).some(
    ({ key, value }) =>
      key.kind === 'atom' && key.value === 'verify' && value.kind === 'atom' && value.value === 'verify_none',
  );
  return { kind: 'known', value: unchecked ? 'no-verify' : 'true' };
}

function readValue(expr: Expr, known: Known): Value {
  switch (expr.kind) {
    case 'atom':
      return { kind: 'known', value: expr.value === 'nil' ? null : expr.value };
    case 'number':
      return { kind: 'known', value: expr.value };
    case 'text':
      return textOf(expr, known);
    case 'variable':
      return known.values.get(expr.name) ?? { kind: 'unknown', reason: `is the variable ${expr.name}` };
    case 'binary':
      return combined(expr, known);
    case 'call':
      return called(expr, known);
    case 'group': {
      const [only] = expr.items;
      if (only !== undefined && expr.items.length === 1) return readValue(only, known);
    }
  }
  return COMPUTED;
}

const COMPUTED: Value = { kind: 'unknown', reason: 'is computed' };

/** `"shop_test#{System.get_env("MIX_TEST_PARTITION")}"`. */
function textOf(text: Expr & { kind: 'text' }, known: Known): Value {
  if (text.value !== null) return { kind: 'known', value: text.value };
  const parts = text.interpolations.map((part) => readValue(part, known));
  const missing = parts.find((part) => part.kind === 'unknown' && !isUnset(part.reason));
  if (missing !== undefined) return missing;
  const filled = fillHoles(text.content, (hole) => {
    const part = parts[hole];
    return part?.kind === 'known' ? (part.value ?? '') : '';
  });
  return { kind: 'known', value: filled.text };
}

function combined({ operator, left, right }: Expr & { kind: 'binary' }, known: Known): Value {
  if (operator === '||') {
    const first = readValue(left, known);
    if (first.kind === 'unknown' && !isUnset(first.reason)) return first;
    const isTruthy = first.kind === 'known' && first.value !== null && first.value !== 'false';
    return isTruthy ? first : readValue(right, known);
  }
  if (operator === '<>') {
    const [first, second] = [readValue(left, known), readValue(right, known)];
    if (first.kind === 'unknown') return first;
    if (second.kind === 'unknown') return second;
    return { kind: 'known', value: `${first.value ?? ''}${second.value ?? ''}` };
  }
  return operator === '|>' && right.kind === 'call' && right.args.length === 0 && isConversion(right)
    ? readValue(left, known)
    : COMPUTED;
}

function called(call: Call, known: Known): Value {
  const [first, second] = call.args;
  if (isConversion(call) && first !== undefined) return readValue(first, known);
  const isSystem = call.receiver?.kind === 'alias' && call.receiver.name === 'System';
  if (!isSystem || !/^(?:get_env|fetch_env!)$/.test(call.name) || first === undefined) return COMPUTED;
  const name = readValue(first, known);
  if (name.kind === 'unknown' || name.value === null) return COMPUTED;
  const value = known.environment[name.value];
  if (value !== undefined) return { kind: 'known', value };
  if (second !== undefined) return readValue(second, known);
  const reason = call.name === 'get_env' ? UNSET : NEEDED;
  return { kind: 'unknown', reason: `${reason}${name.value}, which is not set` };
}

const UNSET = 'is the environment variable ';

const NEEDED = 'needs the environment variable ';

/** Whether the reason says that a variable would tell it. */
export function needsVariable(reason: string): boolean {
  return reason.startsWith(UNSET) || reason.startsWith(NEEDED);
}

/** Whether the reason says that it is nil at run time, if the environment there is the one here. */
export function isUnset(reason: string): boolean {
  return reason.startsWith(UNSET);
}

/** `String.to_integer`, `String.to_existing_atom`, `to_string`, `String.trim`: of no matter for what is asked here. */
function isConversion({ receiver, name }: Call): boolean {
  if (receiver === null) return name === 'to_string';
  return (
    receiver.kind === 'alias' &&
    receiver.name === 'String' &&
    /^(?:to_integer|to_(?:existing_)?atom|trim)$/.test(name)
  );
}
