// EXECUTE of a text of which parts are not known: the statement as far as it can be read.

import type { Catalog } from '../../catalog/catalog.js';
import type { Operation, Touch } from '../../catalog/operation.js';
import { changesNoSchema, targetOf, touchOfUnnamed, unknownFrom } from '../../catalog/operation-target.js';
import type { SqlParser } from '../../syntax/sql/parse.js';
import type { SqlStatement } from '../../syntax/sql/statement.js';
import { overlaps, type Span } from '../../text/span.js';
import { touchOfUnread } from '../from-ecto/doubt.js';
import { operationsOf } from '../from-sql.js';
import { type Hole, withHoles } from '../holes.js';
import { type PartialText, patternOf, type Unknown, unknown } from './values.js';

/** Stands for what is not known: a name that nobody writes. */
const FILLING = /__unknown(\d+)__/;

const PREFIX = 'a part of the statement that EXECUTE runs is computed: ';

/** Spans count in a text of our own. */
export function dynamicOperations(
  text: PartialText | Unknown,
  parser: SqlParser,
  catalog: Catalog,
): readonly Operation[] {
  const { sql, holes } = filled(text);
  const statement = parser.statement(sql);
  const whole = { start: 0, end: sql.length };
  const because = holes[0]?.reason ?? 'it is not known';
  const reason = because.startsWith(PREFIX) ? because : PREFIX + because;
  if (text.kind === 'unknown' || statement.node === null) {
    const touches: Touch =
      text.kind === 'unknown' ? { kind: 'everything' } : touchOfUnread(statement, holes, null);
    return touches.kind === 'rows' ? [] : [{ kind: 'unknown', reason, touches, span: whole, keyword: whole }];
  }
  const own = holes.map((hole) => ({ ...hole, reason }));
  const { node, problems, tokens, unread } = statement;
  const plain: SqlStatement = { text: sql, node, problems, tokens, unread, holes: [] };
  return operationsOf(plain).flatMap((operation) => {
    // A right for a role of which nothing is known.
    if (operation.kind === 'other') return [{ ...operation, change: null }];
    const hits = ({ span }: { readonly span: Span }) => own.some((hole) => overlaps(hole.span, span));
    // To have one partition more changes nothing else of a table.
    if (operation.kind === 'attach-partition' && !hits(operation.table) && hits(operation.partition)) {
      return likelyTargets(catalog, partsOf(operation.partition.name, text), false).map((touches) =>
        unknownFrom(operation, reason, touches),
      );
    }
    const target = targetOf(operation);
    if (target === null || !hits(target) || changesNoSchema(operation) || isOpen(target.name, text)) {
      return withHoles(operation, own, sql, null);
    }
    const ofIndex = operation.kind === 'drop-index' || operation.kind === 'rename-index';
    const touched = likelyTargets(catalog, partsOf(target.name, text), ofIndex).map((touches) =>
      unknownFrom(operation, reason, touches),
    );
    const makes = touchOfUnnamed(operation).kind === 'new-objects';
    return makes ? [...touched, unknownFrom(operation, reason, { kind: 'new-objects' })] : touched;
  });
}

/** Nothing of the name is known. */
function isOpen(name: string, text: PartialText): boolean {
  return partsOf(name, text).every((part) =>
    typeof part === 'string' ? part === '' : part.pattern === null && part.not === null,
  );
}

/** A name in the filled text, with what is not known of it. */
function partsOf(name: string, { parts }: PartialText): readonly (string | Unknown)[] {
  const holes = parts.filter((part) => typeof part !== 'string');
  return name
    .split(FILLING)
    .map((part, index) => (index % 2 === 0 ? part : (holes[Number(part)] ?? unknown(''))));
}

function filled(text: PartialText | Unknown): { readonly sql: string; readonly holes: readonly Hole[] } {
  if (text.kind === 'unknown')
    return { sql: '', holes: [{ span: { start: 0, end: 0 }, reason: text.reason }] };
  let sql = '';
  const holes: Hole[] = [];
  for (const part of text.parts) {
    const start = sql.length;
    sql += typeof part === 'string' ? part : `__unknown${holes.length}__`;
    if (typeof part !== 'string') holes.push({ span: { start, end: sql.length }, reason: part.reason });
  }
  return { sql, holes };
}

/** The tables whose name, or that of one of whose indexes, may be meant by one of which parts are known. */
function likelyTargets(
  catalog: Catalog,
  name: readonly (string | Unknown)[],
  ofIndex: boolean,
): readonly Touch[] {
  const pattern = patternOf(name);
  // It may be the name of something that we do not hold.
  const [only, ...more] = name.filter((part) => part !== '');
  const others = more.length === 0 && only !== undefined && typeof only !== 'string' ? only.not : null;
  const span = { start: 0, end: 0 };
  const owners = [...catalog.relations.values()]
    .filter(
      ({ kind, name: own }) =>
        (ofIndex ? kind === 'index' : kind === 'table' || kind === 'view') &&
        pattern.test(own) &&
        others?.has(own) !== true,
    )
    .map((relation) => (relation.kind === 'index' ? catalog.relations.get(relation.table) : relation));
  return [...new Set(owners)].flatMap((owner): readonly Touch[] =>
    owner === undefined
      ? []
      : [{ kind: 'relation', relation: { schema: owner.schema, name: owner.name, span } }],
  );
}
