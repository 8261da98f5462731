// Damaged and shuffled queries: nothing throws, every span lies in the text, and the same text gives the same verdict.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { queriesIn } from '../../server/src/queries/from-ecto.js';
import { queriesOf } from '../../server/src/queries/from-sql.js';
import type { Query } from '../../server/src/queries/query.js';
import { repoPartsIn } from '../../server/src/queries/repo-hooks.js';
import { sqlTextsIn } from '../../server/src/queries/sql-texts.js';
import { elixirParser, sqlParser } from '../support/parsers.js';
import { type Random, randomFrom } from '../support/random.js';
import { tenantWorld } from '../support/tenants.js';

const folder = new URL('../truth/ecto-queries/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');

const world = tenantWorld(
  `create table organizations (id bigint primary key);
   create table products (id bigint primary key, organization_id bigint not null references organizations, category_id bigint);
   create table orders (id uuid primary key, organization_id bigint not null references organizations, customer_id uuid);
   create table line_items (id bigint primary key, order_id uuid not null references orders, product_id bigint);
   create table memberships (organization_id bigint references organizations, user_id uuid, primary key (organization_id, user_id));`,
  read('schemas.ex'),
);

const recorded = Object.values(JSON.parse(read('expected.json')) as Record<string, { sql?: string | null }>);
const statements = [
  ...recorded.flatMap(({ sql }) => (sql == null ? [] : [sql])),
  'with recursive t as (select id from products where organization_id = $1 union all select p.id from products p join t on p.id = t.id) select * from t',
  'with a as (select * from b), b as (select * from a) select * from a, b',
  'with recursive a as (select * from a) select * from a x, a y, a z',
  'insert into products (id, organization_id) select id, organization_id from orders o on conflict (id) do update set id = excluded.id',
  'update products p set id = (select max(id) from orders) from line_items l where (l.id, p.id) in (select 1, 2)',
  'select case when $1 is null then organization_id = $2 else true end from products where organization_id = coalesce($3, organization_id)',
];
const snippets = [...read('queries.md').matchAll(/```elixir\n([\s\S]*?)```/g)].map(([, code = '']) => code);
const tails = [
  '|> Repo.all()',
  '|> Repo.delete_all()',
  '|> Repo.get(1)',
  '|> then(&where(&1, id: 1))',
  '|> Repo.get_by(id: ^id)',
] as const;

describe('queries from damaged texts', () => {
  it('in SQL', () => {
    let readable = 0;
    for (let seed = 0; seed < 1500; seed++) {
      const random = randomFrom(seed);
      const text = damaged(statements[random.below(statements.length)] ?? '', statements, random);
      const queries = queriesOf(sqlParser.statement(text));
      if (queries.length > 0) readable += 1;
      for (const query of queries) check(query, text, `seed ${seed}: ${text}`);
    }
    assert.ok(readable > 300, `only ${readable} could be read`);
  });

  it('in Ecto', () => {
    let found = 0;
    for (let seed = 0; seed < 600; seed++) {
      const random = randomFrom(seed);
      const code = damaged(snippets[random.below(snippets.length)] ?? '', snippets, random);
      const text = `defmodule Shop.X do\nalias Shop.{Order, Product, Repo}\ndef prepare_query(_, query, id) do\n${code}\n${random.pick(tails)}\nend\nend\n`;
      const elixir = elixirParser.parse(text);
      const queries = [
        ...queriesIn(elixir, sqlParser),
        ...sqlTextsIn(elixir, sqlParser).map(({ query }) => query),
      ];
      found += queries.length;
      for (const query of queries) check(query, text, `seed ${seed}: ${text}`);
      repoPartsIn(elixir, sqlParser);
    }
    assert.ok(found > 300, `only ${found} were found`);
  });

  it('in deeply nested ones', () => {
    const deep = (depth: number, open: string, middle: string, close: string) =>
      open.repeat(depth) + middle + close.repeat(depth);
    // Deep enough that whatever doubles with each level would never end.
    const texts = [
      deep(30, 'select * from (', 'select * from products', ') x'),
      `select * from products where ${deep(30, 'id in (select id from products where ', 'true', ')')}`,
      `select * from products where ${Array.from({ length: 40 }, (_, n) => `(id = ${n} or category_id = ${n})`).join(' and ')}`,
      Array.from({ length: 60 }, () => 'select id from products').join(' union '),
      `with ${Array.from({ length: 20 }, (_, n) => `c${n} as (select * from ${n === 0 ? 'products' : `c${n - 1} a join c${n - 1} b on a.id = b.id`})`).join(', ')} select * from c19`,
    ];
    for (const text of texts) {
      const [query] = queriesOf(sqlParser.statement(text));
      assert.ok(query !== undefined);
      check(query, text, text.slice(0, 80));
    }
    const nested = `defmodule X do\ndef f(q) do\n${deep(30, 'then(q, fn q -> ', 'Repo.all(q)', ' end)')}\nend\nend`;
    for (const query of queriesIn(elixirParser.parse(nested), sqlParser))
      check(query, nested, 'nested functions');
  }).timeout(60_000);

  it('in long chains of conditions, each of which holds all before it', () => {
    const chains = [
      (n: number) => `o.id == ^a${n}`,
      (n: number) => `(o.organization_id == ^a${n} and o.id == ^b)`,
    ].map((term) => Array.from({ length: 600 }, (_, n) => term(n)).join(' or '));
    for (const chain of chains) {
      const text = `defmodule Shop.X do\nimport Ecto.Query\ndef f do\nfrom(o in "orders", where: ${chain}) |> Shop.Repo.all()\nend\nend\n`;
      const [query, ...others] = queriesIn(elixirParser.parse(text), sqlParser);
      assert.ok(query !== undefined && others.length === 0);
      // Where every step looks at all that is left of the chain, this ends long after the time that a test has.
      check(query, text, 'a long chain');
    }
  });
});

/** Drops, doubles or swaps a few words, or takes some from another text. */
function damaged(text: string, others: readonly string[], random: Random): string {
  const words = text.split(/(?<=[\s(),])|(?=[\s(),])/);
  for (let times = random.below(4); times > 0; times--) {
    const at = random.below(words.length);
    const other = (others[random.below(others.length)] ?? '').split(/(?<=[\s(),])|(?=[\s(),])/);
    const from = random.below(other.length);
    random.pick([
      () => words.splice(at, 1),
      () => words.splice(at, 0, words[random.below(words.length)] ?? ''),
      () => words.splice(at, 2, ...other.slice(from, from + 4)),
      () => words.splice(at, words.length),
    ])();
  }
  return words.join('');
}

function check(query: Query, text: string, seed: string): void {
  const spans: { start: number; end: number }[] = [];
  collectSpans(query, spans);
  for (const { start, end } of spans) {
    assert.ok(start >= 0 && start <= end && end <= text.length, `${start}-${end} of ${text.length}: ${seed}`);
  }
  assert.deepEqual(world.scoping(query), world.scoping(query), seed);
}

function collectSpans(value: unknown, spans: { start: number; end: number }[]): void {
  if (typeof value !== 'object' || value === null) return;
  if ('start' in value && 'end' in value) spans.push(value as { start: number; end: number });
  for (const part of Object.values(value)) collectSpans(part, spans);
}
