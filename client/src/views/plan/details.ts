// Everything that is known of one node, under headings, for those who want to know more than the table has room for.

import type { Actual, Buffers, Misestimate, PlanNode } from '../../../../server/src/hosts/lsp/extensions.js';
import { nodeTarget, nodeTitle } from '../../../../server/src/plans/names.js';
import { executed } from '../../../../server/src/plans/nodes.js';
import { removedLines } from '../../../../server/src/plans/work.js';
import {
  blocksText,
  bytesText,
  costText,
  countText,
  factorText,
  percentText,
  rowsText,
  timeText,
} from '../../../../server/src/text/numbers.js';

export interface Section {
  readonly title: string;
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly name: string;
  readonly value: string;
  /** SQL, which is shown in the editor's font. */
  readonly code: boolean;
}

export interface NodeDetails {
  readonly title: string;
  readonly subtitle: string;
  /** None is empty. */
  readonly sections: readonly Section[];
}

export function detailsOf(node: PlanNode): NodeDetails {
  const sections: Section[] = [
    { title: 'What it does', entries: purpose(node) },
    { title: 'Rows', entries: rows(node) },
    { title: 'Cost', entries: cost(node) },
    { title: 'Time', entries: node.actual === null ? [] : time(node.actual) },
    { title: 'Buffers, own', entries: buffers(node.ownBuffers) },
    { title: 'Buffers, with children', entries: node.children.length === 0 ? [] : buffers(node.buffers) },
    { title: 'Workers', entries: workers(node) },
    { title: 'More', entries: Object.entries(node.details).flatMap(([name, value]) => rest(name, value)) },
  ];
  return {
    title: nodeTitle(node),
    subtitle: nodeTarget(node),
    sections: sections.filter(({ entries }) => entries.length > 0),
  };
}

function purpose({
  subplan,
  relation,
  index,
  conditions,
  sortKey,
  groupKey,
  output,
}: PlanNode): readonly Entry[] {
  const schema = relation?.schema ?? null;
  return [
    ...(subplan === null ? [] : [entry('Part of the plan', subplan)]),
    ...(relation === null || schema === null ? [] : [code('Relation', `${schema}.${relation.name}`)]),
    ...(index === null ? [] : [code('Index', index)]),
    ...conditions.map(({ kind, text }) => code(kind, text)),
    ...list('Sort Key', sortKey),
    ...list('Group Key', groupKey),
    ...list('Output', output),
  ];
}

function rows(node: PlanNode): readonly Entry[] {
  const { estimate, misestimate } = node;
  const actual = executed(node);
  return [
    ...(estimate === null ? [] : [entry('Expected per loop', rowsText(estimate.rows))]),
    ...(actual === null ? [] : [entry('Actual per loop', rowsText(actual.rowsPerLoop))]),
    ...(actual === null ? [] : [entry('Actual in all', rowsText(actual.rows))]),
    ...(misestimate === null ? [] : [entry('Estimate', misestimateText(misestimate))]),
    ...removedLines(node).map(({ name, value }) => entry(name, value)),
    ...(estimate === null ? [] : [entry('Width of a row', bytesText(estimate.width))]),
  ];
}

function misestimateText({ factor, direction, mayHaveStopped }: Misestimate): string {
  if (direction === 'none' || factor < 1.1) return 'right';
  const off = `${factorText(factor)} too ${direction === 'under' ? 'low' : 'high'}`;
  return direction === 'over' && mayHaveStopped ? `${off}, or not all rows were asked for` : off;
}

function cost({ estimate, cost: own }: PlanNode): readonly Entry[] {
  if (estimate === null) return [];
  return [
    entry('Until the first row', costText(estimate.startupCost)),
    entry('In all', costText(estimate.totalCost)),
    ...(own === null ? [] : [entry('Own, all loops', `${costText(own.own)} (${percentText(own.share)})`)]),
  ];
}

function time(actual: Actual): readonly Entry[] {
  if (actual.kind === 'never-executed') return [entry('Loops', 'never run')];
  const { loops, startupMs, totalMs, elapsedMs, ownMs, ownShare } = actual;
  const share = ownShare === null ? '' : ` (${percentText(ownShare)})`;
  return [
    entry('Loops', countText(loops)),
    ...(ownMs === null ? [] : [entry('Own, all loops', timeText(ownMs) + share)]),
    ...milliseconds('With children, all loops', elapsedMs),
    ...milliseconds('With children, per loop', totalMs),
    ...milliseconds('Until the first row, per loop', startupMs),
  ];
}

function buffers(counted: Buffers | null): readonly Entry[] {
  if (counted === null) return [];
  const blocks: readonly [string, number][] = [
    ['Found in memory', counted.sharedHit],
    ['Read', counted.sharedRead],
    ['Changed', counted.sharedDirtied],
    ['Written', counted.sharedWritten],
    ['Temporary tables, found in memory', counted.localHit],
    ['Temporary tables, read', counted.localRead],
    ['Temporary tables, changed', counted.localDirtied],
    ['Temporary tables, written', counted.localWritten],
    ['Temporary files, read', counted.tempRead],
    ['Temporary files, written', counted.tempWritten],
  ];
  return [
    ...blocks.filter(([, count]) => count > 0).map(([name, count]) => entry(name, blocksText(count))),
    ...milliseconds('Time reading', counted.readMs),
    ...milliseconds('Time writing', counted.writeMs),
  ];
}

function workers({ workers: parts }: PlanNode): readonly Entry[] {
  if (parts === null) return [];
  return [
    ...number('Planned', parts.planned),
    ...number('Launched', parts.launched),
    ...parts.each.map(({ number: worker, loops, rowsPerLoop, totalMs }) =>
      entry(
        `Worker ${worker}`,
        [
          `${rowsText(rowsPerLoop)} rows`,
          `${countText(loops)} ${loops === 1 ? 'loop' : 'loops'}`,
          ...(totalMs === null ? [] : [timeText(totalMs)]),
        ].join(', '),
      ),
    ),
  ];
}

/** A flag that is not set says nothing. */
function rest(name: string, value: unknown): readonly Entry[] {
  if (value === false) return [];
  return [entry(name, value === true ? 'yes' : typeof value === 'string' ? value : JSON.stringify(value))];
}

function entry(name: string, value: string): Entry {
  return { name, value, code: false };
}

function code(name: string, value: string): Entry {
  return { name, value, code: true };
}

function list(name: string, values: readonly string[]): readonly Entry[] {
  return values.length === 0 ? [] : [code(name, values.join(', '))];
}

function number(name: string, value: number | null): readonly Entry[] {
  return value === null ? [] : [entry(name, countText(value))];
}

function milliseconds(name: string, value: number | null): readonly Entry[] {
  return value === null ? [] : [entry(name, timeText(value))];
}
