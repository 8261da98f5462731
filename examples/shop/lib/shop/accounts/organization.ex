defmodule Shop.Accounts.Organization do
  use Shop.Schema

  alias Shop.Accounts.Membership

  schema "organizations" do
    field :name, :string
    field :slug, :string
    field :currency, :string, default: "EUR"
    field :grace_days, :integer, default: 0

    has_many :memberships, Membership
    has_many :users, through: [:memberships, :user]

    timestamps()
  end

  def changeset(organization, attrs) do
    organization
    |> cast(attrs, [:name, :slug, :currency, :grace_days])
    |> validate_required([:name, :slug, :currency, :grace_days])
    |> validate_format(:slug, ~r/^[a-z0-9-]+$/)
    |> validate_length(:currency, is: 3)
    |> validate_number(:grace_days, greater_than_or_equal_to: 0)
    |> unique_constraint(:slug)
  end
end
