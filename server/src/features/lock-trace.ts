// What a migration locks on the embedded PostgreSQL beside what we say that it locks.

import type { LockFacts } from '../analysis/locks.js';
import { factsOfSteps, wholeMigration } from '../analysis/whole-migration.js';
import { type LockMode, lockName, strongest } from '../catalog/lock-modes.js';
import type { Replay, Traced, TracedStatement } from '../database/database.js';
import { migrationAt, type Workspace } from '../lint/workspace.js';
import type { History } from '../migrations/history.js';
import { fileName, relativePath } from '../text/source-file.js';
import { count } from '../text/words.js';
import { replayLines } from './replay-lines.js';

/** Major version of the embedded PostgreSQL: what is predicted is predicted for it. */
const EMBEDDED = 18;

export interface TraceTarget {
  /** What has to run first. */
  readonly before: History;
  readonly statements: readonly TraceSubject[];
}

export interface TraceSubject {
  readonly sql: string;
  /** From 1. */
  readonly line: number;
  readonly transaction: boolean;
  readonly predicted: LockFacts;
}

/** The statements of a migration with what they take; `null` for a file that is no migration, or has none. */
export function traceTargetAt(workspace: Workspace, path: string): TraceTarget | null {
  const found = migrationAt(workspace, path);
  if (found === null) return null;
  const { step, history } = found;
  const { migrations } = history.history;
  const { file, statements, transaction } = step.migration;
  const { steps } = wholeMigration(step, EMBEDDED);
  const subjects = statements.flatMap(({ sql, start, span, operations }, index) => {
    // BEGIN and COMMIT are the tracer's own.
    if (sql === '' || operations.some(({ kind }) => kind === 'transaction')) return [];
    const line = file.lines.positionAt(start + span.start).line + 1;
    const predicted = factsOfSteps(steps.filter(({ statement }) => statement === index));
    return [{ sql, line, transaction: transaction !== 'none', predicted }];
  });
  if (subjects.length === 0) return null;
  const before = {
    ...history.history,
    migrations: migrations.slice(0, migrations.indexOf(step)),
    latest: step.before,
  };
  return { before, statements: subjects };
}

interface Comparison {
  readonly relation: string;
  readonly predicted: string;
  readonly observed: string;
  /** `null` where nothing could be observed. */
  readonly agrees: boolean | null;
}

/** What is predicted of each relation beside what was seen. The strongest lock counts: it is what others wait for. */
function compareTrace(
  { predicted }: TraceSubject,
  { locks, rewrites, scans, observed }: TracedStatement,
): readonly Comparison[] {
  const nameOf = ({ schema, name }: { readonly schema: string; readonly name: string }) =>
    `${schema}.${name}`;
  const expected = new Map<string, LockMode[]>();
  for (const { relation, mode } of predicted.locks) {
    expected.set(nameOf(relation), [...(expected.get(nameOf(relation)) ?? []), mode]);
  }
  const names = [...new Set([...expected.keys(), ...Object.keys(locks), ...rewrites, ...scans])].sort();
  return names.map((relation) => {
    const foreseen = inWords(
      expected.get(relation) ?? [],
      predicted.rewrites.some((effect) => nameOf(effect.relation) === relation),
      predicted.scans.some((effect) => nameOf(effect.relation) === relation),
    );
    if (!observed) return { relation, predicted: foreseen, observed: '–', agrees: null };
    const seen = inWords(
      (locks[relation] ?? []) as readonly LockMode[],
      rewrites.includes(relation),
      scans.includes(relation),
    );
    return { relation, predicted: foreseen, observed: seen, agrees: foreseen === seen };
  });
}

function inWords(modes: readonly LockMode[], rewritten: boolean, read: boolean): string {
  const mode = strongest(modes);
  const words = [
    ...(mode === null ? [] : [lockName(mode)]),
    // What is written anew is read, too.
    ...(rewritten ? ['written anew'] : read ? ['read in full'] : []),
  ];
  return words.length === 0 ? '–' : words.join(', ');
}

/** The comparison as Markdown. */
export function traceReport(
  { root }: Workspace,
  path: string,
  { statements }: TraceTarget,
  replay: Replay,
  { source, statements: traced }: Traced,
): string {
  const shown = (one: string) => relativePath(root, one);
  const pairs = statements.map((subject, index) => ({ subject, seen: traced[index] ?? null }));
  const lines = pairs.flatMap(({ subject, seen }) => [...sectionOf(subject, seen), '']);
  const gaps = replayLines(replay, shown);
  return [
    `# Locks of ${fileName(path)}`,
    '',
    `${count(replay.statements, 'statement')} of earlier migrations were replayed on ${source.name} (${source.postgres}), then each statement ran in a transaction of its own. Its tables are empty: which locks are taken does not depend on rows, how long they are held does.`,
    '',
    ...gaps.map((gap) => `> ${gap.trim()}`),
    ...(gaps.length === 0 ? [] : ['']),
    ...lines,
  ].join('\n');
}

function sectionOf(subject: TraceSubject, seen: TracedStatement | null): readonly string[] {
  const { sql, line, predicted } = subject;
  const title = [`## Line ${line}`, '', '```sql', sql.trim(), '```', ''];
  if (seen === null) return [...title, 'It was not run.'];
  if (seen.error !== null) return [...title, `It failed: ${seen.error.message}`];
  const rows = compareTrace(subject, seen);
  const notes = [
    ...(seen.observed ? [] : ['It ran outside a transaction, where locks cannot be looked at.']),
    ...(predicted.certain ? [] : ['A part of the prediction is not known for sure.']),
    ...predicted.rewrites.map(({ relation, because }) => `\`${relation.name}\` is written anew: ${because}.`),
    ...predicted.scans.map(({ relation, because }) => `\`${relation.name}\` is read: ${because}.`),
  ];
  const table =
    rows.length === 0
      ? ['No table that others can see is locked.']
      : [
          '| table | predicted | observed | |',
          '| --- | --- | --- | --- |',
          ...rows.map(
            ({ relation, predicted: foreseen, observed, agrees }) =>
              `| ${relation} | ${foreseen} | ${observed} | ${signOf(agrees)} |`,
          ),
        ];
  return [...title, ...table, ...(notes.length === 0 ? [] : ['', ...notes.map((note) => `- ${note}`)])];
}

function signOf(agrees: boolean | null): string {
  return agrees === null ? '' : agrees ? '✓' : '**differs**';
}
