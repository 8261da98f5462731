// Which rules are about queries and tenants: those that annotations such as `# tenant: global (reason)` silence, and whose
// findings say how loud a query site is.

import type { Rule } from '../rules/rule.js';

/** A test holds the names of rules to this. */
export function isAboutTenants({ id, on }: Pick<Rule, 'id' | 'on'>): boolean {
  return on.includes('query') && id.includes('tenant');
}
