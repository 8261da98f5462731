// Takes away what a comment silences, and says which of our own suppressions name no rule or silence nothing.

import type { Rule } from '../rules/rule.js';
import type { Levels } from './levels.js';
import type { PlacedFinding } from './lint.js';
import type { Reading } from './reading.js';
import type { Suppression } from './suppressions.js';

export function suppress(
  { file, suppressions }: Reading,
  findings: readonly PlacedFinding[],
  rules: readonly Rule[],
  levels: Levels,
): PlacedFinding[] {
  if (suppressions.length === 0) return [...findings];
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const used = new Set<string>();
  const kept = findings.filter((finding) => {
    const line = file.lines.positionAt(finding.span.start).line;
    const silencing = suppressions.filter(
      (suppression) =>
        (suppression.scope === 'file' || suppression.lines.includes(line)) &&
        names(suppression, finding.rule, byId.get(finding.rule)),
    );
    for (const suppression of silencing) used.add(useKey(suppression, finding.rule));
    return silencing.length === 0;
  });
  return [
    ...kept,
    ...suppressions.flatMap((suppression) => complaints(file.path, suppression, byId, used, levels)),
  ];
}

function names(suppression: Suppression, id: string, rule: Rule | undefined): boolean {
  if (suppression.rules.length === 0) return true;
  if (suppression.foreign) return rule?.aliases?.some((alias) => suppression.rules.includes(alias)) ?? false;
  return suppression.rules.includes(id);
}

function useKey({ span, rules }: Suppression, rule: string): string {
  return `${span.start} ${rules.length === 0 ? '' : rule}`;
}

function complaints(
  path: string,
  suppression: Suppression,
  rules: ReadonlyMap<string, Rule>,
  used: ReadonlySet<string>,
  levels: Levels,
): readonly PlacedFinding[] {
  if (suppression.foreign) return [];
  const finding = (message: string): PlacedFinding => ({
    rule: 'unused-suppression',
    severity: 'info',
    path,
    span: suppression.span,
    message,
    related: [],
    fixes: [],
  });
  if (suppression.rules.length === 0) {
    return used.has(useKey(suppression, '')) ? [] : [finding('This suppression silences nothing.')];
  }
  return suppression.rules.flatMap((id) => {
    const rule = rules.get(id);
    if (rule === undefined) return [finding(`There is no rule "${id}".`)];
    if (levels.levelOf(rule) === 'off' || used.has(useKey(suppression, id))) return [];
    return [finding(`"${id}" finds nothing here, so this suppression is not needed.`)];
  });
}
