defmodule Shop.Audit do
  @moduledoc """
  Who did what. Rows are written together with what they tell of, and never change.
  """

  import Ecto.Query
  import Shop.Scoping

  alias Shop.Accounts.Scope
  alias Shop.Audit.Event
  alias Shop.Repo

  @doc "An event that is not stored yet, to be inserted in the transaction of what it tells of."
  def event(%Scope{} = scope, action, %schema{id: id}, changes \\ %{}) do
    %Event{
      organization_id: scope.organization.id,
      actor_id: scope.user && scope.user.id,
      action: action,
      subject_type: schema |> Module.split() |> List.last() |> Macro.underscore(),
      subject_id: id,
      changes: changes
    }
  end

  @doc """
  Events, newest first.

  Options: `:action`, `:actor_id`, `:since`.
  """
  def list_events(%Scope{} = scope, opts \\ []) do
    Event
    |> in_organization(scope)
    |> where(^matching(opts))
    |> order_by(desc: :id)
    |> limit(200)
    |> preload(:actor)
    |> Repo.all()
  end

  defp matching(opts) do
    Enum.reduce(opts, dynamic(true), fn
      {:action, action}, dynamic -> dynamic([e], ^dynamic and e.action == ^action)
      {:actor_id, id}, dynamic -> dynamic([e], ^dynamic and e.actor_id == ^id)
      {:since, since}, dynamic -> dynamic([e], ^dynamic and e.inserted_at >= ^since)
    end)
  end
end
