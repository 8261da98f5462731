import assert from 'node:assert/strict';
import { textAt } from '../../../server/src/text/span.js';
import { printedAll } from '../../support/elixir-printer.js';
import { checkSpans } from '../../support/elixir-spans.js';
import { elixirParser } from '../../support/parsers.js';
import { randomOf, sources } from './support/sources.js';

/** What must be the same however a text was come by. */
function told(text: string, file: ReturnType<typeof elixirParser.parse>): unknown {
  const problems = file.problems.map(({ span, message }) => [textAt(text, span), span.start, message]);
  return [printedAll(file.items), file.comments, problems];
}

const typed = [
  '\n      add :x, :string, null: false',
  '\n  from(u in User, where: u.id == ^id)',
  '\n    case x do\n      a -> b\n    end',
  '\n  def f(a, b \\\\ "c"), do: a <> "#{b}"',
  '\n  @doc """\n  Text.\n  """',
  '\n  organization ->\n    x',
  '\nend',
  ' |> Repo.all()\n  # done',
];

describe('Elixir that is being typed', () => {
  const random = randomOf(3);
  for (const letters of typed) {
    it(`is read as if it were new after every letter of ${JSON.stringify(letters)}`, () => {
      for (const source of sources) {
        const lineEnds = [...source.matchAll(/\n/g)].map(({ index }) => index);
        let at = random.pick(lineEnds);
        let text = source;
        // The first reading is of a file at rest, the second says that it is being edited.
        let file = elixirParser.parse(text, elixirParser.parse(text));
        for (const letter of letters) {
          text = text.slice(0, at) + letter + text.slice(at);
          at += letter.length;
          file = elixirParser.parse(text, file);
          assert.deepEqual(told(text, file), told(text, elixirParser.parse(text)), text);
          checkSpans(file, text);
        }
      }
    });
  }

  it('forgets nothing around a change and moves what follows it', () => {
    const source = 'defmodule A do\n  # one\n  def a do\n    b()\n  end\n\n  # two\n  def c, do: d()\nend\n';
    const file = elixirParser.parse(source, elixirParser.parse(source));
    const text = source.replace('b()', 'if b() do\n      # new\n      e(1, 2)\n    end');
    const edited = elixirParser.parse(text, file);
    assert.deepEqual(told(text, edited), told(text, elixirParser.parse(text)));
    assert.deepEqual(
      edited.comments.map(({ span }) => textAt(text, span)),
      ['# one', '# new', '# two'],
    );
  });

  it('takes a file that it never saw for a new one', () => {
    const other = { items: [], comments: [], problems: [] };
    assert.equal(printedAll(elixirParser.parse('a()', other).items), 'a()');
  });
});
