// Plans that auto_explain wrote into a server's log: as lines with any prefix, through syslog, as csvlog or as jsonlog; each
// in any of its four formats. Pure.

import { isRecord } from '../text/is-record.js';
import type { FoundPlan } from './saved-plan.js';
import { plansInText } from './text.js';
import { plainLines } from './text-lines.js';
import { xmlPlansIn } from './xml.js';
import { yamlAt } from './yaml.js';

/** `duration: 3.651 ms  plan:` */
const START = /duration: ([\d.]+) ms\s+plan:/;

/** In the order of the log; none in a text that is no log of auto_explain. */
export function loggedPlansIn(text: string): readonly FoundPlan[] {
  if (!START.test(text)) return [];
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const plans: FoundPlan[] = [];
  for (let at = 0; at < lines.length; at++) {
    if (!START.test(lines[at] ?? '')) continue;
    const entry = entryAt(lines, at);
    const plan = planOf(entry.message, at);
    if (plan !== null) plans.push(plan);
    at = Math.max(at, entry.last);
  }
  return plans;
}

interface Entry {
  /** From `duration:` on, with line breaks. */
  readonly message: string;
  /** The index of its last line. */
  readonly last: number;
}

function entryAt(lines: readonly string[], at: number): Entry {
  const line = lines[at] ?? '';
  const json = messageInJson(line);
  if (json !== null) return { message: json, last: at };
  const start = line.search(START);
  return line[start - 1] === '"' ? csvEntry(lines, at, start) : plainEntry(lines, at, start);
}

/** Of an object on one line, the text that holds the plan, whatever its collector calls it. */
function messageInJson(line: string): string | null {
  const at = line.indexOf('{');
  if (at === -1) return null;
  try {
    const value: unknown = JSON.parse(line.slice(at));
    return textIn(value);
  } catch {
    return null;
  }
}

function textIn(value: unknown): string | null {
  if (typeof value === 'string') return START.test(value) ? value.slice(value.search(START)) : null;
  if (!isRecord(value)) return null;
  for (const member of Object.values(value)) {
    const found = textIn(member);
    if (found !== null) return found;
  }
  return null;
}

/** A quoted value of csvlog, in which quotes are doubled. */
function csvEntry(lines: readonly string[], at: number, start: number): Entry {
  const parts: string[] = [];
  for (let last = at; last < lines.length; last++) {
    const line = (lines[last] ?? '').slice(last === at ? start : 0);
    const end = /(?:^|[^"])(?:"")*"(?!")/.exec(line);
    if (end === null) {
      parts.push(line);
      continue;
    }
    parts.push(line.slice(0, end.index + end[0].length - 1));
    return { message: parts.join('\n').replaceAll('""', '"'), last };
  }
  return { message: parts.join('\n').replaceAll('""', '"'), last: lines.length - 1 };
}

/** The level of the next entry; what a statement's own text holds is indented by a tab. */
const NEXT_ENTRY =
  /^\S.*?\b(?:LOG|ERROR|FATAL|PANIC|WARNING|NOTICE|INFO|DETAIL|HINT|STATEMENT|CONTEXT|DEBUG[1-5]?): {1,2}\S/;
/** syslog numbers the lines of an entry, and writes a tab as `#011`. */
const SYSLOG = /^.*?\[\d+-(\d+)\] ?/;

function plainEntry(lines: readonly string[], at: number, start: number): Entry {
  const first = lines[at] ?? '';
  const throughSyslog = SYSLOG.exec(first.slice(0, start))?.[1] === '1';
  const parts = [first.slice(start)];
  let last = at;
  for (; last + 1 < lines.length; last++) {
    const line = lines[last + 1] ?? '';
    if (throughSyslog) {
      const number = SYSLOG.exec(line)?.[1];
      if (number === undefined || number === '1') break;
      parts.push(line.replace(SYSLOG, '').replaceAll('#011', '\t'));
    } else {
      if (NEXT_ENTRY.test(line) || START.test(line)) break;
      parts.push(line);
    }
  }
  return { message: parts.join('\n'), last };
}

function planOf(message: string, line: number): FoundPlan | null {
  const durationMs = Number(START.exec(message)?.[1]);
  const body = message.slice(message.search(START)).replace(START, '');
  const base = { line, durationMs };
  // It logs an object, without the array around it that EXPLAIN gives.
  const json = [jsonIn(body), xmlPlansIn(body)[0]?.value, yamlAt(plainLines(body), 0)?.value].find(
    (value) => isRecord(value) && 'Plan' in value,
  );
  if (isRecord(json)) {
    const { 'Query Text': sql } = json;
    return { ...base, json, sql: typeof sql === 'string' ? sql.trim() : null };
  }
  const [plan] = plansInText(body, false);
  if (plan === undefined || plan.json === null) return null;
  const above = body.split('\n').slice(0, plan.line).join('\n');
  const sql = /Query Text: ([\s\S]*?)(?=\n\s*Query Parameters: |$(?![\s\S]))/.exec(above)?.[1];
  return { ...base, json: plan.json, sql: sql?.replace(/\n\t/g, '\n').trim() ?? null };
}

function jsonIn(body: string): unknown {
  const start = body.indexOf('{');
  const end = body.lastIndexOf('}');
  if (start === -1 || body.slice(0, start).trim() !== '') return null;
  try {
    return JSON.parse(body.slice(start, end + 1));
  } catch {
    return null;
  }
}
