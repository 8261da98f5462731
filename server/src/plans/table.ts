// A plan as a table: which columns it has and what stands in them. The viewer, the command line and the reports show the
// same words and numbers, each in its own layout.
// What surprises: rows are of one loop on average, as EXPLAIN prints them; times, shares and buffers are of all loops.

import { costText, countText, factorText, percentText, rowsText, timeText } from '../text/numbers.js';
import { executed, hasTimes, nodesOf, shareOf, wasNeverRun } from './nodes.js';
import type { Buffers, Misestimate, Plan, PlanNode } from './plan.js';

export interface Column {
  readonly id: 'share' | 'time' | 'total' | 'rows' | 'expected' | 'cost' | 'loops' | 'buffers' | 'io';
  readonly title: string;
  /** A sentence, for those who wonder. */
  readonly hint: string;
  /** Its word where it has no column of its own, but stands below the one before; `null` for one that always has. */
  readonly aside: string | null;
  /** Where a text puts it, whose lines should not get wide; what is `below` a node has a line there. */
  readonly inText: 'column' | 'below' | 'nowhere';
  readonly cell: (node: PlanNode) => Cell;
}

export interface Cell {
  /** Empty where there is nothing to say. */
  readonly text: string;
  readonly flag: Flag | null;
  /** 0 to 1, to draw as a bar. */
  readonly bar: number | null;
}

/** Something to look at; told by a sign and by words, so that no colour is needed. */
export interface Flag {
  readonly sign: 'more' | 'fewer' | 'warning';
  readonly text: string;
  /** The same where it stands apart from its number: `120× more rows than expected`. */
  readonly words: string;
  readonly severity: 'info' | 'warning' | 'error';
  /** The whole sentence. */
  readonly hint: string;
}

/** How much that is, in a word: of a flag, and of advice. */
export const SEVERITY_NAMES = {
  error: 'Error',
  warning: 'Warning',
  info: 'Information',
} as const satisfies Readonly<Record<Flag['severity'], string>>;

/** What was not measured has no column. */
export function columnsOf(plan: Plan): readonly Column[] {
  const nodes = nodesOf(plan);
  const timed = hasTimes(plan);
  const costed = nodes.some(({ estimate }) => estimate !== null);
  const buffered = nodes.some(({ ownBuffers }) => ownBuffers !== null);
  const waited = nodes.some(({ ownBuffers }) => waitedMs(ownBuffers) > 0);
  return [
    ...(timed || costed ? [shareColumn(plan, timed)] : []),
    ...(timed ? [TIME, TOTAL] : []),
    ...(plan.analyzed ? [ROWS] : []),
    ...(costed ? [plan.analyzed ? EXPECTED : EXPECTED_ALONE, timed ? COST_BESIDE_TIMES : COST] : []),
    ...(plan.analyzed ? [LOOPS] : []),
    ...(buffered ? [BUFFERS] : []),
    ...(waited ? [IO] : []),
  ];
}

const EMPTY: Cell = { text: '', flag: null, bar: null };

/** `null` is nothing. */
function cell(text: string | null): Cell {
  return text === null ? EMPTY : { ...EMPTY, text };
}

function shareColumn(plan: Plan, timed: boolean): Column {
  return {
    id: 'share',
    title: 'Own share',
    hint: timed
      ? 'How much of the time of the whole execution was spent in this node itself.'
      : 'How much of the cost of the whole plan arises in this node itself.',
    aside: null,
    inText: 'column',
    cell: (node) => {
      const part = wasNeverRun(node) && timed ? null : shareOf(plan, node);
      return part === null ? EMPTY : { ...EMPTY, text: percentText(part), bar: part };
    },
  };
}

const TIME: Column = {
  id: 'time',
  title: 'Own time',
  hint: 'Time in this node itself, over all loops.',
  aside: null,
  inText: 'column',
  cell: (node) => milliseconds(executed(node)?.ownMs),
};

const TOTAL: Column = {
  id: 'total',
  title: 'Total time',
  hint: 'Time in this node and its children, over all loops.',
  aside: 'total',
  inText: 'column',
  cell: (node) => milliseconds(executed(node)?.elapsedMs),
};

const ROWS: Column = {
  id: 'rows',
  title: 'Rows',
  hint: 'Rows that came, on average of all loops.',
  aside: null,
  inText: 'column',
  cell: (node) => {
    const { actual, misestimate } = node;
    if (actual === null) return EMPTY;
    const text = actual.kind === 'executed' ? rowsText(actual.rowsPerLoop) : 'never run';
    return { ...EMPTY, text, flag: misestimate && misestimateFlag(misestimate) };
  },
};

const EXPECTED: Column = {
  id: 'expected',
  title: 'Expected',
  hint: 'Rows that the planner expected of one loop.',
  aside: 'expected',
  inText: 'column',
  cell: ({ estimate }) => cell(estimate && rowsText(estimate.rows)),
};

const EXPECTED_ALONE: Column = {
  ...EXPECTED,
  id: 'rows',
  title: 'Rows',
  hint: 'Rows that the planner expects of one loop.',
  aside: null,
};

const COST: Column = {
  id: 'cost',
  title: 'Cost',
  hint: 'The planner’s estimate for one loop, children included, in its own unit: reading a page in sequence costs 1.',
  aside: null,
  inText: 'column',
  cell: ({ estimate }) => cell(estimate && costText(estimate.totalCost)),
};

/** Costs say little where there are times. */
const COST_BESIDE_TIMES: Column = { ...COST, inText: 'nowhere' };

const LOOPS: Column = {
  id: 'loops',
  title: 'Loops',
  hint: 'How often it ran, over all processes.',
  aside: null,
  inText: 'column',
  cell: (node) => {
    const actual = executed(node);
    return cell(actual && countText(actual.loops));
  },
};

const BUFFERS: Column = {
  id: 'buffers',
  title: 'Own buffers',
  hint: 'Blocks of 8 kB that this node itself touched: found in memory (hit), fetched from outside (read), or kept in temporary files.',
  aside: null,
  inText: 'below',
  cell: (node) => {
    const { ownBuffers } = node;
    if (ownBuffers === null || wasNeverRun(node)) return EMPTY;
    return { ...EMPTY, text: buffersText(ownBuffers), flag: ownBuffers.tempWritten > 0 ? SPILLED : null };
  },
};

const IO: Column = {
  id: 'io',
  title: 'I/O time',
  hint: 'How long this node itself waited for its blocks.',
  aside: 'I/O',
  inText: 'below',
  cell: ({ ownBuffers }) => {
    const waited = waitedMs(ownBuffers);
    return cell(waited > 0 ? timeText(waited) : null);
  },
};

const SPILLED: Flag = {
  sign: 'warning',
  text: 'on disk',
  words: 'on disk',
  severity: 'warning',
  hint: 'This node did not fit into work_mem and used temporary files.',
};

function waitedMs(buffers: Buffers | null): number {
  return (buffers?.readMs ?? 0) + (buffers?.writeMs ?? 0);
}

function milliseconds(ms: number | null | undefined): Cell {
  return cell(ms == null ? null : timeText(ms));
}

/** Below this a wrong estimate seldom changes a plan. */
const NOTABLE_FACTOR = 10;
const SEVERE_FACTOR = 100;

/** `null` where the estimate was good enough, or where nobody can know. */
export function misestimateFlag({ factor, direction, mayHaveStopped }: Misestimate): Flag | null {
  if (factor < NOTABLE_FACTOR || direction === 'none') return null;
  if (direction === 'over' && mayHaveStopped) return null;
  const times = factorText(factor);
  const [sign, words] = direction === 'under' ? (['more', 'more'] as const) : (['fewer', 'fewer'] as const);
  return {
    sign,
    text: `${times} ${words}`,
    words: `${times} ${words} rows than expected`,
    severity: factor >= SEVERE_FACTOR ? 'error' : 'warning',
    hint: `${times} ${words} rows came than the planner expected: what it chose above this node rests on a wrong number.`,
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
