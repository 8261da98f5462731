// The pages of the rules, and of advice on plans, as they are packaged beside the bundles.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ADVICE_RULES } from '../advice/index.js';

/** Where the page is. @param assets the folder of the bundle */
export function rulePagePath(assets: string, rule: string): string {
  const folder = ADVICE_RULES.some(({ id }) => id === rule) ? 'advice' : 'rules';
  return join(assets, '..', 'docs', folder, `${rule}.md`);
}

/** The page in Markdown; `null` when there is none. */
export async function readRulePage(assets: string, rule: string): Promise<string | null> {
  if (!/^[a-z0-9-]+$/.test(rule)) return null;
  try {
    return await readFile(rulePagePath(assets, rule), 'utf8');
  } catch {
    return null;
  }
}
