// What is wrong with the check itself rather than with what was checked: unreadable input and wrong configuration.

import { configInForce } from '../../lint/config-files.js';
import { suppressionsFor } from '../../lint/known-findings.js';
import { lintFile, type PlacedFinding } from '../../lint/lint.js';
import type { Workspace } from '../../lint/workspace.js';
import configuration from '../../rules/hygiene/configuration.js';
import unreadableFile from '../../rules/hygiene/unreadable-file.js';
import { unreadableFinding } from '../unreadable.js';
import { FAILED } from './failures.js';
import { jsonOf } from './formats/json.js';
import { textOf } from './formats/text.js';
import type { Opened } from './open.js';
import { NO_COLOURS, type Output } from './output.js';

export function isFault({ rule }: PlacedFinding): boolean {
  return rule === unreadableFile.id || rule === configuration.id;
}

/** What could not be read, and what is wrong in the configurations by which the files asked for are judged. */
export function faultsOf({ workspace, chosen, unreadable }: Opened): readonly PlacedFinding[] {
  const problems = configsOf(workspace, chosen).flatMap((path) => lintFile(workspace, path));
  return [...unreadable.map(unreadableFinding), ...problems];
}

/** On standard error, beside results that are for programs. */
export function complainOf(faults: readonly PlacedFinding[], workspace: Workspace, output: Output): void {
  for (const fault of faults) output.complain(`${textOf(workspace, fault, NO_COLOURS)}\n`);
}

/** The same as a member of JSON whose other members are no findings; none where nothing is wrong. */
export function faultsShape(opened: Opened): { readonly faults?: readonly unknown[] } {
  const faults = faultsOf(opened);
  return faults.length === 0 ? {} : { faults: faults.map((fault) => jsonOf(opened.workspace, fault)) };
}

/** The exit status of a command that has done what it could all the same. */
export function statusWith(faults: readonly PlacedFinding[], status: number): number {
  return status === 0 && faults.length > 0 ? FAILED : status;
}

function configsOf(workspace: Workspace, chosen: readonly string[]): readonly string[] {
  const { configs, options } = workspace;
  const sources = chosen.flatMap((path) => {
    const { sources, statisticsFile } = configInForce(configs, path);
    const suppressions = suppressionsFor(workspace, path);
    return [...sources, ...[statisticsFile, suppressions].filter((file) => file !== null)];
  });
  const given = options.onlyConfig === null ? [] : [options.onlyConfig];
  const asked = chosen.filter((path) => configs.problems.has(path));
  return [...new Set([...given, ...sources, ...asked])].sort();
}
