// EXPLAIN (FORMAT JSON) as a tree for people and advice: what each node is, what was expected of it, what it did, and what
// of that is its own. Pure; made for the output of PostgreSQL 12 to 18, and keeps what it does not know in `details`.
// What surprises: EXPLAIN gives rows and times per loop, buffers in total, and all of them with the children's.

import { type Charges, chargesOf, elapsedOf, ownOf } from './actual.js';
import { buffersOf, ownBuffersOf } from './buffers.js';
import { ownCosts } from './cost.js';
import { oddInputs } from './missing.js';
import { type Raw, type RawReader, rawPlanOf, readerOf } from './raw.js';

export interface Plan {
  readonly kind: 'plan';
  readonly root: PlanNode;
  /** Whether it was run and measured. */
  readonly analyzed: boolean;
  readonly planningMs: number | null;
  /** Triggers and start-up included, so a little more than that of the root. */
  readonly executionMs: number | null;
  readonly triggers: readonly Trigger[];
  readonly jit: Jit | null;
  /** Planner settings that are not at their defaults. */
  readonly settings: Readonly<Record<string, string>>;
  readonly planningBuffers: Buffers | null;
  /** What the plan lacks, in sentences: it was cut off, lost lines, or has values of other types. Empty for a whole one. */
  readonly missing: readonly string[];
  /** Keys that have no member here. */
  readonly details: Details;
}

/** What cannot be read as a plan. `reason` is a sentence for people. */
export interface UnreadablePlan {
  readonly kind: 'unreadable';
  readonly reason: string;
}

export type Details = Readonly<Record<string, unknown>>;

export interface PlanNode {
  /** `0` is the root, `0.1` its second child. */
  readonly id: string;
  /** `Seq Scan`, `Hash Join`, … */
  readonly type: string;
  /** What it is to its parent; `null` for the root. */
  readonly role: 'outer' | 'inner' | 'member' | 'subquery' | 'init-plan' | 'sub-plan' | null;
  /** `CTE recent`, `SubPlan 1`, `InitPlan 2`. */
  readonly subplan: string | null;
  readonly relation: PlanRelation | null;
  /** What conditions call the relation, CTE or function that it reads; `null` when that is its own name. */
  readonly alias: string | null;
  readonly index: string | null;
  /** The name of the CTE that is read, or of the working table. */
  readonly cte: string | null;
  readonly functionName: string | null;
  /** `Inner`, `Left`, `Semi`, … */
  readonly joinType: string | null;
  /** Of an aggregate or set operation: `Plain`, `Sorted`, `Hashed`, `Mixed`. */
  readonly strategy: string | null;
  /** Of what changes rows: `Insert`, `Update`, `Delete`, `Merge`. */
  readonly operation: string | null;
  /** Several processes share its work. */
  readonly parallelAware: boolean;
  readonly conditions: readonly Condition[];
  readonly sortKey: readonly string[];
  readonly groupKey: readonly string[];
  readonly output: readonly string[];
  /** For one loop; `null` when the plan was made without costs. */
  readonly estimate: Estimate | null;
  /** `null` where inputs of the node are missing, too: what is its own is then not known. */
  readonly cost: OwnCost | null;
  /** `null` when the plan was not run. */
  readonly actual: Actual | null;
  readonly misestimate: Misestimate | null;
  readonly removed: RowsRemoved | null;
  /** In total, with those of its children. */
  readonly buffers: Buffers | null;
  readonly ownBuffers: Buffers | null;
  readonly workers: Workers | null;
  readonly children: readonly PlanNode[];
  /** Keys that have no member here, such as `Sort Method` or `Heap Fetches`. */
  readonly details: Details;
}

export interface PlanRelation {
  /** `null` without VERBOSE. */
  readonly schema: string | null;
  readonly name: string;
}

export interface Condition {
  readonly kind: ConditionKind;
  readonly text: string;
}

const CONDITION_KINDS = [
  'Index Cond',
  'Recheck Cond',
  'TID Cond',
  'Hash Cond',
  'Merge Cond',
  'Join Filter',
  'Filter',
  'One-Time Filter',
  'Run Condition',
  'Order By',
  'Cache Key',
  'Function Call',
  'Conflict Filter',
] as const;
export type ConditionKind = (typeof CONDITION_KINDS)[number];

export interface Estimate {
  readonly startupCost: number;
  readonly totalCost: number;
  readonly rows: number;
  /** Bytes of a row. */
  readonly width: number;
}

/** The part of the whole plan's cost that arises in this node, its loops included; all nodes together give 100 %. */
export interface OwnCost {
  readonly own: number;
  /** 0 to 1. */
  readonly share: number;
}

export type Actual = NeverExecuted | Executed;

export interface NeverExecuted {
  readonly kind: 'never-executed';
}

export interface Executed {
  readonly kind: 'executed';
  /** Over all processes. */
  readonly loops: number;
  readonly rowsPerLoop: number;
  readonly rows: number;
  /** Until the first row, per loop; `null` when measured without times, as all members below. */
  readonly startupMs: number | null;
  /** Until the last row, per loop. */
  readonly totalMs: number | null;
  /** By the clock, over all loops, with its children; processes run side by side. */
  readonly elapsedMs: number | null;
  /** What of `elapsedMs` its children do not explain; `null` where some of them are missing, too. */
  readonly ownMs: number | null;
  /** Of the whole execution, 0 to 1. */
  readonly ownShare: number | null;
}

/** Rows per loop, expected against seen; both count as 1 at least, below which the planner does not go. */
export interface Misestimate {
  /** At least 1. */
  readonly factor: number;
  /** `under`: more rows came than were expected. */
  readonly direction: 'under' | 'over' | 'none';
  /** The parent may have stopped asking (LIMIT, a semi-join): then too few rows say nothing about the estimate. */
  readonly mayHaveStopped: boolean;
}

/** Over all loops. */
export interface RowsRemoved {
  readonly byFilter: number;
  readonly byJoinFilter: number;
  readonly byRecheck: number;
}

/** Blocks of 8 kB; times are `null` unless the server measures them (track_io_timing). */
export interface Buffers {
  readonly sharedHit: number;
  readonly sharedRead: number;
  readonly sharedDirtied: number;
  readonly sharedWritten: number;
  readonly localHit: number;
  readonly localRead: number;
  readonly localDirtied: number;
  readonly localWritten: number;
  readonly tempRead: number;
  readonly tempWritten: number;
  readonly readMs: number | null;
  readonly writeMs: number | null;
}

export interface Workers {
  readonly planned: number | null;
  readonly launched: number | null;
  readonly each: readonly WorkerPart[];
}

export interface WorkerPart {
  readonly number: number;
  readonly loops: number;
  readonly rowsPerLoop: number;
  readonly totalMs: number | null;
  /** Keys that have no member here, such as `Sort Method`. */
  readonly details: Details;
}

export interface Trigger {
  readonly name: string;
  readonly relation: string | null;
  readonly calls: number;
  readonly ms: number | null;
}

export interface Jit {
  readonly functions: number;
  readonly ms: number | null;
  readonly details: Details;
}

/** @param value that of EXPLAIN (FORMAT JSON), parsed; plans in texts are found by `saved-plan` */
export function parsePlan(value: unknown): Plan | UnreadablePlan {
  const raw = rawPlanOf(value);
  if (typeof raw === 'string') return { kind: 'unreadable', reason: raw };
  const { node: rawRoot, statement } = raw;
  const wrong: string[] = [];
  const reader = readerOf(statement, (problem) => wrong.push(`${problem}.`));
  const bare = bareNode(rawRoot, '0', (problem) => wrong.push(problem));
  const executionMs = reader.number('Execution Time');
  const planning = reader.record('Planning');
  const odd = oddInputs(bare);
  const elapsed = elapsedOf(bare);
  const root = finished(
    bare,
    { costs: ownCosts(bare), elapsed, charges: chargesOf(bare, elapsed), executionMs, odd },
    false,
  );
  return {
    kind: 'plan',
    root,
    analyzed: root.actual !== null,
    planningMs: reader.number('Planning Time'),
    executionMs,
    triggers: reader.records('Triggers').map(triggerOf),
    jit: jitOf(reader.record('JIT')),
    settings: settingsOf(reader.record('Settings')),
    planningBuffers: planning === null ? null : buffersOf(readerOf(planning)),
    missing: [...reader.texts(MISSING), ...wrong, ...odd.values()],
    details: reader.rest(),
  };
}

/** The key under which a reader of texts leaves its sentences; PostgreSQL has no such key. */
export const MISSING = 'Missing';

/** A node as EXPLAIN gives it, before anything is set in relation to other nodes. */
export interface BareNode
  extends Omit<PlanNode, 'children' | 'cost' | 'actual' | 'misestimate' | 'removed' | 'ownBuffers'> {
  readonly children: readonly BareNode[];
  readonly measured: Measured | null;
  readonly removedPerLoop: RowsRemoved | null;
  /** Every text of the node in which a parameter of a subplan may be named. */
  readonly expressions: string;
}

export interface Measured {
  readonly loops: number;
  readonly rows: number;
  readonly startupMs: number | null;
  readonly totalMs: number | null;
}

interface Whole {
  readonly costs: ReadonlyMap<string, OwnCost>;
  readonly elapsed: ReadonlyMap<string, number>;
  readonly charges: Charges;
  readonly executionMs: number | null;
  /** Nodes that lack inputs. */
  readonly odd: ReadonlyMap<BareNode, string>;
}

const ROLES: Readonly<Record<string, PlanNode['role']>> = {
  Outer: 'outer',
  Inner: 'inner',
  Member: 'member',
  Subquery: 'subquery',
  InitPlan: 'init-plan',
  SubPlan: 'sub-plan',
};

function bareNode(raw: Raw, id: string, complain: (problem: string) => void): BareNode {
  const type = raw['Node Type'];
  if (typeof type !== 'string') complain('A node has no "Node Type".');
  const reader = readerOf(raw, (problem) => complain(`${problem}, in the ${type}.`));
  const expressions = Object.entries(raw)
    .filter(([key]) => key !== 'Plans' && key !== 'Subplan Name')
    .map(([, value]) => (typeof value === 'string' || Array.isArray(value) ? String(value) : ''))
    .join('\n');
  const workers = reader.records('Workers').map(workerOf);
  const planned = reader.number('Workers Planned');
  const launched = reader.number('Workers Launched');
  return {
    id,
    type: reader.text('Node Type') ?? '',
    role: ROLES[reader.text('Parent Relationship') ?? ''] ?? null,
    subplan: reader.text('Subplan Name'),
    relation: relationOf(reader),
    alias: aliasOf(reader),
    index: reader.text('Index Name'),
    cte: reader.text('CTE Name'),
    functionName: reader.text('Function Name'),
    joinType: reader.text('Join Type'),
    strategy: reader.text('Strategy'),
    operation: reader.text('Operation'),
    parallelAware: reader.flag('Parallel Aware'),
    conditions: CONDITION_KINDS.flatMap((kind) => {
      const text = reader.text(kind);
      return text === null ? [] : [{ kind, text }];
    }),
    sortKey: reader.texts('Sort Key'),
    groupKey: reader.texts('Group Key'),
    output: reader.texts('Output'),
    estimate: estimateOf(reader),
    measured: measuredOf(reader),
    removedPerLoop: removedOf(reader),
    buffers: buffersOf(reader),
    workers: planned === null && workers.length === 0 ? null : { planned, launched, each: workers },
    expressions,
    children: reader.records('Plans').map((child, index) => bareNode(child, `${id}.${index}`, complain)),
    details: reader.rest(),
  };
}

/** @param mayStop whether something above may stop asking for rows */
function finished(bare: BareNode, whole: Whole, mayStop: boolean): PlanNode {
  const { measured, removedPerLoop, expressions: _, children, ...node } = bare;
  const below = mayStop && !readsAllFirst(bare);
  return {
    ...node,
    cost: whole.odd.has(bare) ? null : (whole.costs.get(bare.id) ?? null),
    actual: measured === null ? null : actualOf(bare, measured, whole),
    misestimate: misestimateOf(bare, mayStop),
    removed:
      removedPerLoop === null || measured === null
        ? null
        : times(removedPerLoop, Math.max(measured.loops, 1)),
    ownBuffers: whole.odd.has(bare) ? null : ownBuffersOf(bare, whole.charges),
    children: children.map((child) =>
      finished(child, whole, below || bare.type === 'Limit' || isSearched(bare, child)),
    ),
  };
}

function actualOf(bare: BareNode, { loops, rows, startupMs, totalMs }: Measured, whole: Whole): Actual {
  if (loops === 0) return { kind: 'never-executed' };
  const elapsedMs = whole.elapsed.get(bare.id) ?? null;
  const ownMs =
    elapsedMs === null || whole.odd.has(bare)
      ? null
      : ownOf(bare, whole.charges, ({ id }) => whole.elapsed.get(id) ?? 0);
  const all = whole.executionMs ?? whole.elapsed.get('0') ?? 0;
  return {
    kind: 'executed',
    loops,
    rowsPerLoop: rows,
    rows: rows * loops,
    startupMs,
    totalMs,
    elapsedMs,
    ownMs,
    ownShare: ownMs === null || all === 0 ? null : Math.min(1, ownMs / all),
  };
}

function misestimateOf(
  { estimate, measured, type, operation }: BareNode,
  mayHaveStopped: boolean,
): Misestimate | null {
  if (estimate === null || measured === null || measured.loops === 0) return null;
  // These count no rows; of what changes rows only RETURNING would come out.
  if (type === 'BitmapAnd' || type === 'BitmapOr' || operation !== null) return null;
  const expected = Math.max(estimate.rows, 1);
  const seen = Math.max(measured.rows, 1);
  if (seen === expected) return { factor: 1, direction: 'none', mayHaveStopped };
  return seen > expected
    ? { factor: seen / expected, direction: 'under', mayHaveStopped }
    : { factor: expected / seen, direction: 'over', mayHaveStopped };
}

/** Nodes that take all rows of their input before they give one. */
function readsAllFirst({ type, strategy }: BareNode): boolean {
  return type === 'Sort' || type === 'Hash' || (type === 'Aggregate' && strategy !== 'Sorted');
}

/** Whether a join stops at the first partner that it finds in this child. */
function isSearched(join: BareNode, child: BareNode): boolean {
  return child.role === 'inner' && (join.joinType === 'Semi' || join.joinType === 'Anti');
}

function relationOf(reader: RawReader): PlanRelation | null {
  const schema = reader.text('Schema');
  const name = reader.text('Relation Name');
  return name === null ? null : { schema, name };
}

function aliasOf(reader: RawReader): string | null {
  const alias = reader.text('Alias');
  const names = ['Relation Name', 'CTE Name', 'Function Name'].map((key) => reader.text(key));
  return names.includes(alias) ? null : alias;
}

function estimateOf(reader: RawReader): Estimate | null {
  const startupCost = reader.number('Startup Cost');
  const totalCost = reader.number('Total Cost');
  const rows = reader.number('Plan Rows');
  const width = reader.number('Plan Width');
  if (startupCost === null || totalCost === null || rows === null) return null;
  return { startupCost, totalCost, rows, width: width ?? 0 };
}

function measuredOf(reader: RawReader): Measured | null {
  const loops = reader.number('Actual Loops');
  const rows = reader.number('Actual Rows');
  const startupMs = reader.number('Actual Startup Time');
  const totalMs = reader.number('Actual Total Time');
  return loops === null ? null : { loops, rows: rows ?? 0, startupMs, totalMs };
}

function removedOf(reader: RawReader): RowsRemoved | null {
  const byFilter = reader.number('Rows Removed by Filter');
  const byJoinFilter = reader.number('Rows Removed by Join Filter');
  const byRecheck = reader.number('Rows Removed by Index Recheck');
  if (byFilter === null && byJoinFilter === null && byRecheck === null) return null;
  return { byFilter: byFilter ?? 0, byJoinFilter: byJoinFilter ?? 0, byRecheck: byRecheck ?? 0 };
}

function times({ byFilter, byJoinFilter, byRecheck }: RowsRemoved, loops: number): RowsRemoved {
  return { byFilter: byFilter * loops, byJoinFilter: byJoinFilter * loops, byRecheck: byRecheck * loops };
}

function workerOf(raw: Raw): WorkerPart {
  const reader = readerOf(raw);
  return {
    number: reader.number('Worker Number') ?? 0,
    loops: reader.number('Actual Loops') ?? 0,
    rowsPerLoop: reader.number('Actual Rows') ?? 0,
    totalMs: reader.number('Actual Total Time'),
    details: reader.rest(),
  };
}

function triggerOf(raw: Raw): Trigger {
  const reader = readerOf(raw);
  return {
    name: reader.text('Constraint Name') ?? reader.text('Trigger Name') ?? '',
    relation: reader.text('Relation'),
    calls: reader.number('Calls') ?? 0,
    ms: reader.number('Time'),
  };
}

function jitOf(raw: Raw | null): Jit | null {
  if (raw === null) return null;
  const reader = readerOf(raw);
  const functions = reader.number('Functions') ?? 0;
  return { functions, ms: readerOf(reader.record('Timing') ?? {}).number('Total'), details: raw };
}

function settingsOf(raw: Raw | null): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(raw ?? {}).map(([name, value]) => [name, String(value)]));
}
