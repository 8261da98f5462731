import assert from 'node:assert/strict';
import { checkSpans } from '../../support/elixir-spans.js';
import { elixirParser } from '../../support/parsers.js';
import { type Random, randomOf, sources } from './support/sources.js';

const odd = [
  ...['(', ')', '[', ']', '{', '}', '%{', '<<', '>>', '"', '"""', "'", '#{', '~s(', '~S"""', '?', '?"', '#'],
  ...[
    'do',
    'end',
    'fn',
    'else',
    '->',
    ',',
    '.',
    ':',
    '::',
    '|>',
    '@',
    '&',
    '^',
    '=',
    '=>',
    'when',
    'not in',
    '\\',
  ],
  ...['é😀', '\u2028', '\0', '\r\n', '\n', '   ', ' 1_', '\ud83d'],
];

function mutated(source: string, random: Random): string {
  const at = random.below(source.length + 1);
  const kind = random.next();
  if (kind < 0.35) return source.slice(0, at) + random.pick(odd) + source.slice(at);
  if (kind < 0.6) return withoutToken(source, random);
  if (kind < 0.7) return source.slice(0, at);
  if (kind < 0.75) return source.slice(at);
  if (kind < 0.9) {
    const other = random.pick(sources);
    const from = random.below(other.length);
    return source.slice(0, at) + other.slice(from, from + 150) + source.slice(at);
  }
  return source.slice(0, at) + source.slice(at + random.below(40));
}

function withoutToken(source: string, random: Random): string {
  const tokens = [...source.matchAll(/\w+|\S/g)];
  if (tokens.length === 0) return source;
  const { index, 0: token } = random.pick(tokens);
  return source.slice(0, index) + source.slice(index + token.length);
}

describe('mutated Elixir', () => {
  for (const seed of [1, 2, 3, 4]) {
    it(`is read without a throw, with spans where they belong (seed ${seed})`, () => {
      const random = randomOf(seed);
      for (let round = 0; round < 150; round += 1) {
        let text = random.pick(sources);
        for (let count = random.below(4); count >= 0; count -= 1) text = mutated(text, random);
        const file = elixirParser.parse(text);
        checkSpans(file, text);
        assert.ok(file.problems.length <= 3);
      }
    });
  }
});
