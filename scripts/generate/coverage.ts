// docs/coverage.md: every check of the catalogue, and the rules that say that they answer it.

import { RULES } from '../../server/src/rules/index.js';
import { CATALOGUE, type CataloguedCheck } from './catalogue.js';

const GROUPS: readonly string[] = [...new Set(CATALOGUE.map(({ group }) => group))];

/** Ids of the rules that answer the check. */
export function rulesFor(check: CataloguedCheck): readonly string[] {
  return RULES.filter(({ covers }) => covers?.includes(check.id) === true).map(({ id }) => id);
}

export function coveragePage(): string {
  const answered = CATALOGUE.filter((check) => rulesFor(check).length > 0);
  const left = CATALOGUE.length - answered.length;
  return [
    '# What is checked, beside other tools',
    '',
    'Every check of migrations that the tools for PostgreSQL have between them, and some that none of them has. A rule may answer several, and a check may take several rules; one that is usually louder or quieter than the check deserves by itself has its own severity in brackets.',
    '',
    `${CATALOGUE.length} checks: ${answered.length} answered by rules, ${left} not, for the reason given. ${CATALOGUE.filter(({ tools }) => tools === '').length} of them are in no other tool.`,
    '',
    '| | checks | answered |',
    '| --- | --: | --: |',
    ...GROUPS.map((group) => {
      const own = CATALOGUE.filter((check) => check.group === group);
      return `| ${group} | ${own.length} | ${own.filter((check) => answered.includes(check)).length} |`;
    }),
    '',
    ...GROUPS.flatMap((group) => [
      `## ${group}`,
      '',
      '| check | severity | rules | other tools |',
      '| --- | --- | --- | --- |',
      ...CATALOGUE.filter((check) => check.group === group).map(row),
      '',
    ]),
  ].join('\n');
}

function row(check: CataloguedCheck): string {
  const rules = RULES.filter(({ covers }) => covers?.includes(check.id) === true).map(({ id, severity }) => {
    const other = severity === check.severity ? '' : ` (${severity})`;
    return `[${id}](rules/${id}.md)${other}`;
  });
  const ours = rules.length === 0 ? check.notOurs : rules.join(', ');
  return `| ${check.what} | ${check.severity} | ${ours} | ${check.tools} |`;
}
