// Tools that let a script end its statements with something else than `;`. The text is given with `;` in its place, and as long
// as it was, so that all positions stay.

import { atlasDelimiter } from './atlas.js';
import { liquibaseDelimiter } from './liquibase.js';

const SAYS = /^\s*--\s*(?:changeset\b.*\bendDelimiter:|atlas:delimiter\s)[^\n]*\n/im;

/** The same text where nothing is to be done. */
export function withSemicolons(text: string): string {
  if (!text.includes('endDelimiter:') && !text.includes('atlas:delimiter')) return text;
  const said = SAYS.exec(text);
  const delimiter = liquibaseDelimiter(text) ?? atlasDelimiter(text);
  if (said === null || delimiter === null || delimiter === ';') return text;
  const from = said.index + said[0].length;
  return text.slice(0, from) + text.slice(from).replace(patternOf(delimiter), ended);
}

function patternOf(delimiter: string): RegExp {
  const source = delimiter.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  // A word or a slash ends statements where it stands alone on its line.
  return /^(?:\w+|\/)$/.test(delimiter)
    ? new RegExp(`^${source}(?=[ \\t]*\\r?$)`, 'gm')
    : new RegExp(source, 'g');
}

function ended(delimiter: string): string {
  return `;${delimiter.slice(1).replace(/[^\r\n]/g, ' ')}`;
}
