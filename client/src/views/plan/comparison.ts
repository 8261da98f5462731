// Two plans side by side, as the rows of a table: which stands on which side, and what all of it sounds like.

import type { PlanNode } from '../../../../server/src/hosts/lsp/extensions.js';
import {
  type ComparedCell,
  type ComparedRow,
  type Comparison,
  changeText,
  comparePlans,
} from '../../../../server/src/plans/compare.js';
import { nodeCondition, nodeName, nodeTarget, nodeTitle } from '../../../../server/src/plans/names.js';
import { sourceText } from '../../../../server/src/plans/source.js';
import type { ComparedWith, ShownPlan } from './messages.js';

export interface ComparisonPage extends Omit<Comparison, 'rows'> {
  readonly before: PlanSide;
  readonly after: PlanSide;
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

export function comparisonOf(shown: ShownPlan, compare: ComparedWith): ComparisonPage {
  const here = { result: shown.result, label: compare.shownLabel };
  const other = { result: compare.result, label: compare.label };
  const [before, after] = compare.shownIs === 'after' ? [other, here] : [here, other];
  const { rows, ...compared } = comparePlans(before.result, after.result);
  const isSameSource = sourceOf(before.result) === sourceOf(after.result);
  return {
    before: { label: before.label, source: isSameSource ? '' : sourceOf(before.result) },
    after: { label: after.label, source: isSameSource ? '' : sourceOf(after.result) },
    ...compared,
    rows: rows.map((row, at) => rowOf(row, at, compared.columns, compare.shownIs)),
  };
}

type Result = ShownPlan['result'];

function sourceOf({ source, plan }: Result): string {
  return sourceText(source, plan);
}

function rowOf(
  row: ComparedRow,
  at: number,
  columns: readonly string[],
  shownIs: ComparedWith['shownIs'],
): ComparisonRow {
  const [before, after] = [wordsOf(row.before), wordsOf(row.after)];
  const shown = shownIs === 'after' ? row.after : row.before;
  return {
    id: String(at),
    level: row.level,
    change: row.change,
    before,
    after,
    words: row.words,
    cells: row.cells,
    spoken: spokenRow(row, columns),
    shown: shown?.id ?? null,
  };
}

function wordsOf(node: PlanNode | null): NodeWords | null {
  return node === null
    ? null
    : { title: nodeTitle(node), target: nodeTarget(node), condition: nodeCondition(node) };
}

function spokenRow({ before, after, change, words, cells }: ComparedRow, columns: readonly string[]): string {
  const node = after ?? before;
  const name = node === null ? '' : nodeName(node);
  const numbers = cells.flatMap(({ before: old, after: now, verdict }, at) => {
    const title = columns[at] ?? '';
    if (old === '' && now === '') return [];
    if (old === '' || now === '') return [`${title} ${old}${now}`];
    return [verdict === '' ? `${title} ${now}` : `${title} from ${old} to ${now}, ${verdict}`];
  });
  return [name, changeText(change), words, ...numbers].filter((part) => part !== '').join(', ');
}
