// Comments that silence findings, ours and those of other tools.
//
//   -- plumbline-ignore rule-id[, rule-id]: reason        on the line above, or on the line itself
//   # plumbline-ignore-file rule-id: reason                anywhere in the file
//
// Without a rule id every finding is meant. With `until=2026-12-31` somewhere in it, it holds to the end of that day.

import type { SourceFile } from '../text/source-file.js';
import type { Span } from '../text/span.js';
import type { TenantAnnotation } from './tenant-annotations.js';

export interface Suppression {
  readonly scope: 'line' | 'file';
  /** Empty means all rules. Ids of another tool when `foreign`. */
  readonly rules: readonly string[];
  readonly reason: string | null;
  /** 0-based: findings that start on these lines are silenced. Not used for a file. */
  readonly lines: readonly number[];
  /** The whole comment text that suppresses, for findings about the suppression itself. */
  readonly span: Span;
  /** Written for another tool: never reported as unused or unknown. */
  readonly foreign: boolean;
  /** What stands behind `until=`, the last day on which it holds; `null` when it holds for ever. */
  readonly until: string | null;
  /** An annotation about tenants, which silences only the rules about them; `null` for all else (tenant-annotations.ts). */
  readonly tenants: TenantAnnotation | null;
  /** How such an annotation is spelt where it is spelt wrong, and so silences nothing. Left out: right. */
  readonly misspelt?: string;
}

export interface CommentLike {
  readonly span: Span;
  readonly text: string;
}

interface Dialect {
  readonly pattern: RegExp;
  /**
   * `head`: the file where an empty line follows, else the line. `start`: up to the comment that ends it, or to the end of the
   * file.
   */
  readonly scope: Suppression['scope'] | 'head' | 'start';
  readonly foreign: boolean;
}

/** Group 1: the rules, apart by commas or spaces; group 2: the reason. */
const DIALECTS: readonly Dialect[] = [
  { pattern: /^\s*plumbline-ignore-file\b[ \t]*([^:\n]*)(?::[ \t]*(.*))?/, scope: 'file', foreign: false },
  { pattern: /^\s*plumbline-ignore\b(?!-)[ \t]*([^:\n]*)(?::[ \t]*(.*))?/, scope: 'line', foreign: false },
  { pattern: /^\s*squawk-ignore-file\b[ \t]*([^\n]*?)(?:\s--.*)?$/m, scope: 'file', foreign: true },
  { pattern: /^\s*squawk-ignore\b(?!-)[ \t]*([^\n]*?)(?:\s--.*)?$/m, scope: 'line', foreign: true },
  { pattern: /^\s*pgfence-ignore\b[ \t]*:?[ \t]*([^\n]*)/, scope: 'line', foreign: true },
  { pattern: /^\s*pgls-ignore-all\b[ \t]*([^:\n]*)(?::(.*))?/, scope: 'file', foreign: true },
  { pattern: /^\s*pgls-ignore-start\b[ \t]*([^:\n]*)(?::(.*))?/, scope: 'start', foreign: true },
  { pattern: /^\s*pgls-ignore\b(?!-)[ \t]*([^:\n]*)(?::(.*))?/, scope: 'line', foreign: true },
  { pattern: /^\s*pgsafe:ignore\b[ \t]*(\S*)[ \t]*(.*)/, scope: 'line', foreign: true },
  { pattern: /^\s*eugene:\s*ignore\b[ \t]*([^\n]*)/, scope: 'line', foreign: true },
  { pattern: /^\s*atlas:nolint\b[ \t]*([^\n]*)/, scope: 'head', foreign: true },
  // All checks of excellent_migrations are one to Credo.
  { pattern: /^\s*credo:disable-for-this-file ExcellentMigrations\.()/, scope: 'file', foreign: true },
  { pattern: /^\s*credo:disable-for-next-line ExcellentMigrations\.()/, scope: 'line', foreign: true },
  {
    pattern: /^\s*excellent_migrations:safety-assured-for-this-file\b[ \t]*([^\n]*)/,
    scope: 'file',
    foreign: true,
  },
  {
    pattern: /^\s*excellent_migrations:safety-assured-for-next-line\b[ \t]*([^\n]*)/,
    scope: 'line',
    foreign: true,
  },
];

/** Most comments are of none, which one look tells. */
const OF_ANY = new RegExp(DIALECTS.map(({ pattern }) => pattern.source).join('|'), 'm');

export function suppressionsIn(file: SourceFile, comments: readonly CommentLike[]): readonly Suppression[] {
  const found: Suppression[] = [];
  for (const comment of comments) {
    if (!OF_ANY.test(comment.text)) continue;
    for (const dialect of DIALECTS) {
      const match = dialect.pattern.exec(comment.text);
      if (match === null) continue;
      const isOfFile = dialect.scope === 'file' || (dialect.scope === 'head' && isHead(file, comment.span));
      found.push({
        scope: isOfFile ? 'file' : 'line',
        foreign: dialect.foreign,
        rules: ruleNames(match[1] ?? ''),
        reason: match[2]?.trim() || null,
        lines: isOfFile
          ? []
          : dialect.scope === 'start'
            ? linesUpToEnd(file, comment.span, comments)
            : linesMeant(file, comment.span, comments),
        span: comment.span,
        until: dialect.foreign ? null : (/\buntil=([^\s,:]*)/.exec(comment.text)?.[1] ?? null),
        tenants: null,
      });
      break;
    }
  }
  return found;
}

function ruleNames(text: string): readonly string[] {
  return (
    text
      .split(/[\s,]+/)
      .map((name) => name.split('/').at(-1) ?? name)
      // postgres-language-server writes `banDropColumn` for what others call `ban-drop-column`.
      .map((name) => name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))
      .filter((name) => /^[\w-]+$/.test(name))
  );
}

/** The first thing of the file, with an empty line behind it. */
function isHead({ text }: SourceFile, { start, end }: Span): boolean {
  return text.slice(0, start).trim() === '' && /^[ \t]*\r?\n[ \t]*\r?\n/.test(text.slice(end));
}

/** The lines between the comment and the next one that ends it. */
function linesUpToEnd(
  { lines, text }: SourceFile,
  span: Span,
  comments: readonly CommentLike[],
): readonly number[] {
  const ending = comments.find(
    (comment) => comment.span.start > span.start && /^\s*pgls-ignore-end\b/.test(comment.text),
  );
  const first = lines.positionAt(span.end).line;
  const last = lines.positionAt(ending?.span.start ?? text.length).line;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** A comment alone on its line means the next line that holds code; before or after code it means its own line. */
export function linesMeant(
  { lines, text }: SourceFile,
  span: Span,
  comments: readonly CommentLike[],
): readonly number[] {
  const first = lines.positionAt(span.start).line;
  const last = lines.positionAt(span.end).line;
  const before = text.slice(lines.startOf(first), span.start).trim() !== '';
  const after = text.slice(span.end, lines.endOf(last)).trim() !== '';
  if (before) return after && last !== first ? [first, last] : [first];
  if (after) return [last];
  const next = nextCode(text, span.end, comments);
  return next === null ? [] : [lines.positionAt(next).line];
}

/** Where what is no comment begins; `null` when nothing follows. Directives of migration tools count as comments. */
function nextCode(text: string, from: number, comments: readonly CommentLike[]): number | null {
  let position = from;
  for (;;) {
    const code = text.slice(position).search(/\S/);
    if (code < 0) return null;
    position += code;
    const comment = comments.find(({ span }) => span.start === position);
    if (comment !== undefined) position = comment.span.end;
    else if (text.startsWith('--', position)) position += text.slice(position).search(/[\r\n]|$/);
    else return position;
  }
}
