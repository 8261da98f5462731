// Where the values of a function come from: who is signed in, rows that it has loaded, or what its client sends. Phoenix, Absinthe,
// Oban and gRPC call functions of the application by fixed names with fixed arguments; by those they are known.

import type { Expr } from '../../syntax/elixir/nodes.js';
import { variablesIn } from '../../syntax/elixir/walk.js';
import { isCalledKey } from '../column-names.js';
import type { Origin } from '../query.js';
import {
  calledForFramework,
  isCalledMap,
  isCalledOptions,
  isCalledResolver,
  isCalledStream,
  isCalledWeb,
  isCalledWhoIsConnected,
  isSentIn,
  structOfFramework,
} from './code-names.js';
import { keyOfPair, type Role, type UnknownValue, unknownValue, type Value } from './scope.js';

const trusted: UnknownValue = { kind: 'unknown', origin: 'trusted', present: true };
const fromClient: UnknownValue = { kind: 'unknown', origin: 'client' };

/** What a function of that name is given for each of its parameters. */
export function givenTo(
  name: string,
  params: readonly Expr[],
  module: string | null,
): readonly UnknownValue[] {
  const roles = clientParameters(name, params, module);
  return params.map((param, index) => {
    if (roles.has(index)) return fromClient;
    const role = roleOf(name, param);
    if (role !== null) return { kind: 'unknown', role };
    const [only] = variablesIn(param);
    const web = module !== null && isCalledWeb(module);
    return web && param.kind === 'variable' && only === 'params' ? fromClient : unknownValue;
  });
}

/** Positions of parameters that hold what a client sends. */
function clientParameters(name: string, params: readonly Expr[], module: string | null): ReadonlySet<number> {
  const [first, second, third] = params;
  switch (`${name}/${params.length}`) {
    case 'handle_event/3':
    case 'handle_in/3':
      return new Set([1]);
    case 'handle_params/3':
    case 'mount/3':
      return new Set([0]);
    case 'join/3':
      return new Set([0, 1]);
    case 'call/2':
    case 'init/2':
      return new Set();
  }
  if (params.length === 2 && first !== undefined && second !== undefined) {
    if (roleOf(name, first) === 'conn' && !isCalledOptions(nameOf(second))) return new Set([1]);
    if (roleOf(name, second) === 'resolution' || isCalledStream(nameOf(second))) return new Set([0]);
  }
  const resolves =
    (third !== undefined && roleOf(name, third) === 'resolution') || isCalledResolver(module ?? '');
  if (params.length === 3 && resolves) return new Set([1]);
  return new Set();
}

function nameOf(param: Expr): string {
  if (param.kind === 'variable') return param.name;
  if (param.kind !== 'binary' || param.operator !== '=') return '';
  return nameOf(param.right) || nameOf(param.left);
}

function roleOf(name: string, param: Expr): Role | null {
  if (param.kind === 'binary' && param.operator === '=') {
    const [named, other] =
      param.left.kind === 'variable' ? [param.left, param.right] : [param.right, param.left];
    return roleOf(name, named) ?? roleOf(name, other);
  }
  if (param.kind === 'variable') {
    const framework = calledForFramework(param.name);
    return framework ?? (name === 'perform' && param.name === 'job' ? 'job' : null);
  }
  if (param.kind !== 'map') return null;
  const struct = param.struct ?? '';
  if (struct !== '') return structOfFramework(struct);
  const keys = param.entries.map((entry) => (entry.kind === 'pair' ? keyOfPair(entry) : null));
  if (keys.includes('context')) return 'resolution';
  if (keys.includes('assigns')) return 'socket';
  return name === 'perform' && keys.includes('args') ? 'job' : null;
}

/** What a variable of that name holds when it is given this. */
export function heldBy(name: string, value: Value): Value {
  if (value.kind !== 'unknown' || value.origin !== undefined || value.role !== undefined) return value;
  return isCalledWhoIsConnected(name) ? { ...value, origin: 'trusted', present: true } : value;
}

/** What a struct is, of which nothing else is known: a row, or something that was made of one. */
export function structOf(value: Value): Value {
  if (value.kind !== 'unknown' || value.origin !== undefined || value.role !== undefined) return value;
  return { ...value, origin: 'trusted', present: true };
}

/**
 * A field of a value that we do not see.
 *
 * @param how `dot`: `value.key`; `key`: by an atom or a text, in brackets or in a pattern
 */
export function fieldOfUnknown(value: UnknownValue, key: string, how: 'dot' | 'key'): UnknownValue {
  const field = fieldOf(value, key, how);
  return field.origin === 'trusted' && isCalledKey(key) ? { ...field, isKey: true } : field;
}

function fieldOf(value: UnknownValue, key: string, how: 'dot' | 'key'): UnknownValue {
  const { origin, param, role, rows } = value;
  const from = param === undefined ? {} : { param };
  if (role !== undefined) return { ...fieldOfRole(role, key), ...from };
  if (rows !== undefined) {
    const loaded = rows.byClient ? unknownValue : trusted;
    return { ...loaded, column: { rows, name: key } };
  }
  if (origin === 'client') return { kind: 'unknown', origin, ...from, sent: key };
  if (origin !== undefined) return { kind: 'unknown', origin, ...from, ...present(origin) };
  const isRow = how === 'dot' && param !== undefined && !isCalledMap(param);
  if (isRow || isCalledWhoIsConnected(key)) return { ...trusted, ...from };
  return { kind: 'unknown', ...from };
}

function present(origin: Origin): Pick<UnknownValue, 'present'> {
  return origin === 'trusted' ? { present: true } : {};
}

function fieldOfRole(role: Role, key: string): UnknownValue {
  switch (role) {
    case 'conn':
    case 'socket':
      if (isSentIn(key)) return fromClient;
      return key === 'assigns' || key === 'private' ? trusted : unknownValue;
    case 'job':
      return key === 'args' ? { kind: 'unknown', origin: 'job' } : unknownValue;
    case 'resolution':
      return key === 'context' || key === 'source' ? trusted : unknownValue;
  }
}

/** One of these values, or what is computed from all of them: as doubtful as the most doubtful. */
export function joined(values: readonly Value[]): UnknownValue {
  const unknown = values.filter((value): value is UnknownValue => value.kind === 'unknown');
  const origins = new Set(unknown.map(({ origin }) => origin));
  const params = new Set(unknown.flatMap(({ param }) => param ?? []));
  const [param] = params;
  const origin = origins.has('client')
    ? 'client'
    : origins.has('job')
      ? 'job'
      : origins.has(undefined)
        ? undefined
        : unknown[0]?.origin;
  return {
    kind: 'unknown',
    ...withOrigin(origin),
    ...(param === undefined || params.size > 1 ? {} : { param }),
  };
}

function withOrigin(origin: Origin | undefined): Pick<UnknownValue, 'origin'> {
  return origin === undefined ? {} : { origin };
}
