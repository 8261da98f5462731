import assert from 'node:assert/strict';
import type { Call, Expr } from '../../../server/src/syntax/elixir/nodes.js';
import { keyword, keywordsOf, pipeline } from '../../../server/src/syntax/elixir/nodes.js';
import { textAt } from '../../../server/src/text/span.js';
import { printedAll } from '../../support/elixir-printer.js';
import { checkSpans } from '../../support/elixir-spans.js';
import { elixirParser } from '../../support/parsers.js';

/** Elixir and what it is read as, see `printed`. */
const trees: Record<string, readonly (readonly [string, string])[]> = {
  literals: [
    ['1_000; 0x1F; 1.5e3', '1000\n0x1F\n1.5e3'],
    ['?a', '97'],
    [String.raw`?\n`, '10'],
    [':a', ':a'],
    [':"a b"', ':"a b"'],
    [':"a_#{b}"', 'String.to_atom("a___interpolated0__"#{b})'],
    ['true; nil', 'true\nnil'],
    ['"a"', '"a"'],
    ["'a'", '\'"a"'],
    ['~w(a b)a', '~w"a b"a'],
    ['"a#{b + 1}"', '"a__interpolated0__"#{(b + 1)}'],
    ['"#{}"', '"__interpolated0__"#{()}'],
    ['[1, a: 2]', '[1, a: 2]'],
    ['["a b": 1]', '["a b": 1]'],
    ['{1, 2}', '{1, 2}'],
    ['{:id, :uuid, autogenerate: true}', '{:id, :uuid, [autogenerate: true]}'],
    ['<<a, 1::8>>', '<<>>(a, (1 :: 8))'],
    ['%{}', '%{}'],
    ['%{a: 1}', '%{a: 1}'],
    ['%{"a" => 1, b => 2}', '%{"a" => 1, b => 2}'],
    ['%{a | b: 1, c: 2}', '%{a | b: 1, c: 2}'],
    ['%{a | "b" => 1}', '%{a | "b" => 1}'],
    ['%{a => b | nil}', '%{a => (b | nil)}'],
    ['%A.B{c: 1}', '%A.B{c: 1}'],
    ['%__MODULE__{a | b: 1}', '%__MODULE__{a | b: 1}'],
    ['%a{}', '%a{}'],
  ],
  names: [
    ['A.B . C', 'A.B.C'],
    ['__MODULE__.A', '__MODULE__.A'],
    ['A.{B, C.D}', 'A.{}(B, C.D)'],
    ['a', 'a'],
    ['@a', '@a'],
    ['@a 1', '@a 1'],
    ['@a b: 1, c: 2', '@a [b: 1, c: 2]'],
    ['@spec a(b) :: c when b: d', '@spec ((a(b) :: c) when [b: d])'],
  ],
  calls: [
    ['f()', 'f()'],
    ['f(1, 2)', 'f(1, 2)'],
    ['f 1, 2', 'f(1, 2)'],
    ['f 1, a: 2, b: 3', 'f(1, a: 2, b: 3)'],
    ['f(1, [a: 2])', 'f(1, [a: 2])'],
    ['f g 1, 2', 'f(g(1, 2))'],
    ['A.f(1)', 'A.f(1)'],
    ['A.f 1', 'A.f(1)'],
    ['a.b', 'a.b'],
    ['a.b.c()', 'a.b.c()'],
    ['a."b c"()', 'a."b c"()'],
    ['a.and', 'a.and'],
    ['f.(1)', 'f.(1)'],
    ['f(1)(2)', 'f(1).(2)'],
    ['a[:b][c]', 'a[:b][c]'],
    ['@a[:b]', '@a[:b]'],
    ['f a do\n  b\nend', 'f(a) do[b]'],
    ['f a do\nend', 'f(a) do[]'],
    ['f(a) do\n  b\n  c\nend', 'f(a) do[b; c]'],
    ['f do\n  a\nelse\n  b\nend', 'f do[a] else[b]'],
    ['f a, do: b', 'f(a) do[b]'],
    ['f a, do: b, else: c', 'f(a) do[b] else[c]'],
    ['f a, do: (b; c)', 'f(a) do[b; c]'],
    ['for a <- b, into: %{}, do: a', 'for((a <- b), into: %{}) do[a]'],
    ['f a,\n  b: 1\ndo\n  c\nend', 'f(a, b: 1) do[c]'],
    ['(a; b)', '(a; b)'],
    ['(a)', 'a'],
  ],
  operators: [
    ['a + b * c', '(a + (b * c))'],
    ['a = b |> c() |> d', '(a = ((b |> c()) |> d))'],
    ['a\n|> b()', '(a |> b())'],
    ['not a and b', '((not a) and b)'],
    ['a not in b', '(a not in b)'],
    ['a == ^b', '(a == (^ b))'],
    ['-a', '(- a)'],
    ['a \\\\ b', '(a \\\\ b)'],
    ['&f/1', '(& (f / 1))'],
    ['&A.f/1', '(& (A.f / 1))'],
    ['&(&1 + 1)', '(& ((& 1) + 1))'],
    ['& &1.a', '(& (& 1).a)'],
    ['a <> "b"', '(a <> "b")'],
    ['a..b//c', '((a .. b) // c)'],
    ['x :: y', '(x :: y)'],
  ],
  clauses: [
    ['fn -> a end', 'fn  -> a end'],
    ['fn a, b -> c end', 'fn a, b -> c end'],
    ['fn (a) when b -> c; d -> e end', 'fn a when b -> c; d -> e end'],
    [
      'case a do\n  {:ok, b} when c -> b\n  _ ->\n    d\n    e\nend',
      'case(a) do[{:ok, b} when c -> b; _ -> d; e]',
    ],
    ['try do\n  a\nrescue\n  b in [C] -> b\nafter\n  d\nend', 'try do[a] rescue[(b in [C]) -> b] after[d]'],
    [
      'with {:ok, a} <- b,\n     c <- d do\n  a\nelse\n  e -> e\nend',
      'with(({:ok, a} <- b), (c <- d)) do[a] else[e -> e]',
    ],
    ['@type f :: (a -> b)', '@type (f :: fn a -> b end)'],
    ['f a, do: (b -> c)', 'f(a) do[b -> c]'],
    // The grammar takes names that begin like an operator for that operator here.
    [
      'case a do\n  1 ->\n    b()\n    c()\n\n  organization ->\n    d\n\n  inbox ->\n    e\nend',
      'case(a) do[1 -> b(); c(); organization -> d; inbox -> e]',
    ],
  ],
  definitions: [
    ['def f, do: 1', 'def(f) do[1]'],
    ['def f(a, b \\\\ 1) when a > b do\n  a\nend', 'def((f(a, (b \\\\ 1)) when (a > b))) do[a]'],
    ['defp f(%{a: b} = c), do: c', 'defp(f((%{a: b} = c))) do[c]'],
    ['def f(a: b), do: b', 'def(f(a: b)) do[b]'],
    ['def unquote(a)(b), do: b', 'def(unquote(a).(b)) do[b]'],
  ],
  'text around code': [
    ['\ufeff# a\n\n a # b\n', 'a'],
    ['a\r\nb\r\n', 'a\nb'],
    ['', ''],
    ['# only this', ''],
    ['é = "😀"\nимя = 1', '(é = "😀")\n(имя = 1)'],
  ],
};

describe('Elixir trees', () => {
  for (const [subject, cases] of Object.entries(trees)) {
    describe(subject, () => {
      for (const [source, expected] of cases) {
        it(source.replaceAll('\n', ' ⏎ '), () => {
          const text = source.replace('\ufeff', '');
          const file = elixirParser.parse(text);
          assert.equal(printedAll(file.items), expected);
          assert.deepEqual(file.problems, []);
          checkSpans(file, text);
        });
      }
    });
  }

  it('has the spans of what is written', () => {
    const source = 'a = Repo.one(from u in User, where: u.id == ^id, limit: 1)';
    const [item] = elixirParser.parse(source).items;
    assert.ok(item?.kind === 'binary');
    const shown = (expr: Expr) => textAt(source, expr.span);
    assert.equal(textAt(source, item.operatorSpan), '=');
    const one = item.right;
    assert.ok(one.kind === 'call');
    assert.equal(textAt(source, one.nameSpan), 'one');
    const from = one.args[0];
    assert.ok(from?.kind === 'call');
    assert.equal(shown(from), 'from u in User, where: u.id == ^id, limit: 1');
    assert.deepEqual(from.keywords.map(shown), ['where: u.id == ^id', 'limit: 1']);
    assert.deepEqual(
      from.keywords.map(({ key }) => shown(key)),
      ['where', 'limit'],
    );
  });

  it('has comments with their places', () => {
    const source = '# one\na # two\n"# three"\n  #four';
    const { comments } = elixirParser.parse(source);
    assert.deepEqual(
      comments.map(({ text }) => text),
      [' one', ' two', 'four'],
    );
    assert.deepEqual(
      comments.map(({ span }) => textAt(source, span)),
      ['# one', '# two', '#four'],
    );
  });

  it('unfolds pipes and finds keywords', () => {
    const [piped, plain, bracketed] = elixirParser.parse('a |> b() |> c.d()\nf(1, a: 2)\nf(1, [a: 2])').items;
    assert.deepEqual(printedAll(pipeline(piped as Expr)), 'a\nb()\nc.d()');
    for (const call of [plain, bracketed] as Call[]) {
      assert.equal(keyword(call, 'a')?.kind, 'number');
      assert.equal(keyword(call, 'b'), null);
      assert.equal(keywordsOf(call).length, 1);
    }
  });

  it('reads deep code without running out of stack', () => {
    const deep = [
      `x = ${'['.repeat(20_000)}${']'.repeat(20_000)}`,
      `x = ${'a + '.repeat(5_000)}b`,
      '('.repeat(20_000),
      `"${'#{"'.repeat(5_000)}`,
      'a do\n'.repeat(5_000),
    ];
    for (const source of deep) checkSpans(elixirParser.parse(source), source);
  });
});
