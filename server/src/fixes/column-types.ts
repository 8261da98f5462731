// Fixes about the type of a column alone.

import { columnOf, findTable } from '../catalog/lookup.js';
import type { AlterColumnType, Operation } from '../catalog/operation.js';
import { keywordsOf } from '../syntax/elixir/nodes.js';
import { callAround } from '../syntax/elixir/walk.js';
import { type Change, changeOf } from '../text/edits.js';
import { contains } from '../text/span.js';
import {
  commentsIn,
  commentsInside,
  type EctoFile,
  insertAfter,
  itemAt,
  opening,
  removeInside,
} from './ecto-file.js';
import { writerLike } from './ecto-new.js';
import { atom } from './ecto-style.js';
import type { MigrationEditor } from './editor.js';
import type { StatementFixes } from './every-fix.js';
import { runsOften } from './lasting.js';
import { type Site, some } from './place.js';
import { withOwnNewlines } from './sql-style.js';
import type { Reversible } from './steps.js';
import { codesIn } from './steps-ecto.js';

/** For what is written in SQL. */
export function sqlColumnTypeFixes({
  removeOperation,
  replaceWords,
}: Pick<MigrationEditor, 'removeOperation' | 'replaceWords'>): StatementFixes {
  return {
    keepType: (operation) => removeOperation(operation),
    replaceType: (operation, at, type) => replaceWords(operation, at, type),
  };
}

/** For commands of the migration DSL. */
export function ectoColumnTypeFixes(site: Site, file: EctoFile): StatementFixes {
  return {
    keepType: (operation) => withoutType(site, file, operation),

    replaceType(_operation, at, type) {
      const written = file.text.slice(at.start, at.end);
      return /^:\w+$/.test(written) ? changeOf(site.file.path, [{ span: at, text: atom(type) }]) : null;
    },
  };
}

/** `modify` always sets the type: what else it sets is said in SQL. */
function withoutType(site: Site, file: EctoFile, operation: AlterColumnType): Change | null {
  const { text } = file;
  const modify = callAround(file.module.items, operation.keyword, ['modify']);
  const item = itemAt(file, operation.keyword);
  const alter = item === null ? null : callAround([item.expr], operation.keyword, ['alter']);
  if (modify === null || item === null || alter !== item.expr || runsOften(site, operation)) return null;
  const options = keywordsOf(modify).map(({ key }) => (key.kind === 'atom' ? key.value : ''));
  if (options.some((option) => !KEPT.has(option))) return null;
  const each = operationsWithin(site, operation, modify.span).map((other) => stepsOf(site, other));
  const steps = each.flatMap((one) => one ?? []);
  if (steps.length === 0 || each.includes(null)) return null;

  const codes = codesIn(item.callback, steps, writerLike(site, file));
  const isAlone = alter.body?.items.length === 1;
  const comments = isAlone ? commentsInside(file, alter.span) : commentsIn(file, modify.span);
  const lines = [...comments, ...codes].join('\n    ');
  const edits = isAlone
    ? [{ span: alter.span, text: lines }, ...opening(file, alter)]
    : [removeInside(file, modify), ...insertAfter(file, item.expr, [lines])];
  return some(changeOf(site.file.path, withOwnNewlines(text, edits)));
}

/** Options of `modify` that are gone with its type, or that the statements say. */
const KEPT: ReadonlySet<string> = new Set(['null', 'default', 'from', 'size', 'precision', 'scale']);

/** What else the `modify` does. */
function operationsWithin(
  { step }: Site,
  own: AlterColumnType,
  span: AlterColumnType['span'],
): readonly Operation[] {
  const statement = step?.migration.statements.find(({ operations }) => operations.includes(own));
  return statement?.operations.filter((other) => other !== own && contains(span, other.keyword)) ?? [];
}

/** With what undoes it as the column was before; nothing where that is so already. `null` for what is no such step. */
function stepsOf({ step }: Site, operation: Operation): readonly Reversible[] | null {
  if (!('column' in operation) || step === null || operation.kind === 'add-column') return null;
  const { table } = operation;
  const column = operation.column.name;
  const before = findTable(step.before, table);
  const old = before === null ? null : columnOf(before, column);
  if (old === null) return null;
  const set = { kind: 'set-not-null', table, column } as const;
  const unset = { kind: 'drop-not-null', table, column } as const;
  const oldDefault =
    old.default === null
      ? ({ kind: 'drop-default', table, column } as const)
      : ({ kind: 'set-default', table, column, value: old.default.text } as const);
  switch (operation.kind) {
    case 'set-not-null':
      return old.notNull ? [] : [{ up: set, down: unset }];
    case 'drop-not-null':
      return old.notNull ? [{ up: unset, down: set }] : [];
    case 'set-default':
      return [{ up: { kind: 'set-default', table, column, value: operation.value.text }, down: oldDefault }];
    case 'drop-default':
      return [{ up: { kind: 'drop-default', table, column }, down: oldDefault }];
    default:
      return null;
  }
}
