// Two plans of one statement side by side: what has changed, in words and in numbers, and what makes them hard to compare. The
// viewer, the command line and the reports show the same, each in its own layout.
// What surprises: a node has other numbers only where a number that is shown of it differs by more than measuring does.

import { costText, countText, factorText, rowsText, timeText } from '../text/numbers.js';
import { alignedPlans, type Pair, subjectOf } from './align.js';
import { type ComparedPlan, cautionsOf } from './cautions.js';
import { sameButForValues } from './given-values.js';
import { nodeName, nodeTitle } from './names.js';
import { executed, hasTimes, nodesOf, shareOf, wasNeverRun } from './nodes.js';
import type { Buffers, Plan, PlanNode } from './plan.js';
import { purposeLines, shortened } from './work.js';

export interface Comparison {
  /** Of the whole plans; only what both have. */
  readonly totals: readonly Total[];
  /** What has changed, the most important first; sentences. Empty when the plans do the same. */
  readonly sentences: readonly string[];
  /** Sentences on what makes the two hard to compare. */
  readonly cautions: readonly string[];
  /** What is compared of each node; only what both plans have. */
  readonly columns: readonly string[];
  /** One tree of both, parents before children. */
  readonly rows: readonly ComparedRow[];
}

export interface Total {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** The same as numbers: times in milliseconds. */
  readonly values: { readonly before: number; readonly after: number };
  /** `56× less`, `the same`. */
  readonly verdict: string;
  readonly direction: Direction;
}

export type Direction = 'less' | 'more' | 'same';

export interface ComparedRow {
  /** 1 for the root. */
  readonly level: number;
  /** At least one of both is there. */
  readonly before: PlanNode | null;
  readonly after: PlanNode | null;
  /** `numbers`: it does the same, at another cost or with other rows; `moved`: it stands elsewhere in the tree. */
  readonly change: keyof typeof CHANGES;
  /** What has changed in this node: `Seq Scan on orders became Index Scan using …`; empty when nothing has. */
  readonly words: string;
  /** In the order of the columns. */
  readonly cells: readonly ComparedCell[];
}

export interface ComparedCell {
  /** Empty where that plan has no such node, or nothing is known. */
  readonly before: string;
  readonly after: string;
  /** `56× less`; empty where one side is missing or both are the same. */
  readonly verdict: string;
  readonly direction: Direction;
}

const CHANGES = {
  same: 'unchanged',
  numbers: 'other numbers',
  changed: 'changed',
  moved: 'moved',
  added: 'new',
  removed: 'gone',
} as const;

/** In a word or two: `gone`. */
export function changeText(change: ComparedRow['change']): string {
  return CHANGES[change];
}

export function comparePlans(before: ComparedPlan, after: ComparedPlan): Comparison {
  const [old, now] = [before.plan, after.plan];
  const measures = measuresOf(old, now);
  const rows = rowsOf(alignedPlans(old, now), 1, measures);
  return {
    totals: totalsOf(old, now),
    sentences: sentencesOf(rows, old, now),
    cautions: cautionsOf(before, after),
    columns: measures.map(({ title }) => title),
    rows,
  };
}

/** How near two numbers are that count as the same. */
interface Nearness {
  /** A share of the larger one. */
  readonly tolerance?: number;
  /** An absolute difference. */
  readonly least?: number;
}

/** Times of two runs are never the same. */
const TIMES: Nearness = { tolerance: 0.1 };
/** In nodes that take so little, times say nothing. */
const TIMES_OF_NODES: Nearness = { ...TIMES, least: 1 };

/** `56× less`, `12 % more`. */
function changeOf(before: number, after: number, { tolerance = 0.005, least = 0 }: Nearness = {}): Change {
  const [small, large] = [Math.min(before, after), Math.max(before, after)];
  if (large - small <= Math.max(tolerance * large, least)) return { verdict: 'the same', direction: 'same' };
  const direction = after < before ? 'less' : 'more';
  if (small === 0) return { verdict: direction, direction };
  const factor = large / small;
  if (factor >= 1000) return { verdict: `${countText(Math.round(factor))}× ${direction}`, direction };
  const share = Math.round(((large - small) / before) * 100);
  return {
    verdict: factor >= 2 ? `${factorText(factor)} ${direction}` : `${share} % ${direction}`,
    direction,
  };
}

interface Change {
  readonly verdict: string;
  readonly direction: Direction;
}

interface Measure {
  readonly title: string;
  readonly of: (node: PlanNode) => number | null;
  readonly text: (value: number) => string;
  readonly near?: Nearness;
}

const COST: Measure = { title: 'Cost', of: ({ estimate }) => estimate?.totalCost ?? null, text: costText };
const EXPECTED: Measure = {
  title: 'Expected rows',
  of: ({ estimate }) => estimate?.rows ?? null,
  text: rowsText,
};
const TIME: Measure = {
  title: 'Own time',
  of: (node) => (wasNeverRun(node) ? 0 : (executed(node)?.ownMs ?? null)),
  text: timeText,
  near: TIMES_OF_NODES,
};
/** Of all loops, since one plan may run a node once and the other for each row of another one. */
const ROWS: Measure = {
  title: 'Rows, all loops',
  of: (node) => (wasNeverRun(node) ? 0 : (executed(node)?.rows ?? null)),
  text: rowsText,
};

function measuresOf(before: Plan, after: Plan): readonly Measure[] {
  const both = (has: (plan: Plan) => boolean) => has(before) && has(after);
  const measured = both(({ analyzed }) => analyzed);
  const costed = both((plan) => nodesOf(plan).some(({ estimate }) => estimate !== null));
  return [
    ...(both(hasTimes) ? [TIME] : []),
    ...(measured ? [ROWS] : []),
    ...(costed ? [COST] : []),
    ...(costed && !measured ? [EXPECTED] : []),
  ];
}

function totalsOf(before: Plan, after: Plan): readonly Total[] {
  const total = (
    name: string,
    read: (plan: Plan) => number | null,
    text: (value: number) => string,
    near?: Nearness,
  ) => {
    const [old, now] = [read(before), read(after)];
    if (old === null || now === null) return [];
    const values = { before: old, after: now };
    return [{ name, before: text(old), after: text(now), values, ...changeOf(old, now, near) }];
  };
  const blocks = (read: (buffers: Buffers) => number) => (plan: Plan) =>
    plan.root.buffers === null ? null : read(plan.root.buffers);
  return [
    ...total('Cost', ({ root }) => root.estimate?.totalCost ?? null, costText),
    ...total('Execution', ({ executionMs }) => executionMs, timeText, TIMES),
    ...total('Planning', (plan) => (plan.analyzed ? plan.planningMs : null), timeText, TIMES),
    ...total('Expected rows', ({ root }) => root.estimate?.rows ?? null, rowsText),
    ...total('Actual rows', ({ root }) => executed(root)?.rows ?? null, rowsText),
    ...total(
      'Blocks',
      blocks((all) => all.sharedHit + all.sharedRead + all.localHit + all.localRead),
      countText,
    ),
    ...total(
      'Blocks read',
      blocks((all) => all.sharedRead + all.localRead),
      countText,
    ),
    ...total(
      'Temporary blocks',
      blocks((all) => all.tempRead + all.tempWritten),
      countText,
    ).filter((one) => one.before !== '0' || one.after !== '0'),
  ];
}

function rowsOf(pair: Pair, level: number, measures: readonly Measure[]): readonly ComparedRow[] {
  return [
    rowOf(pair, level, measures),
    ...pair.children.flatMap((child) => rowsOf(child, level + 1, measures)),
  ];
}

function rowOf({ before, after, moved }: Pair, level: number, measures: readonly Measure[]): ComparedRow {
  const cells = measures.map((measure) => cellOf(before, after, measure));
  const row = { level, before, after, cells };
  if (before === null || after === null) {
    const node = before ?? after;
    const name = node === null ? '' : nodeName(node);
    return before === null
      ? { ...row, change: 'added', words: `${name} is new` }
      : { ...row, change: 'removed', words: `${name} is gone` };
  }
  const words = [differenceOf(before, after), moved ? 'it stands elsewhere in the tree' : ''].filter(
    (text) => text !== '',
  );
  if (words.length > 0) return { ...row, change: moved ? 'moved' : 'changed', words: words.join('; ') };
  const differs = cells.some(({ direction }) => direction !== 'same');
  return { ...row, change: differs ? 'numbers' : 'same', words: '' };
}

function cellOf(before: PlanNode | null, after: PlanNode | null, { of, text, near }: Measure): ComparedCell {
  const [old, now] = [before && of(before), after && of(after)];
  const change = old === null || now === null ? null : changeOf(old, now, near);
  return {
    before: old === null ? '' : text(old),
    after: now === null ? '' : text(now),
    verdict: change === null || change.direction === 'same' ? '' : change.verdict,
    direction: change?.direction ?? 'same',
  };
}

function isOtherNode(before: PlanNode, after: PlanNode): boolean {
  return nodeTitle(before) !== nodeTitle(after) || before.index !== after.index;
}

function differenceOf(before: PlanNode, after: PlanNode): string {
  if (isOtherNode(before, after)) {
    // What is read is said once.
    const index = after.index === null ? '' : ` using ${after.index}`;
    const now = subjectOf(after) === subjectOf(before) ? `${nodeTitle(after)}${index}` : nodeName(after);
    return `${nodeName(before)} became ${now}`;
  }
  const [old, now] = [purposeLines(before), purposeLines(after)];
  const gone = old.filter((text) => !now.some((one) => sameButForValues(text, one)));
  const come = now.filter((text) => !old.some((one) => sameButForValues(text, one)));
  if (gone.length === 0 && come.length === 0) return '';
  const list = (texts: readonly string[]) => texts.map(shortened).join(', ');
  if (gone.length === 0) return `now ${list(come)}`;
  if (come.length === 0) return `no longer ${list(gone)}`;
  return `${list(gone)} became ${list(come)}`;
}

const MOST_SENTENCES = 12;

/** Where most of the work was, or now is, comes first. */
function sentencesOf(rows: readonly ComparedRow[], before: Plan, after: Plan): readonly string[] {
  const weightOf = (plan: Plan, node: PlanNode | null) => (node === null ? 0 : (shareOf(plan, node) ?? 0));
  const told = rows
    .filter(({ words }) => words !== '')
    .map((row) => ({ ...row, weight: Math.max(weightOf(before, row.before), weightOf(after, row.after)) }))
    .sort((a, b) => b.weight - a.weight);
  const sentences = told.slice(0, MOST_SENTENCES).map((row) => {
    const { before, after } = row;
    const isSame = before !== null && after !== null && !isOtherNode(before, after);
    const subject = isSame ? `${nodeName(after)}: ` : '';
    return `${subject}${row.words}${numbersOf(row)}.`;
  });
  const more = told.length - sentences.length;
  return more > 0 ? [...sentences, `And ${more} more.`] : sentences;
}

function numbersOf({ before, after }: ComparedRow): string {
  const [old, now] = [before?.estimate?.totalCost, after?.estimate?.totalCost];
  if (old === undefined || now === undefined) return '';
  const { verdict, direction } = changeOf(old, now);
  return direction === 'same' ? '' : `: cost ${costText(old)} → ${costText(now)} (${verdict})`;
}
