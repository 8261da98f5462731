// Takes away what a comment silences, and says which of our own suppressions name no rule, silence nothing, have ended, or give
// no reason.

import suppressionWithoutReason from '../rules/hygiene/suppression-without-reason.js';
import unusedSuppression from '../rules/hygiene/unused-suppression.js';
import type { Rule } from '../rules/rule.js';
import type { Change, TextEdit } from '../text/edits.js';
import type { SourceFile } from '../text/source-file.js';
import type { Span } from '../text/span.js';
import type { Levels } from './levels.js';
import type { PlacedFinding } from './lint.js';
import type { Reading } from './reading.js';
import type { Suppression } from './suppressions.js';

/**
 * @param now `null` where there is no clock: then none of them has ended
 * @param judgesTenants whether anything could be said about queries and tenants in this file
 */
export function suppress(
  { file, suppressions: written }: Reading,
  findings: readonly PlacedFinding[],
  rules: readonly Rule[],
  levels: Levels,
  now: Date | null,
  judgesTenants: () => boolean,
): PlacedFinding[] {
  if (written.length === 0) return [...findings];
  const suppressions = written.filter((suppression) => !hasEnded(suppression, now));
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
  const said = (rule: Rule, suppression: Suppression, message: string, isDeletable: boolean) => {
    const { span, tenants, misspelt } = suppression;
    // What an annotation says is worth reading even where it silences nothing.
    const isWorth = tenants !== null && misspelt === undefined;
    const level = isWorth && !levels.isGiven(rule) ? 'hint' : levels.levelOf(rule);
    if (level === 'off') return [];
    const fixes = isDeletable ? [deletion(file, suppression)] : [];
    return [{ rule: rule.id, severity: level, path: file.path, span, message, related: [], fixes }];
  };
  const saysTenants = rules.some((rule) => rule.about === 'tenants' && levels.levelOf(rule) !== 'off');
  const complained = written.flatMap((suppression): PlacedFinding[] => {
    if (suppression.foreign) return [];
    if (suppression.tenants !== null && !(saysTenants && judgesTenants())) return [];
    const { misspelt, tenants } = suppression;
    if (misspelt !== undefined) {
      const message = `"${misspelt}" says nothing about tenants, so this silences nothing. Did you mean "${tenants}"?`;
      return said(unusedSuppression, suppression, message, false);
    }
    const isOne = suppression.rules.length <= 1;
    const about = hasEnded(suppression, now)
      ? [`This suppression ended on ${suppression.until}: what it silenced is reported again.`]
      : complaints(suppression, byId, used, levels);
    return [
      ...about.flatMap((message) => said(unusedSuppression, suppression, message, isOne)),
      ...(suppression.reason === null
        ? said(suppressionWithoutReason, suppression, reasonWanted(suppression, file.text), false)
        : []),
    ];
  });
  return [...kept, ...complained];
}

/** The day that it names is its last one. */
function hasEnded({ until }: Suppression, now: Date | null): boolean {
  return until !== null && isDate(until) && now !== null && until < now.toISOString().slice(0, 10);
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}

function reasonWanted({ tenants, span }: Suppression, text: string): string {
  if (tenants === null) return 'Say behind a colon why this is fine here.';
  return text.startsWith('@', span.start)
    ? `Say why: @tenant {:${tenants}, "reason"}.`
    : `Say why: tenant: ${tenants} (reason).`;
}

function names(suppression: Suppression, id: string, rule: Rule | undefined): boolean {
  if (suppression.tenants !== null) return rule?.about === 'tenants';
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
  const { until } = suppression;
  const date = until === null || isDate(until) ? [] : [`"${until}" is no date: it is written 2026-12-31.`];
  return [...date, ...unused(suppression, rules, used, levels)];
}

function unused(
  suppression: Suppression,
  rules: ReadonlyMap<string, Rule>,
  used: ReadonlySet<string>,
  levels: Levels,
): readonly string[] {
  if (suppression.rules.length === 0) {
    if (used.has(useKey(suppression, ''))) return [];
    return [
      suppression.tenants === null
        ? 'This suppression silences nothing.'
        : 'Nothing would be said about tenants here, so this annotation is not needed.',
    ];
  }
  return suppression.rules.flatMap((id) => {
    const rule = rules.get(id);
    if (rule === undefined) return [`There is no rule "${id}".`];
    if (levels.levelOf(rule) === 'off' || used.has(useKey(suppression, id))) return [];
    return [`"${id}" finds nothing here, so this suppression is not needed.`];
  });
}

/** Takes away the comment: with its line when nothing else stands on it, else with the blanks that it leaves over. */
function deletion(file: SourceFile, { span }: Suppression): PlacedFinding['fixes'][number] {
  const edit = withoutComment(file, span);
  const change: Change = { edits: [{ path: file.path, edits: [edit] }], creates: [] };
  return { title: 'Delete the comment', safety: 'needs-review', change: () => change };
}

function withoutComment({ text, lines }: SourceFile, { start, end }: Span): TextEdit {
  const from = lines.startOf(lines.positionAt(start).line);
  const to = lines.endOf(lines.positionAt(end).line);
  const before = text.slice(from, start).trimEnd();
  const after = text.slice(end, to).trimStart();
  if (before === '' && after === '') {
    const lineBreak = /^(?:\r\n|\r|\n)/.exec(text.slice(to, to + 2))?.[0] ?? '';
    return { span: { start: from, end: to + lineBreak.length }, text: '' };
  }
  if (before === '') return { span: { start, end: to - after.length }, text: '' };
  // What stood before a comment and after it must not become one word.
  return { span: { start: from + before.length, end: to - after.length }, text: after === '' ? '' : ' ' };
}
