// plumbline sql

import { resolve } from 'node:path';
import { type SqlOfQuery, sqlOfFile } from '../../../features/sql-of-file.js';
import type { SourceFile } from '../../../text/source-file.js';
import { portable } from '../../files.js';
import type { Arguments, UsageError } from '../arguments.js';
import type { Opened } from '../open.js';
import type { Output } from '../output.js';
import { fromHere, placeOf } from '../places.js';
import { askedPlace } from './explain.js';

/** A file, or a line in it. */
export interface AskedFile {
  readonly path: string;
  /** `null` for all of the file. */
  readonly line: number | null;
}

/**
 * Takes `FILE` or `FILE:LINE` apart.
 * @param question for who names none, or several
 */
export function askedFile(
  [word, ...more]: readonly string[],
  question = 'The SQL of which file?',
): AskedFile | UsageError {
  if (word === undefined || more.length > 0) {
    return { kind: 'usage', message: `${question} Name one, as FILE or FILE:LINE.` };
  }
  return askedPlace(word) ?? { path: portable(resolve(word)), line: null };
}

/** Gives the exit status. */
export function sql(
  { workspace }: Opened,
  { path, line }: AskedFile,
  args: Arguments,
  output: Output,
): number {
  const file = workspace.files.get(path);
  if (file === undefined) {
    output.complain(`There is nothing to read in ${fromHere(path)}: it is no SQL or Elixir file.\n`);
    return 2;
  }
  const all = sqlOfFile(workspace, path).map((query) => ({ ...query, ...placeOf(file, query.span) }));
  const there = line === null ? all : narrowest(all.filter((one) => one.line <= line && line <= one.endLine));
  if (line !== null && there.length === 0) {
    output.complain(`There is no query on line ${line} of ${fromHere(path)}.\n`);
    return 2;
  }
  if (there.length === 0) output.complain(`There is no query in ${fromHere(path)}.\n`);
  output.write(
    args.format === 'json'
      ? `${JSON.stringify({ version: 1, queries: there.map(shapeOf) }, null, 2)}\n`
      : textOf(there, file),
  );
  return 0;
}

interface PrintedQuery extends SqlOfQuery {
  readonly line: number;
  readonly endLine: number;
}

/** The query that the line is in, rather than those around it. */
function narrowest(queries: readonly PrintedQuery[]): readonly PrintedQuery[] {
  const length = ({ span }: PrintedQuery) => span.end - span.start;
  const shortest = Math.min(...queries.map(length));
  return queries.filter((query) => length(query) === shortest).slice(0, 1);
}

function shapeOf({ line, endLine, kind, sql: text, params, unsupported }: PrintedQuery) {
  return { line, endLine, kind, sql: text, params, unsupported: unsupported?.reason ?? null };
}

/** A script: what is not SQL stands in comments. */
function textOf(queries: readonly PrintedQuery[], { path }: SourceFile): string {
  return queries
    .map(({ line, run, sql: text, params, unsupported }) => {
      const head = `-- ${fromHere(path)}:${line}${run === null ? '' : ` ${run}`}`;
      if (text === null) return `${head}\n-- not known: ${unsupported?.reason}\n`;
      const values = params.flatMap((param, index) =>
        param === `$${index + 1}` ? [] : [`-- $${index + 1} = ${param.replace(/\s+/g, ' ')}\n`],
      );
      return `${head}\n${values.join('')}${text};\n`;
    })
    .join('\n');
}
