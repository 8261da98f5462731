// Writes the file of suppressions: `check --suppress-all` and `--prune-suppressions`.

import { promises as fs } from 'node:fs';
import {
  countByRule,
  type KnownFindings,
  knownFindingsIn,
  printKnownFindings,
  SUPPRESSIONS_FILE,
  suppressionsFor,
} from '../../lint/known-findings.js';
import { lint, type PlacedFinding } from '../../lint/lint.js';
import type { Workspace } from '../../lint/workspace.js';
import { anyFileIn, folderOf, relativePath } from '../../text/source-file.js';
import { count } from '../../text/words.js';
import { reason } from '../files.js';
import type { Arguments } from './arguments.js';
import { complainOf, isFault } from './faults.js';
import type { Opened } from './open.js';
import type { Output } from './output.js';
import { fromHere } from './places.js';

/** Gives the exit status: nothing is written when something could not be read. */
export async function writeSuppressions(
  opened: Opened,
  args: Arguments,
  faults: readonly PlacedFinding[],
  output: Output,
): Promise<number> {
  const { workspace } = opened;
  if (faults.length > 0) {
    complainOf(faults, workspace, output);
    return 2;
  }
  const file =
    suppressionsFor(workspace, anyFileIn(workspace.root)) ?? `${workspace.root}/${SUPPRESSIONS_FILE}`;
  const before = knownFindingsIn(workspace, file).known;
  const after = args.suppressAll
    ? withAll(opened, file, before, args.hints)
    : pruned(workspace, file, before);
  try {
    await fs.writeFile(file, printKnownFindings(after));
  } catch (error) {
    output.complain(`${fromHere(file)} cannot be written: ${reason(error)}.\n`);
    return 2;
  }
  const [old, now] = [total(before), total(after)];
  output.write(
    args.suppressAll
      ? `${fromHere(file)} holds back ${count(now, 'finding')} in ${count(Object.keys(after).length, 'file')}.\n`
      : `${fromHere(file)} holds back ${count(now, 'finding')}, ${old - now} fewer than before.\n`,
  );
  return 0;
}

/** All that is found in the chosen files; what is known of other files stays. */
function withAll(
  { workspace, chosen }: Opened,
  file: string,
  before: KnownFindings,
  hints: boolean,
): KnownFindings {
  const found = chosen.map((path) => {
    const { findings, suppressed } = lint(workspace, path);
    const loud = [...findings, ...suppressed].filter(
      (one) => !isFault(one) && (hints || one.severity !== 'hint'),
    );
    return [relativePath(folderOf(file), path), countByRule(loud)] as const;
  });
  const all = { ...before, ...Object.fromEntries(found) };
  return Object.fromEntries(Object.entries(all).filter(([, rules]) => Object.keys(rules).length > 0));
}

/** With no more than there is. */
function pruned(workspace: Workspace, file: string, before: KnownFindings): KnownFindings {
  return Object.fromEntries(
    Object.entries(before).flatMap(([name, rules]) => {
      const there = present(workspace, file, name);
      const left = Object.entries(rules)
        .map(([rule, number]) => [rule, Math.min(number, there[rule] ?? 0)] as const)
        .filter(([, number]) => number > 0);
      return left.length === 0 ? [] : [[name, Object.fromEntries(left)]];
    }),
  );
}

/** How many findings that the files of suppressions for these paths hold back are not there any more. */
export function outdatedSuppressions(workspace: Workspace, paths: readonly string[]): number {
  const files = new Set(paths.flatMap((path) => suppressionsFor(workspace, path) ?? []));
  let outdated = 0;
  for (const file of files) {
    const { known } = knownFindingsIn(workspace, file);
    const asked = new Set(paths.map((path) => relativePath(folderOf(file), path)));
    for (const [name, rules] of Object.entries(known)) {
      const isGone = !workspace.files.has(`${folderOf(file)}/${name}`);
      if (!asked.has(name) && !isGone) continue;
      const there = present(workspace, file, name);
      for (const [rule, number] of Object.entries(rules))
        outdated += Math.max(0, number - (there[rule] ?? 0));
    }
  }
  return outdated;
}

/** How many findings of each rule there are in a file. */
function present(workspace: Workspace, file: string, name: string): Readonly<Record<string, number>> {
  const { findings, suppressed } = lint(workspace, `${folderOf(file)}/${name}`);
  return countByRule([...findings, ...suppressed]);
}

function total(known: KnownFindings): number {
  return Object.values(known)
    .flatMap((rules) => Object.values(rules))
    .reduce((sum, number) => sum + number, 0);
}
