// What stands above functions and queries about tenants, and what a hover says of them.

import assert from 'node:assert/strict';
import { hover } from '../../server/src/features/hover.js';
import { tenantLenses } from '../../server/src/features/tenant-scope.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

const TABLES = `
  create table organizations (id bigint primary key, name text);
  create table posts (
    id bigint primary key, organization_id bigint not null references organizations (id), title text, number int,
    unique (organization_id, number)
  );
  create table projects (id bigint primary key, organization_id bigint not null references organizations (id));
  create table comments (
    id bigint primary key, organization_id bigint not null references organizations (id),
    post_id bigint not null references posts (id), body text
  );
  create table likes (id bigint primary key, comment_id bigint not null references comments (id));
  create table currencies (code text primary key);
`;
const SCHEMAS = `
defmodule Blog.Post do
  use Ecto.Schema
  schema "posts" do
    field :title, :string
    field :organization_id, :integer
    has_many :comments, Blog.Comment
  end
end

defmodule Blog.Comment do
  use Ecto.Schema
  schema "comments" do
    field :body, :string
    field :organization_id, :integer
    belongs_to :post, Blog.Post
  end
end
`;

function workspaceWith(path: string, text: string, tables = TABLES) {
  return memoryWorkspace([
    { path: 'db/migrations/20240101000000_tables.sql', text: tables },
    { path: 'lib/blog/schemas.ex', text: SCHEMAS },
    { path, text },
  ]);
}

/** What stands above, as `place: title`; the place is the first word of what it is above. */
function lenses(path: string, text: string, tables = TABLES): readonly string[] {
  const workspace = workspaceWith(path, text, tables);
  return tenantLenses(workspace, `${ROOT}/${path}`).map(
    ({ span, title }) => `${/^[\w.?!]+/.exec(text.slice(span.start))?.[0]}: ${title}`,
  );
}

function elixir(functions: string): string {
  return `defmodule Blog.Posts do\n  import Ecto.Query\n  alias Blog.{Comment, Post, Repo}\n\n${functions}\nend\n`;
}

describe('the lens of a SQL query about tenants', () => {
  const cases: readonly (readonly [sql: string, title: string | null])[] = [
    ['select * from posts where organization_id = $1;', 'scoped by organization_id'],
    ['select * from posts;', "reads every organization's posts"],
    ['update posts set title = $1;', "changes every organization's posts"],
    ['delete from posts;', "deletes every organization's posts"],
    ['insert into posts (title) values ($1);', 'adds to posts without organization_id'],
    ['insert into posts (organization_id, title) values ($1, $2);', 'scoped by organization_id'],
    ['select * from posts where id = $1;', 'not scoped by organization_id (found by key)'],
    ['select * from comments where post_id = $1;', 'not scoped by organization_id (found by post_id)'],
    ['select * from likes where id = $1;', 'not scoped by organization_id (found by key)'],
    [
      'select l.* from likes l join comments c on c.id = l.comment_id where c.organization_id = $1;',
      'scoped by organization_id through comments',
    ],
    [
      'select * from posts where ($1::bigint is null or organization_id = $1);',
      'organization_id may be switched off by the caller',
    ],
    ['select * from organizations where id = $1;', 'one organization, by id'],
    ['select * from organizations;', null],
    [
      'select * from organizations where ($1::bigint is null or id = $1);',
      'the organization may be left open by the caller',
    ],
    ['select * from currencies;', null],
    ['select * from somewhere_else;', null],
    [
      '-- tenant: global (nightly report)\nselect * from posts;',
      'meant for every organization: nightly report',
    ],
    ['-- tenant: ignore (nobody runs it)\nselect * from posts;', null],
    ['-- tenant: global (x)\nselect * from posts where organization_id = $1;', 'scoped by organization_id'],
  ];
  for (const [sql, title] of cases) {
    it(`${title ?? 'is not there'}: ${sql}`, () => {
      const expected = title === null ? [] : [`${/^(?!--)\w+/m.exec(sql)?.[0]}: ${title}`];
      assert.deepEqual(lenses('db/queries/posts.sql', sql), expected);
    });
  }

  it('calls a tenant by the name of its table', () => {
    const tables = TABLES.replaceAll('references organizations', 'references "Companies"').replace(
      'create table organizations',
      'create table "Companies"',
    );
    assert.deepEqual(lenses('db/queries/a.sql', 'select * from posts;', tables), [
      "select: reads every company's posts",
    ]);
  });

  it('is not there without tenants', () => {
    assert.deepEqual(lenses('db/queries/a.sql', 'select * from posts;', 'create table posts (id int);'), []);
  });

  it('is not there in migrations, tests and seeds', () => {
    for (const path of ['db/migrations/20240102000000_a.sql', 'test/support/a.sql', 'priv/repo/seeds.sql']) {
      assert.deepEqual(lenses(path, 'update posts set title = null;'), [], path);
    }
  });
});

describe('the lens of a function about tenants', () => {
  const check = (what: string, functions: string, expected: readonly string[]) =>
    it(what, () => assert.deepEqual(lenses('lib/blog/posts.ex', elixir(functions)), expected));

  check(
    'one for each function that runs a query',
    `
  def list(org), do: Repo.all(where(Post, organization_id: ^org.id))
  def base, do: from(p in Post)
  def other(x), do: x
  def get!(id), do: Repo.get!(Post, id)`,
    ['list: scoped by organization_id', 'get!: not scoped by organization_id (found by key)'],
  );
  check(
    'the worst of its queries',
    `
  def both(org, id) do
    {Repo.all(where(Post, organization_id: ^org.id)), Repo.get(Comment, id), Repo.all(Post)}
  end`,
    ["both: reads every organization's posts"],
  );
  check(
    'one for all clauses',
    `
  def list(nil), do: []
  def list(:all), do: Repo.all(Post)
  def list(org), do: Repo.all(where(Post, organization_id: ^org.id))`,
    ["list: reads every organization's posts"],
  );
  check(
    'none where a part is not known',
    `
  def both(org, query) do
    {Repo.all(where(Post, organization_id: ^org.id)), Repo.all(join(query, :inner, [q], p in Post, on: true))}
  end`,
    [],
  );
  check(
    'what is annotated is not the worst of what is not',
    `
  @tenant {:global, "nightly"}
  def sweep, do: Repo.all(Post)
  # tenant: global (nightly)
  def list(id), do: Repo.get(Post, id)`,
    ['sweep: meant for every organization: nightly', 'list: meant for every organization: nightly'],
  );
  check(
    'SQL in strings',
    `
  def titles, do: Repo.query!("SELECT title FROM posts WHERE organization_id = $1", [1])
  def all, do: Repo.query!("SELECT title FROM posts", [])`,
    ['titles: scoped by organization_id', "all: reads every organization's posts"],
  );
});

describe('the hover about tenants', () => {
  const said = (path: string, text: string, at: string): string | null =>
    hover(workspaceWith(path, text), `${ROOT}/${path}`, text.indexOf(at) + 1)?.markdown ?? null;

  it('tells which equality holds a table to its tenant, and what follows', () => {
    const sql =
      'select l.* from likes l join comments c on c.id = l.comment_id where c.organization_id = $1 and l.id > $2;';
    assert.equal(
      said('db/queries/likes.sql', sql, 'comments c'),
      [
        '**Tenants**: scoped by organization_id through comments',
        '',
        '- `likes` belongs to a row of the query that is tied to one tenant',
        '- `comments` is compared by `organization_id`: `organization_id = $1`',
      ].join('\n'),
    );
  });

  it('is there over the verb and over what runs an Ecto query, not beside them', () => {
    const text = elixir('  def list(org), do: Repo.all(where(Post, organization_id: ^org.id))');
    for (const at of ['Repo.all', 'Post, org']) {
      assert.match(said('lib/blog/posts.ex', text, at) ?? '', /scoped by organization_id/, at);
    }
    assert.equal(said('lib/blog/posts.ex', text, 'def list'), null);
    assert.match(said('db/queries/a.sql', 'select 1, * from posts;', 'select') ?? '', /reads every/);
    assert.equal(said('db/queries/a.sql', 'select 1, * from posts;', '1'), null);
  });

  it('tells what the Repo adds, and what keeps it from that', () => {
    const repo = `
defmodule Blog.Repo do
  use Ecto.Repo, otp_app: :blog, adapter: Ecto.Adapters.Postgres

  def prepare_query(_operation, query, opts) do
    if opts[:skip_organization_id] do
      {query, opts}
    else
      {where(query, organization_id: ^opts[:organization_id]), opts}
    end
  end
end
`;
    const text = elixir(`
  def list, do: Repo.all(Post)
  def every, do: Repo.all(Comment, skip_organization_id: true)`);
    const files = [
      { path: 'db/migrations/20240101000000_tables.sql', text: TABLES },
      { path: 'lib/blog/schemas.ex', text: SCHEMAS },
      { path: 'lib/blog/repo.ex', text: repo },
      { path: 'lib/blog/posts.ex', text },
    ];
    const at = (part: string) =>
      hover(memoryWorkspace(files), `${ROOT}/lib/blog/posts.ex`, text.indexOf(part) + 1)?.markdown ?? '';
    assert.match(at('Repo.all(Post'), /scoped by organization_id/);
    assert.match(at('Repo.all(Post'), /`Blog.Repo` compares `organization_id` in its queries/);
    assert.match(at('Repo.all(Comment'), /reads every organization's comments/);
    assert.match(at('Repo.all(Comment'), /`skip_organization_id` keeps `Blog.Repo` from comparing/);
  });

  it('says what people said', () => {
    const text = '-- tenant: ignore (nobody runs it)\nselect * from posts;';
    assert.match(said('db/queries/a.sql', text, 'posts') ?? '', /Nothing is said about it: nobody runs it\./);
  });

  it('is not there for tables that belong to nobody', () => {
    assert.match(
      said('db/queries/a.sql', 'select * from currencies;', 'currencies') ?? '',
      /`currencies` is shared/,
    );
  });
});
