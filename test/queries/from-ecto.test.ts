// Ecto code and the queries that are read from it. What Ecto makes of single queries is in test/truth/ecto-queries.test.ts;
// here it is how they are put together, run, and lost sight of.

import assert from 'node:assert/strict';
import { queriesIn } from '../../server/src/queries/from-ecto.js';
import { elixirParser, sqlParser } from '../support/parsers.js';
import { printedQuery } from '../support/query-printer.js';

function moduleWith(code: string): string {
  return [
    'defmodule Shop.Example do',
    '  import Ecto.Query',
    '  alias Shop.{Comment, Org, Post, Repo, User}',
    '  alias Ecto.Multi',
    '  def run(query, org, id, opts) do',
    ...code.split('\n').map((line) => `    ${line}`),
    '  end',
    'end',
  ].join('\n');
}

function read(code: string): readonly string[] {
  return queriesIn(elixirParser.parse(moduleWith(code)), sqlParser).map(printedQuery);
}

function table(cases: readonly (readonly [code: string, ...queries: string[]])[]): void {
  for (const [code, ...queries] of cases) it(code, () => assert.deepEqual(read(code), queries));
}

describe('Ecto queries', () => {
  describe('sources', () => {
    table([
      ['Repo.all(Post)', 'Repo.all: select Shop.Post #0 -> #0.*'],
      ['Repo.all("posts")', 'Repo.all: select posts #0 -> #0.*'],
      ['Repo.all({"old_posts", Post})', 'Repo.all: select Shop.Post@old_posts #0 -> #0.*'],
      ['Repo.all(from p in Post)', 'Repo.all: select Shop.Post #0 -> #0.*'],
      ['Repo.all(from(Post, where: [id: ^id]))', 'Repo.all: select Shop.Post #0 where #0.id = {id} -> #0.*'],
      ['Repo.all(Shop.Blog.Post)', 'Repo.all: select Shop.Blog.Post #0 -> #0.*'],
      ['Repo.all(__MODULE__)', 'Repo.all: select Shop.Example #0 -> #0.*'],
      ['alias Shop.Blog.Entry, as: E\nRepo.all(E)', 'Repo.all: select Shop.Blog.Entry #0 -> #0.*'],
      ['schema = Post\nRepo.all(from s in schema)', 'Repo.all: select Shop.Post #0 -> #0.*'],
      ['Repo.all(Ecto.assoc(org, :posts))', 'Repo.all: select ^~>posts #0 where ~l(#0.*) -> #0.*'],
      [
        'Repo.all(query)',
        'Repo.all: select [the query comes from elsewhere] #0 -> #0.* [the query comes from elsewhere]',
      ],
      [
        'Repo.all(from p in query, where: p.org_id == ^org.id)',
        'Repo.all: select [its source is not known here] #0 where #0.org_id = {org.id} -> #0.* [its source is not known here]',
      ],
    ]);
  });

  describe('sinks', () => {
    table([
      ['Repo.get(Post, id)', 'Repo.get: select Shop.Post #0 where #0.#primary-key = {id} -> #0.*'],
      ['Post |> Repo.get!(id)', 'Repo.get!: select Shop.Post #0 where #0.#primary-key = {id} -> #0.*'],
      ['Repo.get_by(Post, slug: id)', 'Repo.get_by: select Shop.Post #0 where #0.slug = {id} -> #0.*'],
      [
        'Repo.get_by!(Post, [id: id, org_id: org.id], skip: true)',
        'Repo.get_by!: select Shop.Post #0 where #0.id = {id} and #0.org_id = {org.id} -> #0.*',
      ],
      ['Repo.get_by(Post, %{slug: id})', 'Repo.get_by: select Shop.Post #0 where #0.slug = {id} -> #0.*'],
      [
        'clauses = [slug: id]\nRepo.get_by(Post, clauses)',
        'Repo.get_by: select Shop.Post #0 where #0.slug = {id} -> #0.*',
      ],
      ['Repo.get_by(Post, opts)', 'Repo.get_by: select Shop.Post #0 where ~?() -> #0.*'],
      ['Repo.exists?(Post)', 'Repo.exists?: select Shop.Post #0 -> #0.*'],
      ['Repo.aggregate(Post, :count, :id)', 'Repo.aggregate: select Shop.Post #0 -> #0.*'],
      ['Post |> Repo.stream() |> Enum.to_list()', 'Repo.stream: select Shop.Post #0 -> #0.*'],
      [
        'Repo.update_all(Post, set: [title: "x", n: id])',
        'Repo.update_all: update Shop.Post #0 set title = {"x"}, n = {id}',
      ],
      [
        'Repo.update_all(Post, [inc: [n: 1]], timeout: 5)',
        'Repo.update_all: update Shop.Post #0 set n = {1}',
      ],
      [
        'Post |> where(id: ^id) |> Repo.delete_all()',
        'Repo.delete_all: delete Shop.Post #0 where #0.id = {id}',
      ],
      [
        'Repo.insert_all(Post, [%{title: "a", org_id: org.id}, %{title: "b", org_id: org.id}])',
        'Repo.insert_all: insert Shop.Post #0 (title, org_id) values ({"a"}, {org.id}), ({"b"}, {org.id})',
      ],
      [
        'Repo.insert_all(Post, opts, on_conflict: :nothing, conflict_target: [:slug])',
        'Repo.insert_all: insert Shop.Post #0 (?) on conflict (slug) nothing',
      ],
      [
        'Repo.insert_all(Post, from(u in User, select: %{author_id: u.id}))',
        'Repo.insert_all: insert Shop.Post #0 (author_id) from (select Shop.User #0 -> author_id=#0.id)',
      ],
      ['Shop.ReadRepo.all(Post)', 'Shop.ReadRepo.all: select Shop.Post #0 -> #0.*'],
      ['Repo.replica().all(Post)', 'Repo.replica().all: select Shop.Post #0 -> #0.*'],
      ['repo().all(Post)', 'repo().all: select Shop.Post #0 -> #0.*'],
      [
        'Multi.new() |> Multi.update_all(:x, where(Post, id: ^id), set: [n: 1])',
        'Multi.update_all: update Shop.Post #0 where #0.id = {id} set n = {1}',
      ],
      [
        'Multi.delete_all(Multi.new(), :x, fn %{org: o} -> from(p in Post, where: p.org_id == ^o.id) end)',
        'Multi.delete_all: delete Shop.Post #0 where #0.org_id = {o.id}',
      ],
      [
        'Multi.run(Multi.new(), :x, fn repo, _ -> repo.all(Post) end)',
        'repo.all: select Shop.Post #0 -> #0.*',
      ],
      ['Repo.transaction(fn -> Repo.all(Post) end)', 'Repo.all: select Shop.Post #0 -> #0.*'],
      [
        'Enum.map(opts, &Repo.get(Post, &1))',
        'Repo.get: select Shop.Post #0 where #0.#primary-key = {&1} -> #0.*',
      ],
      [
        'Repo.preload(org, posts: from(p in Post, where: p.draft))',
        'preload: select Shop.Post #0 where ~(#0.draft) -> #0.*',
      ],
      [
        'Repo.get_by(Post, [{:id, id}, {:org_id, org.id}])',
        'Repo.get_by: select Shop.Post #0 where #0.id = {id} and #0.org_id = {org.id} -> #0.*',
      ],
      [
        'Repo.get_by(Post, Keyword.put([id: id], :org_id, org.id))',
        'Repo.get_by: select Shop.Post #0 where #0.id = {id} and #0.org_id = {org.id} -> #0.*',
      ],
      [
        'Repo.get_by(Post, [id: id] ++ [org_id: org.id])',
        'Repo.get_by: select Shop.Post #0 where #0.id = {id} and #0.org_id = {org.id} -> #0.*',
      ],
      [
        'rows = Enum.map(opts, fn x -> %{x: x, org_id: org.id} end)\nRepo.insert_all(Post, rows)',
        'Repo.insert_all: insert Shop.Post #0 (x, org_id) values ({x}, {org.id})',
      ],
      [
        'Repo.insert_all(Post, for(x <- opts, do: %{x: x, org_id: org.id}))',
        'Repo.insert_all: insert Shop.Post #0 (x, org_id) values ({x}, {org.id})',
      ],
      [
        'Multi.new() |> Multi.all(:a, Post) |> Multi.one(:b, where(Post, id: ^id)) |> Multi.exists?(:c, Post)',
        'Multi.all: select Shop.Post #0 -> #0.*',
        'Multi.one: select Shop.Post #0 where #0.id = {id} -> #0.*',
        'Multi.exists?: select Shop.Post #0 -> #0.*',
      ],
      ['Repo.all(assoc(org, :posts))', 'Repo.all: select ^~>posts #0 where ~l(#0.*) -> #0.*'],
      // Libraries that are given a query, and a Repo to run it with.
      [
        'Connection.from_query(where(Post, org_id: ^id), &Repo.all/1, opts)',
        'Connection.from_query: select Shop.Post #0 where #0.org_id = {id} -> #0.*',
      ],
      [
        'Flop.run(where(Post, org_id: ^id), opts, repo: Repo)',
        'Flop.run: select Shop.Post #0 where #0.org_id = {id} -> #0.*',
      ],
      [
        'Post |> where(org_id: ^id) |> Repo.paginate(opts)',
        'Repo.paginate: select Shop.Post #0 where #0.org_id = {id} -> #0.*',
      ],
      ['Post |> changeset(opts) |> Repo.insert!()'],
      // What is no Repo, and what is no query.
      ['Repository.all(Post)'],
      ['Shop.Repo.Group.all(Post)'],
      ['Enum.all?(opts)'],
      ['Map.get(Post, id)'],
    ]);
  });

  describe('steps', () => {
    table([
      [
        'Post |> from(as: :post) |> where(as(:post).org_id == ^id) |> Repo.all()',
        'Repo.all: select Shop.Post post where post.org_id = {id} -> post.*',
      ],
      [
        'Post |> join(:inner, [p], c in Comment, c.post_id == p.id) |> Repo.all()',
        'Repo.all: select Shop.Post #0 inner Shop.Comment #1 on #1.post_id = #0.id -> #0.*',
      ],
      [
        'q = where(Comment, org_id: ^id)\nPost |> join(:inner, [p], c in ^q, on: c.post_id == p.id) |> Repo.all()',
        'Repo.all: select Shop.Post #0 inner (select Shop.Comment #0 where #0.org_id = {id} -> #0.*) #1 on #1.post_id = #0.id -> #0.*',
      ],
      [
        'd = dynamic([p], p.org_id == ^id)\nd = dynamic([p], ^d and p.x == 1)\nPost |> where(^d) |> Repo.all()',
        'Repo.all: select Shop.Post #0 where #0.org_id = {id} and #0.x = {1} -> #0.*',
      ],
      [
        'kw = [org_id: id, x: 1]\nfrom(p in Post, where: ^kw) |> Repo.all()',
        'Repo.all: select Shop.Post #0 where #0.org_id = {id} and #0.x = {1} -> #0.*',
      ],
      [
        'query = from p in Post\nquery = where(query, [p], p.org_id == ^org.id)\nquery = order_by(query, :id)\nRepo.all(query)',
        'Repo.all: select Shop.Post #0 where #0.org_id = {org.id} -> #0.*',
      ],
      [
        'base = where(Post, org_id: ^org.id)\nRepo.aggregate(base, :count)\nRepo.all(limit(base, 10))',
        'Repo.aggregate: select Shop.Post #0 where #0.org_id = {org.id} -> #0.*',
        'Repo.all: select Shop.Post #0 where #0.org_id = {org.id} -> #0.*',
      ],
      [
        'from p in Post, where: p.org_id == ^org.id',
        'select Shop.Post #0 where #0.org_id = {org.id} -> #0.*',
      ],
      [
        'Post |> where([p], p.a == 1) |> or_where([p], p.b == 2) |> where([p], p.c == 3) |> Repo.all()',
        'Repo.all: select Shop.Post #0 where (#0.a = {1} or #0.b = {2}) and #0.c = {3} -> #0.*',
      ],
      [
        'Post |> where(org_id: ^org.id) |> exclude(:where) |> Repo.all()',
        'Repo.all: select Shop.Post #0 -> #0.*',
      ],
      [
        'filters = [org_id: org.id]\nPost |> where(^filters) |> Repo.all()',
        'Repo.all: select Shop.Post #0 where #0.org_id = {org.id} -> #0.*',
      ],
      ['Post |> where(^opts) |> Repo.all()', 'Repo.all: select Shop.Post #0 where ~?() -> #0.*'],
      [
        'd = dynamic([p], p.org_id == ^org.id)\nRepo.all(from p in Post, where: ^d)',
        'Repo.all: select Shop.Post #0 where #0.org_id = {org.id} -> #0.*',
      ],
      [
        'Post |> then(&where(&1, org_id: ^org.id)) |> Repo.all()',
        'Repo.all: select Shop.Post #0 where #0.org_id = {org.id} -> #0.*',
      ],
      [
        'Post |> then(fn q -> where(q, org_id: ^org.id) end) |> Repo.all()',
        'Repo.all: select Shop.Post #0 where #0.org_id = {org.id} -> #0.*',
      ],
      [
        'with {:ok, org} <- opts, posts = Repo.all(Post) do\n  posts\nend',
        'Repo.all: select Shop.Post #0 -> #0.*',
      ],
      [
        'Repo.one!(from u in User, where: u.id == ^Repo.one(Post))',
        'Repo.one!: select Shop.User #0 where #0.id = {Repo.one(…)} -> #0.*',
        'Repo.one: select Shop.Post #0 -> #0.*',
      ],
    ]);
  });

  describe('what the program decides', () => {
    table([
      [
        'q = if org, do: where(Post, org_id: ^org.id), else: Post\nRepo.all(q)',
        'Repo.all: select Shop.Post #0 where either(#0.org_id = {org.id} | true) -> #0.*',
      ],
      [
        'q = from p in Post\nq = if org, do: where(q, org_id: ^org.id), else: q\nRepo.all(q)',
        'Repo.all: select Shop.Post #0 where either(#0.org_id = {org.id} | true) -> #0.*',
      ],
      [
        'q = where(Post, state: "new")\nq = case org do\n  nil -> q\n  o -> where(q, org_id: ^o.id)\nend\nRepo.all(q)',
        'Repo.all: select Shop.Post #0 where #0.state = {"new"} and either(true | #0.org_id = {o.id}) -> #0.*',
      ],
      [
        'q = from p in Post\nq = cond do\n  org -> join(q, :inner, [p], o in Org, on: o.id == p.org_id)\n  true -> q\nend\nRepo.all(q)',
        'Repo.all: select Shop.Post #0 left Shop.Org #1 on #1.id = #0.org_id where either(#1.id = #0.org_id | #1.#primary-key is null) -> #0.*',
      ],
      [
        'opts |> Enum.reduce(where(Post, org_id: ^org.id), fn {:state, s}, q -> where(q, state: ^s)\n _, q -> q end) |> Repo.all()',
        'Repo.all: select Shop.Post #0 where #0.org_id = {org.id} and either(true | either(#0.state = {s} | true)) -> #0.*',
      ],
      [
        'q = for {k, v} <- opts, reduce: from(p in Post) do\n  q -> or_where(q, state: ^v)\nend\nRepo.all(q)',
        'Repo.all: select Shop.Post #0 where either(true | #0.state = {v}) -> #0.*',
      ],
      // An unknown function may have done anything.
      [
        'Post |> where(org_id: ^org.id) |> filter(opts) |> Repo.all()',
        'Repo.all: select Shop.Post #0 where #0.org_id = {org.id} -> #0.* [it goes through "filter"]',
      ],
      [
        'Post |> Post.visible_to(org) |> Repo.all()',
        'Repo.all: select Shop.Post #0 -> #0.* [it goes through "visible_to"]',
      ],
      [
        'Repo.all(Post.published())',
        'Repo.all: select [the query comes from elsewhere] #0 -> #0.* [the query comes from elsewhere]',
      ],
      ['q = from p in Post\nShop.Paging.page(q, opts)', 'select Shop.Post #0 -> #0.*'],
    ]);
  });

  describe('bindings', () => {
    table([
      [
        'Post |> join(:inner, [p], c in Comment, on: c.post_id == p.id) |> join(:left, [p, c], u in User, on: u.id == c.user_id) |> where([p, ..., u], u.id == ^id and p.id == 1) |> Repo.all()',
        'Repo.all: select Shop.Post #0 inner Shop.Comment #1 on #1.post_id = #0.id left Shop.User #2 on #2.id = #1.user_id where #2.id = {id} and #0.id = {1} -> #0.*',
      ],
      [
        'Repo.all(from p in Post, as: :post, join: c in assoc(p, :comments), as: :c, where: as(:c).x == ^id and as(:post).org_id == ^org.id)',
        'Repo.all: select Shop.Post post inner post~>comments c where c.x = {id} and post.org_id = {org.id} -> post.*',
      ],
      [
        'Post |> join(:inner, [p], o in assoc(p, :org), as: :org) |> where([org: o], o.id == ^id) |> Repo.all()',
        'Repo.all: select Shop.Post #0 inner #0~>org org where org.id = {id} -> #0.*',
      ],
      [
        'q = from p in Post\nRepo.all(from [x] in q, where: x.org_id == ^id)',
        'Repo.all: select Shop.Post #0 where #0.org_id = {id} -> #0.*',
      ],
      [
        'Repo.all(from p in Post, where: p.id in subquery(from c in Comment, where: c.org_id == ^id, select: c.post_id))',
        'Repo.all: select Shop.Post #0 where #0.id in ((select Shop.Comment #0 where #0.org_id = {id} -> #0.post_id)) -> #0.*',
      ],
      [
        'Repo.all(from p in Post, where: fragment("? = ANY(?)", p.org_id, ^opts))',
        'Repo.all: select Shop.Post #0 where #0.org_id in ({opts}) -> #0.*',
      ],
      [
        'Repo.all(from p in Post, where: fragment("lower(?)", p.slug) == ^id and fragment("? OR ?", p.a == 1, p.b))',
        'Repo.all: select Shop.Post #0 where ?(#0.slug) = {id} and (~f(#0.a, #0.b) or ~f(#0.a, #0.b)) -> #0.*',
      ],
      [
        'Repo.all(from p in Post, where: field(p, :org_id) == ^id, where: field(p, ^opts) == 1)',
        'Repo.all: select Shop.Post #0 where #0.org_id = {id} and ~?() -> #0.*',
      ],
    ]);
  });

  it('knows the function, the place of the sink and its options', () => {
    const text = moduleWith('Post\n|> where(id: ^id)\n|> Repo.one(prefix: "x", skip_org: true)');
    const [query] = queriesIn(elixirParser.parse(text), sqlParser);
    assert.ok(query?.sink != null);
    assert.equal(query.module, 'Shop.Example');
    assert.equal(query.within?.name, 'run/4');
    assert.equal(text.slice(query.keyword.start, query.keyword.end), 'Repo.one');
    assert.equal(text.slice(query.span.start, query.span.end).startsWith('Post'), true);
    assert.equal(text.slice(query.span.start, query.span.end).endsWith('skip_org: true)'), true);
    assert.deepEqual(query.sink.options, ['prefix', 'skip_org']);
  });
});
