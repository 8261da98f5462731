// Runs the rules over a file and gives what they found, placed in the file, with severities and suppressions applied.

import picomatch from 'picomatch';
import { apply } from '../catalog/apply.js';
import type { Catalog, Origin } from '../catalog/catalog.js';
import { stateBefore } from '../migrations/history.js';
import { compareVersions } from '../migrations/order.js';
import { RULES } from '../rules/index.js';
import type { Finding, Moment, Rule, Severity, Subject } from '../rules/rule.js';
import { bug } from '../text/bug.js';
import type { Change } from '../text/edits.js';
import { fileName, folderOf } from '../text/source-file.js';
import { type Span, shift } from '../text/span.js';
import { CONFIG_FILE, type Config, type RuleLevel } from './config.js';
import { editorFor } from './editors.js';
import { momentOfFile, momentOfOperation } from './moment.js';
import { factsOf, type Reading } from './reading.js';
import { type Remembered, remember, stillHolds } from './remember.js';
import { suppress } from './suppress.js';
import { configFor, migrationAt, type Workspace } from './workspace.js';

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

/** Findings of one file, in the order of their places. */
export function lintFile(workspace: Workspace, path: string): readonly PlacedFinding[] {
  const reading = workspace.readings.get(path);
  if (reading === undefined) return configFindings(workspace, path);
  const config = configFor(workspace, path);
  const levels = levelsFor(workspace, config, path);
  const found = [...operationFindings(workspace, path, levels), ...otherFindings(workspace, reading, levels)];
  return suppress(reading, found, RULES, levels).sort(
    (a, b) => a.span.start - b.span.start || a.span.end - b.span.end || (a.rule < b.rule ? -1 : 1),
  );
}

/** The level of a rule for a file. */
export type Levels = (rule: Rule) => RuleLevel;

function levelsFor(workspace: Workspace, config: Config, path: string): Levels {
  const relative = path.startsWith(`${workspace.root}/`) ? path.slice(workspace.root.length + 1) : path;
  const overrides = config.overrides.filter(({ files }) =>
    files.some((glob) => picomatch.isMatch(relative, glob)),
  );
  return (rule) => {
    for (const { rules } of [...overrides].reverse()) {
      const level = rules[rule.id];
      if (level !== undefined) return level;
    }
    return config.rules[rule.id] ?? rule.severity;
  };
}

const byKind = new Map<string, readonly Rule[]>();

function rulesOn(kind: Subject['kind']): readonly Rule[] {
  let rules = byKind.get(kind);
  if (rules === undefined) {
    rules = RULES.filter((rule) => rule.on.includes(kind));
    byKind.set(kind, rules);
  }
  return rules;
}

/** What a rule said of a subject, and what it asked for that. */
const memory = new WeakMap<Subject, Map<Rule, Remembered<readonly Finding[]>>>();

function findingsOf(rule: Rule, subject: Subject, moment: Moment): readonly Finding[] {
  let known = memory.get(subject);
  if (known === undefined) {
    known = new Map();
    memory.set(subject, known);
  }
  const before = known.get(rule);
  if (before !== undefined && stillHolds(before, moment)) return before.result;
  const now = remember(moment, (noting) => {
    try {
      return [...rule.check(subject as never, noting)];
    } catch (error) {
      bug(`the rule ${rule.id} failed`, error);
      return [];
    }
  });
  known.set(rule, now);
  return now.result;
}

function operationFindings(workspace: Workspace, path: string, levels: Levels): PlacedFinding[] {
  const found = migrationAt(workspace, path);
  if (found === null) return [];
  const { step, history } = found;
  const { startAfter } = configFor(workspace, path);
  if (startAfter !== null && !isAfter(step.migration.version, startAfter)) return [];
  const { postgres } = configFor(workspace, path);
  const findings: PlacedFinding[] = [];
  for (const [index, statement] of step.migration.statements.entries()) {
    let catalog: Catalog = stateBefore(step, index).catalog;
    for (const operation of statement.operations) {
      const moment = momentOfOperation(workspace, step, history.history.latest, index, catalog);
      for (const rule of rulesOn(operation.kind)) {
        const level = levels(rule);
        if (level === 'off') continue;
        for (const finding of findingsOf(rule, operation, moment)) {
          findings.push(place(workspace, path, rule, level, finding, statement.start));
        }
      }
      const origin = { path, statement: index, span: operation.span };
      catalog = apply(catalog, operation, { origin, postgres });
    }
  }
  return findings;
}

function otherFindings(workspace: Workspace, reading: Reading, levels: Levels): PlacedFinding[] {
  const { path } = reading.file;
  let moment: Moment | null = null;
  const findings: PlacedFinding[] = [];
  for (const { subject, start } of subjectsOf(workspace, reading)) {
    for (const rule of rulesOn(subject.kind)) {
      const level = levels(rule);
      if (level === 'off') continue;
      moment ??= momentOfFile(workspace, path);
      for (const finding of findingsOf(rule, subject, moment)) {
        findings.push(place(workspace, path, rule, level, finding, start));
      }
    }
  }
  return findings;
}

interface PlacedSubject {
  readonly subject: Subject;
  readonly start: number;
}

/** Queries, schemas and problems; the queries of a migration run once and are not looked at. */
function subjectsOf(workspace: Workspace, reading: Reading): readonly PlacedSubject[] {
  const here = (subject: Subject, start = 0): PlacedSubject => ({ subject, start });
  const isMigration = migrationAt(workspace, reading.file.path) !== null;
  if (reading.kind === 'elixir') {
    return [
      ...(isMigration ? [] : reading.queries.map((query) => here(query))),
      ...(isMigration ? [] : reading.sqlTexts.map(({ query }) => here(query))),
      ...reading.schemas.map((schema) => here(schema)),
      ...reading.problems.map((problem) => here(problem)),
    ];
  }
  const subjects: PlacedSubject[] = reading.sql.problems.map((problem) => here(problem));
  for (const { statement, start } of reading.sql.statements) {
    for (const problem of statement.problems) subjects.push(here(problem, start));
    if (isMigration) continue;
    for (const query of factsOf(statement).queries) subjects.push(here(query, start));
  }
  return subjects;
}

function isAfter(version: string, start: string): boolean {
  return compareVersions(version, start) > 0;
}

function place(
  workspace: Workspace,
  path: string,
  rule: Rule,
  level: Severity,
  finding: Finding,
  start: number,
): PlacedFinding {
  return {
    rule: rule.id,
    severity: level === rule.severity ? (finding.severity ?? level) : level,
    path,
    span: shift(finding.at, start),
    message: finding.message,
    related: (finding.related ?? []).flatMap(({ at, message }) => {
      const found = placeOrigin(workspace, at);
      return found === null ? [] : [{ ...found, message }];
    }),
    fixes: (finding.fixes ?? []).map((fix) => ({
      title: fix.title,
      safety: fix.safety,
      change: () => fix.edit(editorFor(workspace, path, start)),
    })),
  };
}

/** Where in a file something of the catalog was made; `null` when the file has gone. */
export function placeOrigin(
  workspace: Workspace,
  origin: Origin,
): { readonly path: string; readonly span: Span } | null {
  const statement = migrationAt(workspace, origin.path)?.step.migration.statements[origin.statement];
  return statement === undefined ? null : { path: origin.path, span: shift(origin.span, statement.start) };
}

/** Problems of a configuration file. */
function configFindings(workspace: Workspace, path: string): readonly PlacedFinding[] {
  const config = workspace.configs.get(folderOf(path));
  if (config === undefined || fileName(path) !== CONFIG_FILE) return [];
  return config.problems.map(({ span, message }) => ({
    rule: 'configuration',
    severity: 'error',
    path,
    span,
    message,
    related: [],
    fixes: [],
  }));
}
