// What the types of nodes are: the one table of those that PostgreSQL 12 to 18 have.
// Source: ExplainNode in src/backend/commands/explain.c.

/** What kind of work a node does: colours and signs go by it. */
export type Work = 'table' | 'index' | 'join' | 'sort' | 'group' | 'write' | 'other';

interface NodeType {
  readonly work: Work;
  /** The key of EXPLAIN (FORMAT JSON) that names what it reads, where that is no relation. */
  readonly namedBy?: string;
}

const TYPES = {
  Result: { work: 'other' },
  ProjectSet: { work: 'other' },
  ModifyTable: { work: 'write' },
  Append: { work: 'other' },
  'Merge Append': { work: 'other' },
  'Recursive Union': { work: 'other' },
  BitmapAnd: { work: 'index' },
  BitmapOr: { work: 'index' },
  'Nested Loop': { work: 'join' },
  'Merge Join': { work: 'join' },
  'Hash Join': { work: 'join' },
  'Seq Scan': { work: 'table' },
  'Sample Scan': { work: 'table' },
  Gather: { work: 'other' },
  'Gather Merge': { work: 'other' },
  'Index Scan': { work: 'index' },
  'Index Only Scan': { work: 'index' },
  'Bitmap Index Scan': { work: 'index' },
  'Bitmap Heap Scan': { work: 'index' },
  'Tid Scan': { work: 'table' },
  'Tid Range Scan': { work: 'table' },
  // These read rows that another node of the plan has made.
  'Subquery Scan': { work: 'other' },
  'CTE Scan': { work: 'other', namedBy: 'CTE Name' },
  'WorkTable Scan': { work: 'other', namedBy: 'CTE Name' },
  'Function Scan': { work: 'table', namedBy: 'Function Name' },
  'Table Function Scan': { work: 'table', namedBy: 'Table Function Name' },
  'Values Scan': { work: 'table' },
  'Named Tuplestore Scan': { work: 'table', namedBy: 'Tuplestore Name' },
  'Foreign Scan': { work: 'table' },
  'Custom Scan': { work: 'table' },
  Materialize: { work: 'other' },
  Memoize: { work: 'other' },
  Sort: { work: 'sort' },
  'Incremental Sort': { work: 'sort' },
  Group: { work: 'group' },
  Aggregate: { work: 'group' },
  WindowAgg: { work: 'group' },
  Unique: { work: 'group' },
  SetOp: { work: 'group' },
  LockRows: { work: 'write' },
  Limit: { work: 'other' },
  Hash: { work: 'join' },
} as const satisfies Readonly<Record<string, NodeType>>;

const BY_NAME: ReadonlyMap<string, NodeType> = new Map(Object.entries(TYPES));

/** Whether it is one of PostgreSQL's own. */
export function isKnownType(type: string): boolean {
  return BY_NAME.has(type);
}

/** Of a type that nobody knows here, what its name says. */
export function workOf({ type }: { readonly type: string }): Work {
  return BY_NAME.get(type)?.work ?? (type.endsWith(' Scan') ? 'table' : 'other');
}

/** The key of EXPLAIN (FORMAT JSON) that names what a node reads. */
export function nameKeyOf(type: string): string {
  return BY_NAME.get(type)?.namedBy ?? 'Relation Name';
}

export function isJoin({ type }: { readonly type: string }): boolean {
  return type === 'Nested Loop' || type === 'Hash Join' || type === 'Merge Join';
}

const TABLE_SCANS: ReadonlySet<string> = new Set([
  'Seq Scan',
  'Index Scan',
  'Index Only Scan',
  'Bitmap Heap Scan',
]);

/** Whether it gives rows of a table, read as a whole or by an index. */
export function isTableScan({ type }: { readonly type: string }): boolean {
  return TABLE_SCANS.has(type);
}

/** A table scan that has the whole row at hand, so that a filter may ask for any column. */
export function readsRows(node: { readonly type: string }): boolean {
  return isTableScan(node) && node.type !== 'Index Only Scan';
}

export function isIndexScan({ type }: { readonly type: string }): boolean {
  return type === 'Index Scan' || type === 'Index Only Scan';
}

export function isGather({ type }: { readonly type: string }): boolean {
  return type === 'Gather' || type === 'Gather Merge';
}

export function isSort({ type }: { readonly type: string }): boolean {
  return type === 'Sort' || type === 'Incremental Sort';
}
