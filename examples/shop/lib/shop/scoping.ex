defmodule Shop.Scoping do
  @moduledoc """
  Keeps queries within one organization.
  """

  import Ecto.Query

  alias Shop.Accounts.Scope

  @doc "Leaves the rows of the scope's organization."
  def in_organization(queryable, %Scope{organization: organization}) do
    where(queryable, [row], row.organization_id == ^organization.id)
  end
end
