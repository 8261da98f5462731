// Our splitter against PostgreSQL's grammar, which splits a text that it accepts whole.

import assert from 'node:assert/strict';
import { loadModule, parseSync } from 'libpg-query';
import { tokenize } from '../../../server/src/syntax/sql/lexer.js';
import { sqlParser } from '../../support/parsers.js';
import { randomFrom } from '../../support/random.js';
import { plainSql } from './samples.js';

await loadModule();

/** The statements as the grammar divides the text, without the white space and comments around them; `null` when it refuses. */
function byGrammar(text: string): string[] | null {
  try {
    const bytes = Buffer.from(text);
    const offset = (byte: number) => bytes.subarray(0, byte).toString().length;
    return (parseSync(text).stmts ?? []).map(({ stmt_location: start = 0, stmt_len: length }) => {
      const end = length === undefined ? text.length : offset(start + length);
      const tokens = tokenize(text, offset(start), end).filter(
        ({ span }) => text.slice(span.start, span.end) !== ';',
      );
      return text.slice(tokens[0]?.span.start, tokens.at(-1)?.span.end);
    });
  } catch {
    return null;
  }
}

function byUs(text: string): string[] {
  return sqlParser.parse(text).statements.map(({ statement }) => statement.text);
}

describe('boundaries of statements are those of the grammar', () => {
  plainSql.forEach((text, index) => {
    it(`sample ${index}`, () => {
      const expected = byGrammar(text);
      assert.notEqual(expected, null);
      assert.deepEqual(byUs(text), expected);
    });
  });

  it('in texts put together from pieces of samples', () => {
    const pieces = plainSql.flatMap((text) =>
      tokenize(text).map(({ span }) => text.slice(span.start, span.end)),
    );
    const statements = plainSql.flatMap((text) => byGrammar(text) ?? []);
    let accepted = 0;
    for (let seed = 0; seed < 400; seed++) {
      const random = randomFrom(seed);
      const parts: string[] = [];
      for (let i = random.below(4); i >= 0; i--) {
        const statement = statements[random.below(statements.length)] ?? '';
        const comment = random.pick(['', ' -- a;b\n', '/* ; */', '\n\n', '-- \u00e9 ; "\n']);
        parts.push(statement, comment, random.pick([';', ' ;', '; ;', ';\n']));
        // Most such texts are refused, and then nothing is claimed.
        if (random.below(6) === 0) parts.push(pieces[random.below(pieces.length)] ?? '', ';');
      }
      const text = parts.join('');
      const expected = byGrammar(text);
      if (expected === null) continue;
      accepted++;
      assert.deepEqual(byUs(text), expected, `seed ${seed}`);
    }
    assert.ok(accepted > 200, `only ${accepted} texts were accepted`);
  });
});
