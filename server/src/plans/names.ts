// What a node of a plan is called, in the words of EXPLAIN's text format, which people know from psql.

import type { Condition, Plan, PlanNode } from './plan.js';

/** `Parallel Seq Scan`, `Hash Left Join`, `Partial HashAggregate`, `Insert`. */
export function nodeTitle(node: PlanNode): string {
  const parallel = node.parallelAware ? 'Parallel ' : '';
  return `${parallel}${plainTitle(node)}`;
}

function plainTitle(node: PlanNode): string {
  const { type, joinType, strategy, operation, details } = node;
  switch (type) {
    case 'Hash Join':
    case 'Merge Join':
    case 'Nested Loop': {
      if (joinType === null || joinType === 'Inner') return type;
      return `${type.replace(/ Join$/, '')} ${joinType} Join`;
    }
    case 'Aggregate': {
      const mode = details['Partial Mode'];
      const part = mode === 'Partial' || mode === 'Finalize' ? `${mode} ` : '';
      return part + (AGGREGATES[strategy ?? ''] ?? type);
    }
    case 'SetOp': {
      const hashed = strategy === 'Hashed' ? 'HashSetOp' : 'SetOp';
      return typeof details.Command === 'string' ? `${hashed} ${details.Command}` : hashed;
    }
    case 'Index Scan':
    case 'Index Only Scan':
      return details['Scan Direction'] === 'Backward' ? `${type} Backward` : type;
    case 'ModifyTable':
      return operation ?? type;
    case 'Foreign Scan':
    case 'Custom Scan':
      return operation !== null && operation !== 'Select' ? `Foreign ${operation}` : type;
    default:
      return type;
  }
}

const AGGREGATES: Readonly<Record<string, string>> = {
  '': 'Aggregate',
  Plain: 'Aggregate',
  Sorted: 'GroupAggregate',
  Hashed: 'HashAggregate',
  Mixed: 'MixedAggregate',
};

/** What it reads or writes: `posts p using posts_org_id_index`; empty for a node that only works on rows of others. */
export function nodeTarget(node: PlanNode): string {
  const { relation, alias, cte, functionName, index } = node;
  const name = relation?.name ?? cte ?? functionName;
  const subject = [name, alias].filter((part) => part != null).join(' ');
  if (index === null) return subject;
  return subject === '' ? index : `${subject} using ${index}`;
}

/** `Hash Left Join`, `Index Scan on posts p using posts_org_id_index`. */
export function nodeName(node: PlanNode): string {
  const target = nodeTarget(node);
  return target === '' ? nodeTitle(node) : `${nodeTitle(node)} on ${target}`;
}

/** With what it is to its parent: `InitPlan 1 Seq Scan on posts`, `inner Hash`. */
export function nodeHeading(node: PlanNode): string {
  return `${nodeRole(node)} ${nodeName(node)}`.trim();
}

/** The condition that says most about a node, or by what it sorts or groups; empty when there is none. */
export function nodeCondition({ conditions, sortKey, groupKey }: PlanNode): string {
  const [first] = conditions;
  if (first !== undefined) return bare(first.text);
  if (sortKey.length > 0) return `by ${sortKey.join(', ')}`;
  return groupKey.length > 0 ? `by ${groupKey.join(', ')}` : '';
}

/** Under which name a node serves its parent: `InitPlan 1`, `inner`; empty where that goes without saying. */
export function nodeRole({ subplan, role }: PlanNode): string {
  return subplan ?? (role === 'inner' ? 'inner' : '');
}

export function conditionText({ kind, text }: Condition): string {
  return `${kind}: ${text}`;
}

/** Without the parentheses around all of it. */
function bare(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')')) return text;
  const unquoted = text.replace(/'[^']*'/g, (quoted) => ' '.repeat(quoted.length));
  let depth = 0;
  for (let i = 0; i < text.length - 1; i++) {
    if (unquoted[i] === '(') depth++;
    if (unquoted[i] === ')') depth--;
    if (depth === 0) return text;
  }
  return text.slice(1, -1);
}

/** Where a plan was made. */
export interface PlanSource {
  /** `saved`: nobody wrote down where. */
  readonly kind: 'embedded' | 'database' | 'saved';
  readonly name: string;
  /** `18.6`; empty where nobody wrote it down. */
  readonly postgres: string;
  /** `none`, `assumed`, or the ISO date of the statistics. */
  readonly statistics: string;
}

/** `Embedded PostgreSQL 18.6, no statistics: costs say little about production`. */
export function sourceText(source: PlanSource, { analyzed }: Pick<Plan, 'analyzed'>): string {
  const { kind, name, postgres, statistics } = source;
  if (kind === 'saved') return `${name}, ${analyzed ? 'measured' : 'planned'} on a server that is not named`;
  if (kind === 'database') return `${name}, PostgreSQL ${postgres}`;
  const embedded = `Embedded PostgreSQL ${postgres}`;
  if (analyzed) return `${embedded}, empty tables: times say nothing about production`;
  if (statistics === 'assumed') return `${embedded}, with sizes of the configuration`;
  return statistics === 'none'
    ? `${embedded}, no statistics: costs say little about production`
    : `${embedded}, with statistics of ${statistics}`;
}
