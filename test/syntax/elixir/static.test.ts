import assert from 'node:assert/strict';
import { noAliases, withAlias } from '../../../server/src/syntax/elixir/aliases.js';
import { modulesIn } from '../../../server/src/syntax/elixir/modules.js';
import {
  entryNamed,
  type StaticEnvironment,
  type StaticValue,
  staticAttributes,
  staticContent,
  staticValue,
  toText,
} from '../../../server/src/syntax/elixir/static.js';
import { textAt } from '../../../server/src/text/span.js';
import { elixirParser } from '../../support/parsers.js';

function shown(value: StaticValue): string {
  switch (value.kind) {
    case 'atom':
      return `:${value.name}`;
    case 'module':
      return value.name;
    case 'string':
      return JSON.stringify(value.text);
    case 'charlist':
      return `'${value.text}'`;
    case 'number':
      return String(value.value);
    case 'list':
      return `[${value.items.map(shown).join(', ')}]`;
    case 'tuple':
      return `{${value.items.map(shown).join(', ')}}`;
    case 'map':
      return `%${value.struct ?? ''}{${value.entries.map(({ key, value: entry }) => `${shown(key)} => ${shown(entry)}`).join(', ')}}`;
  }
}

const environment: StaticEnvironment = {
  aliases: withAlias(noAliases, 'Order', 'Shop.Order'),
  attributes: new Map([['prefix', { kind: 'string', text: 'shop' }]]),
  variables: new Map([['table', { kind: 'atom', name: 'orders' }]]),
};

function expressionOf(source: string) {
  const [expr] = elixirParser.parse(source).items;
  assert.ok(expr);
  return expr;
}

describe('static values', () => {
  const known: readonly (readonly [string, string])[] = [
    [':a', ':a'],
    ['nil', ':nil'],
    ['"a"', '"a"'],
    ["'a'", "'a'"],
    ['1_000', '1000'],
    ['0xFF', '255'],
    ['-1.5', '-1.5'],
    ['[1, a: 2]', '[1, {:a, 2}]'],
    ['{:a, "b"}', '{:a, "b"}'],
    ['{:id, :uuid, autogenerate: true}', '{:id, :uuid, [{:autogenerate, :true}]}'],
    ['%{"b" => [2], a: 1}', '%{"b" => [2], :a => 1}'],
    ['%Order{id: 1}', '%Shop.Order{:id => 1}'],
    ['Order.Item', 'Shop.Order.Item'],
    ['@prefix', '"shop"'],
    ['table', ':orders'],
    ['"a" <> "b"', '"ab"'],
    ['[1] ++ [2]', '[1, 2]'],
    ['60 * 60 + 1', '3601'],
    ['"#{@prefix}.#{table}_#{1}"', '"shop.orders_1"'],
    [':"#{table}_index"', ':orders_index'],
    ['~w(a b)a', '[:a, :b]'],
    ['~w(a b)', '["a", "b"]'],
    ['~s(a)', '"a"'],
    ['to_string(table)', '"orders"'],
    ['(1)', '1'],
  ];
  for (const [source, expected] of known) {
    it(source, () => {
      const value = staticValue(expressionOf(source), environment);
      assert.equal(value.kind === 'known' ? shown(value.value) : value.reason, expected);
    });
  }

  const unknown: readonly (readonly [string, string, string])[] = [
    ['x', 'x is not known', 'x'],
    ['@other', '@other is not known', '@other'],
    ['[1, f(2)]', 'f is called for it', 'f(2)'],
    ['{:a, b}', 'b is not known', 'b'],
    ['"a#{b}"', 'a part of the text is computed', '"a#{b}"'],
    ['%{a | b: 1}', 'it is an updated map', '%{a | b: 1}'],
    ['1 + "a"', 'it is computed', '1 + "a"'],
    ['~r/a/', '~r is not read', '~r/a/'],
    ['Foo.to_string(1)', 'to_string is called for it', 'Foo.to_string(1)'],
    ['fn -> 1 end', 'it is computed', 'fn -> 1 end'],
  ];
  for (const [source, reason, at] of unknown) {
    it(`${source} is unknown`, () => {
      const value = staticValue(expressionOf(source), environment);
      assert.ok(value.kind === 'unknown', source);
      assert.deepEqual([value.reason, textAt(source, value.at)], [reason, at]);
    });
  }

  it('reads attributes one after the other', () => {
    const [module] = modulesIn(
      elixirParser.parse(
        'defmodule A do\n  @a "x"\n  @b [@a, @c]\n  @c 1\n  @d {@a, @c}\n  @a f()\n  @e @a\nend',
      ),
    );
    assert.ok(module);
    const values = staticAttributes(module.attributes, module.environment);
    assert.deepEqual(
      [...values].map(([name, value]) => `${name} ${shown(value)}`),
      ['c 1', 'd {"x", 1}'],
    );
  });

  it('fills in what is known of a text and keeps its places', () => {
    const source = 'execute "ALTER TABLE #{@prefix}.#{table} ADD #{column} int"';
    const call = expressionOf(source);
    assert.ok(call.kind === 'call' && call.args[0]?.kind === 'text');
    const content = staticContent(call.args[0], environment);
    assert.equal(content.text, 'ALTER TABLE shop.orders ADD __interpolated2__ int');
    assert.deepEqual(
      content.holes.map((hole) => textAt(content.text, hole)),
      ['__interpolated2__'],
    );
    const start = content.text.indexOf('ADD');
    assert.equal(textAt(source, content.toOuter({ start, end: start + 3 })), 'ADD');
    assert.equal(textAt(source, content.toOuter(content.holes[0] ?? assert.fail())), '#{column}');
  });

  it('finds entries of keyword lists and maps', () => {
    for (const source of ['[a: 1, b: 2]', '%{a: 1, b: 2}', '[{:b, 2}]']) {
      const value = staticValue(expressionOf(source));
      assert.ok(value.kind === 'known');
      assert.deepEqual(entryNamed(value.value, 'b'), { kind: 'number', value: 2 });
      assert.equal(entryNamed(value.value, 'c'), null);
    }
  });

  it('knows texts as to_string gives them', () => {
    const texts = ['nil', ':a', '"b"', '1', '1.5', 'Foo', '[1]'].map((source) => {
      const value = staticValue(expressionOf(source));
      return value.kind === 'known' ? toText(value.value) : '?';
    });
    assert.deepEqual(texts, ['', 'a', 'b', '1', null, 'Elixir.Foo', null]);
  });
});
