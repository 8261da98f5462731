// What the readers of statements share: names with their spans, expressions, types.

import type { Expression } from '../../catalog/expression.js';
import { type LocalName, type Name, type Reference, truncateIdentifier } from '../../catalog/names.js';
import { internalTypeName, isSerial, type TypeName } from '../../catalog/types.js';
import { expressionFacts } from '../../syntax/sql/expression.js';
import {
  asNode,
  constantOf,
  type Node,
  type RangeVar,
  relationName,
  stringsOf,
  type TypeName as TypeNode,
  typeParts,
  walk,
} from '../../syntax/sql/nodes.js';
import {
  type Identifier,
  nameAt,
  nameAtOffset,
  type Range,
  spanOf,
  type TokenText,
  wholeRange,
  wordAt,
} from '../../syntax/sql/segments.js';
import type { Span } from '../../text/span.js';
import { treeOf } from './expression-tree.js';

/** The whole statement. */
export function wholeSpan(of: TokenText): Span {
  return spanOf(of, wholeRange(of));
}

/** A relation where the grammar says that it stands. */
export function relationAt(of: TokenText, relation: RangeVar | undefined): Name {
  if (relation === undefined) return { schema: null, name: '', span: wholeSpan(of) };
  const found = nameAtOffset(of, relation.location ?? 0);
  return { ...relationName(relation), span: found?.span ?? wholeSpan(of) };
}

/** A name that begins at the token; the fallback's name with the statement's span when none stands there. */
export function nameFrom(of: TokenText, index: number, fallback: string): Name {
  const found = nameAt(of, index);
  if (found === null) return { schema: null, name: fallback, span: wholeSpan(of) };
  const schema = found.schema === null ? null : truncateIdentifier(found.schema);
  return { schema, name: truncateIdentifier(found.name), span: found.span };
}

/** Where CASCADE stands, when the statement or the action in the range says it: nothing else ends with that word. */
export function cascadeAt(
  of: TokenText,
  cascade: boolean,
  { from, to }: Range = wholeRange(of),
): { readonly cascadeAt?: Span } {
  if (!cascade) return {};
  for (let at = to - 1; at >= from; at--) {
    if (wordAt(of, at) === 'cascade') return { cascadeAt: spanOf(of, { from: at, to: at + 1 }) };
  }
  return {};
}

export function local(identifier: Identifier | null, fallback: string, span: Span): LocalName {
  return identifier === null
    ? { name: fallback, span }
    : { name: truncateIdentifier(identifier.name), span: identifier.span };
}

/** An expression of the statement. Its span is the given range's. */
export function expressionIn(of: TokenText, node: Node, range: Range): Expression {
  const span = spanOf(of, range);
  const text = of.text.slice(span.start, span.end);
  const facts = expressionFacts(of, node);
  return {
    text,
    span,
    columns: [...new Set(facts.columns.map(({ name }) => name))],
    mentions: facts.columns.map(({ name, span: at }) => ({
      name,
      span: { start: at.start - span.start, end: at.end - span.start },
    })),
    functions: facts.functions,
    constant: facts.constant,
    provesNotNull: facts.provesNotNull,
    ...relationsIn(node),
    tree: treeOf(node),
  };
}

/** What its subqueries read. */
function relationsIn(node: Node): Pick<Expression, 'relations'> {
  const relations: Reference[] = [];
  walk(node, (one) => {
    if (one.kind === 'RangeVar') relations.push(relationName(one.value));
    return true;
  });
  return relations.length === 0 ? {} : { relations };
}

/** The bits of an interval's `typmod`: https://github.com/postgres/postgres/blob/REL_18_STABLE/src/include/utils/timestamp.h */
const INTERVAL_FIELDS: Readonly<Record<number, string>> = {
  4: 'year',
  2: 'month',
  8: 'day',
  1024: 'hour',
  2048: 'minute',
  4096: 'second',
  6: 'year to month',
  1032: 'day to hour',
  3080: 'day to minute',
  7176: 'day to second',
  3072: 'hour to minute',
  7168: 'hour to second',
  6144: 'minute to second',
};

export function typeFrom(type: TypeNode | undefined, span: Span): TypeName {
  if (type === undefined) {
    return { schema: null, name: 'unknown', modifiers: [], arrayDimensions: 0, serial: false, span };
  }
  const { schema, name, arrayDimensions } = typeParts(type);
  const serial = schema === null && isSerial(name);
  const internal = schema === null ? internalTypeName(name) : name;
  const read = {
    schema,
    name: internal,
    modifiers: modifiersOf(type, internal),
    arrayDimensions,
    serial,
    span,
  };
  return type.pct_type === true ? { ...read, copies: stringsOf(type.names) } : read;
}

function modifiersOf(type: TypeNode, name: string): readonly string[] {
  const values = (type.typmods ?? []).map((modifier) => {
    const constant = constantOf(modifier);
    if ('value' in constant) return String(constant.value);
    // A type of an extension may take words: geometry(Point, 4326).
    const column = asNode(modifier, 'ColumnRef');
    return column === null ? '' : stringsOf(column.fields).join('.');
  });
  if (name !== 'interval') return values;
  const [mask = '', precision] = values;
  const fields = INTERVAL_FIELDS[Number(mask)];
  return [...(fields === undefined ? [] : [fields]), ...(precision === undefined ? [] : [precision])];
}
