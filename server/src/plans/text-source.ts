// The lines of a plan without what psql, mail and the grids of other tools put around them.

export interface TextLine {
  /** Of its first character that is no space. */
  readonly column: number;
  /** Without spaces around it; never empty. */
  readonly text: string;
  /** 0-based, of the whole text. */
  readonly number: number;
}

export function plainLines(text: string): readonly TextLine[] {
  const lines = text
    .replace(/\r\n?/g, '\n')
    .replace(/\u00a0/g, ' ')
    .split('\n');
  return unbroken(withoutBorders(withoutQuotes(withoutReplyMarks(lines))))
    .map((line, number) => ({ column: line.length - line.trimStart().length, text: line.trim(), number }))
    .filter(({ text: content }) => content !== '' && !DECORATION.test(content));
}

/** psql's title, its rule, and the count of rows in any language. */
const DECORATION = /^(?:QUERY PLAN|[-─━═=+|┌┬┐├┼┤└┴┘│╔╗╟╢╚╝╠╣╤╧]{3,}|\(\d+ [^\s()]+\))$/;

/** Of a table; a `+` or `↵` at the end says that the value goes on in the next line. */
function withoutBorders(lines: readonly string[]): readonly string[] {
  const bare = lines.map((line) => {
    const inside = line
      .replaceAll('\t', '        ')
      .replace(/^(\s*)[|│║](?=\s|$)/, '$1 ')
      .trimEnd();
    return /[|│║]$/.test(inside) ? inside.slice(0, -1).trimEnd() : inside;
  });
  const goesOn = /[+↵]$/;
  if (bare.filter((line) => goesOn.test(line)).length < 3) return bare;
  return bare.map((line) => (goesOn.test(line) ? line.slice(0, -1).trimEnd() : line));
}

/** Each line in quotes, as grids copy them. */
function withoutQuotes(lines: readonly string[]): readonly string[] {
  const quote = ['"', "'"].find((one) => every(lines, new RegExp(`^\\s*${one}.*${one}[,;]?\\s*$`)));
  if (quote === undefined) return lines;
  return lines.map((line) =>
    line
      .trim()
      .replace(/^["']|["'][,;]?$/g, '')
      .replaceAll('""', '"'),
  );
}

/** `> ` before each line, of mail and Markdown. */
function withoutReplyMarks(lines: readonly string[]): readonly string[] {
  return every(lines, /^\s*>/) ? lines.map((line) => line.replace(/^\s*(?:> ?)+/, '')) : lines;
}

/** Put together again where a terminal has broken lines at its width, in the middle of words. */
function unbroken(lines: readonly string[]): readonly string[] {
  const width = lines.reduce(
    (widest, line) => (DECORATION.test(line.trim()) ? widest : Math.max(widest, line.length)),
    0,
  );
  const goesOn = (at: number) => lines[at]?.length === width && !BEGINS.test(lines[at + 1] ?? '(');
  if (lines.filter((_, at) => goesOn(at)).length < 3) return lines;
  // The number of a line stays what it was.
  const whole = lines.map(() => '');
  let into = 0;
  for (const [at, line] of lines.entries()) {
    if (at === 0 || !goesOn(at - 1)) into = at;
    whole[into] += line;
  }
  return whole;
}

const BEGINS = /^\s*(?:->|[A-Z][\w -]*:|\(\d+ |$)/;

/** Of those that are not empty; false when all are. */
function every(lines: readonly string[], pattern: RegExp): boolean {
  const filled = lines.filter((line) => line.trim() !== '');
  return filled.length > 0 && filled.every((line) => pattern.test(line));
}
