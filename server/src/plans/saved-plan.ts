// Finds plans in what people keep or paste: EXPLAIN's four formats, as psql and other tools show them, logs of
// auto_explain, and what `plumbline explain --format json` wrote. Pure.

import { isRecord } from '../text/is-record.js';
import type { PlanParameter } from './given-values.js';
import { loggedPlansIn } from './log.js';
import type { UnreadablePlan } from './plan.js';
import { rawPlanOf } from './raw.js';
import type { DatabaseSource } from './source.js';
import { plansInText } from './text.js';
import { plainLines, type TextLine } from './text-lines.js';
import { xmlPlansIn } from './xml.js';
import { isYamlStart, yamlAt } from './yaml.js';

export interface FoundPlan {
  /** As EXPLAIN (FORMAT JSON) gives it; `plan.ts` reads it. */
  readonly json: unknown;
  /** `null` where the text does not tell. */
  readonly sql: string | null;
  /** 0-based, of the text: where it begins. */
  readonly line: number;
  /** As auto_explain logged it, of the whole statement. */
  readonly durationMs: number | null;
}

/** With what only Plumbline itself writes beside a plan. */
export interface SavedPlan extends FoundPlan {
  /** `null` where nobody wrote it down. */
  readonly source: DatabaseSource | null;
  readonly parameters: readonly PlanParameter[];
  readonly notes: readonly string[];
}

/** What texts of others do not tell. */
const UNTOLD = { source: null, parameters: [], notes: [] } as const;

/** At least one, in the order of the text, or why there is none. */
export function savedPlansIn(text: string): readonly SavedPlan[] | UnreadablePlan {
  const whole = jsonOf(text);
  if (typeof whole === 'string') return savedPlansIn(whole);
  const inJson = whole === undefined ? [] : plansInValue(whole, 0);
  if (inJson.length > 0) return inJson;
  const logged = loggedPlansIn(text);
  if (logged.length > 0) return logged.map((plan) => ({ ...plan, ...UNTOLD }));
  const inTable = plansInJsonParts(text);
  if (inTable.length > 0) return inTable;
  const inMarkup = [...plansInYaml(text), ...plansInXml(text)];
  if (inMarkup.length > 0) return inMarkup;
  const found = plansInText(text);
  const lines = text.split(/\r?\n/);
  const plans = found.flatMap(({ json, line }) =>
    json === null ? [] : [{ json, line, sql: sqlAbove(lines, line), durationMs: null, ...UNTOLD }],
  );
  return plans.length > 0 ? plans : { kind: 'unreadable', reason: reasonFor(text, whole, found.length > 0) };
}

const EXPECTED = 'Expected is what EXPLAIN prints, as text or with FORMAT JSON, or a log of auto_explain.';

function reasonFor(text: string, json: unknown, lostItsTree: boolean): string {
  if (text.trim() === '') return `There is no text. ${EXPECTED}`;
  if (lostItsTree) {
    return 'The lines of this plan have lost their indentation, and with it what belongs to what. Copy it again with its spaces, or use EXPLAIN (FORMAT JSON).';
  }
  if (/<explain\b|^[ \t]*- Plan:/m.test(text)) {
    const format = text.includes('<explain') ? 'XML' : 'YAML';
    return `This looks like a plan in ${format}, but it is broken or not complete. ${EXPECTED}`;
  }
  if (/"Plan"\s*:/.test(text) && json === undefined) {
    return `This looks like a plan in JSON, but the JSON is broken or not complete. ${EXPECTED}`;
  }
  const raw = json === undefined ? '' : rawPlanOf(isRecord(json) && 'plan' in json ? json.plan : json);
  if (typeof raw === 'string' && /"(?:Plan|Node Type)"\s*:/.test(text)) return `${raw} ${EXPECTED}`;
  return `There is no plan in this text. ${EXPECTED}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The plans of a JSON value: one, a list, rows as drivers give them, or Plumbline's own. */
function plansInValue(value: unknown, line: number): readonly SavedPlan[] {
  if (isRecord(value) && value.version === 1 && 'plan' in value) {
    const { source, parameters, notes } = value;
    return plansInValue(value.plan, line).map((plan) => ({
      ...plan,
      source: sourceOf(source),
      parameters: parametersOf(parameters),
      notes: Array.isArray(notes) ? notes.filter((note) => typeof note === 'string') : [],
      sql: typeof value.sql === 'string' ? value.sql : plan.sql,
    }));
  }
  const isTable = Array.isArray(value) && value.some((row) => isRecord(row) && 'QUERY PLAN' in row);
  if (
    isTable ||
    (Array.isArray(value) && value.length > 0 && value.every((row) => typeof row === 'string'))
  ) {
    const cells: unknown[] = value.map((row) => (isRecord(row) ? row['QUERY PLAN'] : row));
    if (!cells.every((cell) => typeof cell === 'string'))
      return cells.flatMap((cell) => plansInValue(cell, line));
    const plans = savedPlansIn(cells.join('\n'));
    return 'kind' in plans ? [] : plans;
  }
  if (Array.isArray(value) && value.length > 1) return value.flatMap((one) => plansInValue(one, line));
  const raw = rawPlanOf(value);
  if (typeof raw === 'string') return [];
  const sql = raw.statement['Query Text'];
  return [
    { json: value, line, sql: typeof sql === 'string' ? sql.trim() : null, durationMs: null, ...UNTOLD },
  ];
}

function sourceOf(value: unknown): DatabaseSource | null {
  if (!isRecord(value)) return null;
  const { kind, name, postgres, statistics } = value;
  if (kind !== 'embedded' && kind !== 'database') return null;
  if (typeof name !== 'string' || typeof postgres !== 'string' || typeof statistics !== 'string') return null;
  return { kind, name, postgres, statistics };
}

function parametersOf(value: unknown): readonly PlanParameter[] {
  const text = (part: unknown) => (typeof part === 'string' ? part : null);
  return Array.isArray(value)
    ? value.filter(isRecord).map(({ name, type }) => ({ name: text(name), type: text(type) }))
    : [];
}

/** JSON that stands in a table of psql, or among other text. */
function plansInJsonParts(text: string): readonly SavedPlan[] {
  if (!/(?:"|&quot;)(?:Plan|Node Type)(?:"|&quot;)/.test(text)) return [];
  const lines = plainLines(text);
  const first = lines.some((line) => line.text.includes('"Plan"'))
    ? /"(?:Plan|Query Text)"\s*:/
    : /"Node Type"\s*:/;
  const raw = text.split(/\r?\n/);
  const plans: SavedPlan[] = [];
  for (let at = 0; at < lines.length; at++) {
    if (!/^[[{]/.test(lines[at]?.text ?? '')) continue;
    const opening = lines.slice(at, at + 4).map((line) => line.text);
    if (!first.test(opening.join(' '))) continue;
    // Its end is where its first line began.
    let end = at;
    while (end < lines.length && !closes(lines[end], lines[at], end === at)) end++;
    if (end === lines.length) continue;
    const part = lines.slice(at, end + 1).map((line) => line.text);
    const line = lines[at]?.number ?? 0;
    const found = plansInValue(jsonOf(part.join('\n').replace(/[;,]$/, '')), line);
    if (found.length === 0) continue;
    plans.push(...withSqlAbove(found, raw));
    at = end;
  }
  return plans;
}

function plansInYaml(text: string): readonly SavedPlan[] {
  const lines = plainLines(text);
  const raw = text.split(/\r?\n/);
  const plans: SavedPlan[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    const found = line !== undefined && isYamlStart(line) ? yamlAt(lines, at) : null;
    if (line === undefined || found === null) continue;
    plans.push(...withSqlAbove(plansInValue(found.value, line.number), raw));
    at = found.end - 1;
  }
  return plans;
}

function plansInXml(text: string): readonly SavedPlan[] {
  if (!/<explain\b/.test(text)) return [];
  // A table of psql may stand around it.
  const table = plainLines(text);
  const margin = table.find((line) => line.text.startsWith('<explain'))?.column ?? 0;
  const plain = table.map(({ column, text }) => ' '.repeat(Math.max(0, column - margin)) + text).join('\n');
  const lineAt = (whole: string, at: number) => whole.slice(0, at).split('\n').length - 1;
  const goesOn = /<explain\b[^<>]*>\s*[+↵][\s|│║]*$/m.test(text);
  const found = (goesOn ? [] : xmlPlansIn(text)).map((plan) => ({ ...plan, line: lineAt(text, plan.at) }));
  const inTable = xmlPlansIn(plain).map((plan) => ({
    ...plan,
    line: table[lineAt(plain, plan.at)]?.number ?? 0,
  }));
  return (found.length > 0 ? found : inTable).flatMap(({ value, line }) =>
    withSqlAbove(plansInValue(value, line), text.split(/\r?\n/)),
  );
}

function withSqlAbove(plans: readonly SavedPlan[], lines: readonly string[]): readonly SavedPlan[] {
  return plans.map((plan) => ({ ...plan, sql: plan.sql ?? sqlAbove(lines, plan.line) }));
}

function closes(line: TextLine | undefined, start: TextLine | undefined, isSame: boolean): boolean {
  return /[\]}][;,]?$/.test(line?.text ?? '') && (isSame || line?.column === start?.column);
}

/** The statement of an EXPLAIN that stands just above, as in what was typed into psql. */
function sqlAbove(lines: readonly string[], line: number): string | null {
  const above = lines
    .slice(Math.max(0, line - 200), line)
    .map((one) => one.replace(/^\S*[-=('"][#>] ?/, ''))
    .filter((one) => !/^\W*(?:QUERY PLAN\W*)?$/.test(one))
    .join('\n');
  const start = [...above.matchAll(/^[ \t]*explain\b\s*(?:\([^)]*\)\s*|(?:analy[sz]e|verbose)\b\s*)*/gim)].at(
    -1,
  );
  if (start === undefined) return null;
  const sql = above.slice(start.index + start[0].length).trim();
  return sql.replace(/;[^;]*$/, '').trim() || null;
}
