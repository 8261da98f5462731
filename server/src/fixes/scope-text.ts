// The tenant's condition in SQL that stands in an Elixir string.

import { queriesOf } from '../queries/from-sql.js';
import type { Query, Relation } from '../queries/query.js';
import { blocksOf } from '../queries/walk.js';
import type { Call, ElixirFile, Text } from '../syntax/elixir/nodes.js';
import { pathTo } from '../syntax/elixir/walk.js';
import { type Change, changeOf, insertAt, type TextEdit } from '../text/edits.js';
import { shift } from '../text/span.js';
import { editsInText } from './ecto-text.js';
import { newParameter } from './parameters.js';
import type { Site } from './place.js';
import { blockWith, isSettled, keptRelation, knownValue, withScope } from './scope-statement.js';
import { tenantValue } from './scope-value.js';
import { sqlStyle } from './sql-style.js';

/** A new parameter's value is added to the list of values, where one stands behind the text. */
export function scopeText(
  site: Site,
  tree: ElixirFile,
  query: Query,
  relation: Relation,
  column: string,
): Change | null {
  const path = pathTo(tree.items, query.span);
  const text = path.findLast((expr): expr is Text => expr.kind === 'text');
  if (text === undefined) return null;
  for (const { statement, start } of site.parsers.sql.parse(text.content.text).statements) {
    const [inner] = queriesOf(statement);
    const outer = text.content.toOuter({ start, end: start + statement.text.length });
    if (inner === undefined || outer.start !== query.span.start) continue;
    const own = relationsOf(inner)[relationsOf(query).indexOf(relation)];
    const block = own === undefined ? null : blockWith(inner, own);
    if (own === undefined || block === null || isSettled(statement.text, block, own, column)) return null;
    const kept = keptRelation(block, own, column);
    const known = knownValue(statement, inner, block, kept, column);
    const value = known ?? newParameter(statement, [], column);
    const style = sqlStyle(site.parsers.sql, statement);
    const edits = withScope(statement, block, { relation: kept, column, value }, style);
    if (edits === null) return null;
    const inFile = edits.map((edit) => ({ ...edit, span: shift(edit.span, start) }));
    const call = path.findLast((expr): expr is Call => expr.kind === 'call');
    const given =
      known === null ? valueFor(call, text, value, tenantValue(site, tree, query.span, column)) : [];
    return changeOf(site.file.path, [...editsInText(site.file.text, text, inFile), ...given]);
  }
  return null;
}

function relationsOf(query: Query): readonly Relation[] {
  return blocksOf(query.block).flatMap(({ relations }) => relations);
}

/** `Repo.query(sql, [a])` becomes `Repo.query(sql, [a, value])` when the parameter is the next of the list. */
function valueFor(call: Call | undefined, text: Text, parameter: string, value: string): readonly TextEdit[] {
  const index = call?.args.indexOf(text) ?? -1;
  const list = index < 0 ? undefined : call?.args[index + 1];
  if (list === undefined) {
    const alone = call !== undefined && index === call.args.length - 1 && parameter === '$1';
    return alone && call.keywords.length === 0 ? [insertAt(text.span.end, `, [${value}]`)] : [];
  }
  if (list.kind !== 'list' || parameter !== `$${list.items.length + 1}`) return [];
  const last = list.items.at(-1);
  return [insertAt(last?.span.end ?? list.span.end - 1, last === undefined ? value : `, ${value}`)];
}
