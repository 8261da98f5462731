// A query in the words of its author, with the places that have to change when what it reads gets another name.

import type { QueryText, RelationMention, StarMention } from '../../catalog/operation.js';
import { asNode, type Node, type RangeVar, type SelectStmt, tagged, walk } from '../../syntax/sql/nodes.js';
import {
  nameAtOffset,
  nextAtSameDepth,
  type Range,
  segments,
  spanOf,
  type TokenText,
  textAt,
  wordAt,
} from '../../syntax/sql/segments.js';
import { quoted } from '../../text/quoted.js';
import { relationAt } from './reading.js';

/** The query after AS in a CREATE VIEW or CREATE TABLE AS; `null` when none is found. */
export function queryTextAfterAs(of: TokenText, query: Node | undefined): QueryText | null {
  const range = rangeAfterAs(of);
  const select = asNode(query, 'SelectStmt');
  if (range === null || select === null) return null;
  const { start, end } = spanOf(of, range);
  const isRecursive = wordAt(of, 1) === 'recursive' || wordAt(of, 3) === 'recursive';
  const [before, after] = isRecursive ? recursiveFrame(select) : ['', ''];
  const moved = before.length - start;
  return {
    text: before + of.text.slice(start, end) + after,
    relations: relationsIn(of, query, moved),
    star: isRecursive ? null : starOf(of, select, range, moved),
    stars: starsIn(query),
  };
}

function rangeAfterAs(of: TokenText): Range | null {
  const { length } = of.tokens;
  let from = 0;
  while (from < length && wordAt(of, from) !== 'as') from = nextAtSameDepth(of, from);
  if (from >= length) return null;
  let to = length;
  if (textAt(of, to - 1) === ';') to -= 1;
  const trailers = [
    ['with', 'no', 'data'],
    ['with', 'data'],
    ['with', 'check', 'option'],
    ['with', 'local', 'check', 'option'],
    ['with', 'cascaded', 'check', 'option'],
  ];
  const trailer = trailers.find((words) =>
    words.every((word, at) => wordAt(of, to - words.length + at) === word),
  );
  return { from: from + 1, to: to - (trailer?.length ?? 0) };
}

/** What CREATE RECURSIVE VIEW stands for. */
function recursiveFrame({ withClause, targetList }: SelectStmt): readonly [string, string] {
  const cte = asNode(withClause?.ctes?.[0], 'CommonTableExpr');
  const name = quoted(cte?.ctename ?? '');
  const columns = (targetList ?? []).flatMap((target) => {
    const column = asNode(asNode(target, 'ResTarget')?.val, 'ColumnRef');
    const field = asNode(column?.fields?.[0], 'String')?.sval;
    return field === undefined ? [] : [quoted(field)];
  });
  const list = columns.join(', ');
  return [`WITH RECURSIVE ${name} (${list}) AS (`, `) SELECT ${list} FROM ${name}`];
}

function relationsIn(of: TokenText, query: Node | undefined, moved: number): readonly RelationMention[] {
  const ctes = new Set<string>();
  const found: RangeVar[] = [];
  walk(query === undefined ? [] : [query], ({ kind, value }) => {
    if (kind === 'CommonTableExpr') ctes.add(value.ctename ?? '');
    if (kind === 'RangeVar' && value.location !== undefined) found.push(value);
    return true;
  });
  return found.flatMap((relation) => {
    const { schema, name, span } = relationAt(of, relation);
    if (schema === null && ctes.has(name)) return [];
    return [
      {
        relation: { schema, name, span: { start: span.start + moved, end: span.end + moved } },
        alias: aliasOf(of, relation, moved),
      },
    ];
  });
}

function aliasOf(of: TokenText, { alias, location }: RangeVar, moved: number): RelationMention['alias'] {
  if (alias?.aliasname === undefined) return null;
  let at = nameAtOffset(of, location ?? 0)?.next ?? of.tokens.length;
  while (
    at < of.tokens.length &&
    (textAt(of, at) === '*' || textAt(of, at) === ')' || wordAt(of, at) === 'as')
  )
    at += 1;
  const end = of.tokens[at]?.span.end;
  return {
    name: alias.aliasname,
    end: (end ?? 0) + moved,
    hasColumns: alias.colnames !== undefined && alias.colnames.length > 0,
  };
}

function isStar(node: Node | undefined): boolean {
  const fields = asNode(node, 'ColumnRef')?.fields ?? [];
  return asNode(fields.at(-1), 'A_Star') !== null;
}

function starsIn(query: Node | undefined): number {
  let count = 0;
  walk(query === undefined ? [] : [query], ({ kind, value }) => {
    if (kind === 'ColumnRef' && value.fields?.some((field) => tagged(field)?.kind === 'A_Star')) count += 1;
    return true;
  });
  return count;
}

/** The `*` in what the outermost SELECT gives. */
function starOf(of: TokenText, { targetList }: SelectStmt, range: Range, moved: number): StarMention | null {
  const outputs = targetList ?? [];
  const place = outputs.findIndex((output) => isStar(asNode(output, 'ResTarget')?.val));
  if (place < 0) return null;
  const column = asNode(asNode(outputs[place], 'ResTarget')?.val, 'ColumnRef');
  const start = column?.location;
  if (start === undefined) return null;
  const part = segments(of, range)
    .map((segment) => spanOf(of, segment))
    .find((span) => span.start <= start && start < span.end);
  const star = of.tokens.find(
    ({ span }) => span.start >= start && of.text.slice(span.start, span.end) === '*',
  );
  if (part === undefined || star === undefined) return null;
  return {
    span: { start: start + moved, end: star.span.end + moved },
    before: place,
    after: outputs.length - place - 1,
  };
}
