// Small things of English words and of names put together from words.

/** `1 file`, `2 files`. */
export function count(number: number, word: string, plural = word === 'info' ? word : `${word}s`): string {
  return `${number} ${number === 1 ? word : plural}`;
}

/** Lower case, with `_` between words and for everything but letters and digits: `HTTPServer`, `http server`, `httpServer`. */
export function snakeCase(...words: readonly string[]): string {
  return words
    .join('_')
    .replace(/(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
}

/** `organization` for `organizations`, `company` for `companies`; a word that does not end like a plural stays. */
export function singular(word: string): string {
  if (/[^aeiou]ies$/i.test(word)) return `${word.slice(0, -3)}y`;
  if (/(?:ss|x|ch|sh)es$/i.test(word)) return word.slice(0, -2);
  return /[^siu]s$/i.test(word) ? word.slice(0, -1) : word;
}
