// The file of suppressions: findings that a project had when it began to use us, by file and rule, so that only new ones are
// told. As ESLint's bulk suppressions work: as many as it says are held back; when there are more, all of them are told.

import { type ParseError, parse } from 'jsonc-parser';
import type { Problem } from '../syntax/problem.js';
import { isRecord } from '../text/is-record.js';
import { folderOf, relativePath } from '../text/source-file.js';
import type { Linted, PlacedFinding } from './lint.js';
import type { Workspace } from './workspace.js';

export const SUPPRESSIONS_FILE = 'plumbline-suppressions.json';

/** How many findings of a rule are held back, by file (relative to the folder of this one) and rule. */
export type KnownFindings = Readonly<Record<string, Readonly<Record<string, number>>>>;

interface Read {
  readonly known: KnownFindings;
  readonly problems: readonly Problem[];
}

/** What is not a file of suppressions holds nothing back, and says so. */
function readKnownFindings(text: string): Read {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors);
  const [error] = errors;
  const wrong = (message: string, offset = 0, length = text.length): Read => ({
    known: {},
    problems: [{ kind: 'problem', span: { start: offset, end: offset + length }, message }],
  });
  if (error !== undefined) return wrong('This is not JSON.', error.offset, Math.max(error.length, 1));
  if (!isRecord(value) || value.version !== 1 || !isRecord(value.findings)) {
    return wrong(
      'This is no file of suppressions: { "version": 1, "findings": { "<file>": { "<rule>": 2 } } }. "plumbline check --suppress-all" writes one.',
    );
  }
  const known: Record<string, Record<string, number>> = {};
  for (const [path, rules] of Object.entries(value.findings)) {
    if (!isRecord(rules)) continue;
    known[path] = Object.fromEntries(
      Object.entries(rules).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
    );
  }
  return { known, problems: [] };
}

export function printKnownFindings(known: KnownFindings): string {
  const sorted = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  const findings = Object.fromEntries(
    Object.entries(sorted(known))
      .filter(([, rules]) => Object.keys(rules).length > 0)
      .map(([path, rules]) => [path, sorted(rules)]),
  );
  return `${JSON.stringify({ version: 1, findings }, null, 2)}\n`;
}

/** The path of the nearest one upwards; `null` when there is none. */
export function suppressionsFor({ files }: Workspace, path: string): string | null {
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) {
    const file = `${folder}/${SUPPRESSIONS_FILE}`;
    if (files.has(file)) return file;
  }
  return null;
}

const read = new WeakMap<object, Read>();

/** What the file of that path holds back. */
export function knownFindingsIn({ files }: Workspace, suppressions: string): Read {
  const file = files.get(suppressions);
  if (file === undefined) return { known: {}, problems: [] };
  let found = read.get(file);
  if (found === undefined) {
    found = readKnownFindings(file.text);
    read.set(file, found);
  }
  return found;
}

/** Divides the findings of a file into those that are told and those that are held back. */
export function applyKnownFindings(
  workspace: Workspace,
  path: string,
  findings: readonly PlacedFinding[],
): Linted {
  const file = findings.length === 0 ? null : suppressionsFor(workspace, path);
  if (file === null) return { findings, suppressed: [] };
  const { known } = knownFindingsIn(workspace, file);
  const own = known[relativePath(folderOf(file), path)];
  if (own === undefined) return { findings, suppressed: [] };
  const counts = countByRule(findings);
  const isHeldBack = ({ rule }: PlacedFinding) => (counts[rule] ?? 0) <= (own[rule] ?? 0);
  return {
    findings: findings.filter((finding) => !isHeldBack(finding)),
    suppressed: findings.filter(isHeldBack),
  };
}

export function countByRule(findings: readonly PlacedFinding[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { rule } of findings) counts[rule] = (counts[rule] ?? 0) + 1;
  return counts;
}
