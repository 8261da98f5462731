// What comments right before a statement say of it, its name among them: `-- name: ListPosts :many`, as sqlc and others have it.

import type { Comment, SqlFile, SqlStatement } from '../syntax/sql/statement.js';

export interface StatementName {
  /** `null` where the comments give it none. */
  readonly name: string | null;
  /** They say that it gives one row: `:one`. */
  readonly single: boolean;
  /** The comments themselves. */
  readonly says: string;
}

/** Of the statements that have a comment before them. */
export function statementNamesIn({
  statements,
  comments,
}: SqlFile): ReadonlyMap<SqlStatement, StatementName> {
  const names = new Map<SqlStatement, StatementName>();
  let before = 0;
  let next = 0;
  for (const { statement, start } of statements) {
    const above: Comment[] = [];
    for (let comment = comments[next]; comment !== undefined && comment.span.end <= start; ) {
      if (comment.span.start >= before) above.push(comment);
      comment = comments[++next];
    }
    if (above.length > 0) names.set(statement, nameIn(above));
    before = start + statement.text.length;
  }
  return names;
}

/** By the last of them that gives one. */
function nameIn(comments: readonly Comment[]): StatementName {
  const named = comments.flatMap(({ text }) => /^\s*name:\s*(\w+)\s*(:one)?/i.exec(text) ?? []);
  const [, name = null, one] = named.slice(-3);
  return { name, single: one !== undefined, says: comments.map(({ text }) => text).join(' ') };
}
