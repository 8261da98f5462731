// Two plans of one statement as a text to keep and to send: JSON for programs, Markdown for a pull request.

import { type ComparedRow, comparePlans } from '../plans/compare.js';
import { nodeHeading, nodeName } from '../plans/names.js';
import { executed } from '../plans/nodes.js';
import type { Plan, PlanNode } from '../plans/plan.js';
import { type PlanSource, sourceText } from '../plans/source.js';
import { costText, rowsText, timeText } from '../text/numbers.js';
import { markdown } from './plan-report.js';

export interface ComparedPlan {
  /** Empty where nobody wrote it down. */
  readonly sql: string;
  readonly source: PlanSource;
  readonly plan: Plan;
  readonly notes: readonly string[];
}

export function comparisonJson(before: ComparedPlan, after: ComparedPlan): string {
  const { totals, sentences, rows } = comparePlans(before.plan, after.plan);
  const side = ({ sql, source, notes }: ComparedPlan) => ({ sql, source, notes });
  const shape = {
    version: 1,
    before: side(before),
    after: side(after),
    totals: totals.map(({ name, verdict, values }) => ({ name, ...values, verdict })),
    changes: sentences,
    nodes: rows.map(({ level, change, words, ...nodes }) => ({
      level,
      change,
      words,
      before: nodeShape(nodes.before),
      after: nodeShape(nodes.after),
    })),
  };
  return `${JSON.stringify(shape, null, 2)}\n`;
}

function nodeShape(node: PlanNode | null) {
  if (node === null) return null;
  const actual = executed(node);
  return {
    id: node.id,
    name: nodeName(node),
    cost: node.estimate?.totalCost ?? null,
    expectedRows: node.estimate?.rows ?? null,
    rows: actual?.rowsPerLoop ?? null,
    loops: actual?.loops ?? null,
    ownMs: actual?.ownMs ?? null,
  };
}

export function comparisonMarkdown(before: ComparedPlan, after: ComparedPlan): string {
  const { totals, sentences, rows } = comparePlans(before.plan, after.plan);
  const row = (cells: readonly string[]) => `| ${cells.map(markdown).join(' | ')} |`;
  const timed = before.plan.analyzed && after.plan.analyzed;
  const about = ({ source, plan, notes }: ComparedPlan) =>
    markdown([sourceText(source, plan), ...notes].join('. '));
  return [
    '## Query plans compared',
    `Before: ${about(before)}. After: ${about(after)}.`,
    [
      '| | Before | After | |',
      '| :--- | ---: | ---: | :--- |',
      ...totals.map((total) => row([total.name, total.before, total.after, total.verdict])),
    ].join('\n'),
    sentences.length === 0
      ? 'Both plans do the same.'
      : sentences.map((one) => `- ${markdown(one)}`).join('\n'),
    [
      `| Node | Change | ${timed ? 'Own time' : 'Cost'} | Rows |`,
      '| :--- | :--- | ---: | ---: |',
      ...rows.map((one) => nodeRow(one, timed)),
    ].join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}

const CHANGES = {
  same: '',
  numbers: 'other numbers',
  changed: 'changed',
  moved: 'moved',
  added: 'new',
  removed: 'gone',
} as const satisfies Record<ComparedRow['change'], string>;

function nodeRow({ level, change, before, after }: ComparedRow, timed: boolean): string {
  const indent = '&nbsp;&nbsp;&nbsp;'.repeat(level - 1);
  const both = (text: (node: PlanNode) => string) =>
    markdown(
      [...new Set([before, after].flatMap((node) => (node === null ? [] : [text(node)])))].join(' → '),
    );
  const measure = (node: PlanNode) => {
    const ownMs = executed(node)?.ownMs ?? null;
    if (timed) return ownMs === null ? '–' : timeText(ownMs);
    return node.estimate === null ? '–' : costText(node.estimate.totalCost);
  };
  const rowsOf = (node: PlanNode) => {
    const rows = timed ? executed(node)?.rowsPerLoop : node.estimate?.rows;
    return rows === undefined ? '–' : rowsText(rows);
  };
  return `| ${indent}${both(nodeHeading)} | ${CHANGES[change]} | ${both(measure)} | ${both(rowsOf)} |`;
}
