defmodule Shop.Accounts.User do
  use Shop.Schema

  alias Shop.Accounts.Membership

  schema "users" do
    field :email, :string
    field :name, :string

    has_many :memberships, Membership

    timestamps()
  end

  def changeset(user, attrs) do
    user
    |> cast(attrs, [:email, :name])
    |> validate_required([:email, :name])
    |> validate_format(:email, ~r/^[^\s@]+@[^\s@]+$/)
    |> unique_constraint(:email)
  end
end
