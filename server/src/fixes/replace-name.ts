// Another name in the place of a misspelt one: an identifier of SQL, or an atom or a string of Elixir.

import { quoteName } from '../catalog/keywords.js';
import { type Change, changeOf } from '../text/edits.js';
import { type Span, shift, textAt } from '../text/span.js';
import type { Site } from './place.js';

/** The spans count from the start of the site. */
export function replaceName(site: Site, at: Span, within: Span, from: string, to: string): Change | null {
  for (const span of [at, within]) {
    const found = onlyPlace(site.file.text, shift(span, site.start), from);
    if (found === null) continue;
    const text = textAt(site.file.text, found);
    const isQuoted = site.file.text[found.start - 1] === '"' && site.file.text[found.end] === '"';
    if (!isQuoted && !isPlain(site, found, to)) return null;
    return text === to ? null : changeOf(site.file.path, [{ span: found, text: to }]);
  }
  return null;
}

/** Where the word stands, if it does so once. */
function onlyPlace(source: string, span: Span, word: string): Span | null {
  const text = textAt(source, span).toLowerCase();
  const wanted = word.toLowerCase();
  const isWordAt = (at: number) =>
    !/[\w$]/.test(text[at - 1] ?? ' ') && !/[\w$]/.test(text[at + wanted.length] ?? ' ');
  const places: number[] = [];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (isWordAt(at)) places.push(at);
  }
  const [only] = places;
  if (only === undefined || places.length > 1) return null;
  return { start: span.start + only, end: span.start + only + wanted.length };
}

/** Whether the name can stand there without quotes. */
function isPlain({ file }: Site, { start }: Span, name: string): boolean {
  if (!/^[a-z_][a-z0-9_]*$/.test(name)) return false;
  const isAtom = file.language === 'elixir' && file.text[start - 1] === ':';
  return isAtom || quoteName(name) === name;
}
