import assert from 'node:assert/strict';
import { textAt } from '../../../server/src/text/span.js';
import { elixirParser } from '../../support/parsers.js';

describe('problems of Elixir', () => {
  for (const text of [
    'a "b\n😀',
    'a "b\nc',
    'def 😀',
    'f(😀',
    'x = 😀 +',
    'defmodule A do\n  @a "b\n  😀\n😀',
  ]) {
    it(`never cut a character in two: ${JSON.stringify(text)}`, () => {
      const { problems } = elixirParser.parse(text);
      assert.ok(problems.length > 0);
      for (const { span } of problems) {
        assert.ok(span.start < span.end);
        assert.doesNotMatch(textAt(text, span), /^[\udc00-\udfff]|[\ud800-\udbff]$/);
      }
    });
  }

  it('are not made up where one block ends too early and another ends for it', () => {
    const sound =
      'defmodule A do\n  use B\n\n  def change do\n    alter table(:a) do\n      remove :b\n    end\n  end\nend\n';
    const edited =
      'defmodule A do\n  use B\n\n  end\n    alter table(:a) do\n      remove :b\n    end\n  def change do\nend\n';
    const before = elixirParser.parse(sound, elixirParser.parse(sound));
    assert.deepEqual(elixirParser.parse(edited, before).problems, elixirParser.parse(edited).problems);
  });
});
