// What a node of a plan is called, in the words of EXPLAIN's text format, which people know from psql.

import { quoteName } from '../catalog/keywords.js';
import { nodeById } from './nodes.js';
import type { Condition, Plan, PlanNode } from './plan.js';

/** `Parallel Seq Scan`, `Hash Left Join`, `Partial HashAggregate`, `Insert`; `text-line` reads them. */
export function nodeTitle(node: PlanNode): string {
  const parallel = node.parallelAware ? 'Parallel ' : '';
  const asynchronous = node.details['Async Capable'] === true ? 'Async ' : '';
  return `${parallel}${asynchronous}${plainTitle(node)}`;
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
      return `${part}${AGGREGATES.find(([of]) => of === strategy)?.[1] ?? ''}${type}`;
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
      return operation !== null && operation !== 'Select' ? `Foreign ${operation}` : type;
    case 'Custom Scan': {
      const provider = details['Custom Plan Provider'];
      return typeof provider === 'string' ? `${type} (${provider})` : type;
    }
    default:
      return type;
  }
}

/** What stands before `Aggregate` for each strategy. */
export const AGGREGATES = [
  ['Plain', ''],
  ['Sorted', 'Group'],
  ['Hashed', 'Hash'],
  ['Mixed', 'Mixed'],
] as const satisfies readonly (readonly [strategy: string, prefix: string])[];

/** What it reads or writes: `posts p using posts_org_id_index`; empty for a node that only works on rows of others. */
export function nodeTarget(node: PlanNode): string {
  const { relation, alias, cte, functionName, index } = node;
  const name = relation?.name ?? cte ?? functionName;
  const subject = [name, alias].flatMap((part) => (part == null ? [] : [quoteName(part)])).join(' ');
  if (index === null) return subject;
  const using = quotedIndex(index);
  return subject === '' ? using : `${subject} using ${using}`;
}

/** Servers before 13 quote it in JSON, too. */
export function quotedIndex(name: string): string {
  return name.length > 2 && name.startsWith('"') && name.endsWith('"') ? name : quoteName(name);
}

/** `Hash Left Join`, `Index Scan on posts p using posts_org_id_index`. */
export function nodeName(node: PlanNode): string {
  const target = nodeTarget(node);
  return target === '' ? nodeTitle(node) : `${nodeTitle(node)} on ${target}`;
}

/** What is meant by the id of a node, where something is said about it: `Seq Scan on orders o`, `the whole plan`. */
export function subjectName(plan: Pick<Plan, 'root'>, id: string): string {
  const { root } = plan;
  const node = nodeById(plan, id);
  // A plan of one node is better called by its name.
  if (node === null || (node === root && root.children.length > 0)) return 'the whole plan';
  return nodeName(node);
}

/** With what it is to its parent: `InitPlan 1: Seq Scan on posts`, `inner Hash`. */
export function nodeHeading(node: PlanNode): string {
  return `${nodeRole(node)}${node.subplan === null ? '' : ':'} ${nodeName(node)}`.trim();
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
