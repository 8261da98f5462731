defmodule Shop.Accounts do
  @moduledoc """
  Organizations, the people in them, and who may act for which.
  """

  import Ecto.Query
  import Shop.Scoping

  alias Ecto.Multi
  alias Shop.Accounts.{Membership, Organization, Scope, User}
  alias Shop.Repo

  def get_organization_by_slug(slug), do: Repo.get_by(Organization, slug: slug)

  def get_user_by_email(email), do: Repo.get_by(User, email: email)

  @doc "The organizations that the user belongs to."
  def list_organizations(%User{id: user_id}) do
    Repo.all(
      from o in Organization,
        join: m in assoc(o, :memberships),
        where: m.user_id == ^user_id,
        order_by: o.name
    )
  end

  @doc "Opens an organization for one of its members."
  def open_organization(%User{} = user, slug) do
    query =
      from m in Membership,
        join: o in assoc(m, :organization),
        where: m.user_id == ^user.id,
        where: o.slug == ^slug,
        select: o

    case Repo.one(query) do
      nil -> {:error, :not_a_member}
      organization -> {:ok, %Scope{user: user, organization: organization}}
    end
  end

  def list_members(%Scope{} = scope) do
    Membership
    |> in_organization(scope)
    |> join(:inner, [m], u in assoc(m, :user), as: :user)
    |> order_by([user: u], u.name)
    |> preload([user: u], user: u)
    |> Repo.all()
  end

  @doc "Founds an organization; the user becomes its owner."
  def create_organization(%User{} = user, attrs) do
    Multi.new()
    |> Multi.insert(:organization, Organization.changeset(%Organization{}, attrs))
    |> Multi.insert(:membership, fn %{organization: organization} ->
      Membership.changeset(
        %Membership{organization_id: organization.id, user_id: user.id},
        %{role: :owner}
      )
    end)
    |> Repo.transaction()
  end

  def change_role(%Scope{} = scope, user_id, role) do
    {changed, nil} =
      Membership
      |> where(organization_id: ^scope.organization.id, user_id: ^user_id)
      |> Repo.update_all(set: [role: role, updated_at: DateTime.utc_now()])

    if changed == 1, do: :ok, else: {:error, :not_a_member}
  end
end
