// Verdicts on Ecto queries: what is said by associations, structs, keys and options. What SQL and Ecto have in common is in
// scoping-sql.test.ts.

import assert from 'node:assert/strict';
import { hookedQuery } from '../../server/src/queries/repo-hooks.js';
import { ectoQuery, printedVerdict, tenantWorld } from '../support/tenants.js';

const world = tenantWorld(
  `
  create table orgs (id bigint primary key, slug text unique);
  create table users (id bigint primary key, email text unique);
  create table memberships (
    org_id bigint not null references orgs, user_id bigint not null references users,
    primary key (org_id, user_id));
  create table projects (id bigint primary key, org_id bigint not null references orgs, name text);
  create table posts (
    id bigint primary key, tenant_org bigint not null references orgs, project_id bigint references projects,
    slug text, state text, api_token text, unique (tenant_org, slug));
  create table comments (
    id bigint primary key, post_id bigint not null references posts, user_id bigint references users, state text);
  create table tags (id bigint primary key, org_id bigint not null references orgs, name text);
  create table posts_tags (post_id bigint not null references posts, tag_id bigint not null references tags);
  create table plans (id bigint primary key, name text);
  `,
  `
  defmodule Shop.Org do
    use Ecto.Schema
    schema "orgs" do
      field :slug
      has_many :posts, Shop.Post
      has_many :memberships, Shop.Membership
      has_many :users, through: [:memberships, :user]
    end
  end
  defmodule Shop.User do
    use Ecto.Schema
    schema "users" do
      field :email
      has_many :memberships, Shop.Membership
    end
  end
  defmodule Shop.Membership do
    use Ecto.Schema
    @primary_key false
    schema "memberships" do
      belongs_to :org, Shop.Org, primary_key: true
      belongs_to :user, Shop.User, primary_key: true
    end
  end
  defmodule Shop.Project do
    use Ecto.Schema
    schema "projects" do
      field :name
      belongs_to :org, Shop.Org
    end
  end
  defmodule Shop.Post do
    use Ecto.Schema
    schema "posts" do
      field :slug
      field :state
      field :api_token
      belongs_to :org, Shop.Org, source: :tenant_org
      belongs_to :project, Shop.Project
      has_many :comments, Shop.Comment
      many_to_many :tags, Shop.Tag, join_through: "posts_tags"
    end
  end
  defmodule Shop.Comment do
    use Ecto.Schema
    schema "comments" do
      field :state
      belongs_to :post, Shop.Post
      belongs_to :user, Shop.User
    end
  end
  defmodule Shop.Tag do
    use Ecto.Schema
    schema "tags" do
      field :name
      belongs_to :org, Shop.Org
    end
  end
  defmodule Shop.Plan do
    use Ecto.Schema
    schema "plans" do
      field :name
    end
  end
  `,
);

const aliases = 'alias Shop.{Comment, Membership, Org, Plan, Post, Project, Repo, Tag, User}';

function table(cases: readonly (readonly [code: string, verdict: string])[]): void {
  for (const [code, verdict] of cases) {
    it(code, () => assert.equal(printedVerdict(world.scoping(ectoQuery(code, aliases))), verdict));
  }
}

describe('scoping of Ecto queries', () => {
  describe('one schema', () => {
    table([
      ['Repo.all(Post)', 'unscoped: #0 nothing'],
      ['Repo.all(where(Post, org_id: ^org.id))', 'scoped: #0 tenant'],
      ['Repo.all(from p in Post, where: p.org_id in ^opts)', 'scoped: #0 tenant'],
      ['Repo.all(from p in Post, where: p.org_id != ^org.id)', 'unscoped: #0 nothing'],
      ['Repo.all(from p in Post, where: not is_nil(p.org_id))', 'unscoped: #0 nothing'],
      ['Repo.all(from p in Post, group_by: p.org_id, select: {p.org_id, count()})', 'unscoped: #0 nothing'],
      ['Repo.get(Post, id)', 'by-key: #0 primary-key'],
      ['Repo.get_by(Post, id: id, org_id: org.id)', 'scoped: #0 tenant'],
      ['Repo.get_by(Post, slug: id)', 'unscoped: #0 unique-key-without-tenant'],
      ['Repo.get_by(Post, api_token: id)', 'by-key: #0 secret'],
      ['Repo.get_by(Post, opts)', 'unknown: #0 unread'],
      ['Repo.get_by(Org, slug: id)', 'scoped: #0 tenant'],
      ['Repo.all(Org)', 'global: #0 nothing'],
      ['Repo.all(Plan)', 'global: #0 not-a-tenant-table'],
      ['Repo.get_by(Membership, user_id: id)', 'scoped: #0 person'],
      ['Repo.all(from c in Comment, where: c.post_id == ^id)', 'by-key: #0 parent'],
      ['Repo.all("posts")', 'unscoped: #0 nothing'],
      ['Repo.all(from p in "posts", where: p.tenant_org == ^org.id)', 'scoped: #0 tenant'],
      ['Repo.all(Oban.Job)', 'global: #0 not-a-tenant-table'],
      ['Repo.all(Shop.Elsewhere)', 'unknown: #0 table-not-known'],
    ]);
  });

  describe('or_where is a left fold', () => {
    table([
      ['Post |> where(org_id: ^id) |> or_where(state: "x") |> Repo.all()', 'unscoped: #0 nothing through or'],
      [
        'Post |> where(state: "x") |> or_where(state: "y") |> where(org_id: ^id) |> Repo.all()',
        'scoped: #0 tenant',
      ],
      [
        'Repo.all(from p in Post, where: p.org_id == ^id, where: p.state == "x" or p.state == "y")',
        'scoped: #0 tenant',
      ],
      ['Post |> where(org_id: ^id) |> exclude(:where) |> Repo.all()', 'unscoped: #0 nothing'],
    ]);
  });

  describe('associations', () => {
    table([
      [
        'Repo.all(from c in Comment, join: p in assoc(c, :post), where: p.org_id == ^id)',
        'scoped: #0 related',
      ],
      ['Repo.all(from p in Post, join: o in assoc(p, :org), where: o.slug == ^id)', 'scoped: #0 related'],
      ['Repo.all(from o in Org, join: p in assoc(o, :posts), where: o.id == ^id)', 'scoped: #0 tenant'],
      ['Repo.all(from p in Post, join: t in assoc(p, :tags), where: p.org_id == ^id)', 'scoped: #0 tenant'],
      ['Repo.all(from p in Post, join: t in assoc(p, :tags), where: t.org_id == ^id)', 'scoped: #0 related'],
      ['Repo.all(from o in Org, join: u in assoc(o, :users), where: u.id == ^id)', 'scoped: #0 related'],
      [
        'Repo.all(from p in Post, left_join: c in assoc(p, :comments), on: p.org_id == ^id)',
        'unscoped: #0 nothing',
      ],
      [
        'Repo.all(from p in Post, join: x in assoc(p, :unknown), where: x.org_id == ^id)',
        'unknown: #0 unread',
      ],
      ['Repo.all(Ecto.assoc(org, :posts))', 'scoped: #0 loaded'],
      ['Repo.preload(org, posts: from(p in Post, where: p.state == "x"))', 'scoped: #0 loaded'],
      ['Repo.all(from p in Post, where: p.org_id == ^id, preload: [:comments])', 'scoped: #0 tenant'],
      [
        'Repo.all(from p in Post, join: m in Membership, on: m.org_id == p.org_id, where: m.user_id == ^id)',
        'scoped: #0 related',
      ],
      // Nothing equates the membership with the post.
      [
        'Repo.all(from p in Post, join: m in Membership, on: m.user_id == ^id, where: m.org_id == ^org.id)',
        'unscoped: #0 nothing',
      ],
    ]);
  });

  describe('what is decided elsewhere', () => {
    table([
      ['Repo.all(query)', 'unknown: #0 table-not-known'],
      ['Post |> visible_to(org) |> Repo.all()', 'unknown: #0 unread'],
      ['Post |> where(org_id: ^id) |> filter(opts) |> Repo.all()', 'scoped: #0 tenant'],
      ['Post |> where(^opts) |> Repo.all()', 'unknown: #0 unread'],
      ['Repo.all(from p in Post, where: p.id in subquery(query))', 'unknown: #0 unread'],
      ['Repo.all(from p in Post, join: q in subquery(query), on: q.id == p.id)', 'unknown: #0 unread'],
      ['Repo.all(from p in Post, where: may_see(p.org_id, ^org))', 'unknown: #0 unread'],
      [
        'q = from p in Post\nq = if org, do: where(q, org_id: ^org.id), else: q\nRepo.all(q)',
        'optional: #0 tenant',
      ],
      [
        'q = if org, do: where(Post, org_id: ^org.id), else: where(Post, project_id: ^id)\nRepo.all(q)',
        'optional: #0 tenant',
      ],
      [
        'opts |> Enum.reduce(where(Post, org_id: ^id), fn {k, v}, q -> where(q, state: ^v) end) |> Repo.all()',
        'scoped: #0 tenant',
      ],
      [
        'opts |> Enum.reduce(where(Post, org_id: ^id), fn {k, v}, q -> or_where(q, state: ^v) end) |> Repo.all()',
        'unscoped: #0 nothing through or',
      ],
    ]);
  });

  describe('writes', () => {
    table([
      ['Repo.update_all(Post, set: [state: "x"])', 'unscoped: #0 nothing'],
      ['Repo.update_all(where(Post, org_id: ^id), set: [state: "x"])', 'scoped: #0 tenant'],
      [
        'Repo.delete_all(from c in Comment, join: p in assoc(c, :post), where: p.org_id == ^id)',
        'scoped: #0 related',
      ],
      ['Repo.delete_all(from c in Comment, where: c.state == "x")', 'unscoped: #0 nothing'],
      ['Repo.insert_all(Post, [%{slug: "a", org_id: org.id}])', 'scoped: #0 given'],
      ['Repo.insert_all(Post, [%{slug: "a"}])', 'unscoped: #0 insert-without-tenant'],
      ['Repo.insert_all(Post, opts)', 'unknown: #0 unread'],
    ]);
  });

  it('sees what a hook of the Repo compares in the first relation', () => {
    const verdictOn = (code: string) =>
      printedVerdict(world.scoping(hookedQuery(ectoQuery(code, aliases), ['org_id'])));
    assert.equal(verdictOn('Repo.all(Tag)'), 'scoped: #0 tenant');
    assert.equal(
      verdictOn('Tag |> where(name: "x") |> or_where(name: "y") |> Repo.all()'),
      'scoped: #0 tenant',
    );
    assert.equal(
      verdictOn('Repo.all(from t in Tag, cross_join: p in Project)'),
      'unscoped: #1 nothing beside',
    );
    assert.equal(
      verdictOn('Repo.all(from t in Tag, join: p in Project, on: p.org_id == t.org_id)'),
      'scoped: #0 tenant',
    );
    assert.equal(verdictOn('Repo.all(from t in Tag, union: ^from(u in Tag))'), 'unscoped: #0 nothing');
    assert.equal(
      verdictOn('Repo.insert_all(Tag, from(t in Tag, select: %{org_id: t.org_id}))'),
      'scoped: #0 given',
    );
  });
});
