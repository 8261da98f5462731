// Runs the rules over a file and gives what they found, placed in the file, with severities and suppressions applied.

import { constraintsMadeBy, type MadeConstraint } from '../analysis/constraints.js';
import { settingOf } from '../analysis/setting.js';
import { wayDownFacts } from '../analysis/way-down.js';
import {
  forerunnerOf,
  type MigrationStep,
  type WholeMigration,
  wholeMigration,
} from '../analysis/whole-migration.js';
import { besideBodies } from '../catalog/bodies.js';
import type { Catalog, Origin } from '../catalog/catalog.js';
import type { Operation, Unknown } from '../catalog/operation.js';
import type { Editor } from '../fixes/editor.js';
import { catalogsWithin, stateBefore } from '../migrations/history.js';
import type { RawSql } from '../queries/raw-sql.js';
import configuration from '../rules/hygiene/configuration.js';
import { RULES } from '../rules/index.js';
import {
  type Finding,
  type Fix,
  type Moment,
  type Related,
  type Rule,
  SEVERITIES,
  type Severity,
  type Subject,
} from '../rules/rule.js';
import type { Problem } from '../syntax/problem.js';
import { bug } from '../text/bug.js';
import type { Change } from '../text/edits.js';
import { fileName, relativePath } from '../text/source-file.js';
import { type Span, shift } from '../text/span.js';
import { ectoCodeAt } from './ecto-code.js';
import { editorFor } from './editors.js';
import { evaluate, type Forerunner, recall, type Said, sayAgain } from './evaluate.js';
import { identityOf } from './identity.js';
import { applyKnownFindings, knownFindingsIn, SUPPRESSIONS_FILE } from './known-findings.js';
import { type Levels, levelsFor } from './levels.js';
import { migrationFileFacts } from './migration-files.js';
import { momentOfFile, momentOfMigration, momentOfOperation } from './moment.js';
import { isMigration, queriesOfFile } from './placed-queries.js';
import type { ElixirReading, Reading } from './reading.js';
import { releaseOf, unusedTables } from './released.js';
import { isStale, sizeInWords, sizeOf, weigh } from './sizes.js';
import { suppress } from './suppress.js';
import { tenancyFor } from './tenancy.js';
import { unmetSettings } from './unmet-settings.js';
import { wayDownAt, writtenWayDown } from './way-down.js';
import { catalogFor, configFor, configInForceFor, migrationAt, type Workspace } from './workspace.js';

/** A finding in its file. */
export interface PlacedFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly path: string;
  readonly span: Span;
  readonly message: string;
  readonly related: readonly { readonly path: string; readonly span: Span; readonly message: string }[];
  readonly fixes: readonly PlacedFix[];
}

export interface PlacedFix {
  readonly title: string;
  readonly safety: 'safe' | 'needs-review';
  /** Computes the change for the workspace as it was when the finding was made. `null` when it is not possible after all. */
  change(): Change | null;
}

/** Whether the fix is to be offered, which is known when it has been tried. */
export function isPossible(fix: PlacedFix): boolean {
  return fix.change() !== null;
}

/** Findings of one file, in the order of their places. */
export function lintFile(workspace: Workspace, path: string): readonly PlacedFinding[] {
  return lint(workspace, path).findings;
}

export interface Linted {
  readonly findings: readonly PlacedFinding[];
  /** Those that the file of suppressions holds back. */
  readonly suppressed: readonly PlacedFinding[];
}

/** The same, with what is held back. */
export function lint(workspace: Workspace, path: string): Linted {
  return applyKnownFindings(workspace, path, allFindings(workspace, path));
}

function allFindings(workspace: Workspace, path: string): readonly PlacedFinding[] {
  const reading = workspace.readings.get(path);
  if (reading === undefined) {
    const problems = [
      ...(workspace.configs.problems.get(path) ?? []),
      ...unmetSettings(workspace, path),
      ...(fileName(path) === SUPPRESSIONS_FILE ? knownFindingsIn(workspace, path).problems : []),
    ];
    return configurationFindings(path, problems).sort(byPlace);
  }
  const { config, folder } = configInForceFor(workspace, path);
  const relative = relativePath(folder, path);
  const levels = levelsFor(config, relative);
  const found = [...operationFindings(workspace, path, levels), ...otherFindings(workspace, reading, levels)];
  const now = workspace.options.now?.() ?? null;
  const judgesTenants = () => tenancyFor(workspace, path).root !== null && !isMigration(workspace, path);
  return distinct(suppress(reading, found, RULES, levels, now, judgesTenants).sort(byPlace));
}

function byPlace(a: PlacedFinding, b: PlacedFinding): number {
  return a.span.start - b.span.start || a.span.end - b.span.end || (a.rule < b.rule ? -1 : 1);
}

/** A call in a loop does the same several times over, and is said once. */
function distinct(findings: readonly PlacedFinding[]): readonly PlacedFinding[] {
  const said = new Map<string, PlacedFinding>();
  for (const finding of findings) {
    const { rule, span, message } = finding;
    const key = JSON.stringify([rule, span.start, span.end, message]);
    if (!said.has(key)) said.set(key, finding);
  }
  return [...said.values()];
}

type FoundMigration = NonNullable<ReturnType<typeof migrationAt>>;

function operationFindings(workspace: Workspace, path: string, levels: Levels): PlacedFinding[] {
  const up = migrationAt(workspace, path);
  const down = configFor(workspace, path).checkDown ? wayDownAt(workspace, path) : null;
  const isReleased = releaseOf(workspace, down?.up.migration.file.path ?? path) !== null;
  if (isReleased && !workspace.options.showsReleased) return [];
  const findings: PlacedFinding[] = [];
  // A baseline is no migration: the schema was there already.
  if (up !== null && up.step.migration.isBaseline !== true) {
    findings.push(
      ...wayFindings(workspace, path, up, levels),
      ...codeFindings(workspace, path, up, levels),
      ...bothWaysFindings(workspace, path, up, levels),
    );
  }
  if (down !== null) findings.push(...wayFindings(workspace, path, down, levels).map(onTheWayDown));
  return isReleased ? findings.map(calmly) : findings;
}

/** What the answers for all of a migration follow from. */
function identityOfMigration(workspace: Workspace, path: string, { step, history }: FoundMigration): object {
  const { postgres, startAfter } = configFor(workspace, path);
  const { transaction, holdsMigrationLock, statements } = step.migration;
  return identityOf(
    [
      besideBodies(step.after),
      besideBodies(history.history.latest),
      tenancyFor(workspace, path),
      workspace.options.base ?? NO_BASE,
    ],
    [transaction, holdsMigrationLock, statements.length, postgres, startAfter ?? ''],
  );
}

/** Of an Ecto migration as code. */
function codeFindings(
  workspace: Workspace,
  path: string,
  found: FoundMigration,
  levels: Levels,
): PlacedFinding[] {
  const rules = levels.rulesOn('ecto-migration');
  const code = rules.length === 0 ? null : ectoCodeAt(workspace, path);
  if (code === null) return [];
  const file = identityOfMigration(workspace, path, found);
  const before = besideBodies(found.step.before);
  const said =
    recall(code, rules, file, before, null) ??
    evaluate(code, { rules, file, before, transaction: null }, momentOfMigration(workspace, found));
  return said.map((one) => place(workspace, path, one, levels, 0));
}

/** Of the way down beside the way up. */
function bothWaysFindings(
  workspace: Workspace,
  path: string,
  found: FoundMigration,
  levels: Levels,
): PlacedFinding[] {
  const rules = levels.rulesOn('way-down');
  const down = rules.length === 0 ? null : writtenWayDown(workspace, path);
  if (down === null) return [];
  const facts = wayDownFacts(found.step, down.step, configFor(workspace, path).postgres);
  if (facts.differences.length === 0) return [];
  const file = identityOfMigration(workspace, path, found);
  const before = besideBodies(found.step.before);
  const moment = momentOfMigration(workspace, found);
  return evaluate(facts, { rules, file, before, transaction: null }, moment).map((one) =>
    place(workspace, path, one, levels, 0),
  );
}

/** Of what one way of a migration sends. */
function wayFindings(
  workspace: Workspace,
  path: string,
  found: FoundMigration,
  levels: Levels,
): PlacedFinding[] {
  const { step, history } = found;
  const { postgres } = configFor(workspace, path);
  const { statements } = step.migration;
  const file = identityOfMigration(workspace, path, found);
  const findings: PlacedFinding[] = [];
  const asWhole = levels.rulesOn('migration');
  if (asWhole.length > 0) {
    const subject = wholeMigration(step, postgres, unusedTables(workspace, found.history.history, step));
    const moment = () => momentOfMigration(workspace, found);
    const before = besideBodies(step.before);
    const grounds = { rules: asWhole, file, before, transaction: null };
    const said =
      recall(subject, asWhole, file, before, null) ??
      evaluate(subject, grounds, moment(), forerunner(subject));
    for (const one of said) {
      const about = one.finding.step;
      if (about?.operation.ofLibrary === true) continue;
      const startOf = ({ statement }: MigrationStep) => statements[statement]?.start ?? 0;
      const start = about === undefined ? 0 : startOf(about);
      const again = one.isInherited ? () => sayAgain(one, subject, moment()) : undefined;
      const placed = place(workspace, path, one, levels, start, { startOf, again });
      findings.push(mendable(placed, about?.operation));
    }
  }
  const withBodies = () => identityOf([file, history.history.latest], []);
  for (const [index, statement] of statements.entries()) {
    const state = stateBefore(step, index);
    const catalogs = catalogsWithin(statement.operations, state.catalog, {
      path: step.migration.file.path,
      statement: index,
      postgres,
    });
    const look = (operation: Operation, before: Catalog) => {
      const rules = levels.rulesOn(operation.kind);
      if (rules.length === 0 || operation.ofLibrary === true) return;
      const { transaction } = state;
      // What is said of a function rests on bodies: on that which it has in the end.
      const grounds =
        operation.kind === 'create-function'
          ? { rules, file: withBodies(), before, transaction }
          : { rules, file, before: besideBodies(before), transaction };
      const said =
        recall(operation, rules, grounds.file, grounds.before, transaction) ??
        evaluate(operation, grounds, momentOfOperation(workspace, found, index, before));
      for (const one of said) {
        findings.push(mendable(place(workspace, path, one, levels, statement.start), operation));
      }
    };
    for (const [operationIndex, operation] of statement.operations.entries()) {
      const before = catalogs[operationIndex] ?? state.catalog;
      look(operation, before);
      const doubt = doubtOf(operation);
      if (doubt !== null) look(doubt, before);
    }
  }
  return findings;
}

function forerunner(whole: WholeMigration): Forerunner | null {
  const before = forerunnerOf(whole);
  if (before === null) return null;
  const isMoved = ({ statement }: MigrationStep) => before.moved.has(statement);
  return {
    subject: before.whole,
    hasMoved: ({ step, related = [] }) =>
      // Without a step it stands in the file, where everything moves.
      step === undefined || isMoved(step) || related.some(({ at }) => isStep(at) && isMoved(at)),
  };
}

/** Code is not rewritten: what refuses a transaction cannot stand in it, and what a function does is written elsewhere. */
function mendable(finding: PlacedFinding, operation: Operation | undefined): PlacedFinding {
  return operation?.inBody === true ? { ...finding, fixes: [] } : finding;
}

/** What is written there may be about the way up, or be turned round; how it is mended is not thought of. */
function onTheWayDown(finding: PlacedFinding): PlacedFinding {
  return { ...finding, message: `On the way down: ${finding.message}`, fixes: [] };
}

/** In the place of the git reference where there is none. */
const NO_BASE = {};

/** What has run in production already is not to be changed any more. */
function calmly(finding: PlacedFinding): PlacedFinding {
  return { ...finding, severity: 'hint', fixes: [] };
}

const doubts = new WeakMap<Operation, Unknown>();

/** That it is not known whether the operation runs, as an operation of its own; `null` when it is known. */
function doubtOf(operation: Operation): Unknown | null {
  const { maybe, span, keyword } = operation;
  if (maybe === undefined || operation.kind === 'unknown') return null;
  let doubt = doubts.get(operation);
  if (doubt === undefined) {
    doubt = { kind: 'unknown', reason: maybe, touches: { kind: 'new-objects' }, span, keyword };
    doubts.set(operation, doubt);
  }
  return doubt;
}

function otherFindings(workspace: Workspace, reading: Reading, levels: Levels): PlacedFinding[] {
  const { path } = reading.file;
  const before = besideBodies(catalogFor(workspace, path));
  const { postgres } = configFor(workspace, path);
  const file = identityOf([tenancyFor(workspace, path)], [postgres]);
  let moment: Moment | null = null;
  const findings: PlacedFinding[] = [];
  for (const { subject, start } of subjectsOf(workspace, reading)) {
    const rules = levels.rulesOn(subject.kind);
    let said = recall(subject, rules, file, before, null);
    if (said === null) {
      moment ??= momentOfFile(workspace, path);
      said = evaluate(subject, { rules, file, before, transaction: null }, moment);
    }
    for (const one of said) findings.push(place(workspace, path, one, levels, start));
  }
  return findings;
}

interface PlacedSubject {
  readonly subject: Subject;
  readonly start: number;
}

/** None of tests, seeds and scripts, which their own authors give their values. */
function rawSqlOf(workspace: Workspace, { file, rawSql }: ElixirReading): readonly RawSql[] {
  if (rawSql.length === 0) return [];
  const path = relativePath(configInForceFor(workspace, file.path).folder, file.path);
  const place = { path, module: null, name: null, given: [], says: '' };
  return settingOf(place, null) === 'once' ? [] : rawSql;
}

/** Queries, schemas and problems. */
function subjectsOf(workspace: Workspace, reading: Reading): readonly PlacedSubject[] {
  const here = (subject: Subject, start = 0): PlacedSubject => ({ subject, start });
  const facts = migrationFileFacts(workspace, reading);
  const asFile = facts === null ? [] : [here(facts)];
  const queries = queriesOfFile(workspace, reading).map(({ query, start }) => here(query, start));
  if (reading.kind === 'elixir') {
    const migration = migrationAt(workspace, reading.file.path);
    const runsOnce = isMigration(workspace, reading.file.path);
    const inSql = runsOnce ? (reading.migration(migration?.history.repo ?? null)?.problems ?? []) : [];
    return [
      ...asFile,
      ...queries,
      ...(runsOnce
        ? []
        : [...rawSqlOf(workspace, reading), ...reading.changesets, ...reading.queryWrappers].map((one) =>
            here(one),
          )),
      ...reading.schemas.map((schema) => here(schema)),
      ...[...reading.problems, ...inSql].map((problem) => here(problem)),
    ];
  }
  const ofStatements = reading.sql.statements.flatMap(({ statement, start }) =>
    statement.problems.map((problem) => here(problem, start)),
  );
  return [...asFile, ...reading.sql.problems.map((problem) => here(problem)), ...ofStatements, ...queries];
}

function place(
  workspace: Workspace,
  path: string,
  { rule, finding }: Said,
  levels: Levels,
  start: number,
  { startOf = () => start, again = () => finding }: Placing = {},
): PlacedFinding {
  const { severity, message } = weighed(workspace, path, rule, finding, levels);
  return {
    rule: rule.id,
    severity,
    path,
    span: shift(finding.at, start),
    message,
    related: (finding.related ?? []).flatMap(({ at, message }) => {
      const found = placeRelated(workspace, path, at, start, startOf);
      return found === null ? [] : [{ ...found, message }];
    }),
    fixes: (finding.fixes ?? []).map(({ title, safety }, index) => ({
      title,
      safety,
      change() {
        const fix = again()?.fixes?.[index];
        return fix === undefined ? null : changeBy(fix, rule, editorFor(workspace, path, start));
      },
    })),
  };
}

interface Placing {
  readonly startOf?: StartOf;
  /** The finding whose fixes are to be applied. */
  readonly again?: (() => Finding | null) | undefined;
}

/** Where in the file the spans of a step count from. */
type StartOf = (step: MigrationStep) => number;

function isStep(at: Related['at']): at is MigrationStep {
  return 'facts' in at;
}

function placeRelated(
  workspace: Workspace,
  path: string,
  at: Related['at'],
  start: number,
  startOf: StartOf,
): { readonly path: string; readonly span: Span } | null {
  if ('path' in at) return placeOrigin(workspace, at);
  const span = isStep(at) ? shift(at.operation.keyword, startOf(at)) : shift(at, start);
  return { path, span };
}

/** How loud, and what it says, by the size of the table in production. What the configuration says of the rule stands. */
function weighed(
  workspace: Workspace,
  path: string,
  rule: Rule,
  finding: Finding,
  levels: Levels,
): Pick<PlacedFinding, 'severity' | 'message'> {
  const { message, weighs } = finding;
  const severity = levels.severityOf(rule, finding);
  const { sizes } = configInForceFor(workspace, path);
  const size = weighs === undefined ? null : sizeOf(sizes, weighs);
  if (weighs === undefined || size === null) return { severity, message };
  const now = workspace.options.now?.() ?? null;
  const weight = weigh(severity, size);
  const isQuieter = SEVERITIES.indexOf(weight) > SEVERITIES.indexOf(severity);
  const stands = levels.isGiven(rule) || (isQuieter && now !== null && isStale(size, now));
  return {
    severity: stands ? severity : weight,
    message: `${message} ${sizeInWords(weighs.name, size)}`,
  };
}

function changeBy(fix: Fix, rule: Rule, editor: Editor): Change | null {
  try {
    return fix.edit(editor);
  } catch (error) {
    bug(`the fix "${fix.title}" of the rule ${rule.id} failed`, error);
    return null;
  }
}

/** Where in a file something of the catalog was made; `null` when the file has gone. */
export function placeOrigin(
  workspace: Workspace,
  origin: Origin,
): { readonly path: string; readonly span: Span } | null {
  const statement = migrationAt(workspace, origin.path)?.step.migration.statements[origin.statement];
  const operation = statement?.operations[origin.operation];
  if (statement === undefined || operation === undefined) return null;
  const constraint =
    origin.constraint === null ? null : (constraintsOf(operation)[origin.constraint] ?? null);
  return {
    path: origin.path,
    span: shift(constraint?.constraint.keyword ?? operation.keyword, statement.start),
  };
}

/** Problems of a configuration file, as findings in it. */
function configurationFindings(path: string, problems: readonly Problem[]): PlacedFinding[] {
  return problems.map(({ span, message }) => ({
    rule: configuration.id,
    severity: 'error',
    path,
    span,
    message,
    related: [],
    fixes: [],
  }));
}

function constraintsOf(operation: Operation): readonly MadeConstraint[] {
  switch (operation.kind) {
    case 'create-table':
    case 'add-column':
    case 'add-constraint':
      return constraintsMadeBy(operation);
    default:
      return [];
  }
}
