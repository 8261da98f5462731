// What can be done about the findings at a place: their fixes, and saying that one is fine.

import { lintFile, type PlacedFinding } from '../lint/lint.js';
import type { Workspace } from '../lint/workspace.js';
import configuration from '../rules/hygiene/configuration.js';
import syntaxError from '../rules/hygiene/syntax-error.js';
import unusedSuppression from '../rules/hygiene/unused-suppression.js';
import type { Change, TextEdit } from '../text/edits.js';
import { overlaps, type Span } from '../text/span.js';

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

/** A comment to be written above a line. */
export interface Suppression {
  readonly rule: string;
  /** Where the line starts. */
  readonly offset: number;
  readonly indent: string;
  /** `-- ` or `# `. */
  readonly comment: string;
}

export type Action = FixAction | ExplainAction | SuppressAction;

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
  const suppressions = here.filter(isSuppressible).map((finding): SuppressAction => {
    const { line } = file.lines.positionAt(finding.span.start);
    const offset = file.lines.startOf(line);
    const indent = /^[ \t]*/.exec(file.text.slice(offset, file.lines.endOf(line)))?.[0] ?? '';
    const comment = file.language === 'elixir' ? '# ' : '-- ';
    return {
      kind: 'suppress',
      title: `Ignore ${finding.rule} here, with a reason`,
      finding,
      suppression: { rule: finding.rule, offset, indent, comment },
    };
  });
  return [...fixes, ...suppressions];
}

/** A syntax error stays one, whatever a comment says; what is said about a suppression is not suppressed. */
function isSuppressible({ rule }: PlacedFinding): boolean {
  return !NOT_SUPPRESSED.has(rule);
}

const NOT_SUPPRESSED: ReadonlySet<string> = new Set([syntaxError.id, unusedSuppression.id, configuration.id]);

/** The text of a suppressing comment with its line break. */
export function suppressionText({ indent, comment, rule }: Suppression, reason: string): string {
  return `${indent}${comment}plumbline-ignore ${rule}: ${reason}\n`;
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
