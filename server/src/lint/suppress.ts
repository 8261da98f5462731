// Takes away what a comment silences, and says which of our own suppressions name no rule or silence nothing.

import unusedSuppression from '../rules/hygiene/unused-suppression.js';
import type { Rule } from '../rules/rule.js';
import type { Change } from '../text/edits.js';
import type { SourceFile } from '../text/source-file.js';
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
  const level = levels.levelOf(unusedSuppression);
  if (level === 'off') return kept;
  const complained = suppressions.flatMap((suppression) =>
    complaints(suppression, byId, used, levels).map(
      (message): PlacedFinding => ({
        rule: unusedSuppression.id,
        severity: level,
        path: file.path,
        span: suppression.span,
        message,
        related: [],
        fixes: suppression.rules.length > 1 ? [] : [deletion(file, suppression)],
      }),
    ),
  );
  return [...kept, ...complained];
}

function names(suppression: Suppression, id: string, rule: Rule | undefined): boolean {
  if (suppression.rules.length === 0) return true;
  if (suppression.foreign) return rule?.aliases?.some((alias) => suppression.rules.includes(alias)) ?? false;
  return suppression.rules.includes(id);
}

function useKey({ span, rules }: Suppression, rule: string): string {
  return `${span.start} ${rules.length === 0 ? '' : rule}`;
}

/** What is wrong with the suppression, in sentences. */
function complaints(
  suppression: Suppression,
  rules: ReadonlyMap<string, Rule>,
  used: ReadonlySet<string>,
  levels: Levels,
): readonly string[] {
  if (suppression.foreign) return [];
  if (suppression.rules.length === 0) {
    return used.has(useKey(suppression, '')) ? [] : ['This suppression silences nothing.'];
  }
  return suppression.rules.flatMap((id) => {
    const rule = rules.get(id);
    if (rule === undefined) return [`There is no rule "${id}".`];
    if (levels.levelOf(rule) === 'off' || used.has(useKey(suppression, id))) return [];
    return [`"${id}" finds nothing here, so this suppression is not needed.`];
  });
}

/** Takes away the comment: with its line when nothing else stands on it, else with the blanks before it. */
function deletion({ path, text, lines }: SourceFile, { span }: Suppression): PlacedFinding['fixes'][number] {
  const from = lines.startOf(lines.positionAt(span.start).line);
  const to = lines.endOf(lines.positionAt(span.end).line);
  const isAlone = text.slice(from, span.start).trim() === '' && text.slice(span.end, to).trim() === '';
  const blanks = text.slice(0, span.start).length - text.slice(0, span.start).trimEnd().length;
  const gone = isAlone
    ? { start: from, end: to + (/^\r?\n/.exec(text.slice(to, to + 2))?.[0].length ?? 0) }
    : { start: span.start - blanks, end: span.end };
  const change: Change = { edits: [{ path, edits: [{ span: gone, text: '' }] }], creates: [] };
  return { title: 'Delete the comment', safety: 'needs-review', change: () => change };
}
