// Places as people and programs outside count them: lines and columns from 1, paths from the current folder.

import { relative } from 'node:path';
import type { SourceFile } from '../../text/source-file.js';
import type { Span } from '../../text/span.js';
import { portable } from '../files.js';

export interface Place {
  readonly path: string;
  /** 1-based; columns count UTF-16 code units, ends are exclusive. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export function placeOf({ path, lines }: SourceFile, span: Span): Place {
  const start = lines.positionAt(span.start);
  const end = lines.positionAt(span.end);
  return {
    path: fromHere(path),
    line: start.line + 1,
    column: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}

export function fromHere(path: string): string {
  return portable(relative(process.cwd(), path)) || '.';
}
