// The tenant's condition in Ecto queries, and in SQL in Elixir strings: which value is in scope.

import { describeScopes } from './support/mend-query.js';

describeScopes('scopeQuery, Ecto: the value', 'lib/shop/posts.ex', [
  {
    title: 'a struct in the head',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(%Organization{id: org_id}), do: Repo.all(from p in Post)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(%Organization{id: org_id}), do: Repo.all(from p in Post, where: p.organization_id == ^org_id)
      end
    `,
  },
  {
    title: 'what the file takes from a scope elsewhere',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def drafts(scope), do: Repo.all(from p in Post, where: p.org == ^scope.user.organization_id)

        def list(%Scope{} = scope), do: Repo.all(from p in Post)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def drafts(scope), do: Repo.all(from p in Post, where: p.org == ^scope.user.organization_id)

        def list(%Scope{} = scope), do: Repo.all(from p in Post, where: p.organization_id == ^scope.user.organization_id)
      end
    `,
  },
  {
    title: 'a scope',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(%Scope{} = scope), do: Repo.all(from p in Post)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(%Scope{} = scope), do: Repo.all(from p in Post, where: p.organization_id == ^scope.organization.id)
      end
    `,
  },
  {
    title: 'a variable called like the tenant, set before',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(id) do
          organization = Accounts.get!(id)
          Repo.all(from p in Post)
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(id) do
          organization = Accounts.get!(id)
          Repo.all(from p in Post, where: p.organization_id == ^organization.id)
        end
      end
    `,
  },
  {
    title: "the tenant's name cut short, with _id",
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(org_id, user), do: Repo.all(from p in Post)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(org_id, user), do: Repo.all(from p in Post, where: p.organization_id == ^org_id)
      end
    `,
  },
  {
    title: "any tenant's id",
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(tenant_id), do: Repo.all(from p in Post)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(tenant_id), do: Repo.all(from p in Post, where: p.organization_id == ^tenant_id)
      end
    `,
  },
  {
    title: "the tenant's name cut short",
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(org), do: Repo.all(from p in Post)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(org), do: Repo.all(from p in Post, where: p.organization_id == ^org.id)
      end
    `,
  },
  {
    title: 'a struct whose name is cut short',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(%Org{id: id}), do: Repo.all(from p in Post)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(%Org{id: id}), do: Repo.all(from p in Post, where: p.organization_id == ^id)
      end
    `,
  },
  {
    title: 'taken from a map by its name',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(%{"organization_id" => id}), do: Repo.all(from p in Post)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(%{"organization_id" => id}), do: Repo.all(from p in Post, where: p.organization_id == ^id)
      end
    `,
  },
  {
    title: 'taken from a map by its name, as an atom',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(%{organization_id: org}, user), do: Repo.all(from p in Post)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(%{organization_id: org}, user), do: Repo.all(from p in Post, where: p.organization_id == ^org)
      end
    `,
  },
  {
    title: 'a name that only begins alike',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(orphan_id), do: Repo.all(from p in Post)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(orphan_id), do: Repo.all(from p in Post, where: p.organization_id == ^organization_id)
      end
    `,
  },
  {
    title: 'a user',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(current_user), do: Repo.all(from p in Post)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(current_user), do: Repo.all(from p in Post, where: p.organization_id == ^current_user.organization_id)
      end
    `,
  },
  {
    title: 'the value that the query compares the column with already',
    relation: 'Comment',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(org) do
          Repo.all(
            from p in Post,
              where: p.organization_id == ^org.id,
              where: exists(from c in Comment, where: c.post_id == 1)
          )
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(org) do
          Repo.all(
            from p in Post,
              where: p.organization_id == ^org.id,
              where: exists(from c in Comment, where: c.post_id == 1, where: c.organization_id == ^org.id)
          )
        end
      end
    `,
  },
  {
    title: 'none: the caller has to pass it',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list, do: Repo.all(from p in Post)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list, do: Repo.all(from p in Post, where: p.organization_id == ^organization_id)
      end
    `,
  },
]);

describeScopes('scopeQuery, SQL in Elixir', 'lib/shop/posts.ex', [
  {
    title: 'a further parameter, and its value',
    relation: 'posts',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def get(user, id) do
          Repo.query!("SELECT * FROM posts WHERE id = $1", [id])
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def get(user, id) do
          Repo.query!("SELECT * FROM posts WHERE id = $1 AND organization_id = $2", [id, user.organization_id])
        end
      end
    `,
  },
  {
    title: 'the first parameter of a heredoc',
    relation: 'posts',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(user) do
          Repo.query!("""
          SELECT "title"
          FROM posts
          ORDER BY id
          """)
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(user) do
          Repo.query!("""
          SELECT "title"
          FROM posts
          WHERE "organization_id" = $1
          ORDER BY id
          """, [user.organization_id])
        end
      end
    `,
  },
]);

const userWith = (field: string) => `defmodule Shop.User do
  use Ecto.Schema

  schema "users" do
    field ${field}, :integer
  end
end
`;

describeScopes('scopeQuery, Ecto: whose value it is', 'lib/shop/posts.ex', [
  {
    title: 'not the name of the function that compares it',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(org, title), do: Post |> of(org) |> or_where(title: ^title) |> Repo.all()

        def of(query, owner), do: where(query, organization_id: ^owner.id)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(org, title), do: Post |> of(org) |> or_where(title: ^title) |> where(organization_id: ^org.id) |> Repo.all()

        def of(query, owner), do: where(query, organization_id: ^owner.id)
      end
    `,
  },
  {
    title: 'a row of the head whose schema has the field',
    relation: 'Post',
    beside: {
      'lib/shop/customer.ex':
        'defmodule Shop.Customer do\n  use Ecto.Schema\n\n  schema "customers" do\n    field :organization_id, :integer\n  end\nend\n',
    },
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.{Customer, Post}

        def list(%Customer{} = customer, %Shop.Other{} = other), do: Repo.all(from p in Post)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.{Customer, Post}

        def list(%Customer{} = customer, %Shop.Other{} = other), do: Repo.all(from p in Post, where: p.organization_id == ^customer.organization_id)
      end
    `,
  },
  {
    title: 'behind an or_where that a function adds',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(org, term), do: Post |> where(state: "new") |> search([:title], term) |> Repo.all()

        defp search(query, fields, term) do
          Enum.reduce(fields, query, fn field, query -> or_where(query, [p], field(p, ^field) == ^term) end)
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(org, term), do: Post |> where(state: "new") |> search([:title], term) |> where([p], p.organization_id == ^org.id) |> Repo.all()

        defp search(query, fields, term) do
          Enum.reduce(fields, query, fn field, query -> or_where(query, [p], field(p, ^field) == ^term) end)
        end
      end
    `,
  },
  {
    title: 'not a user whose schema has no such field',
    relation: 'Post',
    beside: { 'lib/shop/user.ex': userWith(':email') },
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.{Post, User}

        def list(%User{} = user), do: Repo.all(from p in Post)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.{Post, User}

        def list(%User{} = user), do: Repo.all(from p in Post, where: p.organization_id == ^organization_id)
      end
    `,
  },
  {
    title: 'nor a variable called like one',
    relation: 'Post',
    beside: { 'lib/shop/user.ex': userWith(':email') },
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(user), do: Repo.all(from p in Post)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(user), do: Repo.all(from p in Post, where: p.organization_id == ^organization_id)
      end
    `,
  },
  {
    title: 'but one whose schema has it',
    relation: 'Post',
    beside: { 'lib/shop/user.ex': userWith(':organization_id') },
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.{Post, User}

        def list(%User{} = user), do: Repo.all(from p in Post)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.{Post, User}

        def list(%User{} = user), do: Repo.all(from p in Post, where: p.organization_id == ^user.organization_id)
      end
    `,
  },
  {
    title: 'what other functions of the file take from the connection',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def index(conn, _), do: Repo.all(from p in Post, where: p.organization_id == ^conn.assigns.current_organization.id)

        def show(conn, %{"id" => id}), do: Repo.get_by(Post, uuid: id)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def index(conn, _), do: Repo.all(from p in Post, where: p.organization_id == ^conn.assigns.current_organization.id)

        def show(conn, %{"id" => id}), do: Repo.get_by(Post, uuid: id, organization_id: conn.assigns.current_organization.id)
      end
    `,
  },
  {
    title: 'but not where the connection is not in scope',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def index(conn, _), do: Repo.all(from p in Post, where: p.organization_id == ^conn.assigns.current_organization.id)

        def show(%{"id" => id}), do: Repo.get_by(Post, uuid: id)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def index(conn, _), do: Repo.all(from p in Post, where: p.organization_id == ^conn.assigns.current_organization.id)

        def show(%{"id" => id}), do: Repo.get_by(Post, uuid: id, organization_id: organization_id)
      end
    `,
  },
]);
