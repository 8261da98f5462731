// A plan as the rows and columns of a table. Only words and order: every number comes from the plan as the server made it.

import type { Buffers, Misestimate, Plan, PlanNode } from '../../../../server/src/hosts/lsp/extensions.js';
import {
  nodeCondition,
  nodeHeading,
  nodeRole,
  nodeTarget,
  nodeTitle,
} from '../../../../server/src/plans/names.js';
import { executed, hasTimes, nodesOf, shareOf, wasNeverRun } from '../../../../server/src/plans/nodes.js';
import {
  costText,
  countText,
  factorText,
  percentText,
  rowsText,
  timeText,
} from '../../../../server/src/text/numbers.js';
import { type AdviceMark, markText } from './advice.js';

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
  /** Something is advised about it. */
  readonly mark: AdviceMark | null;
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

export type Marks = ReadonlyMap<string, AdviceMark>;

export function planTable(plan: Plan, marks: Marks = new Map()): PlanTable {
  const columns = columnsFor(plan);
  return { columns, rows: rowsBelow(plan.root, null, { level: 1, place: 1, siblings: 1 }, columns, marks) };
}

/** So many rows are built and understood at once. */
const MANY_ROWS = 200;
const FEW_ROWS = 60;

/**
 * Nodes whose children are hidden at first: in a large plan those with many children of a kind, such as partitions; in a very
 * large one all but the ways to the nodes that take most.
 */
export function initiallyCollapsed({ rows, columns }: PlanTable): readonly string[] {
  if (rows.length <= FEW_ROWS) return [];
  const wide = rows.filter(({ children }) => children > 8).map(({ id }) => id);
  if (rows.length <= MANY_ROWS) return wide;
  const byId = new Map(rows.map((row) => [row.id, row]));
  const share = columns.findIndex(({ id }) => id === 'share');
  const shareOf = ({ cells }: PlanRow) => cells[share]?.bar ?? 0;
  const unfolded = new Set<string>();
  let visible = 1;
  for (const row of [...rows].sort((a, b) => shareOf(b) - shareOf(a))) {
    const way: PlanRow[] = [];
    for (let up = byId.get(row.parent ?? ''); up !== undefined; up = byId.get(up.parent ?? '')) {
      if (!unfolded.has(up.id)) way.push(up);
    }
    const more = way.reduce((sum, { children }) => sum + children, 0);
    if (visible + more > MANY_ROWS) continue;
    for (const { id } of way) unfolded.add(id);
    visible += more;
  }
  return rows.filter(({ id, children }) => children > 0 && !unfolded.has(id)).map(({ id }) => id);
}

function rowsBelow(
  node: PlanNode,
  parent: string | null,
  at: Pick<PlanRow, 'level' | 'place' | 'siblings'>,
  columns: readonly ColumnOf[],
  marks: Marks,
): readonly PlanRow[] {
  const title = nodeTitle(node);
  const role = nodeRole(node);
  const target = nodeTarget(node);
  const cells = columns.map((column) => column.cell(node));
  const mark = marks.get(node.id) ?? null;
  const row: PlanRow = {
    id: node.id,
    parent,
    ...at,
    children: node.children.length,
    title,
    role,
    target,
    condition: nodeCondition(node),
    executed: !wasNeverRun(node),
    mark,
    spoken: spokenRow(nodeHeading(node), mark, columns, cells),
    cells,
  };
  const below = node.children.flatMap((child, index) =>
    rowsBelow(
      child,
      node.id,
      { level: at.level + 1, place: index + 1, siblings: node.children.length },
      columns,
      marks,
    ),
  );
  return [row, ...below];
}

function spokenRow(
  name: string,
  mark: AdviceMark | null,
  columns: readonly Column[],
  cells: readonly Cell[],
): string {
  const values = cells.flatMap(({ text, aside, flag }, index) =>
    text === '' ? [] : [`${columns[index]?.title} ${text}`, aside, flag?.text ?? ''],
  );
  return [name, mark === null ? '' : markText(mark), ...values].filter((part) => part !== '').join(', ');
}

/** What was not measured has no column. */
function columnsFor(plan: Plan): readonly ColumnOf[] {
  const nodes = nodesOf(plan);
  const timed = hasTimes(plan);
  const costed = nodes.some(({ estimate }) => estimate !== null);
  const buffered = nodes.some(({ ownBuffers }) => ownBuffers !== null);
  const share: ColumnOf = {
    id: 'share',
    title: 'Own share',
    hint: timed
      ? 'How much of the time of the whole execution was spent in this node itself.'
      : 'How much of the cost of the whole plan arises in this node itself.',
    cell: (node) => {
      const part = wasNeverRun(node) && timed ? null : shareOf(plan, node);
      return part === null ? EMPTY : bar(part);
    },
  };
  return [
    ...(timed ? [share, TIME] : costed ? [share] : []),
    ...(plan.analyzed ? [ACTUAL_ROWS] : costed ? [EXPECTED_ROWS] : []),
    ...(costed ? [COST] : []),
    ...(plan.analyzed ? [LOOPS] : []),
    ...(buffered ? [BUFFERS] : []),
  ];
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

const TIME: ColumnOf = {
  id: 'time',
  title: 'Own time',
  hint: 'Time in this node itself, over all loops; below, with its children.',
  cell: (node) => {
    const { ownMs = null, elapsedMs = null } = executed(node) ?? {};
    if (ownMs === null) return EMPTY;
    const aside = node.children.length === 0 || elapsedMs === null ? '' : `total ${timeText(elapsedMs)}`;
    return { ...EMPTY, text: timeText(ownMs), aside };
  },
};

const LOOPS: ColumnOf = {
  id: 'loops',
  title: 'Loops',
  hint: 'How often it ran, over all processes.',
  cell: (node) => {
    const actual = executed(node);
    return actual === null ? EMPTY : { ...EMPTY, text: countText(actual.loops) };
  },
};

const BUFFERS: ColumnOf = {
  id: 'buffers',
  title: 'Own buffers',
  hint: 'Blocks of 8 kB that this node itself touched: found in memory (hit), fetched from outside (read), or kept in temporary files.',
  cell: (node) => (node.ownBuffers === null || wasNeverRun(node) ? EMPTY : buffersCell(node.ownBuffers)),
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

function buffersCell(buffers: Buffers): Cell {
  const { tempWritten, readMs, writeMs } = buffers;
  const waited = (readMs ?? 0) + (writeMs ?? 0);
  const spilled: Flag = {
    sign: 'warning',
    text: 'on disk',
    severity: 'warning',
    hint: 'This node did not fit into work_mem and used temporary files.',
  };
  return {
    ...EMPTY,
    text: buffersText(buffers),
    aside: waited > 0 ? `${timeText(waited)} input and output` : '',
    flag: tempWritten > 0 ? spilled : null,
  };
}

/** `1,204 hit, 3 read`. */
export function buffersText({
  sharedHit,
  sharedRead,
  localHit,
  localRead,
  tempRead,
  tempWritten,
}: Buffers): string {
  const [hit, read, temporary] = [sharedHit + localHit, sharedRead + localRead, tempRead + tempWritten];
  const parts = [
    hit > 0 ? `${countText(hit)} hit` : '',
    read > 0 ? `${countText(read)} read` : '',
    temporary > 0 ? `${countText(temporary)} temporary` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '0' : parts.join(', ');
}
