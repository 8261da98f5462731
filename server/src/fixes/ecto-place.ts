// SQL in an `execute` of an Ecto migration, with the SQL or the `down/0` that undoes it.

import type { Operation } from '../catalog/operation.js';
import { operationsOf } from '../migrations/from-sql.js';
import type { Call, Text } from '../syntax/elixir/nodes.js';
import { pathTo } from '../syntax/elixir/walk.js';
import type { SqlStatement } from '../syntax/sql/statement.js';
import { type Change, changeOf, type TextEdit } from '../text/edits.js';
import { contains, type Span } from '../text/span.js';
import {
  commentsIn,
  type EctoFile,
  type Item,
  insertAfter,
  insertBefore,
  itemAt,
  operationsDown,
  removeCode,
  removeItem,
} from './ecto-file.js';
import { concurrentText, concurrentUndoing } from './ecto-indexes.js';
import { moveOut, neighbourOf, outside } from './ecto-move.js';
import { newEctoMigrations, writerLike } from './ecto-new.js';
import { editsInText, replaceText } from './ecto-text.js';
import { type Site, type StatementPlace, together, type Undoes } from './place.js';
import { countActions, withoutAction } from './sql-statement.js';
import { sqlStyle, withOwnNewlines } from './sql-style.js';
import type { Step } from './steps.js';
import { codeOf, codesIn } from './steps-ecto.js';
import { sqlOf } from './steps-sql.js';

interface Execute {
  readonly call: Call;
  readonly up: Text;
  /** What undoes it, where that is a text too. */
  readonly down: Text | null;
  readonly item: Item;
}

/** The SQL text that the operation was read from; `null` when it is none that stands in `up` or `change` itself. */
export function ectoPlace(site: Site, file: EctoFile, operation: Operation): StatementPlace | null {
  const execute = executeAt(file, operation.keyword);
  const like = neighbourOf(site, file);
  if (execute === null || like === null) return null;
  const { up, item } = execute;
  const { path } = site.file;
  const statement = site.parsers.sql.statement(up.content.text);
  const inside = operationInside(operation, statement, up);
  if (inside === null) return null;
  const context: Context = { site, file, execute };
  return {
    statement,
    style: sqlStyle(site.parsers.sql, statement),
    comments: commentsIn(file, item.expr.span).map((comment) => comment.replace(/^#\s?/, '')),
    within: (asked) => (inside.kind === asked.kind ? (inside as typeof asked) : asked),
    inner: (at) => up.content.toInner(at),
    placed: (edits) => editsInText(file.text, up, edits),
    remove: (undoes, comments) => changeOf(path, takenOut(context, undoes, comments)),
    prepend: (steps) => insertBefore(file, item.expr, codesIn(item.callback, steps, writerLike(site, file))),
    append: (steps) => insertAfter(file, item.expr, codesIn(item.callback, steps, writerLike(site, file))),
    outside: (beside) => outside(site, file, beside, execute.call.span),
    move(_edits, { name, undoes, outside: leaves }) {
      const isUndone = operationsDown(site, file).some(({ operation: other }) => undoes(other));
      // Names that are interpolated cannot be said again elsewhere.
      const hidesNames = item.callback === 'up' && execute.down === null && up.interpolations.length > 0;
      if (hidesNames && !isUndone) return null;
      return moveOut(site, file, { item, name, otherwise: reverseOf(context, leaves), outside: leaves });
    },
    undoConcurrently: (undoes) => undoConcurrently(context, undoes),
    undo: (undoes, steps) => undo(context, undoes, steps),
    next: (followUps) => together(changeOf(path, []), newEctoMigrations(site, like, followUps)),
  };
}

interface Context {
  readonly site: Site;
  readonly file: EctoFile;
  readonly execute: Execute;
}

function executeAt(file: EctoFile, span: Span): Execute | null {
  const item = itemAt(file, span);
  if (item === null) return null;
  const path = pathTo([item.expr], span);
  const call = path.findLast(
    (expr): expr is Call => expr.kind === 'call' && expr.receiver === null && expr.name === 'execute',
  );
  const [up, down] = call?.args ?? [];
  if (call === undefined || up?.kind !== 'text' || !contains(up.span, span)) return null;
  return { call, up, down: down?.kind === 'text' ? down : null, item };
}

/** The operation as read from the text alone, where names that are interpolated are names like others. */
function operationInside(operation: Operation, statement: SqlStatement, { content }: Text): Operation | null {
  const { text, node, problems, tokens, unread } = statement;
  const read = operationsOf({ text, node, problems, tokens, unread, holes: [] });
  const alike = read.filter(({ kind }) => kind === operation.kind);
  return alike.find(({ keyword }) => content.toOuter(keyword).start === operation.keyword.start) ?? null;
}

function takenOut(
  { site, file, execute }: Context,
  undoes: Undoes,
  comments: 'go' | 'stay',
): readonly TextEdit[] {
  const undoing = operationsDown(site, file).filter(({ operation }) => undoes(operation));
  const items = new Set(undoing.map(({ item }) => item));
  const gone = comments === 'go' ? removeItem(file, execute.item) : removeCode(file, execute.item);
  return [gone, ...[...items].map((item) => removeCode(file, item))];
}

/** For an `execute` without a way back in `up`: what drops the index that it builds. */
function reverseOf({ execute, site }: Context, concurrently: boolean): readonly Step[] | null {
  if (execute.down !== null) return null;
  const statement = site.parsers.sql.statement(execute.up.content.text);
  const [built] = operationsOf(statement);
  if (built?.kind !== 'create-index' || built.index === null) return [];
  const { table, index } = built;
  const dropped = { kind: 'create-index', table, columns: [], unique: false, name: index.name } as const;
  const style = sqlStyle(site.parsers.sql, statement);
  const step = {
    kind: 'drop-index',
    index: { ...dropped, given: null, concurrently },
    ifExists: true,
  } as const;
  return [{ kind: 'sql', sql: sqlOf(step, style) }];
}

function undoConcurrently({ site, file, execute }: Context, undoes: Undoes): Change | null {
  const { down } = execute;
  const beside = down === null ? [] : concurrentText(file.text, down, site.parsers.sql);
  const undoing = concurrentUndoing(site, file, undoes);
  return undoing === null ? null : changeOf(site.file.path, [...beside, ...undoing]);
}

function undo({ site, file, execute }: Context, undoes: Undoes, steps: readonly Step[]): Change {
  const { path } = site.file;
  const writer = writerLike(site, file);
  const { down } = execute;
  const edits: TextEdit[] = [];
  if (down !== null) {
    const statement = site.parsers.sql.statement(down.content.text);
    const operation = operationsOf(statement).find(undoes);
    if (operation !== undefined) {
      const without = countActions(statement) > 1 ? withoutAction(statement, operation) : null;
      const texts = steps.map((step) => sqlOf(step, writer.sql));
      edits.push(
        ...(without === null
          ? replaceText(file.text, down, texts.join('; '))
          : editsInText(file.text, down, without)),
      );
    }
  }
  for (const { operation, item } of operationsDown(site, file)) {
    if (!undoes(operation)) continue;
    const [first, ...rest] = steps.map((step) => codeOf(step, writer));
    if (first === undefined) edits.push(removeCode(file, item));
    else edits.push({ span: item.expr.span, text: [first, ...rest].join('\n    ') });
  }
  return changeOf(path, withOwnNewlines(file.text, edits));
}
