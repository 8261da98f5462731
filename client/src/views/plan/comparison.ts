// Two plans side by side, as the rows of a table: which stands on which side, and what all of it sounds like.

import type { PlanNode } from '../../../../server/src/hosts/lsp/extensions.js';
import {
  type ComparedRow,
  type Comparison,
  changeOf,
  comparePlans,
  type Direction,
  TIME_TOLERANCE,
} from '../../../../server/src/plans/compare.js';
import { namesParameter } from '../../../../server/src/plans/given-values.js';
import { nodeCondition, nodeName, nodeTarget, nodeTitle } from '../../../../server/src/plans/names.js';
import { executed, nodesOf } from '../../../../server/src/plans/nodes.js';
import { sourceText } from '../../../../server/src/plans/source.js';
import { costText, rowsText, timeText } from '../../../../server/src/text/numbers.js';
import type { ComparedWith, ShownPlan } from './messages.js';

export interface ComparisonPage {
  readonly before: PlanSide;
  readonly after: PlanSide;
  readonly totals: Comparison['totals'];
  readonly sentences: readonly string[];
  /** Sentences on what makes the two hard to compare. */
  readonly cautions: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly ComparisonRow[];
}

export interface PlanSide {
  readonly label: string;
  /** Empty where both are from the same. */
  readonly source: string;
}

export interface ComparisonRow {
  readonly id: string;
  readonly level: number;
  readonly change: ComparedRow['change'];
  /** `null` where that plan has no such node. */
  readonly before: NodeWords | null;
  readonly after: NodeWords | null;
  readonly words: string;
  /** In the order of the columns. */
  readonly cells: readonly ComparedCell[];
  /** All of it, for those who hear it. */
  readonly spoken: string;
  /** Id of the node in the plan that is shown, to select it; `null` when that plan has none. */
  readonly shown: string | null;
}

export interface NodeWords {
  readonly title: string;
  readonly target: string;
  readonly condition: string;
}

export interface ComparedCell {
  readonly before: string;
  readonly after: string;
  /** Empty where one side is missing or both are the same. */
  readonly verdict: string;
  readonly direction: Direction;
}

interface Measure {
  readonly title: string;
  readonly of: (node: PlanNode) => number | null;
  readonly text: (value: number) => string;
  /** As for {@link changeOf}. */
  readonly tolerance?: number;
}

const COST: Measure = { title: 'Cost', of: ({ estimate }) => estimate?.totalCost ?? null, text: costText };
const EXPECTED: Measure = {
  title: 'Expected rows',
  of: ({ estimate }) => estimate?.rows ?? null,
  text: rowsText,
};
const TIME: Measure = {
  title: 'Time, all loops',
  of: (node) => executed(node)?.elapsedMs ?? null,
  text: timeText,
  tolerance: TIME_TOLERANCE,
};
const ROWS: Measure = {
  title: 'Rows, all loops',
  of: (node) => executed(node)?.rows ?? null,
  text: rowsText,
};

export function comparisonOf(shown: ShownPlan, compare: ComparedWith): ComparisonPage {
  const here = { result: shown.result, label: compare.shownLabel };
  const other = { result: compare.result, label: compare.label };
  const [before, after] = compare.shownIs === 'after' ? [other, here] : [here, other];
  const { totals, sentences, rows } = comparePlans(before.result.plan, after.result.plan);
  const isSameSource = sourceOf(before.result) === sourceOf(after.result);
  const measured = before.result.plan.analyzed && after.result.plan.analyzed;
  const measures = measured ? [TIME, ROWS, COST] : [COST, EXPECTED];
  const used = measures.filter(({ of }) =>
    rows.some((row) => [row.before, row.after].some((node) => node !== null && of(node) !== null)),
  );
  return {
    before: { label: before.label, source: isSameSource ? '' : sourceOf(before.result) },
    after: { label: after.label, source: isSameSource ? '' : sourceOf(after.result) },
    totals,
    sentences,
    cautions: cautionsOf(before.result, after.result),
    columns: used.map(({ title }) => title),
    rows: rows.map((row, at) => rowOf(row, at, used, compare.shownIs)),
  };
}

type Result = ShownPlan['result'];

function sourceOf({ source, plan }: Result): string {
  return sourceText(source, plan);
}

function cautionsOf(before: Result, after: Result): readonly string[] {
  const plain = (sql: string) => sql.replace(/\s+/g, ' ').trim();
  const [old, now] = [before.source, after.source];
  const otherSql = before.sql !== '' && after.sql !== '' && plain(before.sql) !== plain(after.sql);
  const otherServer = old.kind !== now.kind || old.name !== now.name || old.postgres !== now.postgres;
  const unknown = old.kind === 'saved' || now.kind === 'saved';
  return [
    ...(otherSql ? ['The statements are not the same.'] : []),
    ...(isGeneric(before) !== isGeneric(after)
      ? ['One plan is for given values, the other for any: a parameter and its value count as the same.']
      : []),
    ...(unknown ? ['Nobody wrote down whether both plans are from the same server.'] : []),
    ...(otherServer && !unknown
      ? ['The plans are from different servers: their costs and times depend on those, too.']
      : []),
    ...(!otherServer && old.kind === 'embedded' && old.statistics !== now.statistics
      ? ['The plans were made with different statistics.']
      : []),
    ...(before.plan.analyzed !== after.plan.analyzed ? ['Only one of the plans was measured.'] : []),
  ];
}

function isGeneric({ sql, plan }: Result): boolean {
  const named = nodesOf(plan).some(({ conditions }) => conditions.some(({ text }) => namesParameter(text)));
  return named && namesParameter(sql);
}

function rowOf(
  row: ComparedRow,
  at: number,
  measures: readonly Measure[],
  shownIs: ComparedWith['shownIs'],
): ComparisonRow {
  const cells = measures.map((measure) => cellOf(row, measure));
  const [before, after] = [wordsOf(row.before), wordsOf(row.after)];
  const shown = shownIs === 'after' ? row.after : row.before;
  return {
    id: String(at),
    level: row.level,
    change: row.change,
    before,
    after,
    words: row.words,
    cells,
    spoken: spokenRow(row, measures, cells),
    shown: shown?.id ?? null,
  };
}

function wordsOf(node: PlanNode | null): NodeWords | null {
  return node === null
    ? null
    : { title: nodeTitle(node), target: nodeTarget(node), condition: nodeCondition(node) };
}

function cellOf({ before, after }: ComparedRow, { of, text, tolerance }: Measure): ComparedCell {
  const [old, now] = [before === null ? null : of(before), after === null ? null : of(after)];
  const change = old === null || now === null ? null : changeOf(old, now, tolerance);
  return {
    before: old === null ? '' : text(old),
    after: now === null ? '' : text(now),
    verdict: change === null || change.direction === 'same' ? '' : change.verdict,
    direction: change?.direction ?? 'same',
  };
}

const CHANGES: Readonly<Record<ComparedRow['change'], string>> = {
  same: 'unchanged',
  numbers: 'the same with other numbers',
  changed: 'changed',
  moved: 'moved',
  added: 'new',
  removed: 'gone',
};

export function changeText(change: ComparedRow['change']): string {
  return CHANGES[change];
}

function spokenRow(
  { before, after, change, words }: ComparedRow,
  measures: readonly Measure[],
  cells: readonly ComparedCell[],
): string {
  const node = after ?? before;
  const name = node === null ? '' : nodeName(node);
  const numbers = cells.flatMap(({ before: old, after: now, verdict }, at) => {
    const title = measures[at]?.title ?? '';
    if (old === '' && now === '') return [];
    if (old === '' || now === '') return [`${title} ${old}${now}`];
    return [verdict === '' ? `${title} ${now}` : `${title} from ${old} to ${now}, ${verdict}`];
  });
  return [name, CHANGES[change], words, ...numbers].filter((part) => part !== '').join(', ');
}
