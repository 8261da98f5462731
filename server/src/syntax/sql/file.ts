// A file as a row of pieces, each with at most one statement and positions of its own. Pieces are immutable and do not know
// where they stand, so the next version of the file takes over all that an edit did not touch, however far it moved.

import { shift } from '../../text/span.js';
import { binaryProblem } from '../binary.js';
import type { Problem } from '../problem.js';
import { sectionFrom } from './directives.js';
import type { Reader } from './read.js';
import { recover } from './recover.js';
import { type Extent, extentAt } from './split.js';
import type { Comment, Directive, PlacedStatement, SqlFile, SqlStatement } from './statement.js';

/** Positions are relative to the piece. */
interface Piece {
  readonly length: number;
  /** How far the text was looked at to read it, from its start; the end of the text counts as one character. */
  readonly seen: number;
  readonly statement: SqlStatement | null;
  readonly statementStart: number;
  readonly comments: readonly Comment[];
  readonly directive: Directive | null;
  readonly problems: readonly Problem[];
}

const piecesOf = new WeakMap<SqlFile, readonly Piece[]>();

/** @param previous another version of the same file; statements that did not change are taken over from it. */
export function parseFile(reader: Reader, text: string, previous: SqlFile | undefined): SqlFile {
  if (previous?.text === text) return previous;
  const binary = binaryProblem(text);
  if (binary !== null) return { text, statements: [], comments: [], directives: [], problems: [binary] };
  const old = previous === undefined ? undefined : piecesOf.get(previous);
  const pieces =
    previous === undefined || old === undefined
      ? readAll(reader, text)
      : readChanges(reader, text, changeBetween(previous.text, text), old);
  const file = placed(text, pieces);
  piecesOf.set(file, pieces);
  return file;
}

function readAll(reader: Reader, text: string): Piece[] {
  const pieces: Piece[] = [];
  for (let position = 0; position < text.length; ) {
    for (const extent of extentsAt(reader, text, position)) {
      const { statement } = extent;
      const read = statement === null ? null : reader.statement(text.slice(statement.start, statement.end));
      pieces.push(pieceOf(extent, read));
      position = extent.to;
    }
  }
  return pieces;
}

function extentsAt(reader: Reader, text: string, position: number): Extent[] {
  return recover(text, extentAt(text, position), reader.errorIn);
}

/**
 * Old pieces stay where all that was looked at for them is as it was. What was looked at never lies before the line on which
 * a piece begins, so after the first line break behind the change all of the rest stays, as soon as a new piece ends where
 * an old one did.
 */
function readChanges(reader: Reader, text: string, change: TextChange, old: readonly Piece[]): Piece[] {
  const { unchanged, settled, moved } = change;
  const pieces: Piece[] = [];
  const fresh: { readonly at: number; readonly extent: Extent }[] = [];
  const dropped: Piece[] = [];
  let index = 0;
  let oldPosition = 0;
  for (let position = 0; position < text.length; ) {
    const target = position <= unchanged ? position : position - moved;
    for (let piece = old[index]; piece !== undefined && oldPosition < target; piece = old[++index]) {
      dropped.push(piece);
      oldPosition += piece.length;
    }
    const piece = oldPosition === target ? old[index] : undefined;
    if (piece !== undefined && position + piece.seen <= unchanged) {
      pieces.push(piece);
      position += piece.length;
      oldPosition += piece.length;
      index++;
    } else if (piece !== undefined && position >= settled) {
      for (; index < old.length; index++) pieces.push(old[index] ?? piece);
      position = text.length;
    } else {
      for (const extent of extentsAt(reader, text, position)) {
        fresh.push({ at: pieces.length, extent });
        pieces.push(NO_PIECE);
        position = extent.to;
      }
    }
  }
  dropped.push(...old.slice(index));

  const statements = statementsByText(dropped);
  for (const { at, extent } of fresh) {
    pieces[at] = pieceOf(ownTexts(extent), statementFor(extent, text, statements, reader));
  }
  return pieces;
}

const NO_PIECE: Piece = {
  length: 0,
  seen: 0,
  statement: null,
  statementStart: 0,
  comments: [],
  directive: null,
  problems: [],
};

function statementsByText(pieces: readonly Piece[]): Map<string, SqlStatement[]> {
  const found = new Map<string, SqlStatement[]>();
  for (const { statement } of pieces) {
    if (statement === null) continue;
    const same = found.get(statement.text);
    if (same === undefined) found.set(statement.text, [statement]);
    else same.push(statement);
  }
  return found;
}

/** The old statement with that text, where there is one that nobody has taken yet. */
function statementFor(
  extent: Extent,
  text: string,
  old: ReadonlyMap<string, SqlStatement[]>,
  reader: Reader,
): SqlStatement | null {
  if (extent.statement === null) return null;
  const source = text.slice(extent.statement.start, extent.statement.end);
  return old.get(source)?.shift() ?? reader.statement(ownCopy(source));
}

/** A slice keeps the whole string alive that it was cut from: without this, every version of a file that was ever typed in. */
function ownCopy(slice: string): string {
  return ` ${slice}`.slice(1);
}

function ownTexts(extent: Extent): Extent {
  return {
    ...extent,
    comments: extent.comments.map((comment) => ({ ...comment, text: ownCopy(comment.text) })),
    directive: extent.directive && { ...extent.directive, text: ownCopy(extent.directive.text) },
  };
}

function pieceOf(extent: Extent, statement: SqlStatement | null): Piece {
  const { from } = extent;
  return {
    length: extent.to - from,
    seen: extent.seen - from,
    statement,
    statementStart: extent.statement === null ? 0 : extent.statement.start - from,
    comments: moveAll(extent.comments, -from),
    directive: extent.directive === null ? null : move(extent.directive, -from),
    problems: moveAll(extent.problems, -from),
  };
}

/** Puts the pieces in their places. This is all that an edit costs for the statements it does not touch. */
function placed(text: string, pieces: readonly Piece[]): SqlFile {
  const statements: PlacedStatement[] = [];
  const comments: Comment[] = [];
  const directives: Directive[] = [];
  const problems: Problem[] = [];
  let section: 'up' | 'down' = 'up';
  let position = 0;
  for (const piece of pieces) {
    if (piece.statement !== null) {
      statements.push({ start: position + piece.statementStart, statement: piece.statement, section });
    }
    for (const comment of piece.comments) comments.push(move(comment, position));
    for (const found of piece.problems) problems.push(move(found, position));
    if (piece.directive !== null) {
      directives.push(move(piece.directive, position));
      section = sectionFrom(piece.directive) ?? section;
    }
    position += piece.length;
  }
  return { text, statements, comments, directives, problems };
}

function move<T extends Comment | Directive | Problem>(located: T, by: number): T {
  return { ...located, span: shift(located.span, by) };
}

const NONE: readonly never[] = [];

function moveAll<T extends Comment | Problem>(located: readonly T[], by: number): readonly T[] {
  return located.length === 0 ? NONE : located.map((one) => move(one, by));
}

interface TextChange {
  /** The length of the common prefix. */
  readonly unchanged: number;
  /** Where the first line begins, in the new text, that lies after the change whole. */
  readonly settled: number;
  /** How much longer the new text is. */
  readonly moved: number;
}

function changeBetween(oldText: string, text: string): TextChange {
  const unchanged = commonPrefix(oldText, text);
  const changeEnd = text.length - commonSuffix(oldText, text, unchanged);
  const lineBreak = text.indexOf('\n', changeEnd);
  return {
    unchanged,
    settled: lineBreak < 0 ? text.length : lineBreak + 1,
    moved: text.length - oldText.length,
  };
}

/** By halves, each compared in one go: a hundred times faster than character by character. */
function commonPrefix(a: string, b: string): number {
  let equal = 0;
  let limit = Math.min(a.length, b.length);
  while (equal < limit) {
    const middle = (equal + limit + 1) >> 1;
    if (a.slice(equal, middle) === b.slice(equal, middle)) equal = middle;
    else limit = middle - 1;
  }
  return equal;
}

/** The length of the common end of what follows the common prefix. */
function commonSuffix(a: string, b: string, prefix: number): number {
  let equal = 0;
  let limit = Math.min(a.length, b.length) - prefix;
  while (equal < limit) {
    const middle = (equal + limit + 1) >> 1;
    const same =
      a.slice(a.length - middle, a.length - equal) === b.slice(b.length - middle, b.length - equal);
    if (same) equal = middle;
    else limit = middle - 1;
  }
  return equal;
}
