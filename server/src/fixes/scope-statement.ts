// A further condition in a SQL query: in the ON of a join, in its WHERE, or in one of its own; and the column of an INSERT.
// Works on tokens, so that layout and comments stay.

import type { Block, ColumnOperand, Condition, Operand, Query, Relation } from '../queries/query.js';
import { blocksOf, columnsInCondition } from '../queries/walk.js';
import {
  groupAt,
  isSign,
  nextAtSameDepth,
  type Range,
  spanOf,
  type TokenText,
  textAt,
  tokenAt,
  wordAt,
  wordsStandAt,
} from '../syntax/sql/segments.js';
import { insertAt, type TextEdit } from '../text/edits.js';
import type { Span } from '../text/span.js';
import type { SqlStyle } from './sql-style.js';

/** The block that holds the relation; `null` when it is of another query. */
export function blockWith(query: Query, relation: Relation): Block | null {
  return blocksOf(query.block).find((block) => block.relations.includes(relation)) ?? null;
}

/** A column of a relation, and what it is to be equal to. */
export interface Scope {
  readonly relation: Relation;
  readonly column: string;
  /** As SQL: `$2`, `o.organization_id`. */
  readonly value: string;
}

/** `null` when the block has no place for it: a MERGE, an INSERT that names no columns, a LEFT JOIN with USING. */
export function withScope(
  of: TokenText,
  block: Block,
  scope: Scope,
  style: SqlStyle,
): readonly TextEdit[] | null {
  if (block.verb === 'merge') return null;
  if (block.insert !== null && block.relations[0] === scope.relation)
    return inInsert(of, block, scope, style);
  const condition = `${columnName(block, scope, style)} = ${scope.value}`;
  const from = tokenAt(of, scope.relation.span.start);
  const to = tokenAt(of, block.span.end);
  const { join } = scope.relation;
  if (join === 'inner' || join === 'left') {
    const on = onOf(of, tokenAt(of, scope.relation.span.end), to);
    if (on !== null) return joinedWith(of, on, condition, style);
    if (join === 'left') return null;
  }
  const keeper = join === 'from' ? keeperOf(block, scope.relation) : null;
  if (keeper !== null) {
    const on = onOf(of, tokenAt(of, keeper.span.end), to);
    return on === null ? null : joinedWith(of, on, condition, style);
  }
  const where = wordFrom(of, from, to, (word) => word === 'where');
  if (where !== null) {
    const end =
      wordFrom(of, where + 1, to, (word, index) => endsWhere(of, word, index)) ?? blockEnd(of, where, to);
    return joinedWith(of, { from: where + 1, to: end }, condition, style);
  }
  const end = wordFrom(of, from, to, (word, index) => endsWhere(of, word, index)) ?? blockEnd(of, from, to);
  return [newWhere(of, { from, to: end }, condition, style)];
}

function columnName(block: Block, { relation, column }: Scope, style: SqlStyle): string {
  const { source, alias } = relation;
  const plain = source.kind === 'table' && source.table.name === alias && block.relations.length === 1;
  const conditions = [block.where, ...block.relations.map(({ on }) => on)];
  const qualifies = conditions.flatMap(columnsInCondition).some((use) => use.alias !== null);
  return plain && !qualifies ? style.name(column) : `${style.name(alias)}.${style.name(column)}`;
}

/** The condition of the join whose right side ends before `index`. */
function onOf(of: TokenText, index: number, to: number): Range | null {
  const on = wordFrom(
    of,
    index,
    to,
    (word, at) => word === 'on' || word === 'using' || endsFromItem(of, word, at),
  );
  if (on === null || wordAt(of, on) !== 'on') return null;
  const end = wordFrom(of, on + 1, to, (word, at) => endsFromItem(of, word, at)) ?? blockEnd(of, on, to);
  return { from: on + 1, to: commaBefore(of, on + 1, end) };
}

const JOIN = /^(?:join|inner|left|right|full|cross|natural|on|using|where)$/;
const AFTER_WHERE = /^(?:group|having|window|order|limit|offset|fetch|for|returning|union|intersect|except)$/;

function endsFromItem(of: TokenText, word: string, index: number): boolean {
  // LEFT and RIGHT are functions too.
  if ((word === 'left' || word === 'right') && isSign(of, index + 1, '(')) return false;
  return JOIN.test(word) || endsWhere(of, word, index);
}

function endsWhere(of: TokenText, word: string, index: number): boolean {
  return AFTER_WHERE.test(word) || wordsStandAt(of, index, 'on', 'conflict');
}

/** The first word for which `holds`, outside of brackets and CASE; a bracket that closes does not end the search. */
function wordFrom(
  of: TokenText,
  from: number,
  to: number,
  holds: (word: string, index: number) => boolean,
): number | null {
  let cases = 0;
  for (let index = from; index < to; index = nextAtSameDepth(of, index)) {
    const word = wordAt(of, index);
    if (word === 'case') cases++;
    else if (word === 'end' && cases > 0) cases--;
    else if (word !== null && cases === 0 && !isSign(of, index - 1, '.') && holds(word, index)) return index;
  }
  return null;
}

/** Where the block ends: at a bracket that closes around it, at `;`, or at `to`. */
function blockEnd(of: TokenText, from: number, to: number): number {
  for (let index = from; index < to; index = nextAtSameDepth(of, index)) {
    if (isSign(of, index, ')') || isSign(of, index, ';')) return index;
  }
  return to;
}

function commaBefore(of: TokenText, from: number, to: number): number {
  for (let index = from; index < to; index = nextAtSameDepth(of, index)) {
    if (isSign(of, index, ',') || isSign(of, index, ')')) return index;
  }
  return to;
}

/** `AND condition` behind an expression, which gets parentheses when it is an OR. */
function joinedWith(of: TokenText, range: Range, condition: string, style: SqlStyle): readonly TextEdit[] {
  const { start, end } = spanOf(of, range);
  const and = `${style.words('and')} ${condition}`;
  const hasOr = wordFrom(of, range.from, range.to, (word) => word === 'or') !== null;
  const separator = lineOfAnd(of, range) ?? ' ';
  if (!hasOr) return [insertAt(end, separator + and)];
  return [insertAt(start, '('), insertAt(end, `)${separator}${and}`)];
}

/** The line break and indentation before an AND or OR that begins its line. */
function lineOfAnd(of: TokenText, range: Range): string | null {
  const at = wordFrom(of, range.from, range.to, (word, index) => {
    return (word === 'and' || word === 'or') && lineBefore(of, index) !== null;
  });
  return at === null ? null : lineBefore(of, at);
}

/** The line break and indentation that stand right before a token; `null` when it does not begin its line. */
function lineBefore(of: TokenText, index: number): string | null {
  const start = of.tokens[index]?.span.start ?? 0;
  return /\r?\n[\t ]*$/.exec(of.text.slice(0, start))?.[0] ?? null;
}

/** A WHERE behind FROM, on a line of its own when FROM, SET or USING has one. */
function newWhere(of: TokenText, range: Range, condition: string, style: SqlStyle): TextEdit {
  let from = range.from;
  while (from > 0 && !/^(?:from|update|into|using)$/.test(wordAt(of, from) ?? '')) from--;
  const set = wordFrom(of, from, range.to, (word) => word === 'set');
  const separator = lineBefore(of, from) ?? (set === null ? null : lineBefore(of, set)) ?? ' ';
  return insertAt(spanOf(of, range).end, `${separator}${style.words('where')} ${condition}`);
}

/** The column at the end of the list, and its value in each row or in what is selected. */
function inInsert(
  of: TokenText,
  { insert }: Block,
  scope: Scope,
  style: SqlStyle,
): readonly TextEdit[] | null {
  const last = insert?.columns?.at(-1);
  if (insert === null || last === undefined) return null;
  const name = insertAt(last.span.end, `, ${style.name(scope.column)}`);
  // The bracket that closes the list of columns.
  const columnsEnd = tokenAt(of, last.span.end);
  if (insert.rows !== null) {
    const values = wordFrom(of, columnsEnd + 1, of.tokens.length, (word) => word === 'values');
    const rows = values === null ? [] : valueRows(of, values + 1);
    if (rows.length !== insert.rows.length) return null;
    return [name, ...rows.map((row) => insertAt(spanOf(of, row).end, `, ${scope.value}`))];
  }
  if (insert.from === null || insert.from.verb !== 'select' || insert.from.branches.length > 0) return null;
  const begin = wordFrom(of, columnsEnd + 1, of.tokens.length, (word) => word === 'select');
  const end = begin === null ? null : wordFrom(of, begin, of.tokens.length, (word) => word === 'from');
  if (begin === null || end === null) return null;
  return [name, insertAt(spanOf(of, { from: begin, to: end }).end, `, ${scope.value}`)];
}

function valueRows(of: TokenText, from: number): readonly Range[] {
  const rows: Range[] = [];
  for (let index = from; textAt(of, index) === '('; ) {
    const row = groupAt(of, index);
    if (row === null) break;
    rows.push(row);
    index = nextAtSameDepth(of, index);
    if (!isSign(of, index, ',')) break;
    index++;
  }
  return rows;
}

/** The RIGHT JOIN behind the relation, which keeps its own rows whatever the relation's are; `null` when there is none. */
function keeperOf({ relations }: Block, relation: Relation): Relation | null {
  const index = relations.indexOf(relation);
  return relations.findLast((other, at) => at > index && other.join === 'right') ?? null;
}

/**
 * The relation that has to be compared so that the rows of this one are of one tenant: itself, or the one of a RIGHT JOIN
 * behind it that has the same value in that column, whose rows would else be all that are left out.
 */
export function keptRelation(block: Block, relation: Relation, column: string): Relation {
  const keeper = keeperOf(block, relation);
  if (keeper === null) return relation;
  const isSame = equalitiesAmong(conjuncts(keeper.on), column).some(
    ({ column: own, value }) =>
      own.alias === relation.alias &&
      value.kind === 'column' &&
      value.alias === keeper.alias &&
      value.column === column,
  );
  return isSame ? keeper : relation;
}

/**
 * Whether a further comparison would say nothing new: the relation's column is compared with a value from outside already or
 * is given one, or it is asked for rows with any other value.
 * @param text in which the spans of the block count
 */
export function isSettled(text: string, block: Block, relation: Relation, column: string): boolean {
  return isScoped(block, relation, column) || isDenied(text, block, relation, column);
}

/** `not (p.org_id == ^org_id)` and `org_id <> $1`; what is not one value written out, as 0 is, may be the tenant. */
function isDenied(text: string, block: Block, relation: Relation, column: string): boolean {
  const isOwn = ownIn(block, relation);
  return conditionsOf(block)
    .flatMap(conjuncts)
    .some((condition) => {
      if (condition.kind === 'not') {
        return equalitiesAmong([condition.of], column).some(
          ({ column: own, value }) => isOwn(own) && value.kind === 'outer' && value.source !== 'literal',
        );
      }
      if (condition.kind !== 'opaque' || condition.what !== 'comparison') return false;
      const { columns, blocks, span } = condition;
      const [own] = columns;
      if (own === undefined || columns.length > 1 || blocks.length > 0) return false;
      return isOwn(own) && own.column === column && DIFFERS.test(text.slice(span.start, span.end));
    });
}

const DIFFERS = /(?:!=|<>|\bis\s+distinct\s+from\b)(?!\s*(?:\d|'|"|nil\b|null\b))/i;

function ownIn({ relations }: Block, { alias }: Relation): (column: ColumnOperand) => boolean {
  return (one) => one.alias === alias || (one.alias === null && relations.length === 1);
}

/** Whether the relation's column is compared with a value from outside already, or is given one. */
function isScoped(block: Block, relation: Relation, column: string): boolean {
  if (block.insert?.columns?.some(({ name }) => name === column) === true) return true;
  const keeps = relation.join === 'right' || relation.join === 'full';
  // The rows of a RIGHT JOIN stay whatever its ON says.
  const telling = keeps ? conditionsOf(block).filter((one) => one !== relation.on) : conditionsOf(block);
  const all = equalitiesAmong(telling.flatMap(conjuncts), column);
  const own = ownIn(block, relation);
  const isOuter = (one: Equality) => one.value.kind === 'outer';
  return all
    .filter((one) => own(one.column))
    .some((one) => {
      const { value } = one;
      const sibling = value.kind === 'column' ? value.alias : null;
      return isOuter(one) || all.some((other) => other.column.alias === sibling && isOuter(other));
    });
}

/**
 * The value that the query compares the column with already: for a join the column of another relation of the block that is
 * compared with something, else a parameter or session value. `null` when it does so nowhere.
 */
export function knownValue(
  of: TokenText,
  query: Query,
  block: Block,
  relation: Relation,
  column: string,
): string | null {
  const { alias, join } = relation;
  const here = equalitiesOn(block, column).find(
    (one) => one.column.alias !== null && one.column.alias !== alias,
  );
  if (join !== 'from' && join !== 'right' && here !== undefined) return `${here.column.alias}.${column}`;
  const everywhere = blocksOf(query.block).flatMap((one) => comparisonsOf(one, column));
  for (const { value } of everywhere) {
    if (value.kind === 'outer' && value.source !== 'literal') return withCast(of, value.span);
  }
  return null;
}

/** The value as written, with the cast behind it. */
function withCast({ text }: TokenText, { start, end }: Span): string {
  const cast = /^\s*::\s*[\w."]+(?:\(\d+\))?(?:\[\])?/.exec(text.slice(end));
  return text.slice(start, end) + (cast?.[0] ?? '');
}

export interface Equality {
  readonly column: ColumnOperand;
  readonly value: Operand;
}

/** The equalities, always true of the block's rows, that have a column of that name on a side. */
export function equalitiesOn(block: Block, column: string): readonly Equality[] {
  return equalitiesAmong(conditionsOf(block).flatMap(conjuncts), column);
}

/** The same, with those that hold in one arm of an OR. */
export function comparisonsOf(block: Block, column: string): readonly Equality[] {
  return equalitiesAmong(conditionsOf(block).flatMap(parts), column);
}

function conditionsOf(block: Block): readonly Condition[] {
  return [block.where, ...block.relations.map(({ on }) => on)];
}

function equalitiesAmong(conditions: readonly Condition[], column: string): readonly Equality[] {
  return conditions.flatMap((condition) => {
    if (condition.kind !== 'equal') return [];
    const { left, right } = condition;
    return [
      ...(left.kind === 'column' && left.column === column ? [{ column: left, value: right }] : []),
      ...(right.kind === 'column' && right.column === column ? [{ column: right, value: left }] : []),
    ];
  });
}

function parts(condition: Condition): readonly Condition[] {
  return condition.kind === 'and' || condition.kind === 'or' || condition.kind === 'choice'
    ? condition.of.flatMap(parts)
    : [condition];
}

function conjuncts(condition: Condition): readonly Condition[] {
  return condition.kind === 'and' ? condition.of.flatMap(conjuncts) : [condition];
}
