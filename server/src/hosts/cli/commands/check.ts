// plumbline check

import { lintFile, type PlacedFinding } from '../../../lint/lint.js';
import type { Workspace } from '../../../lint/workspace.js';
import { SEVERITIES, type Severity } from '../../../rules/rule.js';
import { unreadableFinding } from '../../unreadable.js';
import type { Arguments } from '../arguments.js';
import { complainOf, faultsOf, isFault } from '../faults.js';
import { applyFixes, type Fixed } from '../fixing.js';
import { jsonOf } from '../formats/json.js';
import { textOf } from '../formats/text.js';
import type { Opened } from '../open.js';
import type { Output } from '../output.js';
import { fromHere } from '../places.js';

/** Gives the exit status. */
export async function check(opened: Opened, args: Arguments, output: Output): Promise<number> {
  const fixing = args.fix || args.diff;
  const { workspace, applied, unwritten }: Fixed = fixing
    ? await applyFixes(opened, args, output)
    : { workspace: opened.workspace, applied: 0, unwritten: [] };
  const faults = [...faultsOf(opened), ...unwritten.map(unreadableFinding)];
  // With --diff the files are as they were.
  const now = args.diff ? opened.workspace : workspace;
  const all = opened.chosen.flatMap((path) => lintFile(now, path)).filter((one) => !isFault(one));
  const findings = [...faults, ...all].filter(({ severity }) => args.hints || severity !== 'hint');
  if (args.diff) {
    // The difference alone is on standard output, for `git apply`.
    complainOf(faults, workspace, output);
    if (findings.length > 0) output.complain(`${summaryOf(findings)}.\n`);
    return exitStatus(findings, args.failOn);
  }
  if (args.format === 'json') printJson(opened, workspace, findings, output);
  else printText(opened, workspace, findings, applied, output);
  return exitStatus(findings, args.failOn);
}

/** 2 when something could not be read or the configuration is wrong, 1 when a finding is loud enough. */
function exitStatus(findings: readonly PlacedFinding[], failOn: Severity | 'none'): number {
  if (findings.some(isFault)) return 2;
  if (failOn === 'none') return 0;
  const limit = SEVERITIES.indexOf(failOn);
  return findings.some(({ severity }) => SEVERITIES.indexOf(severity) <= limit) ? 1 : 0;
}

function printJson(
  opened: Opened,
  workspace: Workspace,
  findings: readonly PlacedFinding[],
  output: Output,
): void {
  const shape = {
    version: 1,
    files: opened.chosen.length,
    findings: findings.map((finding) => jsonOf(workspace, finding)),
  };
  output.write(`${JSON.stringify(shape, null, 2)}\n`);
}

function printText(
  opened: Opened,
  workspace: Workspace,
  findings: readonly PlacedFinding[],
  applied: number,
  output: Output,
): void {
  for (const finding of findings) output.write(`${textOf(workspace, finding, output.colours)}\n`);
  const migrations = opened.chosen.filter((path) => workspace.migrationFiles.has(path)).length;
  const checked = `${count(opened.chosen.length, 'file')} checked, ${count(migrations, 'migration')} among them`;
  if (applied > 0) output.write(`${count(applied, 'fix', 'fixes')} applied.\n`);
  if (opened.chosen.length === 0 && findings.length === 0) {
    const folder = fromHere(workspace.root);
    const where = folder === '.' ? 'this folder' : folder;
    output.write(`Nothing to check: there is no .sql, .ex or .exs file in ${where}.\n`);
  } else if (findings.length === 0) {
    output.write(`No findings (${checked}).\n`);
  } else {
    output.write(`${summaryOf(findings)} (${checked}).\n`);
  }
}

function summaryOf(findings: readonly PlacedFinding[]): string {
  const parts = SEVERITIES.flatMap((severity) => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    return number === 0 ? [] : [count(number, severity)];
  });
  return `${count(findings.length, 'finding')}: ${parts.join(', ')}`;
}

function count(number: number, word: string, plural = word === 'info' ? word : `${word}s`): string {
  return `${number} ${number === 1 ? word : plural}`;
}
