// A plan as `plumbline explain` prints it, and two of them side by side.

import { adviceLines } from '../../../advice/report.js';
import type { Replay } from '../../../database/database.js';
import { comparisonJson, comparisonMarkdown } from '../../../features/comparison-report.js';
import { PLAN_FORMATS, planReport } from '../../../features/plan-report.js';
import { replayLines } from '../../../features/replay-lines.js';
import type { OpenedPlan } from '../../../features/saved-plans.js';
import { comparePlans } from '../../../plans/compare.js';
import { factsOf } from '../../../plans/facts.js';
import { nodeHeading, nodeName } from '../../../plans/names.js';
import { executed, nodesOf, wasNeverRun } from '../../../plans/nodes.js';
import type { Plan, PlanNode } from '../../../plans/plan.js';
import { sourceText } from '../../../plans/source.js';
import { columnsOf } from '../../../plans/table.js';
import { workLines } from '../../../plans/work.js';
import type { Format } from '../arguments.js';
import type { Colours } from '../output.js';
import { fromHere } from '../places.js';
import { replayShape } from './replay.js';

export interface PrintedPlan extends OpenedPlan {
  /** What came of the migrations on the embedded server; `null` where none were run. */
  readonly replay: Replay | null;
  /** Members that only its JSON has. */
  readonly besides: Readonly<Record<string, unknown>>;
}

export function planIn(format: Format, printed: PrintedPlan, colours: Colours): string {
  const { replay } = printed;
  const gaps = replay === null ? [] : replayLines(replay, fromHere);
  const whole = { ...printed, notes: [...printed.notes, ...gaps] };
  const besides = { ...printed.besides, ...(replay === null ? {} : { replay: replayShape(replay) }) };
  const exported = PLAN_FORMATS.find((one) => one === format);
  return exported === undefined ? planInText(whole, colours) : planReport(exported, whole, besides);
}

function planInText({ source, plan, notes, advice }: OpenedPlan, colours: Colours): string {
  const above = [sourceText(source, plan), ...notes].map(colours.dim);
  const table = tableLines(plan, colours);
  const hasCosts = columnsOf(plan).some(({ id, inText }) => id === 'cost' && inText === 'column');
  const facts = factsOf(plan, source).filter(({ name }) => name !== 'Cost' || !hasCosts);
  const isRepeated = nodesOf(plan).some((node) => (executed(node)?.loops ?? 0) > 1);
  const lines = [
    ...above,
    '',
    ...table,
    ...(isRepeated ? [colours.dim(UNITS)] : []),
    ...(facts.length === 0 ? [] : ['', ...facts.map(({ name, value }) => `${name}: ${value}`)]),
    ...advice.flatMap((one) => ['', ...adviceLines(one)]),
  ];
  return `${lines.join('\n')}\n`;
}

const UNITS = 'Rows are those of one loop, on average; times, shares and buffers are those of all loops.';

/** Lines are broken at spaces before they get wider than this, where there is a space. */
const WIDTH = 100;
/** What a node and its lines have at least, however deep it stands. */
const LEAST_WIDTH = 40;
/** So far each level is indented: the width of the arrow. */
const ARROW = '-> ';

/** A row for each node: its numbers in columns, its name in a tree, and below it what it works by and what it did. */
function tableLines(plan: Plan, { dim, bold, warning }: Colours): readonly string[] {
  const columns = columnsOf(plan).filter(({ inText }) => inText === 'column');
  const rows = nodesOf(plan).map((node) => ({ node, cells: columns.map((column) => column.cell(node)) }));
  // `Own share` on two lines, so that a column is as narrow as its numbers.
  const titles = columns.map(({ title }) => title.split(' '));
  const widths = columns.map((_, at) =>
    Math.max(...[...(titles[at] ?? []), ...rows.map(({ cells }) => cells[at]?.text ?? '')].map(lengthOf)),
  );
  const aligned = (texts: readonly string[]) =>
    texts.map((text, at) => text.padStart(widths[at] ?? 0)).join('  ');
  const height = Math.max(1, ...titles.map((words) => words.length));
  const header = Array.from({ length: height }, (_, line) => {
    const numbers = aligned(titles.map((words) => words[words.length - height + line] ?? ''));
    return dim(line === height - 1 ? joined(numbers, 'Node') : numbers.trimEnd());
  });
  const blank = aligned(columns.map(() => ''));
  return [
    ...header,
    ...rows.flatMap(({ node, cells }) => {
      const depth = node.id.split('.').length - 1;
      const start = ' '.repeat(ARROW.length * Math.max(0, depth - 1)) + (depth === 0 ? '' : ARROW);
      const room = Math.max(LEAST_WIDTH, WIDTH - blank.length - 2 - start.length);
      const [first = '', ...rest] = broken(nodeHeading(node), room, '  ');
      const under = ' '.repeat(start.length);
      const name = wasNeverRun(node) ? dim(first) : bold(first);
      return [
        joined(aligned(cells.map(({ text }) => text)), start + name),
        ...rest.map((line) => joined(blank, `${under}${line}`)),
        ...linesBelow(plan, node).flatMap(({ text, isWarning }) =>
          broken(text, room - 2, '  ').map((line) =>
            joined(blank, `${under}  ${isWarning ? warning(line) : dim(line)}`),
          ),
        ),
      ];
    }),
  ];
}

function joined(numbers: string, text: string): string {
  return numbers === '' ? text : `${numbers}  ${text}`;
}

interface LineBelow {
  readonly text: string;
  readonly isWarning: boolean;
}

/** What the node works by and what it did, what its numbers warn of, and those that have no column. */
function linesBelow(plan: Plan, node: PlanNode): readonly LineBelow[] {
  const warnings: LineBelow[] = [];
  const numbers: LineBelow[] = [];
  for (const { title, aside, inText, cell } of columnsOf(plan)) {
    const { text, flag } = cell(node);
    if (inText === 'column' && flag !== null) warnings.push({ text: flag.words, isWarning: true });
    if (inText !== 'below' || text === '' || text === '0') continue;
    const above = numbers.at(-1);
    const flagged = flag === null ? '' : ` (${flag.words})`;
    if (aside !== null && above !== undefined) {
      numbers[numbers.length - 1] = { ...above, text: `${above.text}; ${aside} ${text}${flagged}` };
    } else numbers.push({ text: `${title}: ${text}${flagged}`, isWarning: flag !== null });
  }
  const lines = workLines(node).map((text) => ({ text, isWarning: false }));
  return [...lines, ...warnings, ...numbers];
}

/** At spaces, at most so wide where that can be; lines but the first begin with `indent`. */
function broken(text: string, width: number, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.replace(/[\r\n\t]+/g, ' ').split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    const isFull = lengthOf(longer) > width && line.trim() !== '';
    if (isFull) lines.push(line);
    line = isFull ? indent + word : longer;
  }
  return [...lines, line];
}

/** In characters of a terminal, as far as those are one each. */
function lengthOf(text: string): number {
  return [...text].length;
}

const SIGNS = { same: ' ', numbers: ' ', changed: '~', moved: '~', added: '+', removed: '-' } as const;

export function comparisonIn(
  format: Format,
  before: OpenedPlan,
  after: PrintedPlan,
  colours: Colours,
): string {
  switch (format) {
    case 'json':
      return comparisonJson(before, after, after.besides);
    case 'markdown':
      return comparisonMarkdown(before, after);
    default:
      return comparisonInText(before, after, colours);
  }
}

/** What has changed in all and in words, then the nodes of both, with a sign before what has changed. */
function comparisonInText(before: OpenedPlan, after: OpenedPlan, { dim }: Colours): string {
  const { totals, sentences, cautions, rows } = comparePlans(before, after);
  const lines = [
    ...cautions.map(dim),
    ...totals.map(({ name, before: old, after: now, verdict }) => `${name}: ${old} → ${now} (${verdict})`),
    '',
    ...(sentences.length === 0 ? ['Both plans do the same.'] : sentences),
    '',
    ...rows.map((row) => {
      const names = [row.before, row.after].flatMap((node) => (node === null ? [] : [nodeName(node)]));
      const line = `${SIGNS[row.change]} ${'  '.repeat(row.level - 1)}${[...new Set(names)].join(' → ')}`;
      return row.change === 'same' ? dim(line) : line;
    }),
  ];
  return `${lines.join('\n')}\n`;
}
