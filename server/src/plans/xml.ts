// EXPLAIN (FORMAT XML) as the value that FORMAT JSON gives of the same plan. Pure.
// What surprises: names of elements have `-` for all that a name may not hold, and every value is a text.
// Source: ExplainXMLTag in src/backend/commands/explain.c.

type Element = { readonly tag: string; readonly children: Element[]; text: string };

/** Of every `<explain>` of the text that is complete, in order; `at` is where it begins. That of auto_explain is no list. */
export function xmlPlansIn(text: string): readonly { readonly value: unknown; readonly at: number }[] {
  return [...text.matchAll(/<explain\b[^>]*>([\s\S]*?)<\/explain>/g)].flatMap(({ 1: inside = '', index }) => {
    const root = elementsIn(inside);
    if (root === null) return [];
    const isList = root.children.every(({ tag }) => tag === 'Query');
    return [{ value: isList ? root.children.map((query) => valueIn(query)) : valueIn(root), at: index }];
  });
}

/** Elements inside each other; plans have far fewer. */
const DEEPEST = 2000;

/** `null` where tags do not close each other. */
function elementsIn(text: string): Element | null {
  const root: Element = { tag: '', children: [], text: '' };
  const path = [root];
  for (const [, close, tag = '', empty, between = ''] of text.matchAll(
    /<(\/?)([^\s<>/]+)[^<>]*?(\/?)>([^<]*)/g,
  )) {
    const parent = path.at(-1) ?? root;
    if (close === '/') {
      if (parent.tag !== tag) return null;
      path.pop();
    } else {
      const element: Element = { tag, children: [], text: unescaped(between) };
      parent.children.push(element);
      if (empty !== '/') path.push(element);
      if (path.length > DEEPEST) return null;
    }
  }
  return path.length === 1 ? root : null;
}

function valueIn({ tag, children, text }: Element): unknown {
  const isList =
    children.length > 0 && children.every((child) => child.tag === 'Item' || `${child.tag}s` === tag);
  // Of lists in a list one may be empty.
  if (isList)
    return children.map((child) =>
      child.children.length === 0 && child.tag !== 'Item' ? [] : valueIn(child),
    );
  if (children.length === 0) return TEXTS.test(tag) ? text : plain(text);
  const values: Record<string, unknown> = {};
  for (const child of children) {
    if (child.children.length === 0 && child.text.trim() === '') continue;
    const key = keyOf(child.tag);
    // The groups of an incremental sort have one name in XML; those that were sorted in full come first.
    const name = key === SORT_GROUPS ? (FULL in values ? 'Pre-sorted Groups' : FULL) : key;
    values[name] = valueIn(child);
  }
  return values;
}

const SORT_GROUPS = 'Incremental Sort Groups';
const FULL = 'Full-sort Groups';

/** Names and expressions, also where they look like a number. */
const TEXTS = /(?:Name|Alias|Schema|Cond|Filter|Key|Item|Order-By|Call|Window|SQL|Text)$|_/;

function plain(text: string): unknown {
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

/** Keys that have a `-` or a `/` themselves. */
const KEYS: readonly (readonly [RegExp, string])[] = [
  [/\bI O\b/, 'I/O'],
  [/^One Time\b/, 'One-Time'],
];

function keyOf(tag: string): string {
  if (tag.includes('_')) return tag;
  return KEYS.reduce((key, [pattern, as]) => key.replace(pattern, as), tag.replaceAll('-', ' '));
}

function unescaped(text: string): string {
  const names: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
  return text.replace(/&(?:(lt|gt|amp|quot|apos)|#x([\da-f]+)|#(\d+));/gi, (_, name, hex, decimal) =>
    name !== undefined
      ? (names[name] ?? '')
      : String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
  );
}
