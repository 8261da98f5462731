import assert from 'node:assert/strict';
import {
  environmentAfter,
  moduleReferences,
  noAliases,
  resolveAlias,
} from '../../../server/src/syntax/elixir/aliases.js';
import { functionFor, functionsIn } from '../../../server/src/syntax/elixir/functions.js';
import { attributeNamed, modulesIn, uses } from '../../../server/src/syntax/elixir/modules.js';
import type { Call } from '../../../server/src/syntax/elixir/nodes.js';
import { partsOf, pathTo, variablesIn } from '../../../server/src/syntax/elixir/walk.js';
import { textAt } from '../../../server/src/text/span.js';
import { printed } from '../../support/elixir-printer.js';
import { elixirParser } from '../../support/parsers.js';

const source = `alias Shop.Accounts

defmodule Shop.Orders do
  use Shop.Schema, prefix: "a"
  import Ecto.Query, only: [from: 2]
  require Logger
  require Ecto.Query, as: Q
  alias Shop.{Item, Accounts.User}
  alias Shop.Repo, as: R
  alias __MODULE__.Line

  @one 1
  @two [@one]
  @one 2
  @doc false

  if Mix.env() == :test do
    @only_here true
    def test_only, do: @one
  end

  defmodule Line do
    alias R.Replica
    def all(line), do: line
  end

  def list(shop, opts \\\\ [], limit \\\\ 10)
  def list(%{id: id}, _opts, limit) when limit > 0, do: {id, limit}
  def list(nil, _, _), do: []
  def a + b, do: {a, b}
  defp secret(key: value), do: value
  defmacro __using__(_opts), do: nil
  def unquote(:x)(), do: 1
end

defimpl String.Chars, for: Shop.Orders do
  def to_string(order), do: order
end

defprotocol Size do
  def size(data)
end
`;

const file = elixirParser.parse(source);
const modules = modulesIn(file);
const [orders, line] = modules;

describe('modules of Elixir', () => {
  it('has their full names in order', () => {
    assert.deepEqual(
      modules.map(({ kind, name }) => `${kind} ${name}`),
      [
        'defmodule Shop.Orders',
        'defmodule Shop.Orders.Line',
        'defimpl String.Chars.Shop.Orders',
        'defprotocol Size',
      ],
    );
    assert.deepEqual(
      modules.map(({ nameSpan }) => textAt(source, nameSpan)),
      ['Shop.Orders', 'Line', 'String.Chars', 'Size'],
    );
  });

  it('has what it uses, imports, requires and aliases', () => {
    assert.deepEqual(
      orders?.references.map(({ kind, module, as }) => `${kind} ${module}${as === null ? '' : ` as ${as}`}`),
      [
        'use Shop.Schema',
        'import Ecto.Query',
        'require Logger',
        'require Ecto.Query as Q',
        'alias Shop.Item as Item',
        'alias Shop.Accounts.User as User',
        'alias Shop.Repo as R',
        'alias Shop.Orders.Line as Line',
      ],
    );
    assert.ok(orders && uses(orders, 'Shop.Schema') && !uses(orders, 'Ecto.Query'));
  });

  it('knows what names mean in it', () => {
    assert.ok(orders && line);
    const names: readonly [string, string][] = [
      ['Item', 'Shop.Item'],
      ['Item.Price', 'Shop.Item.Price'],
      ['User', 'Shop.Accounts.User'],
      ['R', 'Shop.Repo'],
      ['Q', 'Ecto.Query'],
      ['Accounts.Team', 'Shop.Accounts.Team'],
      ['__MODULE__', 'Shop.Orders'],
      ['__MODULE__.X', 'Shop.Orders.X'],
      ['Elixir.Item', 'Item'],
      ['Unknown.X', 'Unknown.X'],
    ];
    for (const [name, full] of names) assert.equal(resolveAlias(name, orders.environment), full);
    assert.equal(resolveAlias('Replica', line.environment), 'Shop.Repo.Replica');
    assert.equal(resolveAlias('Replica', orders.environment), 'Replica', 'an alias ends with its module');
    assert.equal(resolveAlias('__MODULE__', line.environment), 'Shop.Orders.Line');
    assert.equal(resolveAlias('__MODULE__', noAliases), '__MODULE__');
  });

  it('has attributes in order, the last one counting', () => {
    assert.ok(orders);
    assert.deepEqual(orders.attributes.map(printed), [
      '@one 1',
      '@two [@one]',
      '@one 2',
      '@doc false',
      '@only_here true',
    ]);
    const one = attributeNamed(orders, 'one');
    assert.equal(one && printed(one), '2');
    assert.equal(attributeNamed(orders, 'three'), null);
  });

  it('has functions with their clauses, defaults and guards', () => {
    assert.ok(orders);
    assert.deepEqual(
      orders.functions.map(({ kind, name, arity, defaults, clauses }) => [
        kind,
        name,
        arity,
        defaults,
        clauses.length,
      ]),
      [
        ['def', 'test_only', 0, 0, 1],
        ['def', 'list', 3, 2, 3],
        ['def', '+', 2, 0, 1],
        ['defp', 'secret', 1, 0, 1],
        ['defmacro', '__using__', 1, 0, 1],
      ],
    );
    const list = functionFor(orders.functions, 'list', 1);
    const [head, guarded] = list?.clauses ?? [];
    assert.equal(head?.body, null);
    assert.equal(guarded?.guard && printed(guarded.guard), '(limit > 0)');
    assert.deepEqual(guarded?.params.map(printed), ['%{id: id}', '_opts', 'limit']);
    assert.equal(guarded && textAt(source, guarded.nameSpan), 'list');
    assert.equal(functionFor(orders.functions, 'list', 0), null);
  });

  it('reads aliases inside a function', () => {
    const body = elixirParser.parse('alias A.B\nalias B.C, as: D\nalias E.{F, G}\nx()').items;
    const { aliases } = environmentAfter(body, noAliases);
    assert.deepEqual(Object.fromEntries(aliases), { B: 'A.B', D: 'A.B.C', F: 'E.F', G: 'E.G' });
  });

  it('gives nothing for what is no reference or definition', () => {
    const calls = elixirParser.parse(
      'alias\nalias x\nFoo.alias(Bar)\nuse unquote(a)\ndef\ndef 1\ndefmodule x, do: 1',
    ).items;
    for (const call of calls) {
      if (call.kind === 'call') assert.deepEqual(moduleReferences(call as Call, noAliases), []);
    }
    assert.deepEqual(functionsIn(calls), []);
    assert.deepEqual(modulesIn({ items: calls, comments: [], problems: [] }), []);
  });
});

describe('walking Elixir', () => {
  it('comes to everything, in its order', () => {
    const { items } = elixirParser.parse(
      'f(a.b, c: d[e]) do\n  {g, %{h | i => "#{j}"}}\nelse\n  @k fn l when m -> not n end\nend',
    );
    assert.deepEqual(items.flatMap(variablesIn), ['a', 'd', 'e', 'g', 'h', 'i', 'j', 'l', 'm', 'n']);
  });

  it('finds what is around a place', () => {
    const text = 'a = Repo.all(from u in User, where: u.id == ^id)';
    const { items } = elixirParser.parse(text);
    const place = (start: number) => ({ start, end: start });
    const path = pathTo(items, place(text.indexOf('^id') + 2));
    assert.deepEqual(
      path.map(({ kind }) => kind),
      ['binary', 'call', 'call', 'pair', 'binary', 'unary', 'variable'],
    );
    assert.deepEqual(pathTo(items, place(text.length + 5)), []);
    assert.deepEqual(partsOf(path.at(-1) ?? assert.fail()), []);
  });
});
