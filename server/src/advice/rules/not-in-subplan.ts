import { executed } from '../../plans/nodes.js';
import type { PlanNode } from '../../plans/plan.js';
import { countText } from '../../text/numbers.js';
import { type Moment, sqlName } from '../moment.js';
import { adviceRule, type Finding } from '../rule.js';

export default adviceRule({
  id: 'not-in-subplan',
  severity: 'info',
  otherwise: 'an error where the rows of the subplan are not kept in a hash table',
  docs: {
    what: 'NOT IN (SELECT …) keeps the planner from joining.',
    why: 'It means something else than NOT EXISTS: a single NULL in what the subquery gives, and no row is left. So the planner must run the subquery, keep what it gives in a hash table, and where that does not fit into work_mem read it again for each row.',
    instead: 'NOT EXISTS, which becomes an anti join.',
    unless:
      'An error where it is read again for each row, information where it is hashed. Silent for NOT EXISTS.',
    references: ['https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_NOT_IN'],
  },
  needs: 'estimates',
  gate: 'none',
  thresholds: { share: { value: 10, means: 'N of the time or cost', unit: 'percent' } },
  on: 'node',

  *check(node, moment, limits) {
    const text = node.conditions.find(({ kind }) => kind === 'Filter')?.text ?? '';
    // Before PostgreSQL 17 the plan of NOT EXISTS looks the same.
    const saysIn =
      /\b(ANY|ALL) \(/.test(text) ||
      moment.statement === null ||
      /\bnot\s+in\b|<>\s*all\b/i.test(moment.statement);
    const test = moment.conditionsOf(node, 'Filter').subplans.find(({ negated }) => negated);
    if (test === undefined || !saysIn) return;
    const subplan = node.children.find(({ subplan: name }) => name === test.name) ?? null;
    const share = Math.min(1, moment.share(node) + (subplan === null ? 0 : moment.shareWithin(subplan)));
    if (share < limits.share / 100) return;
    const runs = subplan === null ? null : (executed(subplan)?.loops ?? null);
    yield {
      node: subplan ?? node,
      severity: test.hashed ? 'info' : 'error',
      message: test.hashed
        ? `NOT IN keeps what ${test.name} gives in a hash table, ${moment.shareText(node, share)}: it is no join, and one NULL in there would leave no row.`
        : `What ${test.name} gives is searched again for each row, since NOT IN is no join and it does not fit into a hash table${runs === null ? '' : ` (${countText(runs)} times)`}: ${moment.shareText(node, share)}.`,
      whatToDo: 'Write NOT EXISTS: it becomes an anti join, and has no trap with NULL.',
      ...existsInstead(node, subplan, text, moment),
      share,
      saves: test.hashed ? 0.1 : 0.95,
    };
  },
});

/** The same with NOT EXISTS, where the plan tells both columns. */
function existsInstead(
  node: PlanNode,
  subplan: PlanNode | null,
  text: string,
  moment: Moment,
): Pick<Finding, 'sql' | 'ecto'> {
  const scan =
    subplan === null
      ? undefined
      : [subplan, ...moment.below(subplan)].find(({ relation }) => relation !== null);
  const outer =
    /\(ANY \((?:\w+\.)?(\w+) = \(/.exec(text)?.[1] ??
    /(\w+)\s+not\s+in\b/i.exec(moment.statement ?? '')?.[1] ??
    null;
  const inner = /^(?:\w+\.)?(\w+)$/.exec(subplan?.output[0] ?? '')?.[1] ?? null;
  const name = node.alias ?? node.relation?.name ?? null;
  if (scan === undefined || scan.relation === null || outer === null || inner === null || name === null)
    return {};
  return {
    sql: `WHERE NOT EXISTS (SELECT FROM ${sqlName(scan)} x WHERE x.${inner} = ${name}.${outer})`,
    ecto: `from o in query,\n  as: :outer,\n  where: not exists(from x in "${scan.relation.name}", where: x.${inner} == parent_as(:outer).${outer}, select: 1)`,
  };
}
