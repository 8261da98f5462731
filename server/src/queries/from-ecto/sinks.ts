// Where a query reaches the database: functions of a Repo and of Ecto.Multi.

import type { Call, Expr, Pair } from '../../syntax/elixir/nodes.js';
import type { Span } from '../../text/span.js';
import { isCalledId, isCalledKey } from '../column-names.js';
import {
  type Assignment,
  always,
  type Block,
  type Condition,
  type Conflict,
  type Given,
  type Insert,
  type OuterOperand,
  PRIMARY_KEY,
  type Query,
  type Sink,
  type Through,
} from '../query.js';
import { bindingsOf } from './bindings.js';
import { type Building, blockOf, buildingOf, withWhere } from './building.js';
import { firstAlias, outerOf, outerValue, runtime, valuesCondition } from './conditions.js';
import { coverHere } from './elsewhere.js';
import { assignmentsIn } from './macros.js';
import { STRUCT } from './patterns.js';
import { blockAt } from './places.js';
import { isRepoModule } from './project.js';
import {
  addChecked,
  addCheckedNames,
  entriesOf,
  keyOfPair,
  knownEntries,
  listOf,
  mayBeOfClient,
  moduleName,
  newRows,
  pairsIn,
  presentScope,
  type RecordValue,
  type Rows,
  type Scope,
  textOf,
  unknownValue,
  use,
  type Value,
} from './scope.js';
import { buildingOfValue, sourceWritten, unseenBuilding } from './sources.js';
import type { RecordedRun } from './steps.js';

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

/** Functions that write one row. */
const INSERTS: ReadonlySet<string> = new Set(['insert', 'insert!', 'insert_or_update', 'insert_or_update!']);

/** An argument: what it is worth, and how it is written unless it came through a pipe. */
export interface Argument {
  readonly value: Value;
  readonly expr: Expr | null;
}

/** Whether a function of that name runs a query when a Repo has it. */
export function isSink(name: string): boolean {
  return READS.has(name) || LOOKUPS.has(name) || WRITES.has(name);
}

/** Whether a function of that name writes one row when a Repo has it. */
export function isInsert(name: string): boolean {
  return INSERTS.has(name);
}

/** `Repo`, `MyApp.Repo`, `RepoReplica`, `Repo.replica()`, a variable `repo`. */
export function isRepo(scope: Scope, receiver: Expr, first: Argument | null): boolean {
  switch (receiver.kind) {
    case 'alias': {
      const module = moduleName(scope, receiver.name);
      if (isRepoModule(scope.reader.project, module) === true) return true;
      const parts = module.split('.');
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

/**
 * @param rest the arguments behind the query
 * @param shown the call that is named where a library calls the Repo
 */
export function readSink(
  scope: Scope,
  call: Call,
  first: Argument | null,
  rest: readonly Argument[],
  shown: Call = call,
): Value {
  if (first === null) return unknownValue;
  const options = optionsOf(call, rest);
  if (call.name === 'insert_all') {
    readInsertAll(scope, call, first, rest, options);
    return unknownValue;
  }
  const building = queryOf(scope, call, first);
  if (building === null) return unknownValue;
  const effect = WRITES.has(call.name) ? 'write' : 'read';
  const sink = sinkOf(scope, shown, building, effect, options);
  const byClient = rest.some(({ value }) => value.kind === 'unknown' && value.origin === 'client');
  const rows = newRows(byClient);
  const block = blockFor(scope, call, building, rest);
  emit(scope, call, building, block, sink, rows, { name: shown === call ? call.name : 'other', rest });
  if (FINDS_ONE.test(call.name)) noteCheckedBy(block, scope);
  // What a query has given is known to be its rows; whether it may have them is said of the query.
  const row = scope.reader.records && !sink.options.includes('prefix') ? rowOf(call, building) : {};
  return { kind: 'unknown', rows, ...row, ...(byClient ? {} : { origin: 'trusted' as const }) };
}

/** The schema of the one row that is found, where nothing is selected of it. */
function rowOf({ name }: Call, { relations, output, opaque }: Building): { readonly schema?: string } {
  const source = relations[0]?.source;
  const isRow = /^(?:one|get|get_by)!?$/.test(name) && output === undefined && opaque === null;
  return isRow && source?.kind === 'schema' ? { schema: source.module } : {};
}

/** Functions of a Repo whose answer says whether there is such a row. */
const FINDS_ONE = /^(?:one|get|get_by|exists\?|aggregate)!?$/;

/**
 * Notes the values that may be the client's and stand in a row together with a key that the code vouches for: a membership of who is signed
 * in says that the tenant may be theirs.
 */
function noteCheckedBy({ where, relations }: Block, { reader }: Scope): void {
  const conditions = [where, ...relations.flatMap(({ join, on }) => (join === 'inner' ? [on] : []))];
  const pins = conditions.flatMap(pinsIn);
  const hangsOnLoaded = relations.some(({ source }) => source.kind === 'association' && source.of === null);
  const isTied = pins.some(({ column, value }) => value.origin === 'trusted' && isKey(column));
  if (!hangsOnLoaded && !isTied) return;
  const ofClient = pins.flatMap(({ value }) => (mayBeOfClient(value) ? [value] : []));
  addChecked(
    reader,
    ofClient.map(({ text }) => text),
  );
  addCheckedNames(reader, ofClient);
}

function isKey(column: string): boolean {
  return column === PRIMARY_KEY || isCalledKey(column);
}

/** Columns that are compared with one value in every case in which the condition is true. */
function pinsIn(condition: Condition): readonly { readonly column: string; readonly value: OuterOperand }[] {
  if (condition.kind === 'and') return condition.of.flatMap(pinsIn);
  if (condition.kind !== 'equal') return [];
  const { left, right } = condition;
  if (left.kind === 'column' && right.kind === 'outer') return [{ column: left.column, value: right }];
  if (left.kind === 'outer' && right.kind === 'column') return [{ column: right.column, value: left }];
  return [];
}

/** A function of a Repo that we do not know and that is given a query, runs it: `Repo.paginate(query)`. */
export function readOtherSink(scope: Scope, call: Call, first: Argument): Value {
  return readSink(scope, { ...call, name: 'all', args: [], keywords: [] }, first, [], call);
}

/** `Multi.update_all(multi, :name, query, …)`: `first` is the query, or a function that gives it. */
export function readMulti(scope: Scope, call: Call, first: Argument, rest: readonly Argument[]): void {
  const { kind } = first.value;
  const isFunction = kind === 'function' || kind === 'capture' || kind === 'named-function';
  const value = isFunction ? scope.reader.call(first.value, [unknownValue]) : first.value;
  const given = { value, expr: first.expr };
  if (isInsert(call.name)) readInsert(scope, call, given, rest);
  else readSink(scope, call, given, rest);
}

/**
 * `Repo.insert(changeset, on_conflict: …)`: one row, which the program has made. Only where it may change a row that is there already is
 * it a query to look at.
 */
export function readInsert(scope: Scope, call: Call, first: Argument, rest: readonly Argument[]): void {
  const options = [...call.keywords, ...rest.flatMap(optionsIn)];
  const conflict = conflictOf(scope, options);
  const struct = structGiven(first.value);
  const schema = struct?.entries.get(STRUCT);
  if (conflict?.action !== 'update' || struct === null || schema?.kind !== 'written') return;
  const source = sourceWritten(scope, schema.expr);
  if (source === null) return;
  const at = call.nameSpan;
  const building = buildingOf(source, at, schema.depth ?? scope.frame.depth);
  // What is to be found again is given; an id is made up where the struct does not say it.
  const found = (conflict.target ?? []).filter((name) => !isCalledId(name));
  const names = new Set([...struct.entries.keys(), ...found]);
  const columns = [...names].filter((name) => name !== STRUCT).map((name) => ({ name, span: at }));
  const insert: Insert = { columns, more: true, rows: null, from: null, conflict };
  const block: Block = { ...blockOf(building, 'insert'), insert };
  emit(scope, call, building, block, sinkOf(scope, call, building, 'write', options), newRows(false));
}

function structGiven(value: Value): RecordValue | null {
  if (value.kind === 'record') return value;
  return value.kind === 'unknown' ? (value.struct ?? null) : null;
}

function queryOf(scope: Scope, call: Call, { value, expr }: Argument): Building | null {
  const known = buildingOfValue(scope, value);
  if (known !== null) return known;
  // A literal that is no source of a query: this is no Repo after all.
  if (value.kind !== 'unknown') return null;
  return unseenBuilding(scope, value, 'the query comes from elsewhere', expr?.span ?? call.nameSpan);
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
      return blockOf(lookedUpByKey(scope, building, second), 'select');
    case 'get_by':
    case 'get_by!':
    case 'all_by':
      return blockOf(
        lookedUpBy(scope, building, second ?? argumentOf(scope, listOf(call.keywords))),
        'select',
      );
    default:
      return blockOf(building, 'select');
  }
}

function lookedUpByKey(scope: Scope, building: Building, key: Argument | undefined): Building {
  const value = key?.expr ?? null;
  if (value === null) return building;
  const left = {
    kind: 'column',
    alias: firstAlias(building),
    column: PRIMARY_KEY,
    span: value.span,
  } as const;
  return withWhere(building, { kind: 'equal', left, right: outerOf(scope, value), span: value.span });
}

function argumentOf(scope: Scope, expr: Expr | null): Argument | null {
  return expr === null ? null : { expr, value: scope.reader.evaluate(expr, scope) };
}

function lookedUpBy(scope: Scope, building: Building, clauses: Argument | null): Building {
  if (clauses === null) return building;
  const { value, expr } = clauses;
  const entries = entriesOf(value);
  const alias = firstAlias(building);
  const span = expr?.span ?? building.span;
  return withWhere(building, entries === null ? runtime(span) : valuesCondition(scope, entries, alias));
}

/** How many arguments behind the query are not options. */
function plainArguments(name: string): number {
  if (name === 'aggregate') return 2;
  return LOOKUPS.has(name) || name === 'all_by' || name === 'update_all' || name === 'insert_all' ? 1 : 0;
}

/** The options; the trailing pairs of `get_by(Post, a: 1)` and `update_all(q, set: …)` are none. */
function optionsOf(call: Call, rest: readonly Argument[]): readonly Pair[] {
  const needed = plainArguments(call.name);
  const count = call.name === 'aggregate' ? Math.min(needed, rest.length) : needed;
  if (rest.length > count) return rest.slice(count).flatMap(optionsIn);
  return rest.length === count ? call.keywords : [];
}

/** Of a list that stands there, or that a variable holds; of one that is put together, those that are written out. */
function optionsIn({ expr, value }: Argument): readonly Pair[] {
  const known = knownEntries(value)?.entries.map(({ pair }) => pair);
  return known ?? pairsIn(expr ?? undefined) ?? [];
}

function namesIn(pairs: readonly Pair[]): readonly string[] {
  return pairs.flatMap((pair) => keyOfPair(pair) ?? []);
}

/** The names of options that are given, and of those that are given as `false` or `nil`. */
export function namesOfOptions(options: readonly Pair[]): Pick<Sink, 'options' | 'off'> {
  return {
    options: namesIn(options.filter((option) => !isOff(option))),
    off: namesIn(options.filter(isOff)),
  };
}

function isOff({ value }: Pair): boolean {
  return value.kind === 'atom' && (value.value === 'false' || value.value === 'nil');
}

function sinkOf(
  scope: Scope,
  call: Call,
  { through }: Building,
  effect: Sink['effect'],
  options: readonly Pair[],
): Sink {
  const { receiver } = call;
  const span = { start: receiver?.span.start ?? call.nameSpan.start, end: call.nameSpan.end };
  const module = receiver?.kind === 'alias' ? moduleName(scope, receiver.name) : null;
  const name = `${receiver === null ? '' : `${textOf(receiver)}.`}${call.name}`;
  // A function of the project that runs what it is given is what the caller sees.
  const outer = scope.frame.call;
  const isOwn = receiver === null || isRepo(scope, receiver, null);
  const own = isOwn ? (module ?? (receiver === null ? (scope.frame.module?.name ?? null) : null)) : null;
  const shown = outer?.name ?? name;
  return {
    name: shown,
    effect,
    gives: givenBy(shown),
    ofLoaded: false,
    ...namesOfOptions(options),
    repo: own,
    through: through === null ? null : wayOf(through, scope.frame.callers),
    span: outer?.span ?? span,
  };
}

/** What a function of a Repo, or of a module that is asked like one, gives; by its name, as it is written. A local one may be anything. */
export function givenBy(written: string): Given {
  const dot = written.lastIndexOf('.');
  if (dot < 0) return 'many';
  switch (written.slice(dot + 1).replace(/!$/, '')) {
    case 'one':
    case 'fetch_one':
    case 'get_by':
    case 'fetch_by':
    case 'fetch':
      return 'one';
    case 'get':
      return 'by-key';
    case 'exists?':
      return 'whether';
    case 'aggregate':
      return 'number';
    case 'stream':
      return 'stream';
    default:
      return 'many';
  }
}

/** `null` where another module runs what the function gave. */
function wayOf(through: Through, callers: readonly string[]): Sink['through'] {
  for (const caller of callers) {
    const dot = caller.lastIndexOf('.');
    if (caller.slice(0, dot) !== through.module) continue;
    return { ...through, run: caller.slice(dot + 1, caller.lastIndexOf('/')) };
  }
  return null;
}

/** A query that is run as a preload. */
export function emitPreload(scope: Scope, building: Building, at: Span): void {
  const sink: Sink = {
    name: 'preload',
    effect: 'read',
    gives: 'many',
    ofLoaded: true,
    options: [],
    off: [],
    repo: null,
    through: null,
    span: scope.frame.call?.span ?? at,
  };
  use(scope, building);
  const run = (): RecordedRun => ({ function: 'preload', shown: 'preload', args: [], keywords: [], scope });
  record(scope, building, blockOf(building, 'select'), sink, building.span, null, run);
}

function emit(
  scope: Scope,
  call: Call,
  building: Building,
  block: Block,
  sink: Sink,
  rows: Rows,
  { name, rest }: { readonly name: string; readonly rest: readonly Argument[] } = {
    name: call.name,
    rest: [],
  },
): void {
  use(scope, building);
  const whole = coverHere(building.span, coverHere(sink.span, call.span));
  const run = (): RecordedRun => ({
    function: name,
    shown: sink.name,
    args: rest,
    keywords: call.keywords,
    scope: presentScope(scope),
  });
  record(scope, building, block, sink, whole, rows, run);
}

function record(
  scope: Scope,
  building: Building,
  block: Block,
  sink: Sink,
  span: Span,
  rows: Rows | null,
  run: () => RecordedRun,
): void {
  const { found, module, within } = scope.reader;
  scope.reader.run += 1;
  // What a function that is called makes is a query there, and so is what neither of them knows.
  const { depth } = scope.frame;
  if (depth > 0 && (building.depth > 0 || building.relations[0]?.source.kind === 'opaque')) return;
  const key = `${sink.span.start} ${sink.span.end}`;
  // A page and its count are one query to those who ask for it.
  if (depth > 0 && found.has(key) && sink.effect === 'read') return;
  const query: Query = {
    kind: 'query',
    language: 'ecto',
    span,
    keyword: sink.ofLoaded ? building.keyword : sink.span,
    sink,
    block: scope.reader.followed === 0 ? block : blockAt(block, sink.span),
    module,
    within,
    ...(rows === null ? {} : { compared: rows.compared, authorizedBy: rows.authorizedBy }),
    ...(scope.reader.records ? { recorded: { building, run: run() } } : {}),
  };
  found.set(key, query);
}

function readInsertAll(
  scope: Scope,
  call: Call,
  first: Argument,
  rest: readonly Argument[],
  options: readonly Pair[],
): void {
  const building = queryOf(scope, call, first);
  if (building === null) return;
  const insert = insertOf(scope, call, rest);
  const block: Block = { ...blockOf(building, 'insert'), insert };
  const rows = newRows(false);
  const sink = sinkOf(scope, call, building, 'write', options);
  emit(scope, call, building, block, sink, rows, { name: call.name, rest });
}

function insertOf(scope: Scope, call: Call, [rows, ...more]: readonly Argument[]): Insert {
  const options = [...call.keywords, ...more.flatMap(optionsIn)];
  const conflict = conflictOf(scope, options);
  const value = rows?.value ?? unknownValue;
  if (value.kind === 'query') {
    use(scope, value.building);
    const from = blockOf(value.building, 'select');
    const named = from.output?.every(({ name }) => name !== '*') ?? false;
    const columns = named ? (from.output ?? []).map(({ name }) => ({ name, span: call.nameSpan })) : null;
    return { columns, rows: null, from, conflict };
  }
  const written =
    value.kind === 'written' && value.expr.kind === 'list' ? (value.parts ?? []).map(entriesOf) : [];
  const [row] = written;
  if (row == null || written.includes(null)) return { columns: null, rows: null, from: null, conflict };
  const columns = row.map(({ pair }) => ({ name: keyOfPair(pair) ?? '', span: pair.key.span }));
  const values = written.map((entries) =>
    columns.map(({ name }) => {
      const entry = entries?.find(({ pair }) => keyOfPair(pair) === name);
      return entry === undefined
        ? outerOf(scope, { kind: 'atom', value: 'nil', span: call.nameSpan })
        : outerValue(scope, entry.pair.value, entry.value);
    }),
  );
  return { columns, rows: values, from: null, conflict };
}

function conflictOf(scope: Scope, options: readonly Pair[]): Conflict | null {
  const optionNamed = (name: string) => options.find((pair) => keyOfPair(pair) === name)?.value ?? null;
  const action = optionNamed('on_conflict');
  if (action === null) return null;
  const query = scope.reader.evaluate(action, scope);
  const update = query.kind === 'query' ? query.building : null;
  if (update !== null) use(scope, update);
  const target = optionNamed('conflict_target');
  const columns = target?.kind === 'list' ? target.items : target === null ? [] : [target];
  const names = columns.flatMap((column) => (column.kind === 'atom' ? [column.value] : []));
  const written = action.kind === 'atom' ? action.value : null;
  return {
    target: names.length > 0 && names.length === columns.length ? names : null,
    constraint: null,
    action: written === 'nothing' ? 'nothing' : written === 'raise' ? 'unknown' : 'update',
    assignments: [...replacedBy(action, 'replace'), ...setBy(scope, action), ...(update?.assignments ?? [])],
    allBut:
      written === 'replace_all'
        ? []
        : isTagged(action, 'replace_all_except')
          ? replacedBy(action, 'replace_all_except').map(({ column }) => column)
          : null,
    where: update?.where ?? always,
  };
}

function isTagged(expr: Expr, tag: string): expr is Expr & { kind: 'tuple' } {
  const [first] = expr.kind === 'tuple' ? expr.items : [];
  return first?.kind === 'atom' && first.value === tag;
}

/** The fields of `{:replace, [:title]}`, which take the values that were to be inserted. */
function replacedBy(action: Expr, tag: string): readonly Assignment[] {
  const [, fields] = isTagged(action, tag) ? action.items : [];
  const items = fields?.kind === 'list' ? fields.items : [];
  return items.flatMap((field) => {
    if (field.kind !== 'atom') return [];
    const { value: column, span } = field;
    return [{ column, value: { kind: 'column', alias: 'excluded', column, span }, span }];
  });
}

/** `[set: [title: "…"]]` */
function setBy(scope: Scope, action: Expr): readonly Assignment[] {
  const set = pairsIn(action)?.find((pair) => keyOfPair(pair) === 'set');
  return (pairsIn(set?.value) ?? []).flatMap((pair) => {
    const column = keyOfPair(pair);
    return column === null ? [] : [{ column, value: outerOf(scope, pair.value), span: pair.key.span }];
  });
}
