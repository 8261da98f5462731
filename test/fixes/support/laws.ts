// What holds of every fix, whatever its rule: each function gives what is broken, in words.

import { DURATIONS, workWhileHeld } from '../../../server/src/analysis/lock-duration.js';
import { wholeMigration } from '../../../server/src/analysis/whole-migration.js';
import { blocks, LOCK_MODES } from '../../../server/src/catalog/lock-modes.js';
import { findRelation } from '../../../server/src/catalog/lookup.js';
import { printCatalog } from '../../../server/src/catalog/print/sql.js';
import { lintFile, type PlacedFinding, type PlacedFix } from '../../../server/src/lint/lint.js';
import { configFor, migrationAt, type Workspace } from '../../../server/src/lint/workspace.js';
import type { Change } from '../../../server/src/text/edits.js';
import { parsers } from '../../support/parsers.js';

export interface Mended {
  readonly before: Workspace;
  readonly after: Workspace;
  readonly finding: PlacedFinding;
  readonly fix: PlacedFix;
  readonly change: Change;
  /** What was found before, by the path of the file. */
  readonly found: Findings;
}

export type Findings = ReadonlyMap<string, readonly PlacedFinding[]>;

export function findingsIn(workspace: Workspace): Findings {
  return new Map([...workspace.files.keys()].sort().map((path) => [path, lintFile(workspace, path)]));
}

/**
 * It parses, what was found is gone, and nothing new is found.
 * @param brings a rule that may find something then
 */
export function brokenFindings(
  { before, after, finding, change, found }: Mended,
  brings: string | null,
): readonly string[] {
  const touched = new Set([...change.edits, ...change.creates].map(({ path }) => path));
  const old = [...found.values()].flat();
  const now = [...after.files.keys()].flatMap((path) =>
    // Nothing that is read elsewhere has changed the others, but for what is said of the schema.
    touched.has(path) || before.files.has(path) ? lintFile(after, path) : [],
  );
  const count = (list: readonly PlacedFinding[], rule: string) =>
    list.filter((one) => one.rule === rule).length;
  const broken: string[] = [];
  if (count(now, finding.rule) >= count(old, finding.rule)) broken.push(`${finding.rule} is still found`);
  for (const one of now) {
    const isLoud = one.severity === 'error' || one.severity === 'warning';
    if (
      !isLoud ||
      one.rule === finding.rule ||
      one.rule === brings ||
      count(now, one.rule) <= count(old, one.rule)
    )
      continue;
    broken.push(`is new: ${one.rule} (${one.message})`);
  }
  return [...new Set(broken)];
}

/** It is gone for good, also where others of its kind are left: there is no fix for it any more. */
export function brokenRepetition({ after, finding, change, found, fix }: Mended): readonly string[] {
  const touched = new Set([finding.path, ...[...change.edits, ...change.creates].map(({ path }) => path)]);
  const same = (list: readonly PlacedFinding[]) =>
    list.filter(
      ({ rule, message, fixes }) =>
        rule === finding.rule &&
        message === finding.message &&
        fixes.some(({ title }) => title === fix.title),
    ).length;
  const before = same([...touched].flatMap((path) => found.get(path) ?? []));
  const now = same([...touched].flatMap((path) => lintFile(after, path)));
  return now >= before ? ['may be applied again'] : [];
}

/** Every comment still stands somewhere. */
export function brokenComments({ before, after, change }: Mended): readonly string[] {
  const kept = [...after.files.values()].map(({ text }) => text).join('\n');
  return change.edits
    .flatMap(({ path }) => commentsOf(before.files.get(path)?.text ?? '', path))
    .filter((comment) => !kept.includes(comment))
    .map((comment) => `lost the comment: ${comment}`);
}

function commentsOf(text: string, path: string): readonly string[] {
  const { comments } = path.endsWith('.sql') ? parsers.sql.parse(text) : parsers.elixir.parse(text);
  return comments.map(({ text: inside }) => inside.trim()).filter((inside) => inside !== '');
}

/** The schema after all migrations is the same, whatever the order of columns. */
export function brokenSchema({ before, after, finding }: Mended): readonly string[] {
  const [old, now] = [linesOf(before, finding.path), linesOf(after, finding.path)];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `no longer makes: ${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `makes: ${line}`),
  ];
}

function linesOf(workspace: Workspace, path: string): readonly string[] {
  const latest = migrationAt(workspace, path)?.history.history.latest;
  return latest === undefined
    ? []
    : printCatalog(latest)
        .split('\n')
        .map((line) => line.trim().replace(/,$/, ''));
}

interface Held {
  readonly relation: string;
  /** Index in `LOCK_MODES`. */
  readonly mode: number;
  /** Index in `DURATIONS`. */
  readonly work: number;
}

/** Nobody has to wait behind a stronger lock than before, or behind one for longer work. */
export function brokenLocks(mended: Mended): readonly string[] {
  const { before, after } = mended;
  const [original, now] = [heldIn(before, mended), heldIn(after, mended)];
  const worse = now.filter(
    (lock) =>
      isInTheWay(lock) &&
      !original.some(
        ({ relation, mode, work }) => relation === lock.relation && mode >= lock.mode && work >= lock.work,
      ),
  );
  return [
    ...new Set(
      worse.map(
        ({ relation, mode, work }) => `${LOCK_MODES[mode]} on ${relation} held over: ${DURATIONS[work]}`,
      ),
    ),
  ];
}

/** Weaker locks let reads and writes through, so nobody minds how long they are held. */
function isInTheWay({ mode }: Held): boolean {
  const name = LOCK_MODES[mode];
  return name !== undefined && blocks(name) !== null;
}

/** The locks that the migrations from the mended one on take on what was there before it. */
function heldIn(workspace: Workspace, { before, finding }: Mended): readonly Held[] {
  const old = migrationAt(before, finding.path)?.step.before;
  const found = migrationAt(workspace, finding.path);
  if (old === undefined || found === null) return [];
  const all = found.history.history.migrations;
  const { postgres } = configFor(workspace, finding.path);
  return all.slice(all.indexOf(found.step)).flatMap((step) => {
    const whole = wholeMigration(step, postgres);
    return whole.steps.flatMap(({ facts }, index) =>
      facts.locks.flatMap(({ relation, mode }) =>
        findRelation(old, relation) === null
          ? []
          : [
              {
                relation: `${relation.schema}.${relation.name}`,
                mode: LOCK_MODES.indexOf(mode),
                work: DURATIONS.indexOf(workWhileHeld(whole, index)),
              },
            ],
      ),
    );
  });
}
