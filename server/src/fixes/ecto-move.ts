// Where a command of an Ecto migration runs: outside a transaction where it stands, or in a migration of its own.

import type { Operation } from '../catalog/operation.js';
import type { Expr } from '../syntax/elixir/nodes.js';
import { everythingIn } from '../syntax/elixir/walk.js';
import { type Change, changeOf, type TextEdit } from '../text/edits.js';
import { contains, type Span, textAt } from '../text/span.js';
import {
  allDown,
  type EctoFile,
  type Item,
  movedItem,
  operationsDown,
  removeItem,
  setAttributes,
} from './ecto-file.js';
import { concurrentEdits } from './ecto-indexes.js';
import { fitted } from './ecto-layout.js';
import { type EctoNeighbour, leavingAttributes, newModules, writerLike } from './ecto-new.js';
import { isAsGoodOutside, mayRunLast, needsTransaction, undoingOf } from './moving.js';
import { type Site, together, type Undoes } from './place.js';
import type { Step } from './steps.js';
import { codeOf } from './steps-ecto.js';

/** The migration of the site as the neighbour of new ones; `null` when its file is none. */
export function neighbourOf({ step }: Site, file: EctoFile): EctoNeighbour | null {
  return step === null ? null : { file, folder: step.migration.folder, version: step.migration.version };
}

/**
 * What takes the whole migration out of its transaction; no edit when it is in none.
 * `null` when something in it needs one.
 * @param beside with `indexes`, `null` also when it does more than building and dropping indexes
 * @param except a command that is not looked at
 */
export function outside(
  site: Site,
  file: EctoFile,
  beside: 'anything' | 'indexes',
  except: Span | null = null,
): Change | null {
  const statements = site.step?.migration.statements ?? [];
  const operations = statements
    .filter(({ span }) => except === null || !contains(except, span))
    .flatMap((statement) => statement.operations);
  if (operations.some(needsTransaction)) return null;
  if (beside === 'indexes' && !operations.every(isAsGoodOutside)) return null;
  return changeOf(site.file.path, setAttributes(file, leavingAttributes(site, file)));
}

export interface Moving {
  readonly item: Item;
  readonly name: string;
  /** For an item of `up`: what `down` is to do when nothing there undoes it yet. `null` when `change` can turn it round. */
  readonly otherwise: readonly Step[] | null;
  /** Outside a transaction, with indexes made concurrent. */
  readonly outside: boolean;
}

/**
 * The item in a migration of its own that runs next, and what undoes it too. `null` when that cannot run last, or needs variables
 * and functions of the migration; outside a transaction also when it does more than indexes.
 */
export function moveOut(
  site: Site,
  file: EctoFile,
  { item, name, otherwise, outside: leaves }: Moving,
): Change | null {
  const like = neighbourOf(site, file);
  const operations = operationsOf(site, item);
  if (like === null || !isIndependent(file, item.expr)) return null;
  const mayMove = (one: Operation) =>
    (!leaves || isAsGoodOutside(one)) && (one.kind === 'comment' || mayRunLast(site, one));
  if (!operations.every(mayMove)) return null;
  const downItems = itemsUndoing(site, file, (other) =>
    operations.some((one) => undoingOf(site, one)(other)),
  );
  if (downItems === null) return null;
  const edits = new Map<Item, readonly TextEdit[]>();
  for (const one of [item, ...downItems]) {
    const own = leaves ? concurrentEdits(file, one.expr, site.parsers.sql) : [];
    if (own === null || !own.every(({ span }) => contains(one.expr.span, span))) return null;
    edits.set(one, own);
  }
  const moved = (one: Item) =>
    movedItem(file, one, edits.get(one) ?? []).flatMap(
      // The code is on one line when only comments stand above it.
      (line, index, all) => (index === all.length - 1 ? linesFitting(site, line) : [line]),
    );
  const turns = item.callback === 'change' || (otherwise === null && downItems.length === 0);
  const writer = writerLike(site, file);
  const down =
    downItems.length > 0
      ? downItems.flatMap(moved)
      : (otherwise ?? []).map((step) => codeOf(step, writer, ''));
  const callbacks = turns
    ? callback('change', moved(item))
    : [...callback('up', moved(item)), '', ...callback('down', down)];
  const written = { imports: [], attributes: attributesFor(file, item.expr), callbacks };
  return together(
    changeOf(
      site.file.path,
      [item, ...downItems].map((one) => removeItem(file, one)),
    ),
    newModules(site, like, [{ name, outside: leaves, written }]),
  );
}

/** The lines of a call as they are to stand in a callback, without its indentation. */
function linesFitting({ parsers }: Site, code: string): readonly string[] {
  const indent = 4;
  const lines = fitted(parsers.elixir, code, indent).split('\n');
  return lines.map((line, index) => (index === 0 ? line : line.slice(indent)));
}

function callback(name: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [`def ${name}, do: :ok`];
  return [`def ${name} do`, ...lines.map((line) => (line === '' ? '' : `  ${line}`)), 'end'];
}

/** Whether it can stand in another module: without variables and local functions of this one. */
function isIndependent({ module }: EctoFile, expr: Expr): boolean {
  const own = new Set(module.functions.map(({ name }) => name));
  for (const inner of everythingIn(expr)) {
    if (inner.kind === 'variable' && !isBoundIn(expr, inner.name)) return false;
    if (inner.kind === 'call' && inner.receiver === null && own.has(inner.name)) return false;
  }
  return true;
}

/** Whether a loop or a function in the expression gives the variable its value. */
function isBoundIn(expr: Expr, name: string): boolean {
  for (const inner of everythingIn(expr)) {
    const patterns =
      inner.kind === 'binary' && inner.operator === '<-'
        ? [inner.left]
        : inner.kind === 'fn'
          ? inner.clauses.flatMap((clause) => clause.patterns)
          : [];
    for (const pattern of patterns.flatMap((one) => [...everythingIn(one)])) {
      if (pattern.kind === 'variable' && pattern.name === name) return true;
    }
  }
  return false;
}

function operationsOf({ step }: Site, { expr }: Item): readonly Operation[] {
  const statements = step?.migration.statements.filter(({ span }) => contains(expr.span, span)) ?? [];
  return statements.flatMap(({ operations }) => operations);
}

/**
 * The items of `down/0` that undo what moves; empty when nothing does. `null` when one cannot move along: it does more, needs
 * something of its migration, or stands in a function that `down/0` calls.
 */
function itemsUndoing(site: Site, file: EctoFile, undoes: Undoes): readonly Item[] | null {
  const all = operationsDown(site, file);
  const items = [...new Set(all.filter(({ operation }) => undoes(operation)).map(({ item }) => item))];
  const known = new Set(all.map(({ operation }) => sameKey(operation)));
  if (allDown(site, file).some((one) => undoes(one) && !known.has(sameKey(one)))) return null;
  const moves = all.filter(({ item }) => items.includes(item)).every(({ operation }) => undoes(operation));
  return moves && items.every(({ expr }) => isIndependent(file, expr)) ? items : null;
}

function sameKey({ kind, span }: Operation): string {
  return `${kind} ${span.start} ${span.end}`;
}

/** The module attributes that the expression reads, as they are written. */
function attributesFor({ module, text }: EctoFile, expr: Expr): readonly string[] {
  const read = new Set(
    [...everythingIn(expr)].flatMap((inner) => (inner.kind === 'attribute' ? [inner.name] : [])),
  );
  return module.attributes.filter(({ name }) => read.has(name)).map(({ span }) => textAt(text, span));
}
