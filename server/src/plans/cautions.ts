// What makes two plans hard to compare, in sentences.

import { namesParameter } from './given-values.js';
import { nodesOf } from './nodes.js';
import type { Plan } from './plan.js';
import type { PlanSource } from './source.js';

/** A plan with what is known of where it is from. */
export interface ComparedPlan {
  /** Empty where nobody wrote it down. */
  readonly sql: string;
  readonly source: PlanSource;
  readonly plan: Plan;
}

/** Empty when only the plans differ. */
export function cautionsOf(before: ComparedPlan, after: ComparedPlan): readonly string[] {
  const [old, now] = [before.source, after.source];
  const otherSql = before.sql !== '' && after.sql !== '' && plain(before.sql) !== plain(after.sql);
  const otherServer = old.kind !== now.kind || old.name !== now.name || old.postgres !== now.postgres;
  const unknown = old.kind === 'saved' || now.kind === 'saved';
  const damaged = [
    ...(before.plan.missing.length > 0 ? ['The plan before'] : []),
    ...(after.plan.missing.length > 0 ? ['The plan after'] : []),
  ];
  return [
    ...damaged.map((name) => `${name} is cut off or damaged: what is missing in it is no change.`),
    ...(otherSql ? ['The statements are not the same.'] : []),
    ...(isGeneric(before) !== isGeneric(after)
      ? ['One plan is for given values, the other for any: a parameter and its value count as the same.']
      : []),
    ...(unknown ? ['Nobody wrote down whether both plans are from the same server.'] : []),
    ...(otherServer && !unknown
      ? ['The plans are from different servers: their costs and times depend on those, too.']
      : []),
    ...(!otherServer && old.kind === 'embedded' && old.statistics !== now.statistics
      ? ['The plans were made with different statistics.']
      : []),
    ...(before.plan.analyzed !== after.plan.analyzed ? ['Only one of the plans was measured.'] : []),
  ];
}

function plain(sql: string): string {
  return sql.replace(/\s+/g, ' ').trim();
}

function isGeneric({ sql, plan }: ComparedPlan): boolean {
  const named = nodesOf(plan).some(({ conditions }) => conditions.some(({ text }) => namesParameter(text)));
  return named && namesParameter(sql);
}
