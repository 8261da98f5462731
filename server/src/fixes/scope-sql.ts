// The tenant's condition in a query of a `.sql` file.

import { changeOf } from '../text/edits.js';
import { shift } from '../text/span.js';
import type { QueryEditor } from './editor.js';
import { newParameter } from './parameters.js';
import type { Site } from './place.js';
import { blockWith, isScoped, knownValue, withScope } from './scope-statement.js';
import { newlineOf, sqlStyle, withNewlines } from './sql-style.js';

export function scopeSql(site: Site): QueryEditor['scopeQuery'] {
  return (query, relation, column) => {
    const { path, text } = site.file;
    const { statements } = site.parsers.sql.parse(text);
    const statement = statements.find(({ start }) => start === site.start)?.statement;
    const block = blockWith(query, relation);
    if (statement === undefined || block === null || isScoped(block, relation, column)) return null;
    const style = sqlStyle(site.parsers.sql, statement, text);
    const others = statements.map((placed) => placed.statement);
    const value =
      knownValue(statement, query, block, relation, column) ?? newParameter(statement, others, column);
    const edits = withScope(statement, block, { relation, column, value }, style);
    if (edits === null) return null;
    const newline = newlineOf(text);
    return changeOf(
      path,
      edits.map((edit) => ({ span: shift(edit.span, site.start), text: withNewlines(edit.text, newline) })),
    );
  };
}
