import assert from 'node:assert/strict';
import type { Expr, Text } from '../../../server/src/syntax/elixir/nodes.js';
import { elixirParser } from '../../support/parsers.js';

/** The first text in a file. */
function textIn(source: string): Text {
  const found = elixirParser
    .parse(source)
    .items.map(firstText)
    .find((text) => text !== null);
  assert.ok(found, `no text in ${source}`);
  return found;
}

function firstText(expr: Expr): Text | null {
  if (expr.kind === 'text') return expr;
  if (expr.kind === 'binary') return firstText(expr.right);
  if (expr.kind === 'call') return [...expr.args].map(firstText).find((text) => text !== null) ?? null;
  return null;
}

describe('values of Elixir texts', () => {
  const values: readonly [string, string, string][] = [
    ['a plain string', '"abc"', 'abc'],
    ['an empty string', '""', ''],
    ['letters after a backslash', String.raw`"\a\b\d\e\f\n\r\s\t\v\0"`, '\x07\b\x7f\x1b\f\n\r \t\v\0'],
    ['other characters after a backslash', String.raw`"\q\"\'\#{x}\\"`, `q"'#{x}\\`],
    ['code points', String.raw`"\x41\u00e9\u{1F600}\u{e9}"`, 'Aé😀é'],
    ['a newline after a backslash', '"a \\\nb"', 'a b'],
    ['a newline after a backslash with CRLF', '"a \\\r\nb"', 'a b'],
    ['astral characters', '"😀\\😀"', '😀😀'],
    ['a heredoc', 'x = """\n  a\n    b\n\n  c\n  """', 'a\n  b\n\nc\n'],
    ['a heredoc with too little indentation', 'x = """\n  a\n b\n  """', 'a\nb\n'],
    ['a heredoc with tabs', 'x = """\n\ta\n\t"""', 'a\n'],
    ['a heredoc with CRLF', 'x = """\r\n  a\r\n  b\r\n  """', 'a\r\nb\r\n'],
    ['a heredoc with a newline after a backslash', 'x = """\n  a \\\n  b\n  """', 'a b\n'],
    ['a heredoc with quotes', 'x = """\n  "a" \\""" b\n  """', '"a" """ b\n'],
    ['an empty heredoc', 'x = """\n  """', ''],
    ['~s', '~s(a "b" \\) \\n)', 'a "b" ) \n'],
    ['~S keeps backslashes', '~S(a \\n \\) b)', 'a \\n ) b'],
    ['~S in a heredoc', 'x = ~S"""\n  a \\" #{b}\n  """', 'a \\" #{b}\n'],
    ['~SQL', 'x = ~SQL"""\n  select 1\n  """', 'select 1\n'],
    ['~r keeps escapes but that of its end', '~r/a\\/b\\d/', 'a/b\\d'],
    ['a charlist', "'a\\'b'", "a'b"],
    ['interpolations', '"a #{x} b"', 'a __interpolated0__ b'],
    [
      'the same code twice',
      '"#{x}.a #{y}.b #{ x }.c"',
      '__interpolated0__.a __interpolated1__.b __interpolated0__.c',
    ],
    ['a text in an interpolation', '"a #{f("}")} b"', 'a __interpolated0__ b'],
    ['an interpolation in a heredoc', 'x = """\n  a\n  #{x}\n  """', 'a\n__interpolated0__\n'],
  ];
  for (const [name, source, expected] of values) {
    it(name, () => assert.equal(textIn(source).content.text, expected));
  }

  it('says what kind of text it is', () => {
    const kinds = (source: string) => {
      const { sigil, modifiers, charlist, value } = textIn(source);
      return { sigil, modifiers, charlist, known: value !== null };
    };
    assert.deepEqual(kinds('"a"'), { sigil: null, modifiers: '', charlist: false, known: true });
    assert.deepEqual(kinds("'a'"), { sigil: null, modifiers: '', charlist: true, known: true });
    assert.deepEqual(kinds('~w(a b)a'), { sigil: 'w', modifiers: 'a', charlist: false, known: true });
    assert.deepEqual(kinds('"a#{b}"'), { sigil: null, modifiers: '', charlist: false, known: false });
  });

  it('has one interpolated expression for each hole', () => {
    const text = textIn('"#{a}-#{b.c}"');
    assert.deepEqual(
      text.interpolations.map(({ kind }) => kind),
      ['variable', 'call'],
    );
    assert.equal(text.content.holes.length, 2);
  });
});

describe('places in Elixir texts', () => {
  const places: readonly [string, string, string, string][] = [
    ['a plain string', '"select a"', 'a', 'a'],
    ['after an escape', String.raw`"select \"a\" b"`, 'b', 'b'],
    ['an escape', String.raw`"select \"a\" b"`, '"a"', String.raw`\"a\"`],
    ['a code point', String.raw`"x\u{1F600}y"`, '😀', String.raw`\u{1F600}`],
    ['a word of a heredoc', 'x = """\n  select a\n  from b\n  """', 'from', 'from'],
    ['over two lines of a heredoc', 'x = """\n  select a\n  from b\n  """', 'a\nfrom', 'a\n  from'],
    ['a heredoc with CRLF', 'x = """\r\n  select a\r\n  from b\r\n  """', 'a\r\nfrom b', 'a\r\n  from b'],
    ['after an interpolation', '"a #{f("x")} b"', ' b', ' b'],
    ['an interpolation', '"a #{f("x")} b"', '__interpolated0__', '#{f("x")}'],
    ['after a line that goes on', '"a \\\nb"', 'b', 'b'],
    ['a sigil', 'execute ~SQL[select a]', 'a', 'a'],
    ['astral characters before', '"😀 a"', 'a', 'a'],
  ];
  for (const [name, source, part, expected] of places) {
    it(name, () => {
      const { content } = textIn(source);
      const start = content.text.lastIndexOf(part);
      assert.notEqual(start, -1, content.text);
      const span = content.toOuter({ start, end: start + part.length });
      assert.equal(source.slice(span.start, span.end), expected);
      assert.equal(content.toInner(span.start), start);
    });
  }
});
