// The functions of Ecto.Migration: what they give, and what they send.
// https://hexdocs.pm/ecto_sql/Ecto.Migration.html

import type { Touch } from '../../catalog/operation.js';
import type { SubCommand, TableTarget, Verb } from './column-sql.js';
import { createConstraint, createIndex, dropConstraint, dropIndex, renameIndex } from './index-sql.js';
import {
  describedObject,
  prefixOf,
  primaryKeyColumns,
  subjectOf,
  targetOf,
  timestampColumns,
} from './objects.js';
import { reversed } from './reversal.js';
import {
  asCommand,
  type Block,
  flush,
  type Irreversible,
  noteInterpolated,
  queueFunction,
  queueSql,
  queueUnknown,
  queueWith,
  type Run,
  raise,
  type UnclearSub,
  unclearOperation,
} from './run.js';
import { type Sql, textFrom } from './sql-text.js';
import {
  alterTable,
  createTable,
  dropMode,
  dropTable,
  renameColumn,
  renameTable,
  wordsOf,
} from './table-sql.js';
import {
  atom,
  type CallPlace,
  type ConstraintValue,
  given,
  type IndexValue,
  type Located,
  NIL,
  optionsOf,
  plainText,
  type TableValue,
  unknown,
  type Value,
} from './values.js';

const COMMANDS: ReadonlySet<string> = new Set([
  ...['table', 'index', 'unique_index', 'constraint', 'references', 'fragment'],
  ...['create', 'create_if_not_exists', 'drop', 'drop_if_exists', 'alter', 'rename'],
  ...['add', 'add_if_not_exists', 'modify', 'remove', 'remove_if_exists', 'timestamps'],
  ...['execute', 'execute_file', 'flush', 'repo', 'direction', 'prefix'],
]);

export function isCommand(name: string): boolean {
  return COMMANDS.has(name);
}

/** @param block reads what stands between `do` and `end` */
export function commandValue(
  run: Run,
  call: CallPlace,
  name: string,
  args: readonly Located[],
  block: (() => void) | null,
): Value {
  switch (name) {
    case 'repo':
      return { kind: 'repo' };
    case 'direction':
      return atom(run.direction);
    case 'prefix':
      return NIL;
    case 'add':
    case 'add_if_not_exists':
    case 'modify':
    case 'remove':
    case 'remove_if_exists':
      return subCommand(run, call, name, args);
    case 'timestamps':
      for (const column of timestampColumns(run, call, args[0])) addSub(run, column);
      return NIL;
    default:
      break;
  }
  const described = describedObject(run, call, name, args);
  if (described !== null) return described;
  if (run.block !== null && name !== 'flush') {
    raise(run, call, 'a command stands inside another', { kind: 'rows' });
    return NIL;
  }
  return asCommand(run, () => command(run, call, name, args, block));
}

function command(
  run: Run,
  call: CallPlace,
  name: string,
  args: readonly Located[],
  block: (() => void) | null,
): Value {
  switch (name) {
    case 'create':
      return run.backward ? uncreate(run, call, args, block, false) : create(run, call, args, block, false);
    case 'create_if_not_exists':
      return run.backward ? uncreate(run, call, args, block, true) : create(run, call, args, block, true);
    case 'alter':
      return alter(run, call, args, block);
    case 'drop':
      return run.backward ? undrop(run, call, args, false) : drop(run, call, args, false);
    case 'drop_if_exists':
      return run.backward ? undrop(run, call, args, true) : drop(run, call, args, true);
    case 'rename':
      return rename(run, call, args);
    case 'execute':
      return executeInDirection(run, call, args, (one) => execute(run, call, one));
    case 'execute_file':
      return executeInDirection(run, call, args, (one) => executeFile(run, call, one));
    default:
      if (run.backward) {
        const flushing = { verb: 'flush', call, object: null, table: null, name: null };
        raise(run, call, 'flush() has no way back', { kind: 'rows' }, [flushing]);
      } else flush(run);
      return NIL;
  }
}

/** `execute up, down`. With one argument it has no way back. */
function executeInDirection(
  run: Run,
  call: CallPlace,
  [up, down]: readonly Located[],
  send: (command: Located | undefined) => Value,
): Value {
  if (!run.backward) return send(up);
  if (down !== undefined) return send(down);
  const alone = { verb: 'execute', call, object: null, table: null, name: null };
  return cannotReverse(run, call, 'execute', [alone]);
}

function cannotReverse(
  run: Run,
  call: CallPlace,
  what: string,
  irreversible: readonly Irreversible[],
): Value {
  raise(run, call, `cannot reverse migration command: ${what}`, { kind: 'rows' }, irreversible);
  return NIL;
}

/** The way back of `create`. */
function uncreate(
  run: Run,
  command: CallPlace,
  args: readonly Located[],
  block: (() => void) | null,
  ifNotExists: boolean,
): Value {
  readBlock(run, block);
  return drop(run, command, args.slice(0, 1), ifNotExists);
}

/** The way back of `drop`: only an index is known well enough to be made again. */
function undrop(run: Run, command: CallPlace, args: readonly Located[], ifExists: boolean): Value {
  const value = args[0]?.value ?? unknown('it is not given');
  const { kind } = value;
  if (kind === 'index') return create(run, command, args, null, ifExists);
  if (kind !== 'table' && kind !== 'constraint') {
    return notAnObject(run, command, value, { kind: 'everything' });
  }
  const table = kind === 'table' ? value.name : value.table;
  const dropped: Irreversible = {
    verb: ifExists ? 'drop_if_exists' : 'drop',
    call: callOn(command, value),
    object: kind,
    table: subjectOf(table, prefixOf(run, value.options, table.span)),
    name: kind === 'table' ? null : plainText(value.name.value),
  };
  return cannotReverse(run, command, `drop ${kind}`, [dropped]);
}

function create(
  run: Run,
  command: CallPlace,
  [object]: readonly Located[],
  block: (() => void) | null,
  ifNotExists: boolean,
): Value {
  const value = object?.value ?? unknown('it is not given');
  switch (value.kind) {
    case 'table': {
      const call = callOn(command, value);
      const target = targetOf(run, value);
      const { subs, unclear } = readBlock(run, block);
      const columns = [...primaryKeyColumns(run, value), ...subs];
      queueTable(run, call, createTable(call, value, target, columns, ifNotExists), unclear, target);
      return value;
    }
    case 'index': {
      const call = callOn(command, value);
      const prefix = prefixOf(run, value.options, value.table.span);
      const subject = subjectOf(value.table, prefix);
      for (const sql of createIndex(call, value, prefix, ifNotExists)) queueSql(run, call, sql, subject);
      return value;
    }
    case 'constraint': {
      const call = callOn(command, value);
      const prefix = prefixOf(run, value.options, value.table.span);
      for (const sql of createConstraint(call, value, prefix)) queueSql(run, call, sql);
      return value;
    }
    default:
      readBlock(run, block);
      return notAnObject(run, command, value, { kind: 'new-objects' });
  }
}

function alter(
  run: Run,
  command: CallPlace,
  [object]: readonly Located[],
  block: (() => void) | null,
): Value {
  const value = object?.value ?? unknown('it is not given');
  const { subs: written, unclear } = readBlock(run, block);
  if (value.kind !== 'table') return notAnObject(run, command, value, { kind: 'everything' });
  const call = callOn(command, value);
  const target = targetOf(run, value);
  const { back: subs, without } = run.backward ? reversed(written) : { back: written, without: [] };
  if (without.length > 0) {
    const table = subjectOf(target.name, target.prefix);
    const changes = without.map(({ verb, call: sub, column }): Irreversible => {
      return { verb, call: sub, object: 'table', table, name: plainText(column.value) };
    });
    return cannotReverse(run, command, 'alter table', changes);
  }
  if (subs.length > 0) queueTable(run, call, alterTable(call, value, target, subs), unclear, target);
  else for (const sub of unclear) queueUnclear(run, sub, target);
  return value;
}

function queueTable(
  run: Run,
  call: CallPlace,
  [main = '', ...comments]: readonly Sql[],
  unclear: readonly UnclearSub[],
  target: TableTarget,
): void {
  const table = subjectOf(target.name, target.prefix);
  const more = table === null ? [] : unclear.map((sub) => unclearOperation(sub, table));
  queueWith(run, call, main, more);
  for (const comment of comments) queueSql(run, call, comment);
}

function queueUnclear(run: Run, sub: UnclearSub, target: TableTarget): void {
  const table = subjectOf(target.name, target.prefix);
  const touches: Touch = table === null ? { kind: 'everything' } : unclearOperation(sub, table).touches;
  queueUnknown(run, sub.call, sub.reason, touches);
}

/** The call of a command with the words that findings point at: `create index`. */
function callOn(command: CallPlace, object: TableValue | IndexValue | ConstraintValue): CallPlace {
  return { span: command.span, word: wordsOf(command, object.call) };
}

function notAnObject(run: Run, call: CallPlace, value: Value, touches: Touch): Value {
  if (value.kind === 'unknown') queueUnknown(run, call, value.reason, touches);
  else raise(run, call, 'it is no table, index or constraint', touches);
  return NIL;
}

function drop(run: Run, command: CallPlace, [object, last]: readonly Located[], ifExists: boolean): Value {
  const value = object?.value ?? unknown('it is not given');
  const mode = dropMode(optionsOf(last));
  switch (value.kind) {
    case 'table': {
      const call = callOn(command, value);
      queueSql(run, call, dropTable(call, value, targetOf(run, value), ifExists, mode));
      return value;
    }
    case 'index': {
      const call = callOn(command, value);
      const prefix = prefixOf(run, value.options, value.table.span);
      const subject = subjectOf(value.table, prefix);
      queueSql(run, call, dropIndex(call, value, prefix, ifExists, mode), subject);
      return value;
    }
    case 'constraint': {
      const call = callOn(command, value);
      const prefix = prefixOf(run, value.options, value.table.span);
      queueSql(run, call, dropConstraint(call, value, prefix, ifExists, mode));
      return value;
    }
    default:
      return notAnObject(run, command, value, { kind: 'everything' });
  }
}

/** `rename table(a), to: table(b)`, `rename table(t), :a, to: :b`, `rename index(…), to: "b"`. */
function rename(run: Run, call: CallPlace, args: readonly Located[]): Value {
  const [object] = args;
  const value = object?.value ?? unknown('it is not given');
  const to = given(optionsOf(args.at(-1)), 'to')?.value;
  if (to === undefined || args.length < 2) {
    return notAnObject(run, call, unknown('what it becomes is not known'), { kind: 'everything' });
  }
  if (value.kind === 'index') {
    const prefix = prefixOf(run, value.options, value.table.span);
    const renamed = renameIndex(call, value, prefix, to, run.backward);
    queueSql(run, call, renamed, subjectOf(value.table, prefix));
    return NIL;
  }
  if (value.kind !== 'table') return notAnObject(run, call, value, { kind: 'everything' });
  const target = targetOf(run, value);
  const column = args.length > 2 ? args[1] : undefined;
  if (column !== undefined) {
    const [before, after] = run.backward ? [to, column] : [column, to];
    queueSql(run, call, renameColumn(call, target, before, after));
  } else if (to.value.kind === 'table' && run.backward) {
    queueSql(run, call, renameTable(call, targetOf(run, to.value), value.name));
  } else {
    const name = to.value.kind === 'table' ? to.value.name : to;
    queueSql(run, call, renameTable(call, target, name));
  }
  return value;
}

function execute(run: Run, call: CallPlace, command: Located | undefined): Value {
  const value = command?.value ?? unknown('it is not given');
  if (value.kind === 'text') {
    noteInterpolated(run, value.text);
    if (value.text.text.trim() !== '') queueSql(run, call, value.text);
    return NIL;
  }
  if (value.kind === 'function') {
    queueFunction(run, () => value.apply([], call.span));
    return NIL;
  }
  if (value.kind === 'unknown') queueUnknown(run, call, value.reason, { kind: 'everything' });
  else raise(run, call, 'it is neither a text nor a function', { kind: 'rows' });
  return NIL;
}

/** The file holds one statement, which is sent as it is. What is in it counts to the call. */
function executeFile(run: Run, call: CallPlace, path: Located | undefined): Value {
  const name = path === undefined ? null : plainText(path.value);
  const text = name === null ? null : run.around.file(name);
  if (text === null) {
    const reason = name === null ? 'the file that it names is not read' : `the file "${name}" is not read`;
    queueUnknown(run, call, reason, { kind: 'everything' });
  } else if (text.trim() !== '') queueSql(run, call, textFrom(path?.span ?? call.span, text));
  return NIL;
}

/** Reads the sub-commands of a block. */
function readBlock(run: Run, read: (() => void) | null): Block {
  const outer = run.block;
  const block: Block = { subs: [], unclear: [], doubt: run.doubt };
  run.block = block;
  read?.();
  run.block = outer;
  return block;
}

function subCommand(run: Run, call: CallPlace, verb: Verb, args: readonly Located[]): Value {
  const [column = { value: unknown('it is not given'), span: call.span }, type = null] = args;
  // `remove :x` has no type, and `remove :x, :string, null: true` has both.
  const options = optionsOf(args[2]);
  addSub(run, { verb, column, type, options, call });
  return NIL;
}

function addSub(run: Run, sub: SubCommand): void {
  const { block, doubt } = run;
  const { call } = sub;
  if (block === null) {
    raise(run, call, 'it stands outside of create and alter', { kind: 'rows' });
  } else if (doubt !== null && doubt !== block.doubt) {
    block.unclear.push({ call, reason: doubt, column: plainText(sub.column.value) });
  } else block.subs.push(sub);
}
