// Commands of an Ecto migration that build or drop an index, in the DSL or as SQL: made concurrent.

import type { Call, Expr, Text } from '../syntax/elixir/nodes.js';
import { everythingIn, isCallOf } from '../syntax/elixir/walk.js';
import type { SqlParser } from '../syntax/sql/parse.js';
import type { TextEdit } from '../text/edits.js';
import { setOption } from './ecto-options.js';
import { editsInText } from './ecto-text.js';
import { makeConcurrent } from './sql-statement.js';

export const INDEX_COMMANDS = ['create', 'create_if_not_exists', 'drop', 'drop_if_exists'] as const;

/** `index(…)` or `unique_index(…)` as the argument of a command; `null` when it comes from elsewhere. */
export function indexOfCommand(command: Call): Call | null {
  const [index] = command.args;
  return isCallOf(index, ['index', 'unique_index']) ? index : null;
}

/** Edits that make all indexes of an expression concurrent, on the way up and on the way down. */
export function concurrentEdits(file: string, expr: Expr, parser: SqlParser): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  for (const inner of everythingIn(expr)) {
    if (isCallOf(inner, INDEX_COMMANDS)) {
      const index = indexOfCommand(inner);
      if (index !== null) edits.push(...(setOption(file, index, 'concurrently', 'true') ?? []));
    } else if (isCallOf(inner, ['execute'])) {
      for (const text of inner.args.filter((arg): arg is Text => arg.kind === 'text')) {
        edits.push(...concurrentText(file, text, parser));
      }
    }
  }
  return edits;
}

/** Edits of a SQL text that builds or drops an index; none for any other. */
export function concurrentText(file: string, text: Text, parser: SqlParser): readonly TextEdit[] {
  const statement = parser.statement(text.content.text);
  const builds = /^\s*(?:create\s+(?:unique\s+)?|drop\s+)index\b/i.test(statement.text);
  return builds ? editsInText(file, text, makeConcurrent(statement)) : [];
}
