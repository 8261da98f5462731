import assert from 'node:assert/strict';
import {
  afterWords,
  findWords,
  firstLineOf,
  groupAt,
  keywordSpan,
  nameAt,
  type Range,
  segments,
  spanOf,
  type TokenText,
  tokenAt,
  wholeRange,
} from '../../../server/src/syntax/sql/segments.js';
import type { Span } from '../../../server/src/text/span.js';
import { sqlParser } from '../../support/parsers.js';

function textOf(of: TokenText, range: Range | null): string | null {
  return range === null ? null : at(of, spanOf(of, range));
}

function at(of: TokenText, span: Span): string {
  return of.text.slice(span.start, span.end);
}

describe('names', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['Users x', { schema: null, name: 'users', span: 'Users' }],
    ['"App" . "U""s" x', { schema: 'App', name: 'U"s', span: '"App" . "U""s"' }],
    ['db.a.b', { schema: 'a', name: 'b', span: 'db.a.b' }],
    ['U&"\\0061\\+000062\\\\c"', { schema: null, name: 'ab\\c', span: 'U&"\\0061\\+000062\\\\c"' }],
    ['ÄB', { schema: null, name: 'Äb', span: 'ÄB' }],
    [`${'é'.repeat(40)}`, { schema: null, name: 'é'.repeat(31), span: 'é'.repeat(40) }],
  ];
  for (const [text, expected] of cases) {
    it(text, () => {
      const of = sqlParser.statement(text);
      const name = nameAt(of, 0);
      assert.deepEqual(name && { schema: name.schema, name: name.name, span: at(of, name.span) }, expected);
    });
  }

  it('is none where something else stands', () => {
    const of = sqlParser.statement("( 'a' 1");
    assert.deepEqual(
      [0, 1, 2, 3, -1].map((index) => nameAt(of, index)),
      [null, null, null, null, null],
    );
  });
});

describe('places among tokens', () => {
  const of = sqlParser.statement('Create /* c */ UNIQUE\nindex ON t (a, f(b, c), d[1, 2]) where on_time');

  it('the token at an offset, or after it', () => {
    const index = tokenAt(of, of.text.indexOf('UNIQUE') + 2);
    assert.equal(at(of, of.tokens[index]?.span ?? spanOf(of, wholeRange(of))), 'UNIQUE');
    assert.equal(tokenAt(of, of.text.indexOf('/*')), index);
    assert.equal(tokenAt(of, of.text.length), of.tokens.length);
  });

  it('optional words are stepped over, or not', () => {
    assert.equal(afterWords(of, 0, 'create', 'unique'), 2);
    assert.equal(afterWords(of, 0, 'create', 'index'), 0);
  });

  it('words are found outside brackets', () => {
    const inner = sqlParser.statement('a (where x) where y');
    assert.equal(findWords(inner, wholeRange(inner), 'where'), 5);
    assert.equal(findWords(inner, wholeRange(inner), 'x'), -1);
  });

  it('a keyword is underlined on its first line', () => {
    assert.equal(at(of, keywordSpan(of, 0, 'create', 'unique', 'index')), 'Create /* c */ UNIQUE');
    assert.equal(at(of, firstLineOf(of, { from: 2, to: 5 })), 'index ON t');
  });

  it('commas inside brackets divide nothing', () => {
    const list = groupAt(of, findWords(of, wholeRange(of), 't') + 1);
    assert.deepEqual(
      segments(of, list ?? { from: 0, to: 0 }).map((segment) => textOf(of, segment)),
      ['a', 'f(b, c)', 'd[1, 2]'],
    );
  });

  it('an open bracket goes to the end', () => {
    const open = sqlParser.statement('f(a, (b');
    assert.equal(textOf(open, groupAt(open, 1)), 'a, (b');
    assert.equal(groupAt(open, 0), null);
  });

  it('an empty range has no segments, and an empty span', () => {
    const empty = sqlParser.statement('f() g');
    const inside = groupAt(empty, 1) ?? { from: 0, to: 1 };
    assert.deepEqual(segments(empty, inside), []);
    assert.deepEqual(spanOf(empty, inside), { start: 2, end: 2 });
  });
});
