// Where a query reaches the database: functions of a Repo and of Ecto.Multi.

import type { Call, Expr, Pair } from '../../syntax/elixir/nodes.js';
import { cover, type Span } from '../../text/span.js';
import { type Block, type Conflict, type Insert, PRIMARY_KEY, type Query, type Sink } from '../query.js';
import { bindingsOf } from './bindings.js';
import { type Building, blockOf, unknownBuilding, withWhere } from './building.js';
import { firstAlias, outerOf, runtime, valuesCondition } from './conditions.js';
import { assignmentsIn } from './macros.js';
import {
  keyOfPair,
  moduleName,
  pairsIn,
  type Scope,
  textOf,
  unknownValue,
  use,
  type Value,
} from './scope.js';
import { buildingOfValue } from './sources.js';

const READS: ReadonlySet<string> = new Set([
  'all',
  'one',
  'one!',
  'exists?',
  'aggregate',
  'stream',
  'all_by',
]);
const LOOKUPS: ReadonlySet<string> = new Set(['get', 'get!', 'get_by', 'get_by!']);
const WRITES: ReadonlySet<string> = new Set(['update_all', 'delete_all', 'insert_all']);

/** An argument: what it is worth, and how it is written unless it came through a pipe. */
export interface Argument {
  readonly value: Value;
  readonly expr: Expr | null;
}

/** Whether a function of that name runs a query when a Repo has it. */
export function isSink(name: string): boolean {
  return READS.has(name) || LOOKUPS.has(name) || WRITES.has(name);
}

/** `Repo`, `MyApp.Repo`, `RepoReplica`, `Repo.replica()`, a variable `repo`. */
export function isRepo(scope: Scope, receiver: Expr, first: Argument | null): boolean {
  switch (receiver.kind) {
    case 'alias': {
      const parts = moduleName(scope, receiver.name).split('.');
      if (/Repo(?![a-z])/.test(parts.at(-1) ?? '')) return true;
      // `Repo.Poller`, but not a schema that is called `Repo.Group`.
      return /Repo$/.test(parts.at(-2) ?? '') && first?.value.kind === 'query';
    }
    case 'variable':
    case 'attribute':
      return /(?:^|_)repo$/.test(receiver.name);
    case 'call':
      if (receiver.receiver === null) return /(?:^|_)repo$/.test(receiver.name);
      return receiver.receiver.kind === 'alias' && isRepo(scope, receiver.receiver, null);
    default:
      return false;
  }
}

/** @param rest the arguments behind the query */
export function readSink(scope: Scope, call: Call, first: Argument | null, rest: readonly Argument[]): Value {
  if (first === null) return unknownValue;
  const options = optionsOf(call, rest);
  if (call.name === 'insert_all') {
    readInsertAll(scope, call, first, rest, options);
    return unknownValue;
  }
  const building = queryOf(scope, call, first);
  if (building === null) return unknownValue;
  const effect = WRITES.has(call.name) ? 'write' : 'read';
  const sink = sinkOf(call, effect, options);
  emit(scope, call, building, blockFor(scope, call, building, rest), sink);
  return unknownValue;
}

/** `Multi.update_all(multi, :name, query, …)`: `first` is the query, or a function that gives it. */
export function readMulti(scope: Scope, call: Call, first: Argument, rest: readonly Argument[]): void {
  const { kind } = first.value;
  const isFunction = kind === 'function' || kind === 'capture';
  const value = isFunction ? scope.reader.call(first.value, [unknownValue]) : first.value;
  readSink(scope, call, { value, expr: first.expr }, rest);
}

function queryOf(scope: Scope, call: Call, { value, expr }: Argument): Building | null {
  const known = buildingOfValue(scope, value);
  if (known !== null) return known;
  // A literal that is no source of a query: this is no Repo after all.
  if (value.kind !== 'unknown') return null;
  return unknownBuilding('the query comes from elsewhere', expr?.span ?? call.nameSpan);
}

function blockFor(scope: Scope, call: Call, building: Building, rest: readonly Argument[]): Block {
  const [second] = rest;
  const written = second?.expr ?? null;
  switch (call.name) {
    case 'update_all': {
      const updates = written ?? listOf(call.keywords);
      const bindings = bindingsOf(scope, building, null);
      const assignments = updates === null ? [] : assignmentsIn(bindings, updates, 'plain');
      return blockOf({ ...building, assignments: [...building.assignments, ...assignments] }, 'update');
    }
    case 'delete_all':
      return blockOf(building, 'delete');
    case 'get':
    case 'get!':
      return blockOf(lookedUpByKey(building, written), 'select');
    case 'get_by':
    case 'get_by!':
    case 'all_by':
      return blockOf(lookedUpBy(building, second ?? argumentOf(listOf(call.keywords))), 'select');
    default:
      return blockOf(building, 'select');
  }
}

function lookedUpByKey(building: Building, value: Expr | null): Building {
  if (value === null) return building;
  const left = {
    kind: 'column',
    alias: firstAlias(building),
    column: PRIMARY_KEY,
    span: value.span,
  } as const;
  return withWhere(building, { kind: 'equal', left, right: outerOf(value), span: value.span });
}

function argumentOf(expr: Expr | null): Argument | null {
  return expr === null ? null : { expr, value: { kind: 'written', expr } };
}

function lookedUpBy(building: Building, clauses: Argument | null): Building {
  if (clauses === null) return building;
  const { value, expr } = clauses;
  const written = value.kind === 'written' ? value.expr : expr;
  const pairs = written === null ? null : (pairsIn(written) ?? mapPairs(written));
  const alias = firstAlias(building);
  const span = expr?.span ?? building.span;
  return withWhere(building, pairs === null ? runtime(span) : valuesCondition(pairs, alias));
}

function mapPairs(expr: Expr): readonly Pair[] | null {
  if (expr.kind !== 'map' || expr.update !== null) return null;
  const pairs = expr.entries.filter((entry): entry is Pair => entry.kind === 'pair');
  return pairs.length === expr.entries.length ? pairs : null;
}

function listOf(pairs: readonly Pair[]): Expr | null {
  const [first] = pairs;
  const last = pairs.at(-1);
  if (first === undefined || last === undefined) return null;
  return { kind: 'list', span: { start: first.span.start, end: last.span.end }, items: pairs };
}

/** How many arguments behind the query are not options. */
function plainArguments(name: string): number {
  if (name === 'aggregate') return 2;
  return LOOKUPS.has(name) || name === 'all_by' || name === 'update_all' || name === 'insert_all' ? 1 : 0;
}

/** Names of options; the trailing pairs of `get_by(Post, a: 1)` and `update_all(q, set: …)` are none. */
function optionsOf(call: Call, rest: readonly Argument[]): readonly string[] {
  const needed = plainArguments(call.name);
  const count = call.name === 'aggregate' ? Math.min(needed, rest.length) : needed;
  if (rest.length > count) {
    return rest.slice(count).flatMap(({ expr }) => namesIn(pairsIn(expr ?? undefined) ?? []));
  }
  return rest.length === count ? namesIn(call.keywords) : [];
}

function namesIn(pairs: readonly Pair[]): readonly string[] {
  return pairs.flatMap((pair) => keyOfPair(pair) ?? []);
}

function sinkOf(call: Call, effect: Sink['effect'], options: readonly string[], ofLoaded = false): Sink {
  const receiver = call.receiver === null ? '' : `${textOf(call.receiver)}.`;
  const span = { start: call.receiver?.span.start ?? call.nameSpan.start, end: call.nameSpan.end };
  return { name: `${receiver}${call.name}`, effect, ofLoaded, options, span };
}

/** A query that is run as a preload. */
export function emitPreload(scope: Scope, building: Building, at: Span): void {
  const sink: Sink = { name: 'preload', effect: 'read', ofLoaded: true, options: [], span: at };
  use(scope, building);
  record(scope, building, blockOf(building, 'select'), sink, building.span);
}

function emit(scope: Scope, call: Call, building: Building, block: Block, sink: Sink): void {
  use(scope, building);
  record(scope, building, block, sink, cover(building.span, cover(sink.span, call.span)));
}

function record(scope: Scope, building: Building, block: Block, sink: Sink, span: Span): void {
  const { found, module, within } = scope.reader;
  const query: Query = {
    kind: 'query',
    language: 'ecto',
    span,
    keyword: sink.ofLoaded ? building.keyword : sink.span,
    sink,
    block,
    module,
    within,
  };
  found.set(`${sink.span.start} ${sink.span.end}`, query);
}

function readInsertAll(
  scope: Scope,
  call: Call,
  first: Argument,
  rest: readonly Argument[],
  options: readonly string[],
): void {
  const building = queryOf(scope, call, first);
  if (building === null) return;
  const insert = insertOf(scope, call, rest);
  const block: Block = { ...blockOf(building, 'insert'), insert };
  emit(scope, call, building, block, sinkOf(call, 'write', options));
}

function insertOf(scope: Scope, call: Call, [rows, ...more]: readonly Argument[]): Insert {
  const options = [...call.keywords, ...more.flatMap(({ expr }) => pairsIn(expr ?? undefined) ?? [])];
  const conflict = conflictOf(options);
  const value = rows?.value ?? unknownValue;
  if (value.kind === 'query') {
    use(scope, value.building);
    const from = blockOf(value.building, 'select');
    const named = from.output?.every(({ name }) => name !== '*') ?? false;
    const columns = named ? (from.output ?? []).map(({ name }) => ({ name, span: call.nameSpan })) : null;
    return { columns, rows: null, from, conflict };
  }
  const items = value.kind === 'written' && value.expr.kind === 'list' ? value.expr.items : [];
  const written = items.map((item) => mapPairs(item) ?? pairsIn(item));
  const [row] = written;
  if (row == null || written.includes(null)) return { columns: null, rows: null, from: null, conflict };
  const columns = row.map((pair) => ({ name: keyOfPair(pair) ?? '', span: pair.key.span }));
  const values = written.map((pairs) =>
    columns.map(({ name }) => {
      const pair = pairs?.find((candidate) => keyOfPair(candidate) === name);
      return outerOf(pair?.value ?? { kind: 'atom', value: 'nil', span: call.nameSpan });
    }),
  );
  return { columns, rows: values, from: null, conflict };
}

function conflictOf(options: readonly Pair[]): Conflict | null {
  const optionNamed = (name: string) => options.find((pair) => keyOfPair(pair) === name)?.value ?? null;
  const action = optionNamed('on_conflict');
  if (action === null) return null;
  const target = optionNamed('conflict_target');
  const columns = target?.kind === 'list' ? target.items : target === null ? [] : [target];
  const names = columns.flatMap((column) => (column.kind === 'atom' ? [column.value] : []));
  const written = action.kind === 'atom' ? action.value : null;
  return {
    target: names.length > 0 && names.length === columns.length ? names : null,
    constraint: null,
    action: written === 'nothing' ? 'nothing' : written === 'raise' ? 'unknown' : 'update',
    assignments: [],
  };
}
