// The two ways of an Ecto migration, up and down: what is missing on one of them, and what runs at another time than it is
// written.

import type { Catalog } from '../catalog/catalog.js';
import { columnOf, doubtAbout, findTable } from '../catalog/lookup.js';
import type { Irreversible } from '../migrations/from-ecto/run.js';
import { operationsOf } from '../migrations/from-sql.js';
import { stateBefore } from '../migrations/history.js';
import { functionFor } from '../syntax/elixir/functions.js';
import type { Call, Expr } from '../syntax/elixir/nodes.js';
import { keyword } from '../syntax/elixir/nodes.js';
import { everythingIn, pathTo } from '../syntax/elixir/walk.js';
import { type Change, changeOf, insertAt, type TextEdit } from '../text/edits.js';
import { contains, type Span, textAt } from '../text/span.js';
import { type EctoFile, insertBefore, itemAt } from './ecto-file.js';
import { LINE_LENGTH } from './ecto-layout.js';
import { writerLike } from './ecto-new.js';
import { sqlText, string } from './ecto-style.js';
import { ectoColumn, ectoDefault, ectoType, isPlain } from './ecto-types.js';
import type { MigrationEditor } from './editor.js';
import { constraintAgain, inverseOf } from './inverse.js';
import { indentAt, removeLines, startsLine } from './lines.js';
import { type Site, some } from './place.js';
import { newlineOf, withNewlines } from './sql-style.js';
import type { Step } from './steps.js';
import { sqlOf } from './steps-sql.js';

/** @param tidy lays a change out as the formatter would */
export function wayFixes(site: Site, file: EctoFile, tidy: (change: Change | null) => Change | null) {
  const { path } = site.file;
  const change = (edits: readonly TextEdit[] | null) =>
    edits === null ? null : tidy(some(changeOf(path, edits)));
  return {
    giveWayBack: (command) => change(wayBack(site, file, command)),
    refuseWayBack: () => change(refusal(file)),
    callItChange: () => change(renamed(file, 'up', 'change')),
    flushBefore: (at) => change(flushing(file, at)),
    runOnTheWayUp: (at) => change(executed(file, at)),
    nameTable: (at, table) => change(tableNamed(file, at, table)),
  } satisfies Partial<MigrationEditor>;
}

/** `from:`, the type of what is removed, or the second text of `execute`. */
function wayBack(site: Site, file: EctoFile, command: Irreversible): readonly TextEdit[] | null {
  const { call: place, verb } = command;
  const call = pathTo(file.tree.items, place.span).findLast(
    (expr): expr is Call => expr.kind === 'call' && expr.receiver === null && expr.name === verb,
  );
  const before = catalogBefore(site, place.span);
  if (call === undefined || before === null || call.span.start !== place.span.start) return null;
  switch (verb) {
    case 'modify':
      return withFrom(before, command, call);
    case 'remove':
      return withType(before, command, call);
    case 'execute':
      return withSecondText(site, file, call, before);
    case 'drop':
      return command.object === 'constraint' ? droppedBySql(site, file, command, call, before) : null;
    default:
      return null;
  }
}

/** The schema just before the statement that is written there. */
function catalogBefore({ step }: Site, span: Span): Catalog | null {
  const index = step?.migration.statements.findIndex(
    (statement) => contains(statement.span, span) || contains(span, statement.span),
  );
  return step === null || index === undefined || index < 0 ? null : stateBefore(step, index).catalog;
}

function knownTable(before: Catalog, { table: name }: Irreversible) {
  const table = name === null ? null : findTable(before, name);
  return table === null || doubtAbout(before, table) !== null ? null : table;
}

/** `from: {:string, null: true}`: the type, and what else the call changes of the column. */
function withFrom(before: Catalog, command: Irreversible, call: Call): readonly TextEdit[] | null {
  const table = knownTable(before, command);
  const column = table === null || command.name === null ? null : columnOf(table, command.name);
  if (column === null || !isPlain(column) || call.args.length !== 2) return null;
  const { type, options } = ectoType(column.type);
  const changed = [
    ...(keyword(call, 'null') === null ? [] : [`null: ${!column.notNull}`]),
    ...(keyword(call, 'default') === null
      ? []
      : [`default: ${column.default === null ? 'nil' : ectoDefault(column.default)}`]),
  ];
  const last = call.keywords.at(-1) ?? call.args.at(-1);
  if (last === undefined) return null;
  // With a type alone the options of the call hold on the way down, too.
  const others = [...options, ...changed];
  const pair = `{${[type, others.length === 0 ? '[]' : others.join(', ')].join(', ')}}`;
  return [insertAt(last.span.end, `, from: ${call.keywords.length + others.length === 0 ? type : pair}`)];
}

function withType(before: Catalog, command: Irreversible, call: Call): readonly TextEdit[] | null {
  const table = knownTable(before, command);
  const column = table === null || command.name === null ? null : ectoColumn(before, table, command.name);
  const [name, ...others] = call.args;
  if (column === null || name === undefined || others.length > 0 || call.keywords.length > 0) return null;
  return [insertAt(name.span.end, `, ${[column.type, ...column.options].join(', ')}`)];
}

function withSecondText(site: Site, file: EctoFile, call: Call, before: Catalog): readonly TextEdit[] | null {
  const [sql, ...others] = call.args;
  if (sql?.kind !== 'text' || others.length > 0 || sql.interpolations.length > 0) return null;
  const statement = site.parsers.sql.statement(sql.content.text);
  const [operation, ...more] = operationsOf(statement);
  if (operation === undefined || more.length > 0) return null;
  const inverse = inverseOf(operation, before);
  if (inverse === null) return null;
  const indent = indentAt(file.text, call.span.start);
  const second = inverse === '' ? '""' : sqlText(written(site, file, inverse), indent);
  return [insertAt(sql.span.end, withNewlines(`, ${second}`, newlineOf(file.text)))];
}

function written(site: Site, file: EctoFile, step: Step): string {
  return sqlOf(step, writerLike(site, file).sql);
}

/** `drop constraint(…)` as SQL, with the SQL that makes it again. */
function droppedBySql(
  site: Site,
  file: EctoFile,
  { table, name, call: { span } }: Irreversible,
  call: Call,
  before: Catalog,
): readonly TextEdit[] | null {
  const again = table === null || name === null ? null : constraintAgain(before, table, name);
  if (again === null || table === null || name === null || call.keywords.length > 0) return null;
  const away: Step = { kind: 'drop-constraint', table, constraint: name };
  const indent = indentAt(file.text, span.start);
  const texts = [away, again].map((step) => sqlText(written(site, file, step), indent));
  return [{ span, text: file.style.call('execute', texts, indent) }];
}

/** `down/0` that raises; `change/0` becomes `up/0`. */
function refusal(file: EctoFile): readonly TextEdit[] | null {
  const { module, text } = file;
  const change = functionFor(module.functions, 'change', 0);
  const up = change ?? functionFor(module.functions, 'up', 0);
  const last = up?.clauses.at(-1);
  if (last === undefined || !startsLine(text, last.span.start)) return null;
  const indent = indentAt(text, last.span.start);
  const down = [
    '',
    '',
    `${indent}def down do`,
    `${indent}  raise Ecto.MigrationError, message: "this migration cannot be undone"`,
    `${indent}end`,
  ].join(newlineOf(text));
  const names = change === null ? [] : renamed(file, 'change', 'up');
  return names === null ? null : [...names, insertAt(last.span.end, down)];
}

function renamed({ module, text }: EctoFile, from: string, to: string): readonly TextEdit[] | null {
  const clauses = functionFor(module.functions, from, 0)?.clauses ?? [];
  if (clauses.some(({ nameSpan }) => textAt(text, nameSpan) !== from)) return null;
  return clauses.map(({ nameSpan }) => ({ span: nameSpan, text: to }));
}

function flushing(file: EctoFile, at: Span): readonly TextEdit[] | null {
  const item = itemAt(file, at);
  return item === null ? null : insertBefore(file, item.expr, ['flush()']);
}

/** The expression in a function given to `execute`, with one for the way down that does nothing. */
function executed(file: EctoFile, at: Span): readonly TextEdit[] | null {
  const item = itemAt(file, at);
  // Its value may be used below.
  if (item === null || (item.expr.kind !== 'call' && !isPipe(item.expr))) return null;
  const { expr } = item;
  const { text } = file;
  if (!startsLine(text, expr.span.start) || [...everythingIn(expr)].some((one) => isLongText(text, one))) {
    return null;
  }
  const code = textAt(text, expr.span);
  const indent = indentAt(text, expr.span.start);
  const short = `execute(fn -> ${code} end, fn -> :ok end)`;
  if (!code.includes('\n') && indent.length + short.length <= LINE_LENGTH) {
    return [{ span: expr.span, text: short }];
  }
  const inside = code.split(/\r?\n/).map((line) => (line.trim() === '' ? line : `    ${line}`));
  const lines = [
    'execute(',
    `${indent}  fn ->`,
    `${indent}${inside[0] ?? ''}`,
    ...inside.slice(1),
    `${indent}  end,`,
    `${indent}  fn -> :ok end`,
    `${indent})`,
  ];
  return [{ span: expr.span, text: lines.join(newlineOf(text)) }];
}

function isPipe(expr: Expr): boolean {
  return expr.kind === 'binary' && expr.operator === '|>';
}

/** A text over several lines that is no heredoc would get other blanks by another indentation. */
function isLongText(text: string, expr: Expr): boolean {
  if (expr.kind !== 'text') return false;
  const code = textAt(text, expr.span);
  return code.includes('\n') && !/^(?:~\w+)?"""/.test(code);
}

/** The table's name in the place of the module, whose alias goes when nothing else needs it. */
function tableNamed(file: EctoFile, at: Span, table: string): readonly TextEdit[] | null {
  const { module, text, tree } = file;
  const code = textAt(text, at);
  if (!/^[A-Z][\w.]*$/.test(code)) return null;
  const edit: TextEdit = { span: at, text: string(table) };
  const reference = module.references.find(({ kind, as }) => kind === 'alias' && as === code);
  if (reference === undefined || reference.call.args[0]?.kind !== 'alias') return [edit];
  const needs = tree.items
    .flatMap((item) => [...everythingIn(item)])
    .some(
      ({ span, ...expr }) =>
        span.start !== at.start &&
        !contains(reference.call.span, span) &&
        ((expr.kind === 'alias' && (expr.name === code || expr.name.startsWith(`${code}.`))) ||
          (expr.kind === 'map' && (expr.struct === code || expr.struct?.startsWith(`${code}.`) === true))),
    );
  return needs ? [edit] : [edit, removeLines(text, reference.call.span)];
}
