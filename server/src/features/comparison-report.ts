// Two plans of one statement as a text to keep and to send: JSON for programs, Markdown for a pull request.

import type { ComparedPlan } from '../plans/cautions.js';
import { type ComparedCell, type ComparedRow, changeText, comparePlans } from '../plans/compare.js';
import { nodeHeading, nodeName } from '../plans/names.js';
import { executed } from '../plans/nodes.js';
import type { PlanNode } from '../plans/plan.js';
import { sourceText } from '../plans/source.js';
import { markdown } from './plan-report.js';

/** What is known of each plan is told with it. */
type NotedPlan = ComparedPlan & { readonly notes: readonly string[] };

/** @param besides members of the JSON that are about neither plan */
export function comparisonJson(
  before: NotedPlan,
  after: NotedPlan,
  besides: Readonly<Record<string, unknown>> = {},
): string {
  const { totals, sentences, cautions, rows } = comparePlans(before, after);
  const side = ({ sql, source, notes }: NotedPlan) => ({ sql, source, notes });
  const shape = {
    version: 1,
    before: side(before),
    after: side(after),
    cautions,
    totals: totals.map(({ name, verdict, values }) => ({ name, ...values, verdict })),
    changes: sentences,
    nodes: rows.map(({ level, change, words, ...nodes }) => ({
      level,
      change,
      words,
      before: nodeShape(nodes.before),
      after: nodeShape(nodes.after),
    })),
    ...besides,
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

export function comparisonMarkdown(before: NotedPlan, after: NotedPlan): string {
  const { totals, sentences, cautions, columns, rows } = comparePlans(before, after);
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const list = (sentences: readonly string[]) => sentences.map((one) => `- ${markdown(one)}`).join('\n');
  const about = ({ source, plan, notes }: NotedPlan) =>
    markdown([`${sourceText(source, plan)}.`, ...notes].join(' '));
  return [
    '## Query plans compared',
    `Before: ${about(before)} After: ${about(after)}`,
    ...(cautions.length === 0 ? [] : [list(cautions)]),
    [
      '| | Before | After | |',
      '| :--- | ---: | ---: | :--- |',
      ...totals.map((total) =>
        row([total.name, total.before, total.after, total.verdict].map((cell) => markdown(cell))),
      ),
    ].join('\n'),
    sentences.length === 0 ? 'Both plans do the same.' : list(sentences),
    [
      row(['Node', 'Change', ...columns]),
      row([':---', ':---', ...columns.map(() => '---:')]),
      ...rows.map((one) => row(nodeCells(one))),
    ].join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}

function nodeCells({ level, change, before, after, cells }: ComparedRow): readonly string[] {
  const indent = '&nbsp;&nbsp;&nbsp;'.repeat(level - 1);
  const headings = [before, after].flatMap((node) => (node === null ? [] : [nodeHeading(node)]));
  return [
    indent + markdown([...new Set(headings)].join(' → ')),
    change === 'same' ? '' : changeText(change),
    ...cells.map((cell) => markdown(cellText(cell))),
  ];
}

/** `120 ms → 1.3 ms (92× less)`, `790`. */
function cellText({ before, after, verdict }: ComparedCell): string {
  const both = [...new Set([before, after])].filter((text) => text !== '').join(' → ');
  return verdict === '' ? both : `${both} (${verdict})`;
}
