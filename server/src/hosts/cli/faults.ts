// What is wrong with the check itself rather than with what was checked: unreadable input and wrong configuration.

import { configInForce } from '../../lint/config-files.js';
import { suppressionsFor } from '../../lint/known-findings.js';
import { lintFile, type PlacedFinding } from '../../lint/lint.js';
import type { Workspace } from '../../lint/workspace.js';
import configuration from '../../rules/hygiene/configuration.js';
import unreadableFile from '../../rules/hygiene/unreadable-file.js';
import { unreadableFinding } from '../unreadable.js';
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

function configsOf(workspace: Workspace, chosen: readonly string[]): readonly string[] {
  const { configs, options } = workspace;
  const sources = chosen.flatMap((path) => {
    const { sources, statistics } = configInForce(configs, path);
    const suppressions = suppressionsFor(workspace, path);
    return [...sources, ...[statistics, suppressions].filter((file) => file !== null)];
  });
  const given = options.onlyConfig === null ? [] : [options.onlyConfig];
  const asked = chosen.filter((path) => configs.problems.has(path));
  return [...new Set([...given, ...sources, ...asked])].sort();
}
