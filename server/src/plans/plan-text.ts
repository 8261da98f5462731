// A plan in EXPLAIN's text format, as psql would have shown it: to be read in an editor, mailed, or given to other tools. What
// `text` reads of it is the plan again; only what single workers did is left out, and counts of each loop are rounded.

import { quoteName } from '../catalog/keywords.js';
import { isRecord } from '../text/is-record.js';
import { conditionText, nodeTitle, quotedIndex } from './names.js';
import { executed } from './nodes.js';
import type { Details, Jit, Plan, PlanNode } from './plan.js';

/** Ends with a line break. */
export function planText(plan: Plan): string {
  const lines = nodeLines(plan.root, '', true);
  const settings = Object.entries(plan.settings).map(([name, value]) => `${name} = '${value}'`);
  if (settings.length > 0) lines.push(`Settings: ${settings.join(', ')}`);
  const planning = plan.planningBuffers === null ? [] : buffersTexts(plan.planningBuffers);
  if (planning.length > 0) lines.push('Planning:', ...planning.map((text) => `  ${text}`));
  if (plan.planningMs !== null) lines.push(`Planning Time: ${plan.planningMs.toFixed(3)} ms`);
  for (const { name, relation, calls, ms } of plan.triggers) {
    const on = relation === null ? '' : ` on ${relation}`;
    lines.push(`Trigger ${name}${on}: ${ms === null ? '' : `time=${ms.toFixed(3)} `}calls=${calls}`);
  }
  if (plan.jit !== null) lines.push('JIT:', ...jitTexts(plan.jit).map((text) => `  ${text}`));
  const { Serialization: serialization, ...details } = plan.details;
  if (isRecord(serialization)) lines.push(serializationText(serialization));
  lines.push(...Object.entries(details).map(([name, value]) => `${name}: ${valueText(value)}`));
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
  return type === 'Bitmap Index Scan' ? ` on ${quotedIndex(index)}` : ` using ${quotedIndex(index)}`;
}

function onText({ relation, alias, cte, functionName }: PlanNode): string {
  const schema = relation?.schema ?? null;
  const own = relation?.name ?? cte ?? functionName;
  const name =
    own !== null && schema !== null ? `${quoteName(schema)}.${quoteName(own)}` : own && quoteName(own);
  const parts = [name, alias && quoteName(alias)].filter((part) => part !== null);
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
  const { output, sortKey, groupKey, conditions, buffers, details, workers } = node;
  return [
    ...(output.length === 0 ? [] : [`Output: ${output.join(', ')}`]),
    ...(sortKey.length === 0 ? [] : [`Sort Key: ${sortKey.join(', ')}`]),
    ...(groupKey.length === 0 ? [] : [`Group Key: ${groupKey.join(', ')}`]),
    ...conditions.map(conditionText),
    ...removedTexts(node),
    ...(workers?.planned == null ? [] : [`Workers Planned: ${workers.planned}`]),
    ...(workers?.launched == null ? [] : [`Workers Launched: ${workers.launched}`]),
    ...JOINED.flatMap((parts) => joinedText(details, parts)),
    ...Object.entries(details)
      .filter(([name, value]) => value !== false && !SAID_ELSEWHERE.has(name))
      .flatMap(([name, value]) => detailTexts(name, value, node)),
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

/** Numbers that share a line, by what stands before each of them and its unit; names and order are those of explain.c. */
interface Joined {
  readonly start: string;
  readonly between: string;
  readonly parts: readonly (readonly [key: string, before: string, unit: string])[];
}

const JOINED: readonly Joined[] = [
  named('Heap Blocks', [
    ['Exact Heap Blocks', 'exact='],
    ['Lossy Heap Blocks', 'lossy='],
  ]),
  named('Tuples', [
    ['Tuples Inserted', 'inserted='],
    ['Tuples Updated', 'updated='],
    ['Tuples Deleted', 'deleted='],
    ['Tuples Skipped', 'skipped='],
  ]),
  {
    start: '',
    between: '  ',
    parts: [
      ['Planned Partitions', 'Planned Partitions: ', ''],
      ['Hash Buckets', 'Buckets: ', ''],
      ['Hash Batches', 'Batches: ', ''],
      ['HashAgg Batches', 'Batches: ', ''],
      ['Cache Hits', 'Hits: ', ''],
      ['Cache Misses', 'Misses: ', ''],
      ['Cache Evictions', 'Evictions: ', ''],
      ['Cache Overflows', 'Overflows: ', ''],
      ['Peak Memory Usage', 'Memory Usage: ', 'kB'],
      ['Disk Usage', 'Disk Usage: ', 'kB'],
    ],
  },
];

function named(name: string, parts: readonly (readonly [key: string, before: string])[]): Joined {
  return {
    start: `${name}: `,
    between: ' ',
    parts: parts.map(([key, before]) => [key, before, ''] as const),
  };
}

/** Such a key has its value before it was changed under `Original …`. */
function joinedText(details: Details, { start, between, parts }: Joined): string[] {
  const said = parts.flatMap(([key, before, unit]) => {
    const [value, original] = [details[key], details[`Original ${key}`]];
    if (typeof value !== 'number' || (value === 0 && start !== '')) return [];
    const changed = typeof original === 'number' && original !== value;
    return [`${before}${value}${unit}${changed ? ` (originally ${original})` : ''}`];
  });
  return said.length === 0 ? [] : [start + said.join(between)];
}

const SAID_ELSEWHERE: ReadonlySet<string> = new Set([
  // By the title.
  ...['Partial Mode', 'Scan Direction', 'Command', 'Async Capable', 'Custom Plan Provider'],
  ...['Sampling Parameters', 'Repeatable Seed', 'Sort Space Used', 'Sort Space Type', 'Maximum Storage'],
  ...JOINED.flatMap(({ parts }) => parts).flatMap(([key]) => [key, `Original ${key}`]),
]);

/** Of what has lines of its own in text; others are `name: value`. */
function detailTexts(name: string, value: unknown, { operation, details }: PlanNode): string[] {
  const parts = Array.isArray(value) ? value.filter(isRecord) : [];
  switch (name) {
    case 'Grouping Sets':
      return parts.flatMap((set) => Object.entries(set).flatMap(([key, keys]) => keyTexts(key, keys)));
    case 'Target Tables':
      return parts.map(({ Schema: schema, 'Relation Name': table, Alias: alias }) => {
        const named = [schema, table].flatMap((one) => (typeof one === 'string' ? [quoteName(one)] : []));
        const own = typeof alias === 'string' && alias !== table ? ` ${quoteName(alias)}` : '';
        return `${operation ?? 'Foreign'} on ${named.join('.')}${own}`;
      });
    case 'Full-sort Groups':
    case 'Pre-sorted Groups':
      return isRecord(value) ? [`${name}: ${sortGroupsText(value)}`] : [];
    case 'Sort Method': {
      const { 'Sort Space Used': used, 'Sort Space Type': kind } = details;
      return [`${name}: ${value}${typeof used === 'number' ? `  ${kind}: ${used}kB` : ''}`];
    }
    case 'Storage': {
      const { 'Maximum Storage': most } = details;
      return [`${name}: ${value}${typeof most === 'number' ? `  Maximum Storage: ${most}kB` : ''}`];
    }
    case 'Sampling Method': {
      const { 'Sampling Parameters': parameters, 'Repeatable Seed': seed } = details;
      const repeated = typeof seed === 'string' ? ` REPEATABLE (${seed})` : '';
      return [`Sampling: ${valueText(value)} (${valueText(parameters)})${repeated}`];
    }
    default:
      return [`${name}: ${valueText(value)}`];
  }
}

/** `Hash Keys` of one grouping set after the other; its `Sort Key` is one list. */
function keyTexts(key: string, keys: unknown): string[] {
  if (!Array.isArray(keys)) return [];
  if (key === 'Sort Key') return [`${key}: ${keys.join(', ')}`];
  const one = key.replace(/s$/, '');
  return keys.map((columns) => `${one}: ${Array.isArray(columns) ? columns.join(', ') || '()' : columns}`);
}

/** `3  Sort Method: quicksort  Average Memory: 29kB  Peak Memory: 29kB`. */
function sortGroupsText({ 'Group Count': count, 'Sort Methods Used': used, ...spaces }: Details): string {
  const methods = Array.isArray(used) ? used : [];
  return [
    `${count}`,
    ...(methods.length === 0 ? [] : [`Sort Method${methods.length > 1 ? 's' : ''}: ${methods.join(', ')}`]),
    ...['Memory', 'Disk'].flatMap((kind) => {
      const space = spaces[`Sort Space ${kind}`];
      if (!isRecord(space)) return [];
      const { 'Average Sort Space Used': average, 'Peak Sort Space Used': peak } = space;
      return [`Average ${kind}: ${average}kB`, `Peak ${kind}: ${peak}kB`];
    }),
  ].join('  ');
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
    ? value.join(', ')
    : JSON.stringify(value);
}

function serializationText({ Time: time, 'Output Volume': output, Format: format }: Details): string {
  const timed = typeof time === 'number' ? `time=${msText(time)}  ` : '';
  return `Serialization: ${timed}output=${output}kB  format=${format}`;
}

function jitTexts({ functions, details }: Jit): string[] {
  const { Options: options, Timing: timing } = details;
  const times = isRecord(timing) ? Object.entries(timing) : [];
  const timesText = times.map(([name, time]) => {
    if (!isRecord(time)) return `${name} ${msText(time)}`;
    return `${name} ${msText(time.Total)} (Deform ${msText(time.Deform)})`;
  });
  return [
    `Functions: ${functions}`,
    ...(isRecord(options)
      ? [
          `Options: ${Object.entries(options)
            .map(([name, set]) => `${name} ${set}`)
            .join(', ')}`,
        ]
      : []),
    ...(timesText.length === 0 ? [] : [`Timing: ${timesText.join(', ')}`]),
  ];
}

function msText(ms: unknown): string {
  return `${typeof ms === 'number' ? ms.toFixed(3) : ms} ms`;
}

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
  const times = [
    ...(buffers.readMs === null ? [] : [`read=${buffers.readMs.toFixed(3)}`]),
    ...(buffers.writeMs === null ? [] : [`write=${buffers.writeMs.toFixed(3)}`]),
  ];
  return [
    ...(parts.length === 0 ? [] : [`Buffers: ${parts.join(', ')}`]),
    ...(times.length === 0 ? [] : [`I/O Timings: shared ${times.join(' ')}`]),
  ];
}
