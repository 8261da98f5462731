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
  if (parent?.kind === 'binary' && parent.operator === '|>' && parent.left === source) {
    return [pipeStep(scope, rootOf(path, parent))];
  }
  const macro = parent?.kind === 'call' && parent.args[0] === source ? parent : null;
  const variable = letterFor(scope.relation);
  const condition = `${variable}.${scope.column} == ^${scope.value}`;
  if (macro !== null && isFilter(macro)) {
    // OR comes last, so that what is added holds for all of it.
    const inner = macro.name === 'or_where' ? macro : source;
    return [insertAt(inner.span.start, 'where('), insertAt(inner.span.end, `, [${variable}], ${condition})`)];
  }
  const written = text.slice(source.span.start, source.span.end);
  return [{ span: source.span, text: `from(${variable} in ${written}, where: ${condition})` }];
}

/** The whole pipe that begins with the source. */
function rootOf(path: readonly Expr[], first: Binary): Binary {
  let root = first;
  for (const expr of [...path].reverse()) {
    if (expr.kind === 'binary' && expr.operator === '|>' && expr.left === root) root = expr;
  }
  return root;
}

function pipeStep(scope: EctoScope, root: Binary): TextEdit {
  const { text } = scope;
  const [source, ...steps] = pipeline(root);
  const last = steps.findLast((step): step is Call => step.kind === 'call' && isFilter(step));
  const after = last ?? source ?? root;
  const separator = separatorBefore(text, root, steps[0] ?? root);
  return insertAt(after.span.end, `${separator}|> where(${conditionLike(scope, last ?? null)})`);
}

function isFilter({ name, receiver }: Call): boolean {
  return (name === 'where' || name === 'or_where') && (receiver === null || receiver.kind === 'alias');
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
