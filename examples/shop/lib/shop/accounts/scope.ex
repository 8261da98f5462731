defmodule Shop.Accounts.Scope do
  @moduledoc """
  Who acts, and for which organization.

  It is the first argument of every function that reads or writes an organization's rows.
  """

  alias Shop.Accounts.{Organization, User}

  @type t :: %__MODULE__{user: User.t() | nil, organization: Organization.t()}

  @enforce_keys [:organization]
  defstruct [:user, :organization]
end
