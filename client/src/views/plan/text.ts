// A plan in EXPLAIN's text format, as psql would have shown it: to be read in an editor, mailed, or given to other tools.

import type { Plan, PlanNode } from '../../../../server/src/hosts/lsp/extensions.js';
import { conditionText, nodeTitle } from '../../../../server/src/plans/names.js';
import { executed } from '../../../../server/src/plans/nodes.js';

/** Ends with a line break. */
export function planText(plan: Plan): string {
  const lines = nodeLines(plan.root, '', true);
  const settings = Object.entries(plan.settings).map(([name, value]) => `${name} = '${value}'`);
  if (settings.length > 0) lines.push(`Settings: ${settings.join(', ')}`);
  if (plan.planningMs !== null) lines.push(`Planning Time: ${plan.planningMs.toFixed(3)} ms`);
  for (const { name, relation, calls, ms } of plan.triggers) {
    const on = relation === null ? '' : ` on ${relation}`;
    lines.push(`Trigger ${name}${on}: ${ms === null ? '' : `time=${ms.toFixed(3)} `}calls=${calls}`);
  }
  if (plan.executionMs !== null) lines.push(`Execution Time: ${plan.executionMs.toFixed(3)} ms`);
  return `${lines.join('\n')}\n`;
}

function nodeLines(node: PlanNode, indent: string, isRoot: boolean): string[] {
  const arrow = isRoot ? '' : '->  ';
  // What belongs to a node stands two columns right of its name, and so do its children's arrows.
  const inside = `${indent}${' '.repeat(arrow.length)}  `;
  const subplan = node.subplan === null ? [] : [`${indent}${node.subplan}`];
  const head = node.subplan === null ? indent : `${indent}  `;
  const below = node.subplan === null ? inside : `${inside}  `;
  return [
    ...subplan,
    `${head}${arrow}${nodeTitle(node)}${usingText(node)}${onText(node)}${measuresText(node)}`,
    ...propertyTexts(node).map((text) => `${below}${text}`),
    ...node.children.flatMap((child) => nodeLines(child, below, false)),
  ];
}

function usingText({ index, type }: PlanNode): string {
  if (index === null) return '';
  return type === 'Bitmap Index Scan' ? ` on ${index}` : ` using ${index}`;
}

function onText({ relation, alias, cte, functionName }: PlanNode): string {
  const schema = relation?.schema ?? null;
  const own = relation?.name ?? cte ?? functionName;
  const name = schema === null ? own : `${schema}.${own}`;
  const parts = [name, alias].filter((part) => part !== null);
  return parts.length === 0 ? '' : ` on ${parts.join(' ')}`;
}

function measuresText({ estimate, actual }: PlanNode): string {
  const expected =
    estimate === null
      ? ''
      : `  (cost=${estimate.startupCost.toFixed(2)}..${estimate.totalCost.toFixed(2)} rows=${estimate.rows} width=${estimate.width})`;
  if (actual === null) return expected;
  if (actual.kind === 'never-executed') return `${expected} (never executed)`;
  const { startupMs, totalMs, rowsPerLoop, loops } = actual;
  const time =
    startupMs === null || totalMs === null ? '' : `time=${startupMs.toFixed(3)}..${totalMs.toFixed(3)} `;
  return `${expected} (actual ${time}rows=${rowsPerLoop} loops=${loops})`;
}

function propertyTexts(node: PlanNode): string[] {
  const { output, sortKey, groupKey, conditions, buffers, details } = node;
  return [
    ...(output.length === 0 ? [] : [`Output: ${output.join(', ')}`]),
    ...(sortKey.length === 0 ? [] : [`Sort Key: ${sortKey.join(', ')}`]),
    ...(groupKey.length === 0 ? [] : [`Group Key: ${groupKey.join(', ')}`]),
    ...conditions.map(conditionText),
    ...removedTexts(node),
    ...Object.entries(details)
      .filter(([name, value]) => value !== false && !SAID_BY_THE_TITLE.has(name))
      .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`),
    ...(buffers === null ? [] : buffersTexts(buffers)),
  ];
}

/** EXPLAIN gives them per loop. */
function removedTexts(node: PlanNode): string[] {
  const { removed } = node;
  const actual = executed(node);
  if (removed === null || actual === null) return [];
  const kinds: readonly [string, number][] = [
    ['Filter', removed.byFilter],
    ['Join Filter', removed.byJoinFilter],
    ['Index Recheck', removed.byRecheck],
  ];
  return kinds
    .filter(([, rows]) => rows > 0)
    .map(([kind, rows]) => `Rows Removed by ${kind}: ${Math.round(rows / actual.loops)}`);
}

const SAID_BY_THE_TITLE: ReadonlySet<string> = new Set(['Partial Mode', 'Scan Direction', 'Command']);

function buffersTexts(buffers: NonNullable<PlanNode['buffers']>): string[] {
  const part = (name: string, counts: readonly [string, number][]) => {
    const counted = counts.filter(([, count]) => count > 0).map(([what, count]) => `${what}=${count}`);
    return counted.length === 0 ? [] : [`${name} ${counted.join(' ')}`];
  };
  const parts = [
    ...part('shared', [
      ['hit', buffers.sharedHit],
      ['read', buffers.sharedRead],
      ['dirtied', buffers.sharedDirtied],
      ['written', buffers.sharedWritten],
    ]),
    ...part('local', [
      ['hit', buffers.localHit],
      ['read', buffers.localRead],
      ['dirtied', buffers.localDirtied],
      ['written', buffers.localWritten],
    ]),
    ...part('temp', [
      ['read', buffers.tempRead],
      ['written', buffers.tempWritten],
    ]),
  ];
  return parts.length === 0 ? [] : [`Buffers: ${parts.join(', ')}`];
}
