// The general mends of commands of the migration DSL.

import type { Operation } from '../catalog/operation.js';
import type { Call, Expr } from '../syntax/elixir/nodes.js';
import { isCallOf, pathTo } from '../syntax/elixir/walk.js';
import { changeOf, type TextEdit } from '../text/edits.js';
import { contains, type Span } from '../text/span.js';
import {
  type Callback,
  type EctoFile,
  insertAfter,
  insertBefore,
  itemAt,
  itemsOf,
  operationsDown,
  removeCode,
} from './ecto-file.js';
import { boundTo } from './ecto-indexes.js';
import { moveOut } from './ecto-move.js';
import { writerLike } from './ecto-new.js';
import { removeOption, setOption } from './ecto-options.js';
import type { StatementFixes } from './every-fix.js';
import { guardedCommand } from './guards.js';
import { runsOften } from './lasting.js';
import { runsOutside, standsAlone, undoingOf } from './moving.js';
import { type Site, some } from './place.js';
import { withOwnNewlines } from './sql-style.js';
import { codesIn } from './steps-ecto.js';

/** Take what they do something with as their first argument. */
const VERBS = ['create', 'create_if_not_exists', 'drop', 'drop_if_exists', 'alter', 'rename'];

/** Stand in the block of a table. */
const PARTS = ['add', 'add_if_not_exists', 'modify', 'remove', 'remove_if_exists', 'timestamps'];

const COMMANDS = [...VERBS, ...PARTS, 'execute', 'execute_file', 'flush'];

const OBJECTS = ['index', 'unique_index', 'constraint', 'references', 'table'];

/** Options of the verb itself. */
const OF_VERB = ['mode'];

export function generalEctoFixes(site: Site, file: EctoFile): StatementFixes {
  const { text } = file;
  const here = (edits: readonly TextEdit[]) => some(changeOf(site.file.path, withOwnNewlines(text, edits)));
  return {
    guard(operation, isGuarded) {
      const edits = guardedCommand(file, operation, isGuarded);
      return edits === null ? null : here(edits);
    },

    setOption(_operation, at, option, value) {
      const own = optionsOf(file, at, option);
      if (own === null) return null;
      const edits =
        value === null
          ? removeOption(text, own.call, option)
          : setOption(text, own.call, option, value, own.piped);
      return edits === null ? null : here(edits);
    },

    removeOperation(operation) {
      if (runsOften(site, operation)) return null;
      const removed = removedCommand(site, file, 'up', operation);
      if (removed === null) return null;
      const undoes = undoingOf(site, operation);
      const edits: TextEdit[] = [...removed];
      for (const { operation: other } of operationsDown(site, file)) {
        if (!undoes(other)) continue;
        const more = removedCommand(site, file, 'down', other);
        if (more === null) return null;
        edits.push(...more);
      }
      return here(edits);
    },

    runBefore(operation, steps) {
      const item = itemAt(file, operation.keyword);
      if (item === null) return null;
      return here(insertBefore(file, item.expr, codesIn(item.callback, steps, writerLike(site, file))));
    },

    runAfter(operation, steps) {
      const item = itemAt(file, operation.keyword);
      if (item === null || runsOften(site, operation)) return null;
      return here(insertAfter(file, item.expr, codesIn(item.callback, steps, writerLike(site, file))));
    },

    runAlone(operation, name) {
      const item = itemAt(file, operation.keyword);
      if (item === null || item.beside.length === 1 || standsAlone(site)) return null;
      return moveOut(site, file, { item, name, otherwise: [], outside: runsOutside(site, operation) });
    },
  };
}

interface WithOptions {
  readonly call: Call;
  /** How many arguments come by a pipe. */
  readonly piped: number;
}

/** The call that takes the option: for a verb, what it is given, which may stand before a pipe or be bound to a variable. */
function optionsOf(file: EctoFile, at: Span, option: string): WithOptions | null {
  const path = pathTo(file.module.items, at);
  const index = path.findLastIndex((expr) => isCallOf(expr, [...VERBS, ...PARTS, ...OBJECTS, 'execute']));
  const call = path[index];
  if (call?.kind !== 'call') return null;
  const outer = path[index - 1];
  const pipe = outer?.kind === 'binary' && outer.operator === '|>' ? outer : null;
  if (!VERBS.includes(call.name) || OF_VERB.includes(option)) {
    return { call, piped: pipe?.right === call ? 1 : 0 };
  }
  const given = pipe?.right === call ? pipe.left : call.args[0];
  return given === undefined ? null : objectOf(file, given);
}

function objectOf(file: EctoFile, given: Expr): WithOptions | null {
  const value = given.kind === 'variable' ? boundTo(file, given.name, given.span) : given;
  if (value?.kind === 'binary' && value.operator === '|>') {
    return isCallOf(value.right, OBJECTS) ? { call: value.right, piped: 1 } : null;
  }
  return value !== null && isCallOf(value, OBJECTS) ? { call: value, piped: 0 } : null;
}

/** Takes out the command that makes the operation; `null` when it makes others too, or is no command of a callback. */
function removedCommand(
  site: Site,
  file: EctoFile,
  way: 'up' | 'down',
  operation: Operation,
): readonly TextEdit[] | null {
  const callbacks: readonly Callback[] = way === 'up' ? ['up', 'change'] : ['down'];
  const item = callbacks
    .flatMap((callback) => itemsOf(file, callback))
    .find(({ expr }) => contains(expr.span, operation.keyword));
  if (item === undefined) return null;
  const path = pathTo([item.expr], operation.keyword);
  const at = path.findLastIndex((expr) => isCallOf(expr, COMMANDS));
  const command = path[at];
  if (command === undefined) return null;
  if (operationsIn(site, file, way, command.span).some((other) => !isSame(other, operation))) return null;
  if (command === item.expr || isPipeOf(item.expr, command)) return [removeCode(file, item)];
  const block = path[at - 1];
  // A block that would be empty goes as a whole.
  const siblings = block?.kind === 'call' ? (block.body?.items ?? []) : [];
  if (!siblings.includes(command)) return null;
  if (siblings.length === 1 && block === item.expr) return [removeCode(file, item)];
  return siblings.length < 2 ? null : [removeCode(file, { ...item, expr: command, beside: siblings })];
}

/** Whether it is what the same code makes: `down/0` is read anew each time. */
function isSame(one: Operation, other: Operation): boolean {
  return one.kind === other.kind && one.keyword.start === other.keyword.start;
}

function isPipeOf(expr: Expr, command: Expr): boolean {
  return expr.kind === 'binary' && expr.operator === '|>' && expr.right === command;
}

function operationsIn(site: Site, file: EctoFile, way: 'up' | 'down', span: Span): readonly Operation[] {
  const all =
    way === 'down'
      ? operationsDown(site, file).map(({ operation }) => operation)
      : (site.step?.migration.statements.flatMap(({ operations }) => operations) ?? []);
  return all.filter(({ keyword }) => contains(span, keyword));
}
