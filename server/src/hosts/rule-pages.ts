// The pages of the rules, as they are packaged beside the bundles.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the page is. @param assets the folder of the bundle */
export function rulePagePath(assets: string, rule: string): string {
  return join(assets, '..', 'docs', 'rules', `${rule}.md`);
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
