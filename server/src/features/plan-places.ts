// Where in a query the nodes of its plan come from: the relation that a node reads, and the conditions that it checks. Said only
// where it is certain: what the planner has made of several places, or of none, has no place here.
// What surprises: EXPLAIN gives each relation a name of its own. The second `orders` of a query is `orders_1`, and so is the
// first partition of `orders`; Ecto calls the first relation of a query on posts `p0`.

import type { Plan, PlanNode } from '../plans/plan.js';
import { type PlanColumn, planCondition } from '../queries/plan-conditions.js';
import type { Block, ColumnOperand, Condition, Query, Relation } from '../queries/query.js';
import { blocksOf, columnsInCondition } from '../queries/walk.js';
import type { SqlParser } from '../syntax/sql/parse.js';
import { type Span, sameSpan, shift } from '../text/span.js';
import type { ExplainTarget } from './explain-target.js';

/** By id of a node: the relation first, then conditions as they are written. A node without a place is left out. */
export type PlanPlaces = Readonly<Record<string, readonly Span[]>>;

/** Places that can be found again when the file around the statement has changed. */
export interface PlacesInStatement {
  /** The statement as it stands in the file. */
  readonly text: string;
  /** Spans in `text`. */
  readonly nodes: PlanPlaces;
}

/** @param file the text of the file in which the statement stands; what of an Ecto query stands elsewhere has no place */
export function placesInStatement(
  parser: SqlParser,
  plan: Plan,
  { span, query }: Pick<ExplainTarget, 'span' | 'query'>,
  file: string,
): PlacesInStatement {
  const nodes: Record<string, readonly Span[]> = {};
  for (const [id, spans] of Object.entries(planPlaces(parser, plan, query.query, file.slice(query.start)))) {
    const inside = spans
      .map((one) => shift(one, query.start))
      .filter(({ start, end }) => start >= span.start && end <= span.end)
      .map((one) => shift(one, -span.start));
    if (inside.length > 0) nodes[id] = inside;
  }
  return { text: file.slice(span.start, span.end), nodes };
}

/**
 * @param text in which the spans of the query are
 * @returns spans in `text`
 */
export function planPlaces(parser: SqlParser, plan: Plan, query: Query, text: string): PlanPlaces {
  const reader = new PlaceReader(parser, query, text);
  const places: Record<string, readonly Span[]> = {};
  /** @param reads what the node above reads, for the parts of a bitmap scan */
  const visit = (node: PlanNode, reads: Placed | null): readonly Span[] => {
    const relation = reader.relationOf(node) ?? (PARTS_OF_BITMAP.has(node.type) ? reads : null);
    const below = node.children.map((child) => visit(child, relation));
    const own = reader.spansOf(node, relation);
    const spans = own.length > 0 || !PASSES_ROWS_ON.has(node.type) ? own : common(below);
    if (spans.length > 0) places[node.id] = spans;
    return spans;
  };
  visit(plan.root, null);
  return places;
}

const PARTS_OF_BITMAP: ReadonlySet<string> = new Set(['Bitmap Index Scan', 'BitmapAnd', 'BitmapOr']);

/** They stand for what is below them: all that is partitioned is one relation, say. */
const PASSES_ROWS_ON: ReadonlySet<string> = new Set([
  'Append',
  'Merge Append',
  'Gather',
  'Gather Merge',
  'Hash',
  'Materialize',
  'Memoize',
]);

interface Placed {
  readonly relation: Relation;
  readonly block: Block;
  /** What EXPLAIN may call it, when nothing else is called so. */
  readonly name: string;
}

interface PlacedCondition {
  readonly block: Block;
  readonly span: Span;
  readonly columns: readonly ColumnOperand[];
}

class PlaceReader {
  private readonly relations: readonly Placed[];
  private readonly conditions: readonly PlacedCondition[];

  constructor(
    private readonly parser: SqlParser,
    private readonly query: Query,
    private readonly text: string,
  ) {
    const blocks = blocksOf(query.block);
    this.relations = blocks.flatMap((block) =>
      block.relations.flatMap((relation, index) => {
        const name = this.nameOf(relation, block, index);
        return name === null ? [] : [{ relation, block, name }];
      }),
    );
    this.conditions = blocks.flatMap((block) =>
      [block.where, ...block.relations.map(({ on }) => on)]
        .flatMap(leaves)
        .map((leaf) => ({ block, span: leaf.span, columns: columnsInCondition(leaf) })),
    );
  }

  relationOf(node: PlanNode): Placed | null {
    const name = node.alias ?? node.relation?.name ?? node.cte ?? node.functionName;
    return name === null ? null : this.named(name, node.relation?.name ?? null);
  }

  spansOf(node: PlanNode, relation: Placed | null): readonly Span[] {
    const columns = node.conditions.flatMap(({ text }) => this.columnsOf(text, relation));
    const holds = ({ block, columns: read }: PlacedCondition) =>
      read.length > 0 &&
      read.every((one) => columns.some((column) => this.isSame(one, block, column))) &&
      // Of a scan only what is about its own rows: what it is given from elsewhere may be compared elsewhere, too.
      (relation === null ||
        read.some((one) =>
          columns.some((column) => column.of === relation && this.isSame(one, block, column)),
        ));
    const conditions = this.conditions.filter(holds).map(({ span }) => span);
    return relation === null ? conditions : [this.withAlias(relation.relation), ...conditions];
  }

  /** `orders AS o`, `o in Order`. */
  private withAlias({ span, alias }: Relation): Span {
    if (this.query.language === 'ecto') {
      const binding = /\w+\s+in\s+$/.exec(this.text.slice(Math.max(0, span.start - 100), span.start));
      return binding === null ? span : { start: span.start - binding[0].length, end: span.end };
    }
    const after = /^\s+(?:as\s+)?("(?:[^"]|"")+"|\w+)/i.exec(this.text.slice(span.end, span.end + 100));
    return after !== null && unquoted(after[1] ?? '') === alias
      ? { start: span.start, end: span.end + after[0].length }
      : span;
  }

  private nameOf({ alias }: Relation, block: Block, index: number): string | null {
    if (this.query.language === 'sql') return alias;
    // Ecto numbers the relations of a query; those of queries inside it have longer names.
    return block === this.query.block ? `#${index}` : null;
  }

  /** @param table of a scan: what it reads, which of a partitioned table is a partition */
  private named(name: string, table: string | null): Placed | null {
    if (this.query.language === 'ecto') {
      const number = /^[a-z](\d+)(?:_\d+)?$/.exec(name)?.[1];
      return number === undefined ? null : one(this.withName(`#${number}`));
    }
    const exact = this.withName(name);
    if (exact.length > 0) return one(this.ofTable(exact, table)) ?? one(this.outermost(exact));
    const base = /^(.*)_\d+$/.exec(name)?.[1];
    if (base === undefined) return null;
    const known = this.withName(base);
    // The name without a number is that of the outermost, the other one is the other.
    if (known.length === 2) {
      const [first] = this.outermost(known);
      const others = known.filter((other) => other !== first);
      return others.length === 1 ? one(this.ofTable(others, table)) : null;
    }
    // A partition; a table of the same name would be one that a view reads.
    return one(
      known.filter(({ relation: { source } }) => source.kind === 'table' && source.table.name !== table),
    );
  }

  private withName(name: string): readonly Placed[] {
    return this.relations.filter((placed) => placed.name === name);
  }

  private outermost(relations: readonly Placed[]): readonly Placed[] {
    return relations.filter(({ block }) => block === this.query.block);
  }

  /** Those that can be of that table: all, where the only one may be partitioned. */
  private ofTable(relations: readonly Placed[], table: string | null): readonly Placed[] {
    if (relations.length === 1) return relations;
    return relations.filter(
      ({ relation: { source } }) => source.kind === 'table' && source.table.name === table,
    );
  }

  private columnsOf(text: string, relation: Placed | null): readonly ReadColumn[] {
    const { comparisons, others } = planCondition(this.parser, text);
    const columns: readonly PlanColumn[] = [
      ...comparisons.flatMap(({ column, other }) => (other === null ? [column] : [column, other])),
      ...others.flatMap(({ columns: read }) => read),
    ];
    return columns.map(({ alias, name }) => ({
      of: alias === null ? relation : this.named(alias, null),
      name,
    }));
  }

  private isSame({ alias, column }: ColumnOperand, block: Block, { of, name }: ReadColumn): boolean {
    if (of === null || column !== name) return false;
    if (alias === null) return of.block === block;
    const own = block.relations.find((relation) => relation.alias === alias);
    // What a block does not have it takes from around it.
    return own === undefined ? of.relation.alias === alias : own === of.relation;
  }
}

interface ReadColumn {
  readonly of: Placed | null;
  readonly name: string;
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase();
}

/** The conditions that are made of no others. */
function leaves(
  condition: Condition,
): readonly Exclude<Condition, { kind: 'and' | 'or' | 'choice' | 'not' }>[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
    case 'choice':
      return condition.of.flatMap(leaves);
    case 'not':
      return leaves(condition.of);
    default:
      return [condition];
  }
}

function one<T>(all: readonly T[]): T | null {
  return all.length === 1 ? (all[0] ?? null) : null;
}

/** What all have; nothing where they differ. */
function common(all: readonly (readonly Span[])[]): readonly Span[] {
  const [first = [], ...others] = all;
  return first.filter((span) => others.every((spans) => spans.some((other) => sameSpan(span, other))));
}
