defmodule Shop.Accounts.Membership do
  use Shop.Schema

  alias Shop.Accounts.{Organization, User}

  schema "memberships" do
    field :role, Ecto.Enum, values: [:owner, :admin, :member], default: :member

    belongs_to :organization, Organization
    belongs_to :user, User

    timestamps()
  end

  def changeset(membership, attrs) do
    membership
    |> cast(attrs, [:role])
    |> validate_required([:role])
    |> foreign_key_constraint(:organization_id)
    |> foreign_key_constraint(:user_id)
    |> unique_constraint([:organization_id, :user_id], error_key: :user_id)
  end
end
