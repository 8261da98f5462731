// plumbline check

import { lint, type PlacedFinding } from '../../../lint/lint.js';
import { ectoWorld } from '../../../lint/names.js';
import { type Release, releaseOf } from '../../../lint/released.js';
import type { Workspace } from '../../../lint/workspace.js';
import { SEVERITIES, type Severity } from '../../../rules/rule.js';
import type { SqlStatement } from '../../../syntax/sql/statement.js';
import { count } from '../../../text/words.js';
import { unreadableFinding } from '../../unreadable.js';
import type { Arguments } from '../arguments.js';
import { complainOf, faultsOf, isFault } from '../faults.js';
import { applyFixes, type Fixed } from '../fixing.js';
import { jsonOf } from '../formats/json.js';
import { textOf } from '../formats/text.js';
import type { Opened } from '../open.js';
import type { Output } from '../output.js';
import { fromHere } from '../places.js';
import { outdatedSuppressions, writeSuppressions } from '../suppressing.js';

/** Gives the exit status. */
export async function check(opened: Opened, args: Arguments, output: Output): Promise<number> {
  const fixing = args.fix || args.diff;
  const { workspace, applied, unwritten }: Fixed = fixing
    ? await applyFixes(opened, args, output)
    : { workspace: opened.workspace, applied: 0, unwritten: [] };
  const faults = [...faultsOf(opened), ...unwritten.map(unreadableFinding)];
  // With --diff the files are as they were.
  const now = args.diff ? opened.workspace : workspace;
  if (args.suppressAll || args.pruneSuppressions) return writeSuppressions(opened, args, faults, output);
  const linted = opened.chosen.map((path) => lint(now, path));
  const all = linted.flatMap(({ findings }) => findings).filter((one) => !isFault(one));
  const findings = [...faults, ...all].filter(({ severity }) => args.hints || severity !== 'hint');
  const left: LeftAlone = {
    released: releasedAmong(opened),
    unchanged: opened.unchanged,
    suppressed: linted.flatMap(({ suppressed }) => suppressed).length,
    outdated: outdatedSuppressions(now, opened.chosen),
    unread: opened.chosen.flatMap((path) => unreadStatements(now, path)).length,
  };
  if (args.diff) {
    // The difference alone is on standard output, for `git apply`.
    complainOf(faults, workspace, output);
    if (findings.length > 0) output.complain(`${summaryOf(findings)}.\n`);
    return exitStatus(findings, args.failOn);
  }
  if (args.format === 'json') printJson(opened, workspace, findings, left, output);
  else printText(opened, workspace, findings, applied, left, output);
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
  { released, ...numbers }: LeftAlone,
  output: Output,
): void {
  const shape = {
    version: 1,
    files: opened.chosen.length,
    leftAlone: { released: released.length, ...numbers },
    findings: findings.map((finding) => jsonOf(workspace, finding)),
  };
  output.write(`${JSON.stringify(shape, null, 2)}\n`);
}

function printText(
  opened: Opened,
  workspace: Workspace,
  findings: readonly PlacedFinding[],
  applied: number,
  left: LeftAlone,
  output: Output,
): void {
  for (const finding of findings) output.write(`${textOf(workspace, finding, output.colours)}\n`);
  const migrations = opened.chosen.filter((path) => workspace.migrationFiles.has(path)).length;
  const told = leftAloneInWords(left);
  const checked = `${count(opened.chosen.length, 'file')} checked, ${count(migrations - left.released.length, 'migration')} among them${told === '' ? '' : `; ${told}`}`;
  if (applied > 0) output.write(`${count(applied, 'fix', 'fixes')} applied.\n`);
  if (opened.chosen.length === 0 && opened.unchanged > 0 && findings.length === 0) {
    output.write(`Nothing to check: ${told}.\n`);
  } else if (opened.chosen.length === 0 && findings.length === 0) {
    const folder = fromHere(workspace.root);
    const where = folder === '.' ? 'this folder' : folder;
    output.write(`Nothing to check: there is no .sql, .ex or .exs file in ${where}.\n`);
  } else if (findings.length === 0) {
    output.write(`No findings (${checked}).\n`);
  } else {
    output.write(`${summaryOf(findings)} (${checked}).\n`);
  }
  if (opened.chosen.length > 0 && findings.length === 0 && knowsNoSchema(workspace)) {
    const folder = fromHere(workspace.root);
    const where = folder === '.' ? 'this folder' : folder;
    output.write(
      `There are no migrations in ${where}, so that nothing is known of the tables that queries read. Check from a folder that holds them too.\n`,
    );
  }
  if (left.outdated > 0) {
    const gone = left.outdated === 1 ? '1 suppression holds' : `${left.outdated} suppressions hold`;
    output.write(`${gone} nothing back any more: plumbline check --prune-suppressions takes them out.\n`);
  }
}

/** Neither migrations nor schemas of Ecto tell of any table. */
function knowsNoSchema(workspace: Workspace): boolean {
  return workspace.histories.length === 0 && ectoWorld(workspace).schemas.size === 0;
}

/** What was asked for and is not told. */
interface LeftAlone {
  readonly released: readonly Release[];
  /** Files. */
  readonly unchanged: number;
  /** Findings. */
  readonly suppressed: number;
  /** Findings that the file of suppressions holds back, and that are not there any more. */
  readonly outdated: number;
  /** Statements that nobody here can read, since they are too large or nested too deeply. */
  readonly unread: number;
}

/** Those that another program fills in are not meant: they are seldom read, and people know them as templates. */
function unreadStatements({ readings }: Workspace, path: string): readonly SqlStatement[] {
  const reading = readings.get(path);
  if (reading?.kind !== 'sql') return [];
  const statements = reading.sql.statements.map(({ statement }) => statement);
  return statements.filter(({ unread, holes }) => unread !== null && holes.length === 0);
}

function releasedAmong({ workspace, chosen }: Opened): readonly Release[] {
  return chosen.flatMap((path) => releaseOf(workspace, path) ?? []);
}

function leftAloneInWords({ released, unchanged, suppressed, unread }: LeftAlone): string {
  const [first] = released;
  const until = first?.kind === 'start-after' ? `up to ${first.until}` : `as they are in ${first?.until}`;
  return [
    ...(unchanged === 0 ? [] : [`${count(unchanged, 'file')} unchanged`]),
    ...(released.length === 0 ? [] : [`${count(released.length, 'migration')} left alone, ${until}`]),
    ...(suppressed === 0 ? [] : [`${count(suppressed, 'finding')} suppressed`]),
    ...(unread === 0 ? [] : [`${count(unread, 'statement')} not read, as too large or nested too deeply`]),
  ].join('; ');
}

function summaryOf(findings: readonly PlacedFinding[]): string {
  const parts = SEVERITIES.flatMap((severity) => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    return number === 0 ? [] : [count(number, severity)];
  });
  return `${count(findings.length, 'finding')}: ${parts.join(', ')}`;
}
