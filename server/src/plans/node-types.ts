// What the types of nodes are: the one table of those that PostgreSQL 12 to 18 have.
// Source: ExplainNode in src/backend/commands/explain.c.

/** What kind of work a node does: colours and signs go by it. */
export type Work = 'table' | 'index' | 'join' | 'sort' | 'group' | 'write' | 'other';

interface NodeType {
  readonly work: Work;
  /** The key of EXPLAIN (FORMAT JSON) that names what it reads, where that is no relation. */
  readonly namedBy?: string;
  /** How many nodes it takes its rows from, at least and at most, besides initial plans and subplans; none if left out. */
  readonly inputs?: readonly [least: number, most: number];
}

const MANY = Number.POSITIVE_INFINITY;

const TYPES = {
  Result: { work: 'other', inputs: [0, 1] },
  ProjectSet: { work: 'other', inputs: [1, 1] },
  ModifyTable: { work: 'write', inputs: [1, MANY] },
  Append: { work: 'other', inputs: [1, MANY] },
  'Merge Append': { work: 'other', inputs: [1, MANY] },
  'Recursive Union': { work: 'other', inputs: [2, 2] },
  BitmapAnd: { work: 'index', inputs: [2, MANY] },
  BitmapOr: { work: 'index', inputs: [2, MANY] },
  'Nested Loop': { work: 'join', inputs: [2, 2] },
  'Merge Join': { work: 'join', inputs: [2, 2] },
  'Hash Join': { work: 'join', inputs: [2, 2] },
  'Seq Scan': { work: 'table' },
  'Sample Scan': { work: 'table' },
  Gather: { work: 'other', inputs: [1, 1] },
  'Gather Merge': { work: 'other', inputs: [1, 1] },
  'Index Scan': { work: 'index' },
  'Index Only Scan': { work: 'index' },
  'Bitmap Index Scan': { work: 'index' },
  'Bitmap Heap Scan': { work: 'index', inputs: [1, 1] },
  'Tid Scan': { work: 'table' },
  'Tid Range Scan': { work: 'table' },
  // These read rows that another node of the plan has made.
  'Subquery Scan': { work: 'other', inputs: [1, 1] },
  'CTE Scan': { work: 'other', namedBy: 'CTE Name' },
  'WorkTable Scan': { work: 'other', namedBy: 'CTE Name' },
  'Function Scan': { work: 'table', namedBy: 'Function Name' },
  'Table Function Scan': { work: 'table', namedBy: 'Table Function Name' },
  'Values Scan': { work: 'table' },
  'Named Tuplestore Scan': { work: 'table', namedBy: 'Tuplestore Name' },
  'Foreign Scan': { work: 'table', inputs: [0, MANY] },
  'Custom Scan': { work: 'table', inputs: [0, MANY] },
  Materialize: { work: 'other', inputs: [1, 1] },
  Memoize: { work: 'other', inputs: [1, 1] },
  Sort: { work: 'sort', inputs: [1, 1] },
  'Incremental Sort': { work: 'sort', inputs: [1, 1] },
  Group: { work: 'group', inputs: [1, 1] },
  Aggregate: { work: 'group', inputs: [1, 1] },
  WindowAgg: { work: 'group', inputs: [1, 1] },
  Unique: { work: 'group', inputs: [1, 1] },
  SetOp: { work: 'group', inputs: [1, 2] },
  LockRows: { work: 'write', inputs: [1, 1] },
  Limit: { work: 'other', inputs: [1, 1] },
  Hash: { work: 'join', inputs: [1, 1] },
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

/** How many inputs a node of the type has, at least and at most; any number where nobody knows the type. */
export function inputsOf(type: string): readonly [least: number, most: number] {
  const known = BY_NAME.get(type);
  return known === undefined ? [0, MANY] : (known.inputs ?? [0, 0]);
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
