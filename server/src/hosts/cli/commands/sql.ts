// plumbline sql

import { type SqlOfQuery, sqlOfFile, sqlOnLine } from '../../../features/sql-of-file.js';
import type { SourceFile } from '../../../text/source-file.js';
import type { Arguments } from '../arguments.js';
import { type AskedFile, lineSpan, readAsked } from '../asked-file.js';
import { complain } from '../failures.js';
import type { Opened } from '../open.js';
import type { Output } from '../output.js';
import { fromHere, placeOf } from '../places.js';

/** Gives the exit status. */
export function sql(opened: Opened, asked: AskedFile, args: Arguments, output: Output): number {
  const { workspace } = opened;
  const { path, line } = asked;
  const file = readAsked(opened, asked);
  if ('message' in file) return complain(output, file.message);
  const found =
    line === null ? sqlOfFile(workspace, path) : [sqlOnLine(workspace, path, lineSpan(file, line))];
  const there = found.flatMap((query) =>
    query === null ? [] : [{ ...query, ...placeOf(file, query.span) }],
  );
  if (line !== null && there.length === 0) {
    return complain(output, `There is no query on line ${line} of ${fromHere(path)}.`);
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
