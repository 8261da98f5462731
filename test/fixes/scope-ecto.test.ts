// The tenant's condition in Ecto queries: where it goes.

import { describeScopes } from './support/mend-query.js';

describeScopes('scopeQuery, Ecto: where the condition goes', 'lib/shop/posts.ex', [
  {
    title: 'from on one line',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id) do
          Repo.all(from p in Post, order_by: p.id)
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id) do
          Repo.all(from p in Post, where: p.organization_id == ^organization_id, order_by: p.id)
        end
      end
    `,
  },
  {
    title: 'from on several, behind its conditions',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id, ids) do
          from(p in Post,
            where: p.id in ^ids,
            or_where: p.public,
            order_by: p.id
          )
          |> Repo.all()
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id, ids) do
          from(p in Post,
            where: p.id in ^ids,
            or_where: p.public,
            where: p.organization_id == ^organization_id,
            order_by: p.id
          )
          |> Repo.all()
        end
      end
    `,
  },
  {
    title: 'from without a variable',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id), do: Repo.all(from Post, where: [draft: true])
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id), do: Repo.all(from Post, where: [draft: true], where: [organization_id: ^organization_id])
      end
    `,
  },
  {
    title: 'a pipe',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id, id) do
          Post
          |> where([q], q.id == ^id)
          |> order_by([q], q.id)
          |> Repo.all()
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id, id) do
          Post
          |> where([q], q.id == ^id)
          |> where([q], q.organization_id == ^organization_id)
          |> order_by([q], q.id)
          |> Repo.all()
        end
      end
    `,
  },
  {
    title: 'a pipe on one line, keywords',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def one(organization_id, id), do: Post |> where(id: ^id) |> Repo.one()
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def one(organization_id, id), do: Post |> where(id: ^id) |> where(organization_id: ^organization_id) |> Repo.one()
      end
    `,
  },
  {
    title: 'a pipe without a filter',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id) do
          Post
          |> order_by(:id)
          |> Repo.all()
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id) do
          Post
          |> where([p], p.organization_id == ^organization_id)
          |> order_by(:id)
          |> Repo.all()
        end
      end
    `,
  },
  {
    title: 'a source alone, an import',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        alias Shop.Post

        def list(organization_id), do: Repo.all(Post)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id), do: Repo.all(from(p in Post, where: p.organization_id == ^organization_id))
      end
    `,
  },
  {
    title: 'an import behind use',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        use Shop.Context

        alias Shop.Post

        def list(organization_id), do: Repo.delete_all(Post)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        use Shop.Context
        import Ecto.Query

        alias Shop.Post

        def list(organization_id), do: Repo.delete_all(from(p in Post, where: p.organization_id == ^organization_id))
      end
    `,
  },
  {
    title: 'a macro around the source',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def count(organization_id), do: Repo.aggregate(where(Post, [p], p.x == 1), :count)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def count(organization_id), do: Repo.aggregate(where(where(Post, [p], p.organization_id == ^organization_id), [p], p.x == 1), :count)
      end
    `,
  },
  {
    title: 'a key of a lookup',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def get(organization_id, slug) do
          Repo.get_by!(Post,
            slug: slug,
            draft: false
          )
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def get(organization_id, slug) do
          Repo.get_by!(Post,
            slug: slug,
            draft: false,
            organization_id: organization_id
          )
        end
      end
    `,
  },
  {
    title: 'a lookup by a map',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def get(organization_id, slug), do: Post |> Repo.get_by(%{slug: slug})
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def get(organization_id, slug), do: Post |> Repo.get_by(%{slug: slug, organization_id: organization_id})
      end
    `,
  },
  {
    title: 'by the primary key of the schema',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def get(organization_id, id), do: Repo.get!(Post, id)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def get(organization_id, id), do: Repo.get_by!(Post, uuid: id, organization_id: organization_id)
      end
    `,
  },
  {
    title: 'by the primary key, with options',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def get(organization_id, id), do: Post |> Repo.get(id, prefix: "x")
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def get(organization_id, id), do: Post |> Repo.get_by([uuid: id, organization_id: organization_id], prefix: "x")
      end
    `,
  },
  {
    title: 'the ON of a join',
    relation: 'Comment',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id) do
          from p in Post,
            join: c in Comment,
            on: c.post_id == p.id or c.pinned,
            where: p.organization_id == ^organization_id,
            select: c
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id) do
          from p in Post,
            join: c in Comment,
            on: (c.post_id == p.id or c.pinned) and c.organization_id == p.organization_id,
            where: p.organization_id == ^organization_id,
            select: c
        end
      end
    `,
  },
  {
    title: 'a join without ON',
    relation: 'comments',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id) do
          Repo.all(
            from p in Post,
              left_join: c in assoc(p, :comments),
              where: p.draft
          )
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id) do
          Repo.all(
            from p in Post,
              left_join: c in assoc(p, :comments),
              on: c.organization_id == ^organization_id,
              where: p.draft
          )
        end
      end
    `,
  },
  {
    title: 'a join in a pipe',
    relation: 'Comment',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id) do
          Post
          |> join(:left, [p], c in Comment, on: c.post_id == p.id)
          |> where([p], p.organization_id == ^organization_id)
          |> Repo.all()
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id) do
          Post
          |> join(:left, [p], c in Comment, on: c.post_id == p.id and c.organization_id == p.organization_id)
          |> where([p], p.organization_id == ^organization_id)
          |> Repo.all()
        end
      end
    `,
  },
  {
    title: 'a join of which no variable is known',
    relation: 'comments',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id), do: Repo.all(from p in Post, join: assoc(p, :comments))
      end
    `,
    shows: null,
  },
  {
    title: 'a subquery',
    relation: 'Comment',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id) do
          Repo.all(
            from p in Post,
              where: p.id in subquery(from c in Comment, select: c.post_id),
              where: p.organization_id == ^organization_id
          )
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id) do
          Repo.all(
            from p in Post,
              where: p.id in subquery(from c in Comment, where: c.organization_id == ^organization_id, select: c.post_id),
              where: p.organization_id == ^organization_id
          )
        end
      end
    `,
  },
  {
    title: 'a source in another function: before it is run',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        defp base, do: from(p in Post, as: :post)

        def list(organization_id) do
          base()
          |> order_by(:id)
          |> Repo.all()
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        defp base, do: from(p in Post, as: :post)

        def list(organization_id) do
          base()
          |> where([p], p.organization_id == ^organization_id)
          |> order_by(:id)
          |> Repo.all()
        end
      end
    `,
  },
  {
    title: 'rows of an insert',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def add(organization_id) do
          Repo.insert_all(Post, [
            %{
              title: "a",
              draft: true
            },
            [title: "b"]
          ])
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def add(organization_id) do
          Repo.insert_all(Post, [
            %{
              title: "a",
              draft: true,
              organization_id: organization_id
            },
            [title: "b", organization_id: organization_id]
          ])
        end
      end
    `,
  },
  {
    title: 'rows that are computed have no place for it',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def add(organization_id, rows), do: Repo.insert_all(Post, rows)
      end
    `,
    shows: null,
  },
]);

describeScopes('scopeQuery, Ecto: what goes through functions, arms and exclude', 'lib/shop/posts.ex', [
  {
    title: 'behind an exclude of the conditions that a from has',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(org) do
          from(p in Post, where: p.organization_id == ^org.id) |> exclude(:where) |> Repo.all()
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(org) do
          from(p in Post, where: p.organization_id == ^org.id) |> exclude(:where) |> where([p], p.organization_id == ^org.id) |> Repo.all()
        end
      end
    `,
  },
  {
    title: 'behind an exclude of the conditions of the pipe',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(org) do
          Post
          |> where(organization_id: ^org.id)
          |> exclude(:where)
          |> Repo.all()
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(org) do
          Post
          |> where(organization_id: ^org.id)
          |> exclude(:where)
          |> where([p], p.organization_id == ^org.id)
          |> Repo.all()
        end
      end
    `,
  },
  {
    title: 'behind an exclude that is called with the query',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(org) do
          query = exclude(where(Post, organization_id: ^org.id), :where)
          Repo.all(query)
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(org) do
          query = exclude(where(Post, organization_id: ^org.id), :where)
          Repo.all(where(query, [p], p.organization_id == ^org.id))
        end
      end
    `,
  },
  {
    title: 'where the condition stands already, but its query goes on elsewhere',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(org) do
          query = from(p in Post, where: p.organization_id == ^org.id)
          query |> exclude(:where) |> Repo.all()
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(org) do
          query = from(p in Post, where: p.organization_id == ^org.id)
          query |> exclude(:where) |> where([p], p.organization_id == ^org.id) |> Repo.all()
        end
      end
    `,
  },
  {
    title: 'a function that a value is piped into',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id, title), do: title |> titled() |> order_by(:id) |> Repo.all()

        defp titled(title), do: where(Post, title: ^title)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id, title), do: title |> titled() |> where([p], p.organization_id == ^organization_id) |> order_by(:id) |> Repo.all()

        defp titled(title), do: where(Post, title: ^title)
      end
    `,
  },
  {
    title: 'behind a case, whatever arm it takes',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id, title) do
          case title do
            nil -> Post
            title -> where(Post, title: ^title)
          end
          |> Repo.all()
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id, title) do
          case title do
            nil -> Post
            title -> where(Post, title: ^title)
          end
          |> where([p], p.organization_id == ^organization_id)
          |> Repo.all()
        end
      end
    `,
  },
  {
    title: 'around what an if has given',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id, title) do
          query = if title, do: where(Post, title: ^title), else: Post
          Repo.all(query)
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id, title) do
          query = if title, do: where(Post, title: ^title), else: Post
          Repo.all(where(query, [p], p.organization_id == ^organization_id))
        end
      end
    `,
  },
  {
    title: 'but in the arm that runs it',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id, title) do
          case title do
            nil -> []
            title -> Post |> where(title: ^title) |> Repo.all()
          end
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id, title) do
          case title do
            nil -> []
            title -> Post |> where(title: ^title) |> where(organization_id: ^organization_id) |> Repo.all()
          end
        end
      end
    `,
  },
  {
    title: 'not where it asks for all others: !=',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def others(org), do: Repo.all(from p in Post, where: p.organization_id != ^org.id)
      end
    `,
    shows: null,
  },
  {
    title: 'not where it asks for all others: not ==',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def others(org), do: Repo.all(from p in Post, where: not (p.organization_id == ^org.id))
      end
    `,
    shows: null,
  },
  {
    title: 'but where it leaves out one that is written out',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(org), do: Repo.all(from p in Post, where: p.organization_id != 0)
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(org), do: Repo.all(from p in Post, where: p.organization_id != 0, where: p.organization_id == ^org.id)
      end
    `,
  },
  {
    title: 'around a call without parentheses',
    relation: 'Post',
    query: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id, title) do
          Repo.all(exclude (from p in Post, where: p.title == ^title), :where)
        end
      end
    `,
    shows: `
      defmodule Shop.Posts do
        import Ecto.Query

        alias Shop.Post

        def list(organization_id, title) do
          Repo.all(where((exclude (from p in Post, where: p.title == ^title), :where), [p], p.organization_id == ^organization_id))
        end
      end
    `,
  },
]);
