// What can be done about the findings at a place: their fixes, and saying that one is fine.

import { CONFIG_FILE } from '../lint/config.js';
import { shareTable } from '../lint/config-edits.js';
import { lintFile, type PlacedFinding } from '../lint/lint.js';
import type { Workspace } from '../lint/workspace.js';
import configuration from '../rules/hygiene/configuration.js';
import syntaxError from '../rules/hygiene/syntax-error.js';
import unusedSuppression from '../rules/hygiene/unused-suppression.js';
import { RULES } from '../rules/index.js';
import type { Change, TextEdit } from '../text/edits.js';
import type { SourceFile } from '../text/source-file.js';
import { overlaps, type Span } from '../text/span.js';
import { reachedBy } from './tenant-scope.js';

export interface FixAction {
  readonly kind: 'fix';
  readonly title: string;
  readonly finding: PlacedFinding;
  /** Index among the finding's fixes; with the finding's rule and place it names the fix again later. */
  readonly fix: number;
  readonly preferred: boolean;
}

/** Shows what a fix that makes new migrations would do, step by step. */
export interface ExplainAction {
  readonly kind: 'explain';
  readonly title: string;
  readonly finding: PlacedFinding;
  readonly fix: number;
}

export interface SuppressAction {
  readonly kind: 'suppress';
  readonly title: string;
  readonly finding: PlacedFinding;
  readonly suppression: Suppression;
}

/** A comment to be written above a line, around a reason that is yet to be given. */
export interface Suppression {
  /** Where the line starts. */
  readonly offset: number;
  /** Up to the reason, with the line's indentation: `  # plumbline-ignore some-rule: `. */
  readonly before: string;
  readonly after: string;
}

/** Changes the configuration. */
export interface ConfigureAction {
  readonly kind: 'configure';
  readonly title: string;
  readonly finding: PlacedFinding;
  readonly change: Change;
}

export type Action = FixAction | ExplainAction | SuppressAction | ConfigureAction;

/** Actions for the findings that touch the span: fixes first, in the order of the findings, each with what explains it. */
export function codeActions(workspace: Workspace, path: string, span: Span): readonly Action[] {
  const file = workspace.files.get(path);
  if (file === undefined) return [];
  const here = lintFile(workspace, path).filter((finding) => overlaps(finding.span, span));
  const fixes = here.flatMap((finding) =>
    finding.fixes.flatMap(({ title, safety, change }, fix): readonly (FixAction | ExplainAction)[] => {
      const made = change();
      if (made === null) return [];
      const preferred = fix === 0 && (safety === 'safe' || finding.fixes.length === 1);
      const action: FixAction = { kind: 'fix', title, finding, fix, preferred };
      if (made.creates.length === 0) return [action];
      const explained = `Explain the safe path: ${title.charAt(0).toLowerCase()}${title.slice(1)}…`;
      return [action, { kind: 'explain', title: explained, finding, fix }];
    }),
  );
  const suppressions = here.filter(isSuppressible).map(
    (finding): SuppressAction => ({
      kind: 'suppress',
      title: `Ignore ${finding.rule} here, with a reason`,
      finding,
      suppression: commentAbove(file, finding.span.start, `plumbline-ignore ${finding.rule}: `, ''),
    }),
  );
  return [...fixes, ...suppressions, ...here.flatMap((finding) => tenantActions(workspace, file, finding))];
}

/** What a person may know of tenants, and we cannot: that all are meant, or that the table belongs to none of them. */
function tenantActions(
  workspace: Workspace,
  file: SourceFile,
  finding: PlacedFinding,
): readonly (SuppressAction | ConfigureAction)[] {
  const about = TENANT_RULES.has(finding.rule) ? reachedBy(workspace, file.path, finding.span) : null;
  if (about === null) return [];
  const { query, tenant, table } = about;
  const meant: SuppressAction = {
    kind: 'suppress',
    title: `Say that every ${tenant} is meant here, with a reason`,
    finding,
    suppression: commentAbove(file, query.start, 'tenant: global (', ')'),
  };
  const change = table === null ? null : shareTable(workspace, file.path, table);
  if (change === null) return [meant];
  const title = `Say in ${CONFIG_FILE} that every ${tenant} shares "${table}"`;
  return [meant, { kind: 'configure', title, finding, change }];
}

const TENANT_RULES: ReadonlySet<string> = new Set(
  RULES.filter(({ about }) => about === 'tenants').map(({ id }) => id),
);

function commentAbove({ lines, text, language }: SourceFile, at: number, before: string, after: string) {
  const { line } = lines.positionAt(at);
  const offset = lines.startOf(line);
  const indent = /^[ \t]*/.exec(text.slice(offset, lines.endOf(line)))?.[0] ?? '';
  return { offset, before: `${indent}${language === 'elixir' ? '# ' : '-- '}${before}`, after };
}

/** A syntax error stays one, whatever a comment says; what is said about a suppression is not suppressed. */
function isSuppressible({ rule }: PlacedFinding): boolean {
  return !NOT_SUPPRESSED.has(rule);
}

const NOT_SUPPRESSED: ReadonlySet<string> = new Set([syntaxError.id, unusedSuppression.id, configuration.id]);

/** The text of a suppressing comment with its line break. */
export function suppressionText(
  { before, after }: Pick<Suppression, 'before' | 'after'>,
  reason: string,
): string {
  return `${before}${reason}${after}\n`;
}

/** The fix of that index of the finding of that rule at that place, computed; `null` when it is not there any more. */
export function resolveFix(
  workspace: Workspace,
  path: string,
  rule: string,
  span: Span,
  fix: number,
): Change | null {
  const finding = lintFile(workspace, path).find(
    (candidate) =>
      candidate.rule === rule && candidate.span.start === span.start && candidate.span.end === span.end,
  );
  return finding?.fixes[fix]?.change() ?? null;
}

/**
 * All safe fixes of a file as one list of edits. Of fixes that overlap the first wins: the others are for the next round.
 * Fixes that change other files or make new ones are left out.
 */
export function safeFixes(workspace: Workspace, path: string): readonly TextEdit[] {
  const chosen: TextEdit[] = [];
  for (const finding of lintFile(workspace, path)) {
    const change = finding.fixes.find(({ safety }) => safety === 'safe')?.change() ?? null;
    if (change === null || change.creates.length > 0 || change.edits.some((edit) => edit.path !== path))
      continue;
    const edits = change.edits.flatMap((edit) => edit.edits);
    const clashes = edits.some((edit) =>
      chosen.some((other) => overlaps(edit.span, other.span) && !isSameEdit(edit, other)),
    );
    if (!clashes) chosen.push(...edits.filter((edit) => !chosen.some((other) => isSameEdit(edit, other))));
  }
  return chosen;
}

function isSameEdit(a: TextEdit, b: TextEdit): boolean {
  return a.text === b.text && a.span.start === b.span.start && a.span.end === b.span.end;
}
