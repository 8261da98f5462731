// plumbline rules

import { RULES } from '../../../rules/index.js';
import { rulePage } from '../../../rules/page.js';
import { didYouMean } from '../../../text/similar.js';
import type { Arguments } from '../arguments.js';
import type { Output } from '../output.js';

/** Gives the exit status. */
export function rules(args: Arguments, output: Output): number {
  const [id] = args.paths;
  if (id !== undefined) return page(id, output);
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

function page(id: string, output: Output): number {
  const rule = RULES.find((candidate) => candidate.id === id);
  if (rule === undefined) {
    const known = RULES.map((candidate) => candidate.id);
    output.complain(`There is no rule "${id}".${didYouMean(id, known)}\n`);
    return 2;
  }
  output.write(rulePage(rule));
  return 0;
}
