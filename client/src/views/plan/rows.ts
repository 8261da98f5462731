// A plan as the rows and columns of a table. Only words and order: every number comes from the plan as the server made it.

import type { Buffers, Misestimate, Plan, PlanNode } from '../../../../server/src/hosts/lsp/extensions.js';
import { costText, countText, factorText, percentText, rowsText, timeText } from './format.js';
import { nodeCondition, nodeRole, nodeTarget, nodeTitle } from './names.js';

export interface PlanTable {
  /** Those that follow the node's own column. */
  readonly columns: readonly Column[];
  /** Parents before children. */
  readonly rows: readonly PlanRow[];
}

export interface Column {
  readonly id: string;
  readonly title: string;
  /** A sentence, for those who wonder. */
  readonly hint: string;
}

export interface PlanRow {
  readonly id: string;
  readonly parent: string | null;
  /** 1 for the root. */
  readonly level: number;
  /** Among its siblings, from 1. */
  readonly place: number;
  readonly siblings: number;
  readonly children: number;
  readonly title: string;
  readonly role: string;
  readonly target: string;
  readonly condition: string;
  readonly executed: boolean;
  /** All of it in words, for those who hear it. */
  readonly spoken: string;
  /** In the order of the columns. */
  readonly cells: readonly Cell[];
}

export interface Cell {
  readonly text: string;
  /** Less important, on a line of its own; empty when there is nothing. */
  readonly aside: string;
  readonly flag: Flag | null;
  /** 0 to 1, drawn as a bar. */
  readonly bar: number | null;
}

/** Something to look at; told by a sign and by words, so that no colour is needed. */
export interface Flag {
  readonly sign: 'more' | 'fewer' | 'warning';
  readonly text: string;
  readonly severity: 'info' | 'warning' | 'error';
  /** The whole sentence. */
  readonly hint: string;
}

interface ColumnOf extends Column {
  readonly cell: (node: PlanNode) => Cell;
}

const EMPTY: Cell = { text: '', aside: '', flag: null, bar: null };

/** Below this a wrong estimate seldom changes a plan. */
const NOTABLE_FACTOR = 10;
const SEVERE_FACTOR = 100;

export function planTable(plan: Plan): PlanTable {
  const columns = columnsFor(plan);
  return { columns, rows: rowsBelow(plan.root, null, 1, 1, 1, columns) };
}

/** Nodes whose children are hidden at first: in a large plan those with many children of a kind, such as partitions. */
export function initiallyCollapsed({ rows }: PlanTable): readonly string[] {
  if (rows.length <= 60) return [];
  return rows.filter(({ children }) => children > 8).map(({ id }) => id);
}

function rowsBelow(
  node: PlanNode,
  parent: string | null,
  level: number,
  place: number,
  siblings: number,
  columns: readonly ColumnOf[],
): readonly PlanRow[] {
  const title = nodeTitle(node);
  const role = nodeRole(node);
  const target = nodeTarget(node);
  const cells = columns.map((column) => column.cell(node));
  const row: PlanRow = {
    id: node.id,
    parent,
    level,
    place,
    siblings,
    children: node.children.length,
    title,
    role,
    target,
    condition: nodeCondition(node),
    executed: node.actual?.kind !== 'never-executed',
    spoken: spokenRow([role, title, target], columns, cells),
    cells,
  };
  const below = node.children.flatMap((child, index) =>
    rowsBelow(child, node.id, level + 1, index + 1, node.children.length, columns),
  );
  return [row, ...below];
}

function spokenRow(name: readonly string[], columns: readonly Column[], cells: readonly Cell[]): string {
  const values = cells.flatMap(({ text, aside, flag }, index) =>
    text === '' ? [] : [`${columns[index]?.title} ${text}`, aside, flag?.text ?? ''],
  );
  return [name.filter((part) => part !== '').join(' '), ...values].filter((part) => part !== '').join(', ');
}

/** What was not measured has no column. */
function columnsFor(plan: Plan): readonly ColumnOf[] {
  const timed = someNode(plan.root, ({ actual }) => actual?.kind === 'executed' && actual.totalMs !== null);
  const costed = someNode(plan.root, ({ estimate }) => estimate !== null);
  const buffered = someNode(plan.root, ({ ownBuffers }) => ownBuffers !== null);
  return [
    ...(timed ? [TIME_SHARE, TIME] : costed ? [COST_SHARE] : []),
    ...(plan.analyzed ? [ACTUAL_ROWS] : costed ? [EXPECTED_ROWS] : []),
    ...(costed ? [COST] : []),
    ...(plan.analyzed ? [LOOPS] : []),
    ...(buffered ? [BUFFERS] : []),
  ];
}

function someNode(node: PlanNode, test: (node: PlanNode) => boolean): boolean {
  return test(node) || node.children.some((child) => someNode(child, test));
}

const EXPECTED_ROWS: ColumnOf = {
  id: 'rows',
  title: 'Rows',
  hint: 'Rows that the planner expects of one loop.',
  cell: ({ estimate }) => (estimate === null ? EMPTY : { ...EMPTY, text: rowsText(estimate.rows) }),
};

const ACTUAL_ROWS: ColumnOf = {
  id: 'rows',
  title: 'Rows',
  hint: 'Rows that came, on average of all loops; below, how many the planner expected, and how far it was off.',
  cell: ({ estimate, actual, misestimate }) => {
    if (actual === null) return EMPTY;
    return {
      ...EMPTY,
      text: actual.kind === 'executed' ? rowsText(actual.rowsPerLoop) : 'never run',
      aside: estimate === null ? '' : `expected ${rowsText(estimate.rows)}`,
      flag: misestimate && misestimateFlag(misestimate),
    };
  },
};

const COST: ColumnOf = {
  id: 'cost',
  title: 'Cost',
  hint: 'The planner’s estimate for one loop, children included, in its own unit: reading a page in sequence costs 1.',
  cell: ({ estimate }) => (estimate === null ? EMPTY : { ...EMPTY, text: costText(estimate.totalCost) }),
};

const COST_SHARE: ColumnOf = {
  id: 'share',
  title: 'Own share',
  hint: 'How much of the cost of the whole plan arises in this node itself.',
  cell: ({ cost }) => (cost === null ? EMPTY : bar(cost.share)),
};

const TIME_SHARE: ColumnOf = {
  id: 'share',
  title: 'Own share',
  hint: 'How much of the time of the whole execution was spent in this node itself.',
  cell: ({ actual }) =>
    actual?.kind === 'executed' && actual.ownShare !== null ? bar(actual.ownShare) : EMPTY,
};

const TIME: ColumnOf = {
  id: 'time',
  title: 'Own time',
  hint: 'Time in this node itself, over all loops; below, with its children.',
  cell: ({ actual, children }) => {
    if (actual?.kind !== 'executed' || actual.ownMs === null) return EMPTY;
    const { ownMs, elapsedMs } = actual;
    const aside = children.length === 0 || elapsedMs === null ? '' : `total ${timeText(elapsedMs)}`;
    return { ...EMPTY, text: timeText(ownMs), aside };
  },
};

const LOOPS: ColumnOf = {
  id: 'loops',
  title: 'Loops',
  hint: 'How often it ran, over all processes.',
  cell: ({ actual }) => (actual?.kind === 'executed' ? { ...EMPTY, text: countText(actual.loops) } : EMPTY),
};

const BUFFERS: ColumnOf = {
  id: 'buffers',
  title: 'Own buffers',
  hint: 'Blocks of 8 kB that this node itself touched: found in memory (hit), fetched from outside (read), or kept in temporary files.',
  cell: ({ actual, ownBuffers }) =>
    ownBuffers === null || actual?.kind === 'never-executed' ? EMPTY : buffersCell(ownBuffers),
};

function bar(share: number): Cell {
  return { ...EMPTY, text: percentText(share), bar: share };
}

/** `null` where the estimate was good enough, or where nobody can know. */
export function misestimateFlag({ factor, direction, mayHaveStopped }: Misestimate): Flag | null {
  if (factor < NOTABLE_FACTOR || direction === 'none') return null;
  if (direction === 'over' && mayHaveStopped) return null;
  const times = factorText(factor);
  const [sign, words] = direction === 'under' ? (['more', 'more'] as const) : (['fewer', 'fewer'] as const);
  return {
    sign,
    text: `${times} ${words}`,
    severity: factor >= SEVERE_FACTOR ? 'error' : 'warning',
    hint: `${times} ${words} rows came than the planner expected: what it chose above this node rests on a wrong number.`,
  };
}

function buffersCell({ sharedHit, sharedRead, localHit, localRead, tempRead, tempWritten }: Buffers): Cell {
  const [hit, read, temporary] = [sharedHit + localHit, sharedRead + localRead, tempRead + tempWritten];
  const parts = [
    hit > 0 ? `${countText(hit)} hit` : '',
    read > 0 ? `${countText(read)} read` : '',
    temporary > 0 ? `${countText(temporary)} temporary` : '',
  ].filter((part) => part !== '');
  const spilled: Flag = {
    sign: 'warning',
    text: 'on disk',
    severity: 'warning',
    hint: 'This node did not fit into work_mem and used temporary files.',
  };
  return {
    ...EMPTY,
    text: parts.length === 0 ? '0' : parts.join(', '),
    flag: tempWritten > 0 ? spilled : null,
  };
}
