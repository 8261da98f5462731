// Every id that the configuration may give a severity: of rules, and of advice on plans.

import { ADVICE_RULES } from '../advice/index.js';
import { RULES } from '../rules/index.js';

export const RULE_IDS: ReadonlySet<string> = new Set([...RULES, ...ADVICE_RULES].map(({ id }) => id));
