// Reads fixtures: Markdown documents in which a heading is a test, the path of headings is its name, text is why, and a fence is
// a file (language, then path) or an expectation.

export interface Fixture {
  /** Headings from the outermost to its own. */
  readonly name: readonly string[];
  readonly fences: readonly Fence[];
}

export interface Fence {
  readonly language: string;
  /** What follows the language: a path, or a word such as `fix`, `config`, `schema`. */
  readonly info: string;
  readonly text: string;
  /** Offset of `text` in the document, to rewrite it. */
  readonly offset: number;
}

/** One fixture for each heading that has fences of its own. */
export function readFixtures(document: string): readonly Fixture[] {
  const fixtures: { name: string[]; fences: Fence[] }[] = [];
  const headings: string[] = [];
  let open: { mark: string; language: string; info: string; start: number } | null = null;
  let offset = 0;
  for (const line of document.split('\n')) {
    const next = offset + line.length + 1;
    if (open !== null) {
      if (line.trimEnd() === open.mark) {
        const text = document.slice(open.start, Math.max(open.start, offset - 1));
        fixtures.at(-1)?.fences.push({ language: open.language, info: open.info, text, offset: open.start });
        open = null;
      }
    } else {
      const heading = /^(#+) (.+)$/.exec(line);
      const fence = /^(`{3,})(\w+)(?: (.*))?$/.exec(line);
      if (heading !== null) {
        const [, marks = '', title = ''] = heading;
        headings.length = marks.length - 1;
        headings[marks.length - 1] = title;
        fixtures.push({ name: headings.filter((one) => one !== undefined), fences: [] });
      } else if (fence !== null) {
        const [, mark = '', language = '', info = ''] = fence;
        open = { mark, language, info: info.trim(), start: next };
      }
    }
    offset = next;
  }
  return fixtures.filter(({ fences }) => fences.length > 0);
}

/** The document with the texts of some fences replaced. */
export function rewriteFences(
  document: string,
  replacements: readonly { readonly fence: Fence; readonly text: string }[],
): string {
  let result = document;
  for (const { fence, text } of [...replacements].sort((a, b) => b.fence.offset - a.fence.offset)) {
    const rest = result.slice(fence.offset + fence.text.length);
    result = result.slice(0, fence.offset) + text + (rest.startsWith('\n') ? '' : '\n') + rest;
  }
  return result;
}
