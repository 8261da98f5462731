// Lines and columns exist only here: everything else counts offsets.
// A line ends at \n, \r\n or a lone \r, as in LSP.

/** A place as editors name it: both numbers are 0-based, `character` counts UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface LineIndex {
  readonly lineCount: number;
  /** Where the line starts. Lines past the end give the length of the text. */
  startOf(line: number): number;
  /** Where the line ends, its line break left out. */
  endOf(line: number): number;
  /** Offsets outside the text are clamped to it. */
  positionAt(offset: number): Position;
  /** A character past the end of its line gives the end of the line; a line past the end, the end of the text. */
  offsetAt(position: Position): number;
}

const LF = 10;
const CR = 13;

export function lineIndexOf(text: string): LineIndex {
  const starts = lineStarts(text);
  const length = text.length;

  const startOf = (line: number) => (line < 0 ? 0 : (starts[line] ?? length));

  const endOf = (line: number) => {
    if (line < 0) return 0;
    if (line + 1 >= starts.length) return length;
    let end = startOf(line + 1) - 1;
    if (text.charCodeAt(end) === LF && text.charCodeAt(end - 1) === CR && end > startOf(line)) end -= 1;
    return end;
  };

  return {
    lineCount: starts.length,
    startOf,
    endOf,
    positionAt(offset) {
      const at = Math.max(0, Math.min(offset, length));
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (startOf(middle) <= at) low = middle;
        else high = middle - 1;
      }
      return { line: low, character: at - startOf(low) };
    },
    offsetAt({ line, character }) {
      if (line < 0) return 0;
      if (line >= starts.length) return length;
      return Math.min(startOf(line) + Math.max(0, character), endOf(line));
    },
  };
}

/** Where the line of an offset starts. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  // Almost every file has no lone \r, and indexOf is many times faster than a loop over characters.
  if (!text.includes('\r')) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    return starts;
  }
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === LF || (c === CR && text.charCodeAt(i + 1) !== LF)) starts.push(i + 1);
  }
  return starts;
}
