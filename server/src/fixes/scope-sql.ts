// The tenant's condition in a query of a `.sql` file.

import type { Query, Relation } from '../queries/query.js';
import { type Change, changeOf, type TextEdit } from '../text/edits.js';
import { shift } from '../text/span.js';
import type { QueryEditor } from './editor.js';
import { newParameter } from './parameters.js';
import type { Site } from './place.js';
import { inParentheses } from './scope-or.js';
import { blockWith, isSettled, keptRelation, knownValue, withScope } from './scope-statement.js';
import { newlineOf, sqlStyle, withNewlines } from './sql-style.js';

export function scopeSql(site: Site): QueryEditor {
  const { path, text } = site.file;
  const { statements } = site.parsers.sql.parse(text);
  const statement = statements.find(({ start }) => start === site.start)?.statement;
  const changed = (edits: readonly TextEdit[] | null): Change | null => {
    const newline = newlineOf(text);
    const placed = (edits ?? []).map((edit) => ({
      span: shift(edit.span, site.start),
      text: withNewlines(edit.text, newline),
    }));
    return placed.length === 0 ? null : changeOf(path, placed);
  };
  const scopeQuery = (query: Query, relation: Relation, column: string) => {
    const block = blockWith(query, relation);
    if (statement === undefined || block === null) return null;
    if (isSettled(statement.text, block, relation, column)) return null;
    const kept = keptRelation(block, relation, column);
    const style = sqlStyle(site.parsers.sql, statement, text);
    const others = statements.map((placed) => placed.statement);
    const value =
      knownValue(statement, query, block, kept, column) ?? newParameter(statement, others, column);
    return changed(withScope(statement, block, { relation: kept, column, value }, style));
  };
  return {
    scopeQuery,
    scopeEveryArm(query, relation, column) {
      const block = blockWith(query, relation);
      if (statement === undefined || block === null) return null;
      const edits = inParentheses(statement.text, block, relation, column);
      return changed(edits) ?? scopeQuery(query, relation, column);
    },
  };
}
