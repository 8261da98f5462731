// What an advice rule may ask about a plan: what follows from its tree, from the schema, and from what is known of the tables.

import type { Catalog, Column, Index, Table } from '../catalog/catalog.js';
import { quoteName } from '../catalog/keywords.js';
import { certain } from '../catalog/knowledge.js';
import { childrenOf, columnOf, knowTable, primaryKeyOf, tableById } from '../catalog/lookup.js';
import type { Distribution } from '../catalog/statistics.js';
import { isGather } from '../plans/node-types.js';
import { executed, hasTimes, nodesOf, shareOf } from '../plans/nodes.js';
import type { ConditionKind, Plan, PlanNode, PlanRelation } from '../plans/plan.js';
import type { PlanSource } from '../plans/source.js';
import type { Comparison, PlanCondition, SortKey } from '../queries/plan-conditions.js';
import { percentText, timeText } from '../text/numbers.js';

/** What is known of a table beside its schema; `null` for what is not. */
export interface TableFacts {
  readonly rows: number | null;
  readonly bytes: number | null;
  /** Rows changed since ANALYZE last looked; `null` also where the server does not say. */
  readonly changedRows: number | null;
  /** False when no ANALYZE has ever looked. */
  readonly analyzed: boolean | null;
}

export interface Circumstances {
  /** Readers of SQL, as `queries/plan-conditions` has them. */
  readonly condition: (text: string) => PlanCondition;
  readonly sortKey: (text: string) => SortKey | null;
  /** The schema after all migrations; `null` where nothing is known of it. */
  readonly catalog: Catalog | null;
  readonly factsOf: (relation: PlanRelation) => TableFacts | null;
  /** What the server that planned it knows of the values of a column; `null` where nobody knows what it knew. */
  readonly distributionOf: (relation: PlanRelation, column: string) => Distribution | null;
  /** `saved`: nobody knows on what it was made. */
  readonly source: Pick<PlanSource, 'kind' | 'statistics'>;
  /** `null` for a plan without its statement. */
  readonly statement: string | null;
}

export class Moment {
  readonly nodes: readonly PlanNode[];
  private readonly parents = new Map<string, PlanNode>();
  private readonly conditions = new Map<string, PlanCondition>();

  constructor(
    readonly plan: Plan,
    private readonly circumstances: Circumstances,
  ) {
    this.nodes = nodesOf(plan);
    for (const node of this.nodes) for (const child of node.children) this.parents.set(child.id, node);
  }

  get catalog(): Catalog | null {
    return this.circumstances.catalog;
  }

  get source(): Circumstances['source'] {
    return this.circumstances.source;
  }

  get statement(): string | null {
    return this.circumstances.statement;
  }

  parentOf(node: PlanNode): PlanNode | null {
    return this.parents.get(node.id) ?? null;
  }

  /** From its parent to the root. */
  ancestorsOf(node: PlanNode): readonly PlanNode[] {
    const parent = this.parentOf(node);
    return parent === null ? [] : [parent, ...this.ancestorsOf(parent)];
  }

  /** All below it. */
  below(node: PlanNode): readonly PlanNode[] {
    return this.nodes.filter(({ id }) => id.startsWith(`${node.id}.`));
  }

  /** Of the whole time where that was measured, else of the cost: 0 to 1. */
  share(node: PlanNode): number {
    return shareOf(this.plan, node) ?? 0;
  }

  /** With all below it. */
  shareWithin(node: PlanNode): number {
    return Math.min(
      1,
      [node, ...this.below(node)].reduce((sum, one) => sum + this.share(one), 0),
    );
  }

  /** `62 % of the time (120 ms)`, `80 % of the estimated cost`. */
  shareText(node: PlanNode, share = this.share(node)): string {
    if (!this.hasTimes) return `${percentText(share)} of the estimated cost`;
    return `${percentText(share)} of the time (${timeText(share * this.totalMs)})`;
  }

  get hasTimes(): boolean {
    return hasTimes(this.plan);
  }

  get totalMs(): number {
    return this.plan.executionMs ?? executed(this.plan.root)?.elapsedMs ?? 0;
  }

  /** What has to be true together, of all the node's conditions of these kinds. */
  conditionsOf(node: PlanNode, ...kinds: readonly ConditionKind[]): PlanCondition {
    const read = node.conditions
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ text }) => this.read(text));
    return {
      comparisons: read.flatMap(({ comparisons }) => comparisons),
      others: read.flatMap(({ others }) => others),
      subplans: read.flatMap(({ subplans }) => subplans),
    };
  }

  /** Comparisons of columns of the relation that the node reads. */
  comparisonsOf(node: PlanNode, ...kinds: readonly ConditionKind[]): readonly Comparison[] {
    return this.conditionsOf(node, ...kinds).comparisons.filter(({ column }) => isOf(node, column.alias));
  }

  sortKeysOf(node: PlanNode): readonly (SortKey | null)[] {
    return node.sortKey.map((text) => this.circumstances.sortKey(text));
  }

  /** The table that a scan reads, as the migrations make it; `null` where that is not certain. */
  tableOf(node: PlanNode): Table | null {
    if (this.catalog === null || node.relation === null) return null;
    return certain(knowTable(this.catalog, node.relation));
  }

  columnOf(node: PlanNode, column: string): Column | null {
    const table = this.tableOf(node);
    return table === null ? null : columnOf(table, column);
  }

  /** `null` where not all of them are known. */
  indexesOf(node: PlanNode): readonly Index[] | null {
    const table = this.tableOf(node);
    return table === null || !table.complete ? null : table.indexes;
  }

  indexOf(node: PlanNode): Index | null {
    return this.indexesOf(node)?.find(({ name }) => name === node.index) ?? null;
  }

  factsOf(node: PlanNode): TableFacts | null {
    return node.relation === null ? null : this.circumstances.factsOf(node.relation);
  }

  factsOfTable(table: Table): TableFacts | null {
    return this.circumstances.factsOf({ schema: table.schema, name: table.name });
  }

  /** What the planner knew of the values of a column; `null` where nobody knows that. */
  distributionOf(node: PlanNode, column: string): Distribution | null {
    return node.relation === null ? null : this.circumstances.distributionOf(node.relation, column);
  }

  /** Whether at most one row has a value of the column. */
  isUnique(node: PlanNode, column: string): boolean {
    const table = this.tableOf(node);
    if (table === null) return false;
    const isAlone = (columns: readonly string[]) => columns.length === 1 && columns[0] === column;
    return (
      isAlone(primaryKeyOf(table) ?? []) ||
      table.indexes.some(
        ({ unique, keys, where }) => unique && where === null && isAlone(keys.map((key) => key.column ?? '')),
      )
    );
  }

  /** How many rows the table of a scan holds: as was seen when all of it was read, else as the statistics say. */
  tableRows(node: PlanNode): number | null {
    const actual = executed(node);
    const wasReadToTheEnd = !this.ancestorsOf(node).some(({ type }) => type === 'Limit');
    if (node.type === 'Seq Scan' && actual !== null && wasReadToTheEnd) {
      const loops = node.parallelAware ? 1 : actual.loops;
      return (actual.rows + (node.removed?.byFilter ?? 0)) / loops;
    }
    const known = this.factsOf(node)?.rows ?? null;
    if (known !== null) return known;
    const isWhole = node.type === 'Seq Scan' && !node.conditions.some(({ kind }) => kind === 'Filter');
    return isWhole && this.source.statistics !== 'none' ? this.expectedRows(node) : null;
  }

  /**
   * How many rows a scan compares with its filter: those that came, else those of a table that is read whole. `null` where that
   * is not known, and for lookups that a join repeats: each has few, and their sum is that of the loop.
   */
  comparedRows(node: PlanNode): number | null {
    const actual = executed(node);
    if (actual === null) return node.type === 'Seq Scan' ? this.tableRows(node) : null;
    if (actual.loops > 1 && !node.parallelAware) return null;
    return actual.rows + (node.removed?.byFilter ?? 0);
  }

  /** Over all processes, for one run of what is above them. */
  expectedRows(node: PlanNode): number | null {
    return node.estimate === null ? null : node.estimate.rows * this.processesOf(node);
  }

  /** As the planner divides rows (get_parallel_divisor): the leader helps the less, the more workers there are. */
  private processesOf(node: PlanNode): number {
    const gather = this.ancestorsOf(node).find(isGather);
    const isShared = node.parallelAware || this.below(node).some(({ parallelAware }) => parallelAware);
    const workers = gather?.workers?.planned ?? 0;
    return isShared && workers > 0 ? workers + Math.max(0, 1 - 0.3 * workers) : 1;
  }

  /** The partitioned table that a partition belongs to, by way of all between; the table itself when it is none. */
  rootTable(table: Table): Table {
    const above =
      table.partitionOf === null || this.catalog === null ? null : tableById(this.catalog, table.partitionOf);
    return above === null ? table : this.rootTable(above);
  }

  hasPartitions(table: Table): boolean {
    return table.partitioned || (this.catalog !== null && childrenOf(this.catalog, table.id).length > 0);
  }

  private read(text: string): PlanCondition {
    const known = this.conditions.get(text) ?? this.circumstances.condition(text);
    this.conditions.set(text, known);
    return known;
  }
}

/** A number among the keys of EXPLAIN that have no member of their own; 0 where there is none. */
export function detail(node: PlanNode, key: string): number {
  const value = node.details[key];
  return typeof value === 'number' ? value : 0;
}

/** Whether a column that is qualified so, or not at all, is one of what the node reads. */
export function isOf(node: PlanNode, alias: string | null): boolean {
  return alias === null || alias === (node.alias ?? node.relation?.name ?? node.cte ?? node.functionName);
}

/** `"orders"`, with the schema where it is not public. */
export function tableName({ relation, alias }: PlanNode): string {
  if (relation === null) return `"${alias ?? ''}"`;
  const { schema, name } = relation;
  return `"${schema === null || schema === 'public' ? '' : `${schema}.`}${name}"`;
}

/** The table of a scan as SQL writes it. */
export function sqlName({ relation }: PlanNode): string {
  if (relation === null) return '';
  const { schema, name } = relation;
  return `${schema === null || schema === 'public' ? '' : `${quoteName(schema)}.`}${quoteName(name)}`;
}
