// What came of the migrations on the embedded server, where that was not all that they say.

import type { AssumptionKind, Failure, Replay, SkippedStatement } from '../database/database.js';

/**
 * Lines that say which statements had no effect, a few of them one by one, and what was made up; none when all went well.
 *
 * @param shown the path as people know it
 */
export function replayLines(
  { skipped, assumptions }: Replay,
  shown: (path: string) => string,
): readonly string[] {
  const lines = skipped.slice(0, SHOWN).map((skip) => `  ${skippedLine(skip, shown)}`);
  const rest = skipped.length - lines.length;
  const named = (kind: AssumptionKind) =>
    assumptions.filter((made) => made.kind === kind).map(({ name }) => `"${name}"`);
  const made = [
    ...named('role').map((name) => `role ${name}`),
    ...named('schema').map((name) => `schema ${name}`),
    ...named('extension').map((name) => `empty extension ${name}`),
  ];
  const installed = named('installed-extension');
  const types = named('type');
  return [
    ...(skipped.length > 0 ? [`${countedSkips(skipped)} failed here and had no effect:`, ...lines] : []),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
    ...(made.length > 0 ? [`Made up so that migrations could run: ${made.join(', ')}.`] : []),
    ...(installed.length > 0
      ? [`Extensions that migrations need and none creates: ${installed.join(', ')}.`]
      : []),
    ...(types.length > 0
      ? [
          `Types that are not here are kept as text: ${types.join(', ')}. Their functions, operators and kinds of index are missing, and how many rows match a condition on them is a guess.`,
        ]
      : []),
  ];
}

const SHOWN = 3;

function countedSkips(skipped: readonly SkippedStatement[]): string {
  const parts = skipped.filter(({ part }) => part !== null).length;
  const whole = skipped.length - parts;
  const statements = whole === 1 ? 'One statement' : `${whole} statements`;
  const partsOf = parts === 1 ? 'a part of one' : `${parts} parts of statements`;
  if (parts === 0) return `${statements} of the migrations`;
  return whole === 0
    ? `${partsOf.replace(/^a part of one$/, 'A part of a statement')} of the migrations`
    : `${statements} of the migrations and ${partsOf.replace(/^a part of one$/, 'a part of another')}`;
}

function skippedLine(
  { path, line, message, part }: SkippedStatement,
  shown: (path: string) => string,
): string {
  const without = part === null ? '' : `without ${shortened(part)}: `;
  return `${shown(path)}:${line} ${without}${reason({ message })}`;
}

/** The same after a query that the server refused: what it lacks may be what they would have made. None for other failures. */
export function linesAfterFailure(
  { kind, message }: Failure,
  replay: Replay | null,
  shown: (path: string) => string,
): readonly string[] {
  if (kind !== 'sql-error' || replay === null) return [];
  const cause = whyMissing(message, replay, shown);
  return [...(cause === null ? [] : [cause]), ...replayLines(replay, shown)];
}

/** What stands in SQL for what an Ecto migration computes: see `syntax/elixir/nodes.ts`. */
const UNKNOWN_PART = /__computed__|__interpolated\d+__/;

function reason({ message }: Pick<SkippedStatement, 'message'>): string {
  return UNKNOWN_PART.test(message) ? 'a part of it is known at run time alone' : message;
}

const LONGEST_PART = 80;

function shortened(sql: string): string {
  const flat = sql.replace(/\s+/g, ' ');
  return flat.length > LONGEST_PART ? `${flat.slice(0, LONGEST_PART - 1)}…` : flat;
}

/**
 * Why something that a query names is not there: the statement that would have made it could not run. `null` when the error
 * is about something else, or no such statement is known.
 *
 * @param message what the server said of the query
 * @param shown the path as people know it
 */
export function whyMissing(
  message: string,
  { skipped }: Replay,
  shown: (path: string) => string,
): string | null {
  const [, kind, missing] =
    /\b(relation|column) "?([^\s"]+(?:[^"]*(?="))?)"? (?:of relation "[^"]+" )?does not exist/i.exec(
      message,
    ) ?? [];
  if (kind === undefined || missing === undefined) return null;
  const name = missing.slice(missing.lastIndexOf('.') + 1);
  const word = new RegExp(`(?<![\\w$])${name.replace(/[^\w]/g, '\\$&')}(?![\\w$])`, 'i');
  const makes = kind === 'column' ? makesColumn : makesRelation;
  const cause = skipped.findLast((skip) => makes(skip).some((text) => word.test(text)));
  if (cause === undefined) return null;
  const statement = cause.part === null ? 'the statement' : 'a part of the statement';
  const noun = kind === 'column' ? 'column' : 'table';
  return `The ${noun} "${missing}" is missing here since ${statement} at ${shown(cause.path)}:${cause.line} could not run: ${reason(cause)}.`;
}

/** The texts in which the name of a relation stands that the statement would have made. */
function makesRelation({ sql, part }: SkippedStatement): readonly string[] {
  if (part !== null) return [];
  const [head] = /^\s*create\b(?!\s+(?:unique\s+)?index\b)[^(]*?(?=\(|\sas\s|$)/is.exec(sql) ?? [];
  const [renamed] = /^\s*alter\b.*\brename\s+to\b.*/is.exec(sql) ?? [];
  const [code] = /^\s*(?:do|select)\b.*/is.exec(sql) ?? [];
  return [head, renamed, code].filter((text) => text !== undefined);
}

/** The same of a column: the statement that adds or renames it. */
function makesColumn({ sql, part }: SkippedStatement): readonly string[] {
  if (part !== null) return /^(?:constraint|references|default|check|foreign)\b/i.test(part) ? [] : [part];
  return /^\s*(?:alter\s+table|do)\b/i.test(sql) ? [sql] : [];
}
