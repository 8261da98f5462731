// plumbline rules

import { RULE_IDS } from '../../../lint/rule-ids.js';
import { RULES } from '../../../rules/index.js';
import { didYouMean } from '../../../text/similar.js';
import { readRulePage } from '../../rule-pages.js';
import type { Arguments } from '../arguments.js';
import type { Output } from '../output.js';
import type { World } from '../world.js';

/** Gives the exit status. */
export async function rules(args: Arguments, { output, assets }: World): Promise<number> {
  const [id] = args.paths;
  if (id !== undefined) return page(id, output, assets);
  if (args.format === 'json') {
    const list = RULES.map((rule) => ({ id: rule.id, severity: rule.severity, what: rule.docs.what }));
    output.write(`${JSON.stringify({ version: 1, rules: list }, null, 2)}\n`);
    return 0;
  }
  const width = Math.max(...RULES.map((rule) => rule.id.length));
  for (const { id: name, severity, docs } of RULES) {
    output.write(`${name.padEnd(width)}  ${severity.padEnd(7)}  ${docs.what}\n`);
  }
  return 0;
}

async function page(id: string, output: Output, assets: string): Promise<number> {
  const text = await readRulePage(assets, id);
  if (text === null) {
    output.complain(`There is no rule "${id}".${didYouMean(id, [...RULE_IDS])}\n`);
    return 2;
  }
  output.write(text);
  return 0;
}
