import assert from 'node:assert/strict';
import { textAt } from '../../../server/src/text/span.js';
import { printedAll } from '../../support/elixir-printer.js';
import { checkSpans } from '../../support/elixir-spans.js';
import { elixirParser } from '../../support/parsers.js';

/**
 * A migration with one half-typed line among finished ones. `«»` marks where it stands; the tree is printed as in the other
 * tests, `do!` for a block without its `end`.
 */
interface Damage {
  readonly name: string;
  readonly typed: string;
  /** What is read between the finished lines; empty when nothing is. */
  readonly read: string;
  /** The problem's message and the text under it. */
  readonly problem: readonly [string, string];
}

const around = `defmodule M do
  use Ecto.Migration

  def change do
    create table(:users) do
      add :a, :string
      «»
      add :b, :string, null: false
    end

    create index(:users, [:a])
  end
end
`;

const inTheMiddle: readonly Damage[] = [
  {
    name: 'a name without its letters',
    typed: 'add :',
    read: 'add(?)',
    problem: ['something is missing after `:`', ':'],
  },
  {
    name: 'an open parenthesis',
    typed: 'add(:x, :string',
    read: 'add(:x, :string)',
    problem: ['missing `)` for this `(`', '('],
  },
  {
    name: 'an open list',
    typed: 'add :x, [:string',
    read: 'add(:x, [:string])',
    problem: ['missing `]` for this `[`', '['],
  },
  {
    name: 'an open map',
    typed: 'add :x, :map, default: %{a: 1',
    read: 'add(:x, :map, default: %{a: 1})',
    problem: ['missing `}` for this `{`', '{'],
  },
  {
    name: 'an open string',
    typed: 'add :x, default: "abc',
    read: 'add(:x, default: "abc")',
    problem: ['missing `"`', '"abc'],
  },
  {
    name: 'a quote too many',
    typed: 'add :x", :string',
    read: 'add(:x, :string)',
    problem: ['unexpected `"`', '"'],
  },
  {
    name: 'an option without its colon',
    typed: 'add :x, :string, null: false, def',
    read: 'add(:x, :string, null: false, def: ?)',
    problem: ['something is missing after `def`', 'def'],
  },
  {
    name: 'an open function',
    typed: 'Enum.each(xs, fn x ->',
    read: 'Enum.each(xs, fn x ->  end)',
    problem: ['missing `end` for this `fn`', 'fn'],
  },
  {
    name: 'a block without an end',
    typed: 'if x do',
    read: 'if(x) do![]',
    problem: ['missing `end` for this `do`', 'do'],
  },
  { name: 'an end too many', typed: '  end', read: '', problem: ['`end` without `do`', 'end'] },
  {
    name: 'an open heredoc',
    typed: 'execute """\n      select 1',
    read: 'execute("select 1")',
    problem: ['missing `"""`', '"""\n      select 1'],
  },
];

describe('damaged Elixir', () => {
  for (const { name, typed, read, problem } of inTheMiddle) {
    it(`${name}: ${typed.replaceAll('\n', ' ⏎ ')}`, () => {
      const text = around.replace('«»', typed);
      const file = elixirParser.parse(text);
      const between = read === '' ? '' : `${read}; `;
      assert.equal(
        printedAll(file.items),
        'defmodule(M) do[use(Ecto.Migration); def(change) do[' +
          `create(table(:users)) do[add(:a, :string); ${between}add(:b, :string, null: false)]; ` +
          'create(index(:users, [:a]))]]',
      );
      assert.deepEqual(
        file.problems.map(({ message, span }) => [message, textAt(text, span)]),
        [problem],
      );
      checkSpans(file, text);
    });
  }

  const stillValid: readonly (readonly [string, string])[] = [
    ['add :x,', 'add(:x)'],
    ['add :x, :string, null:', 'add(:x, :string, null: ?)'],
    ['x =', '(x = ?)'],
    ['Repo.', 'Repo.'],
    ['x |>', '(x |> ?)'],
    ['from u in User, where: u.', 'from((u in User), where: u.)'],
    ['@', '@'],
  ];
  for (const [typed, read] of stillValid) {
    it(`keeps ${typed} apart from the next line, without a problem since both lines together are valid`, () => {
      const file = elixirParser.parse(around.replace('«»', typed));
      assert.ok(
        printedAll(file.items).includes(`do[add(:a, :string); ${read}; add(:b, :string, null: false)]`),
      );
      assert.deepEqual(file.problems, []);
    });
  }

  const others: readonly (readonly [string, string, string, string])[] = [
    [
      'a block whose end is missing ends where its indentation does',
      'defmodule M do\n  def a do\n    b()\n\n  def c do\n    d()\n  end\nend\n',
      'defmodule(M) do[def(a) do![b()]; def(c) do[d()]]',
      'missing `end` for this `do`',
    ],
    [
      'a file that is cut off',
      'defmodule M do\n  def change do\n    create table(:x) do\n      add :a, :string\n      add :b, nul',
      'defmodule(M) do![def(change) do![create(table(:x)) do![add(:a, :string); add(:b, nul)]]]',
      'missing `end` for this `do`',
    ],
    ['a parenthesis too many', 'def a do\n  b(1))\n  c\nend\n', 'def(a) do[b(1); c]', 'unexpected `)`'],
    ['arguments in a row', 'def a do\n  b 1 2\n  c\nend\n', 'def(a) do[b(1, 2); c]', 'unexpected `1`'],
    [
      'a parenthesis in front of a block',
      'schema("x" do\n  field :a\nend\n',
      'schema("x") do[field(:a)]',
      'missing `)` for this `(`',
    ],
    [
      'an end in a clause',
      'case a do\n  1 -> b(\n  2 -> c\nend\n',
      'case(a) do[1 -> b(); 2 -> c]',
      'missing `)` for this `(`',
    ],
    ['an open brace before the end of the file', '%{a: 1, b', '%{a: 1, b: ?}', 'missing `}` for this `{`'],
    [
      'an alias that is being typed',
      'defmodule M do\n  alias MyApp.\n\n  def a, do: 1\nend\n',
      'defmodule(M) do[alias(MyApp.); def(a) do[1]]',
      '',
    ],
  ];
  for (const [name, text, expected, message] of others) {
    it(name, () => {
      const file = elixirParser.parse(text);
      assert.equal(printedAll(file.items), expected);
      assert.equal(file.problems[0]?.message ?? '', message);
      checkSpans(file, text);
    });
  }

  it('says each thing once, at what waits for it', () => {
    const text = 'defmodule M do\n  def a do\n    Repo.all(from u in User, where:\n';
    assert.deepEqual(
      elixirParser.parse(text).problems.map(({ message, span }) => [message, textAt(text, span)]),
      [
        ['missing `)` for this `(`', '('],
        ['something is missing after `where:`', 'where:'],
      ],
    );
  });

  it('finds blocks and finished lines where even indentation does not help', () => {
    const text =
      'defmodule M do\ndef change do\ncreate table(:x) do\nadd :a, (:string\nadd :b, :int\nend\nend\n';
    const printed = printedAll(elixirParser.parse(text).items);
    for (const part of ['def(change)', 'create(table(:x))', 'add(:b, :int)']) {
      assert.ok(printed.includes(part), `${part} in ${printed}`);
    }
  });

  it('reports a few problems at most', () => {
    const text = 'def a do\n  b(\n  c]\n  d "\n  )\n'.repeat(20);
    assert.ok(elixirParser.parse(text).problems.length <= 3);
  });
});
