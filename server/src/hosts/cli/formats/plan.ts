// A plan as `plumbline explain` prints it, and two of them side by side.

import { adviceLines } from '../../../advice/report.js';
import type { Replay } from '../../../database/database.js';
import { PLAN_FORMATS, planReport } from '../../../features/plan-report.js';
import { replayLines } from '../../../features/replay-lines.js';
import type { OpenedPlan } from '../../../features/saved-plans.js';
import { comparePlans } from '../../../plans/compare.js';
import { conditionText, nodeHeading, nodeName, sourceText } from '../../../plans/names.js';
import { shareOf } from '../../../plans/nodes.js';
import type { Plan, PlanNode } from '../../../plans/plan.js';
import type { Format } from '../arguments.js';
import type { Colours } from '../output.js';
import { fromHere } from '../places.js';
import { replayShape } from './replay.js';

export interface PrintedPlan extends OpenedPlan {
  /** What came of the migrations on the embedded server; `null` where none were run. */
  readonly replay: Replay | null;
}

export function planIn(format: Format, printed: PrintedPlan, colours: Colours): string {
  const { replay } = printed;
  const gaps = replay === null ? [] : replayLines(replay, fromHere);
  const whole = { ...printed, notes: [...printed.notes, ...gaps] };
  const besides = replay === null ? {} : { replay: replayShape(replay) };
  const exported = PLAN_FORMATS.find((one) => one === format);
  return exported === undefined ? planInText(whole, colours) : planReport(exported, whole, besides);
}

function planInText({ source, plan, notes, advice }: OpenedPlan, { dim }: Colours): string {
  const lines = [
    ...[sourceText(source, plan), ...notes].map(dim),
    ...nodeLines(plan, plan.root, 0),
    ...(plan.executionMs === null ? [] : [`Execution: ${plan.executionMs.toFixed(1)} ms`]),
    ...advice.flatMap((one) => ['', ...adviceLines(one)]),
  ];
  return `${lines.join('\n')}\n`;
}

/** A node a line: share of the time or cost, what it does, what was expected and what came. */
function nodeLines(plan: Plan, node: PlanNode, depth: number): readonly string[] {
  const part = shareOf(plan, node);
  const share = part === null ? '' : `${Math.round(part * 100)}%`.padStart(4);
  const cost =
    node.estimate === null ? '' : `  cost ${node.estimate.totalCost.toFixed(2)}, rows ${node.estimate.rows}`;
  const indent = '  '.repeat(depth);
  return [
    `${share}  ${indent}${nodeHeading(node)}${cost}${actualText(node)}`,
    ...node.conditions.map((condition) => `      ${indent}  ${conditionText(condition)}`),
    ...node.children.flatMap((child) => nodeLines(plan, child, depth + 1)),
  ];
}

function actualText({ actual }: PlanNode): string {
  if (actual === null) return '';
  if (actual.kind === 'never-executed') return '; never executed';
  const time = actual.ownMs === null ? '' : `, own time ${actual.ownMs.toFixed(2)} ms`;
  return `; actual rows ${actual.rows}${time}`;
}

const SIGNS = { same: ' ', numbers: ' ', changed: '~', moved: '~', added: '+', removed: '-' } as const;

/** What has changed in all and in words, then the nodes of both, with a sign before what has changed. */
export function comparisonInText(before: Plan, after: Plan, { dim }: Colours): string {
  const { totals, sentences, rows } = comparePlans(before, after);
  const lines = [
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
