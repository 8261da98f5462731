// Damage as people and tools do it: words lost, doubled and swapped, quotes opened, files cut off, other languages pasted in.

import type { Random } from '../support/random.js';

/** What changes the meaning of all that follows, what no language expects, and what takes more than one code unit. */
const ODD: readonly [string, ...string[]] = [
  ...([
    "'",
    '"',
    '"""',
    "'''",
    '$$',
    '$a$',
    '`',
    "E'",
    'U&"',
    '?"',
    '~s(',
    '~S"""',
    '~w[',
    '#{',
    '}',
  ] as const),
  ...[
    '/*',
    '*/',
    '--',
    '#',
    '\\',
    ';',
    ':',
    '::',
    ',',
    '.',
    '|>',
    '||',
    '<>',
    '->',
    '=>',
    '@',
    '&',
    '^',
    '%{',
  ],
  ...['(', ')', '[', ']', '<<', '>>', '{{', '}}', '${', '\\c x\n', '\n\\.\n', '$1', ':x', '1e', ' 1_', '?'],
  ...[' do\n', ' end\n', ' fn ', ' else\n', ' BEGIN ATOMIC ', ' END ', ' CASE ', ' not in ', ' when '],
  ...['\nBEGIN;\n', '\nCOMMIT;\n', '\nCOPY t FROM stdin;\n', '-- +goose Down\n', '-- migrate:up\n'],
  ...['-- plumbline-ignore\n', '# plumbline-ignore-file x: y\n', '/* plumbline-ignore syntax-error */'],
  ...[
    'é',
    '😀',
    '𝒳',
    '\ud83d',
    '\ude00',
    '\u00a0',
    '\u2028',
    '\ufeff',
    '\0',
    '\r',
    '\r\n',
    '\n',
    '\t',
    '     ',
  ],
];

const SQL: readonly [string, ...string[]] = [
  'execute "CREATE INDEX a ON users (id)"',
  'execute """\nALTER TABLE users\n  ADD COLUMN b int NOT NULL;\n"""\n',
  'execute("UPDATE users SET a = \'#{x}\' WHERE id = 😀")\n',
  '\nCREATE TABLE 😀 (id bigint PRIMARY KEY, org_id bigint REFERENCES users);\n',
  "\nDO $$ BEGIN EXECUTE 'DROP TABLE users'; END $$;\n",
  '\nALTER TABLE users ADD a int, DROP b, ALTER c SET NOT NULL;\n',
];

/** One to `most` changes of the text, the same for the same numbers. `others` are texts to paste from. */
export function mutated(text: string, others: readonly string[], random: Random, most: number): string {
  let result = text;
  for (let left = random.below(most); left >= 0; left--) result = mutatedOnce(result, others, random);
  return result;
}

function mutatedOnce(text: string, others: readonly string[], random: Random): string {
  const at = random.below(text.length + 1);
  const insert = (piece: string) => text.slice(0, at) + piece + text.slice(at);
  return random.pick<() => string>([
    () => insert(random.pick(ODD)),
    () => insert(random.pick(ODD)),
    () => insert(random.pick(SQL)),
    () => insert(pieceOf(others[random.below(others.length)] ?? '', random)),
    () => withTokens(text, random, (tokens, index) => tokens.splice(index, 1)),
    () => withTokens(text, random, (tokens, index) => tokens.splice(index, 1 + random.below(6))),
    () => withTokens(text, random, (tokens, index) => tokens.splice(index, 0, tokens[index] ?? '')),
    () => withTokens(text, random, (tokens, index) => swap(tokens, index, random.below(tokens.length))),
    () => withTokens(text, random, (tokens, index) => tokens.splice(index, 1, random.pick(ODD))),
    () => withLines(text, random, (lines, index) => lines.splice(index, 1)),
    () => withLines(text, random, (lines, index) => lines.splice(index, 0, lines[index] ?? '')),
    () => withLines(text, random, (lines, index) => swap(lines, index, random.below(lines.length))),
    () => text.slice(0, at) + text.slice(at + 1 + random.below(3)),
    () => text.slice(0, at) + text.slice(at + random.below(80)),
    () => (random.below(3) === 0 ? text.slice(0, at) : text.slice(at)),
    () =>
      random.below(3) === 0 ? text.replace(/\r?\n/g, '\r\n') : text.replaceAll(wordIn(text, random), '😀'),
  ])();
}

function pieceOf(text: string, random: Random): string {
  const from = random.below(text.length + 1);
  return text.slice(from, from + random.below(200));
}

function withTokens(text: string, random: Random, change: (tokens: string[], index: number) => void): string {
  const tokens = text.match(/\s+|[\w]+|[^\w\s]/gu) ?? [];
  change(tokens, random.below(tokens.length));
  return tokens.join('');
}

function withLines(text: string, random: Random, change: (lines: string[], index: number) => void): string {
  const lines = text.split(/(?<=\n)/);
  change(lines, random.below(lines.length));
  return lines.join('');
}

function swap(items: string[], a: number, b: number): void {
  const [first = '', second = ''] = [items[a], items[b]];
  items[a] = second;
  items[b] = first;
}

/** A word of the text; a line break when it has none. */
function wordIn(text: string, random: Random): string {
  const words = text.match(/\w{3,}/g) ?? [];
  return words[random.below(words.length)] ?? '\n';
}
