// A condition in the pipe form of an Ecto query, and for a source that stands alone.

import { modulesIn } from '../syntax/elixir/modules.js';
import { type Binary, type Call, type Expr, pipeline } from '../syntax/elixir/nodes.js';
import { everythingIn } from '../syntax/elixir/walk.js';
import { insertAt, type TextEdit } from '../text/edits.js';
import { lineStart } from '../text/line-index.js';
import { contains } from '../text/span.js';
import { indentAt } from './lines.js';
import { type EctoScope, letterFor } from './scope-ecto.js';
import { newlineOf } from './sql-style.js';

/** A step behind those that filter already; around a source that is not piped, a `from`. */
export function inPipe(scope: EctoScope): readonly TextEdit[] | null {
  const { path, text } = scope;
  const source = path.at(-1);
  const parent = path.at(-2);
  if (source === undefined) return null;
  // A call may be given something by a pipe: `id |> posts_of() |> order_by(…)`.
  if (parent?.kind === 'binary' && parent.operator === '|>') {
    const step = pipeStep(scope, rootOf(path, parent), source);
    return step === null ? null : [step];
  }
  const macro = parent?.kind === 'call' && parent.args[0] === source ? parent : null;
  const variable = letterFor(scope.relation);
  const condition = `${variable}.${scope.column} == ^${scope.value}`;
  if (macro !== null && isFilter(macro)) {
    if (macro.name === 'where' && saysSoIn(scope, [macro])) return null;
    // OR comes last, so that what is added holds for all of it.
    const inner = macro.name === 'or_where' ? macro : source;
    return [insertAt(inner.span.start, 'where('), insertAt(inner.span.end, `, [${variable}], ${condition})`)];
  }
  const written = text.slice(source.span.start, source.span.end);
  return [{ span: source.span, text: `from(${variable} in ${written}, where: ${condition})` }];
}

/** The whole pipe that begins with the source, or has it as a step. */
function rootOf(path: readonly Expr[], first: Binary): Binary {
  let root = first;
  for (const expr of [...path].reverse()) {
    if (expr.kind === 'binary' && expr.operator === '|>' && expr.left === root) root = expr;
  }
  return root;
}

function pipeStep(scope: EctoScope, root: Binary, source: Expr): TextEdit | null {
  const { text } = scope;
  const all = pipeline(root);
  const steps = all.slice(all.indexOf(source) + 1);
  if (saysSoIn(scope, steps)) return null;
  const last = steps.findLast((step): step is Call => step.kind === 'call' && isFilter(step));
  const after = last ?? source;
  const separator = separatorBefore(text, root, all[1] ?? root);
  return insertAt(after.span.end, `${separator}|> where(${conditionLike(scope, last ?? null)})`);
}

function isFilter({ name, receiver }: Call): boolean {
  return (name === 'where' || name === 'or_where') && (receiver === null || receiver.kind === 'alias');
}

/** Whether all conditions are taken away from the query on its way from the source: `|> exclude(:where)`. */
export function isExcluded(path: readonly Expr[]): boolean {
  return path.some((expr, index) => {
    if (expr.kind === 'call') return excludesWhere(expr);
    const inner = path[index + 1];
    const isPiped = expr.kind === 'binary' && expr.operator === '|>' && expr.left === inner;
    return isPiped && excludesWhere(expr.right);
  });
}

function excludesWhere(expr: Expr): boolean {
  if (expr.kind !== 'call' || expr.name !== 'exclude') return false;
  const what = expr.args.at(-1);
  return what?.kind === 'atom' && what.value === 'where';
}

/** Whether the last steps, behind every `or_where` and `exclude`, compare the column with the value already. */
export function saysSoIn(scope: EctoScope, steps: readonly Expr[]): boolean {
  const filters = steps.filter(
    (step): step is Call => step.kind === 'call' && (isFilter(step) || excludesWhere(step)),
  );
  const undone = filters.findLastIndex(({ name }) => name !== 'where');
  return filters
    .slice(undone + 1)
    .some(({ args, keywords }) => [...args.slice(-1), ...keywords].some((part) => saysSo(scope, part)));
}

/** Whether a condition is, or has as a part that holds in every case, what the scope would add. */
export function saysSo(scope: EctoScope, condition: Expr): boolean {
  const { text, column, value } = scope;
  const isValue = ({ span }: Expr) => text.slice(span.start, span.end) === `^${value}`;
  switch (condition.kind) {
    case 'list':
      return condition.items.some((item) => saysSo(scope, item));
    case 'pair':
      return condition.key.kind === 'atom' && condition.key.value === column && isValue(condition.value);
    case 'binary': {
      const { operator, left, right } = condition;
      if (operator === 'and' || operator === '&&') return saysSo(scope, left) || saysSo(scope, right);
      return operator === '==' && left.kind === 'call' && left.name === column && isValue(right);
    }
    default:
      return false;
  }
}

/** As the filter before it: a keyword list, or an expression with its variable. */
function conditionLike({ relation, column, value }: EctoScope, before: Call | null): string {
  const plain = before !== null && before.keywords.length > 0 && before.args.length === 0;
  if (plain) return `${column}: ^${value}`;
  const [list] = before?.args ?? [];
  const first = list?.kind === 'list' ? list.items[0] : undefined;
  const variable =
    first?.kind === 'variable' && !/^_|^\.\.\.$/.test(first.name) ? first.name : letterFor(relation);
  return `[${variable}], ${variable}.${column} == ^${value}`;
}

/** A line break with the indentation of the other steps, where they stand on lines of their own. */
function separatorBefore(text: string, root: Binary, step: Expr): string {
  const before = text.slice(root.span.start, step.span.start);
  if (!before.includes('\n')) return ' ';
  return `${newlineOf(text)}${indentAt(text, lineStart(text, step.span.start))}`;
}

const MACROS =
  /^(?:from|where|or_where|order_by|select|join|limit|group_by|having|preload|distinct|dynamic)$/;

/** `import Ecto.Query` where the edits need it and the file does not use its macros yet. */
export function importOfQueries(
  { tree, text, query }: EctoScope,
  edits: readonly TextEdit[],
): readonly TextEdit[] {
  if (!edits.some((edit) => /\b(?:from|where)\(/.test(edit.text))) return [];
  const module = modulesIn(tree).findLast(({ call }) => contains(call.span, query.keyword));
  if (module === undefined) return [];
  const uses = module.items.some((item) =>
    [...everythingIn(item)].some(
      (expr) => expr.kind === 'call' && expr.receiver === null && MACROS.test(expr.name),
    ),
  );
  const imports = module.references.some(
    ({ kind, module: name }) => kind === 'import' && name === 'Ecto.Query',
  );
  if (uses || imports) return [];
  const newline = newlineOf(text);
  const alias = module.references.find(({ kind }) => kind === 'alias')?.call.span;
  const last = module.references.findLast(({ kind }) => kind !== 'alias')?.call.span;
  if (last !== undefined && (alias === undefined || last.end < alias.start)) {
    return [insertAt(last.end, `${newline}${indentAt(text, last.start)}import Ecto.Query`)];
  }
  const first = alias ?? module.items[0]?.span;
  if (first === undefined) return [];
  return [insertAt(first.start, `import Ecto.Query${newline}${newline}${indentAt(text, first.start)}`)];
}
