// A plan as a text to keep, to send and to print: JSON that can be read again, Markdown for a pull request, HTML that is
// complete in itself. Whatever comes from a database or a file is escaped.

import type { Advice } from '../advice/advice.js';
import { adviceShape } from '../advice/report.js';
import { conditionText, nodeHeading } from '../plans/names.js';
import { nodeById, nodesOf, shareOf } from '../plans/nodes.js';
import type { Plan, PlanNode } from '../plans/plan.js';
import { type PlanSource, sourceText } from '../plans/source.js';
import { type Column, columnsOf } from '../plans/table.js';
import { shortened } from '../plans/work.js';
import { blocksText, costText, timeText } from '../text/numbers.js';

export interface ReportedPlan {
  readonly sql: string;
  readonly source: PlanSource;
  readonly plan: Plan;
  /** EXPLAIN (FORMAT JSON). */
  readonly json: unknown;
  readonly notes: readonly string[];
  readonly advice: readonly ReportedAdvice[];
}

/** What a report says of a piece of advice; one that has more is one, too. */
export interface ReportedAdvice {
  readonly node: string;
  readonly message: string;
  readonly whatToDo: string;
  readonly sql: string | null;
}

/** What a plan can be exported as. */
export const PLAN_FORMATS = ['json', 'markdown', 'html'] as const;
export type PlanFormat = (typeof PLAN_FORMATS)[number];

/** @param besides members that only its JSON has */
export function planReport(
  format: PlanFormat,
  plan: ReportedPlan & { readonly advice: readonly Advice[] },
  besides: Readonly<Record<string, unknown>> = {},
): string {
  switch (format) {
    case 'json':
      return planJson(plan, besides);
    case 'markdown':
      return planMarkdown(plan);
    case 'html':
      return planHtml(plan);
  }
}

function planJson(
  { sql, source, json, advice }: ReportedPlan & { readonly advice: readonly Advice[] },
  besides: Readonly<Record<string, unknown>>,
): string {
  const shape = { version: 1, sql, source, plan: json, advice: advice.map(adviceShape), ...besides };
  return `${JSON.stringify(shape, null, 2)}\n`;
}

export function planMarkdown({ sql, source, plan, notes, advice }: ReportedPlan): string {
  const columns = columnsOf(plan);
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = [':---', ...columns.map(() => '---:')];
  const rows = nodesOf(plan).map((node) => {
    const indent = '&nbsp;&nbsp;&nbsp;'.repeat(depthOf(node));
    const works = node.conditions.map(
      (condition) => `<br>${indent}${code(shortened(conditionText(condition)))}`,
    );
    return row([
      `${indent}${markdown(nodeHeading(node))}${works.join('')}`,
      ...columns.map((column) => markdown(cellText(column, node))),
    ]);
  });
  return [
    '## Query plan',
    ...(sql.trim() === '' ? [] : [fenced(sql.trim(), 'sql')]),
    `${markdown(sourceText(source, plan))}. ${markdown(totalsText(plan))}`,
    [row(['Node', ...columns.map(({ title }) => title)]), row(rule), ...rows].join('\n'),
    ...(advice.length === 0 ? [] : ['### What to do', adviceMarkdown(plan, advice)]),
    ...(notes.length === 0 ? [] : ['### Notes', notes.map((note) => `- ${markdown(note)}`).join('\n')]),
  ]
    .join('\n\n')
    .concat('\n');
}

function adviceMarkdown(plan: Plan, advice: readonly ReportedAdvice[]): string {
  return advice
    .map(({ node, message, whatToDo, sql }) => {
      const text = `- **${markdown(nameOf(plan, node))}**: ${markdown(message)} ${markdown(whatToDo)}`;
      return sql === null ? text : `${text}\n\n${indented(fenced(sql, 'sql'))}`;
    })
    .join('\n');
}

export function planHtml({ sql, source, plan, notes, advice }: ReportedPlan): string {
  const columns = columnsOf(plan);
  const rows = nodesOf(plan).map((node) => {
    const works = node.conditions.map(
      (condition) => `<div class="work">${html(shortened(conditionText(condition)))}</div>`,
    );
    const name = `<td style="padding-left: ${depthOf(node) * 1.4 + 0.5}em"><b>${html(nodeHeading(node))}</b>${works.join('')}</td>`;
    const share = shareOf(plan, node);
    const bar = `<td class="share"><div class="bar" style="width: ${((share ?? 0) * 100).toFixed(1)}%"></div></td>`;
    return `<tr>${name}${share === null ? '<td></td>' : bar}${columns.map((column) => `<td>${html(cellText(column, node))}</td>`).join('')}</tr>`;
  });
  const list = (title: string, items: readonly string[]) =>
    items.length === 0
      ? ''
      : `<h2>${title}</h2>\n<ul>\n${items.map((item) => `<li>${item}</li>`).join('\n')}\n</ul>`;
  const told = advice.map(
    (one) =>
      `<b>${html(nameOf(plan, one.node))}</b>: ${html(one.message)} ${html(one.whatToDo)}${one.sql === null ? '' : `<pre>${html(one.sql)}</pre>`}`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Query plan</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Query plan</h1>
<p>${html(sourceText(source, plan))}. ${html(totalsText(plan))}</p>
${sql.trim() === '' ? '' : `<pre>${html(sql.trim())}</pre>`}
<table>
<thead><tr><th>Node</th><th></th>${columns.map(({ title }) => `<th>${title}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
${list('What to do', told)}
${list('Notes', notes.map(html))}
</body>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; font: 14px/1.4 system-ui, sans-serif; }
body { max-width: 75em; margin: 2em auto; padding: 0 1em; }
pre { background: color-mix(in srgb, CanvasText 6%, Canvas); padding: 0.8em; white-space: pre-wrap; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: right; padding: 0.3em 0.5em; vertical-align: top; border-bottom: 1px solid color-mix(in srgb, CanvasText 20%, Canvas); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; white-space: normal; }
.work { font-family: ui-monospace, monospace; font-size: 0.85em; opacity: 0.8; overflow-wrap: anywhere; }
.share { width: 6em; }
.bar { height: 0.9em; background: color-mix(in srgb, #c60 75%, Canvas); print-color-adjust: exact; }
@media print { body { margin: 0; max-width: none; } tr { break-inside: avoid; } }
`;

/** With what is to be looked at in it: `7 (120× more)`. */
function cellText({ cell }: Column, node: PlanNode): string {
  const { text, flag } = cell(node);
  return flag === null ? text : `${text} (${flag.text})`;
}

function totalsText({ root, planningMs, executionMs, analyzed }: Plan): string {
  const parts = [
    ...(executionMs === null ? [] : [`execution ${timeText(executionMs)}`]),
    ...(planningMs === null ? [] : [`planning ${timeText(planningMs)}`]),
    ...(root.estimate === null ? [] : [`cost ${costText(root.estimate.totalCost)}`]),
    ...(root.buffers === null
      ? []
      : [`${blocksText(root.buffers.sharedHit + root.buffers.sharedRead)} touched`]),
  ];
  const done = analyzed ? 'Run and measured' : 'Planned, not run';
  return `${done}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}.`;
}

function nameOf(plan: Plan, id: string): string {
  const node = nodeById(plan, id);
  return node === null || id === '0' ? 'The plan' : nodeHeading(node);
}

function depthOf({ id }: PlanNode): number {
  return id.split('.').length - 1;
}

/** Nothing of it is read as Markdown or HTML, and it stays in its cell. */
export function markdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|~&$]/g, (character) => `\\${character}`);
}

/** In a cell of a table even code has its `|` escaped. */
function code(text: string): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('|', '\\|');
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `\`${line}\`` : `${fence} ${line} ${fence}`;
}

/** With a fence that is longer than any inside. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

function html(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': 'amp',
    '<': 'lt',
    '>': 'gt',
    '"': 'quot',
    "'": '#39',
  };
  return text.replace(/[&<>"']/g, (character) => `&${names[character]};`);
}
