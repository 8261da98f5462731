// A plan as a text to keep, to send and to print: JSON that can be read again, Markdown for a pull request, HTML that is
// complete in itself. Whatever comes from a database or a file is escaped.

import type { Advice } from '../advice/advice.js';
import { adviceShape } from '../advice/report.js';
import { factsOf } from '../plans/facts.js';
import { nodeHeading, subjectName } from '../plans/names.js';
import { nodesOf } from '../plans/nodes.js';
import type { Plan, PlanNode } from '../plans/plan.js';
import { sourceText } from '../plans/source.js';
import { type Cell, columnsOf } from '../plans/table.js';
import { workLines } from '../plans/work.js';
import type { OpenedPlan } from './saved-plans.js';

/** What a plan can be exported as. */
export const PLAN_FORMATS = ['json', 'markdown', 'html'] as const;
export type PlanFormat = (typeof PLAN_FORMATS)[number];

/** @param besides members that only its JSON has */
export function planReport(
  format: PlanFormat,
  plan: OpenedPlan,
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
  { sql, source, parameters, json, notes, advice }: OpenedPlan,
  besides: Readonly<Record<string, unknown>>,
): string {
  const told = { sql, source, parameters, plan: json, notes, advice: advice.map(adviceShape) };
  const shape = { version: 1, ...told, ...besides };
  return `${JSON.stringify(shape, null, 2)}\n`;
}

function planMarkdown({ sql, source, plan, notes, advice }: OpenedPlan): string {
  const columns = columnsOf(plan);
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = [':---', ...columns.map(() => '---:')];
  const rows = nodesOf(plan).map((node) => {
    const indent = '&nbsp;&nbsp;&nbsp;'.repeat(depthOf(node));
    const works = workLines(node).map((line) => `<br>${indent}${code(line)}`);
    return row([
      `${indent}${markdown(nodeHeading(node))}${works.join('')}`,
      ...columns.map(({ cell }) => markdown(cellText(cell(node)))),
    ]);
  });
  const facts = factsOf(plan, source).map(({ name, value }) => `- ${markdown(`${name}: ${value}`)}`);
  return [
    '## Query plan',
    ...(sql.trim() === '' ? [] : [fenced(sql.trim(), 'sql')]),
    `${markdown(sourceText(source, plan))}. ${doneText(plan)}`,
    ...(facts.length === 0 ? [] : [facts.join('\n')]),
    [row(['Node', ...columns.map(({ title }) => title)]), row(rule), ...rows].join('\n'),
    ...(advice.length === 0 ? [] : ['### What to do', adviceMarkdown(plan, advice)]),
    ...(notes.length === 0 ? [] : ['### Notes', notes.map((note) => `- ${markdown(note)}`).join('\n')]),
  ]
    .join('\n\n')
    .concat('\n');
}

function adviceMarkdown(plan: Plan, advice: readonly Advice[]): string {
  return advice
    .map(({ node, message, whatToDo, sql }) => {
      const text = `- **${markdown(capital(subjectName(plan, node)))}**: ${markdown(message)} ${markdown(whatToDo)}`;
      return sql === null ? text : `${text}\n\n${indented(fenced(sql, 'sql'))}`;
    })
    .join('\n');
}

function planHtml({ sql, source, plan, notes, advice }: OpenedPlan): string {
  const columns = columnsOf(plan);
  const rows = nodesOf(plan).map((node) => {
    const works = workLines(node).map((line) => `<div class="work">${html(line)}</div>`);
    const name = `<td style="padding-left: ${depthOf(node) * 1.4 + 0.5}em"><b>${html(nodeHeading(node))}</b>${works.join('')}</td>`;
    return `<tr>${name}${columns.map(({ cell }) => htmlCell(cell(node))).join('')}</tr>`;
  });
  const facts = factsOf(plan, source).map(
    ({ name, value }) => `<dt>${html(name)}</dt><dd>${html(value)}</dd>`,
  );
  const list = (title: string, items: readonly string[]) =>
    items.length === 0
      ? ''
      : `<h2>${title}</h2>\n<ul>\n${items.map((item) => `<li>${item}</li>`).join('\n')}\n</ul>`;
  const told = advice.map(
    (one) =>
      `<b>${html(capital(subjectName(plan, one.node)))}</b>: ${html(one.message)} ${html(one.whatToDo)}${one.sql === null ? '' : `<pre>${html(one.sql)}</pre>`}`,
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
<p>${html(sourceText(source, plan))}. ${doneText(plan)}</p>
${facts.length === 0 ? '' : `<dl>\n${facts.join('\n')}\n</dl>`}
${sql.trim() === '' ? '' : `<pre>${html(sql.trim())}</pre>`}
<table>
<thead><tr><th>Node</th>${columns.map(({ title }) => `<th>${title}</th>`).join('')}</tr></thead>
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
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2em 1em; }
dt { opacity: 0.8; }
dd { margin: 0; overflow-wrap: anywhere; }
.bar { height: 0.3em; min-width: 1px; margin-left: auto; background: color-mix(in srgb, #c60 75%, Canvas); print-color-adjust: exact; }
@media print { body { margin: 0; max-width: none; } tr { break-inside: avoid; } }
`;

/** With what is to be looked at in it: `7 (120× more)`. */
function cellText({ text, flag }: Cell): string {
  return flag === null ? text : `${text} (${flag.text})`;
}

function htmlCell(cell: Cell): string {
  const { bar } = cell;
  const drawn = bar === null ? '' : `<div class="bar" style="width: ${(bar * 100).toFixed(1)}%"></div>`;
  return `<td>${html(cellText(cell))}${drawn}</td>`;
}

function doneText({ analyzed }: Plan): string {
  return analyzed ? 'Run and measured.' : 'Planned, not run.';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
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
