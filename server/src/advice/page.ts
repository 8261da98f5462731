// An advice rule as a page of documentation, in Markdown.

import { SEVERITY_NAMES } from '../plans/table.js';
import { thresholdNumber } from './advise.js';
import type { AdviceRule, Threshold } from './rule.js';

const NEEDS = {
  estimates: 'Any plan is enough.',
  measured: 'The plan has to be measured (ANALYZE).',
  times: 'The plan has to be measured, with times (ANALYZE).',
  buffers: 'The plan has to be measured, with buffers (ANALYZE, BUFFERS).',
} as const;

export function advicePage(rule: AdviceRule): string {
  const { id, severity, otherwise, needs, docs } = rule;
  return [
    `# ${id}`,
    '',
    docs.what,
    '',
    `Severity: **${SEVERITY_NAMES[severity]}**${otherwise === undefined ? '' : `; ${otherwise}`}. ${severity === 'info' ? '' : 'What would save less than 5 % of the whole is information. '}${NEEDS[needs]} Change it with \`"rules": { "${id}": "off" }\` in \`plumbline.jsonc\`.`,
    '',
    '## Why',
    '',
    docs.why,
    '',
    '## Instead',
    '',
    docs.instead,
    '',
    '## When it is silent, and when it is fine',
    '',
    docs.unless,
    '',
    ...thresholdSection(rule),
    '## References',
    '',
    ...docs.references.map((reference) => `- <${reference}>`),
    '',
  ].join('\n');
}

function thresholdSection({ id, thresholds }: AdviceRule): readonly string[] {
  const entries = Object.entries<Threshold>(thresholds);
  const [first] = entries;
  if (first === undefined) return [];
  return [
    '## Thresholds',
    '',
    '| name | from |',
    '| --- | --- |',
    ...entries.map(
      ([name, threshold]) =>
        `| \`${name}\` | ${threshold.means.replace('N', thresholdNumber(threshold, threshold.value))} |`,
    ),
    '',
    `Change them with \`"advice": { "${id}": { "${first[0]}": ${first[1].value} } }\`: shares in percent, times in milliseconds, sizes in bytes.`,
    '',
  ];
}

/** A row for each rule. @param folder where the pages are, with a `/` at its end, or empty */
export function adviceTable(rules: readonly AdviceRule[], folder: string): string {
  return [
    '| advice | needs | finds |',
    '| --- | --- | --- |',
    ...rules.map(
      ({ id, needs, docs }) =>
        `| [${id}](${folder}${id}.md) | ${NEEDED[needs]} | ${docs.what.replaceAll('|', '\\|')} |`,
    ),
    '',
  ].join('\n');
}

const NEEDED = { estimates: 'any plan', measured: 'ANALYZE', times: 'ANALYZE', buffers: 'BUFFERS' } as const;
