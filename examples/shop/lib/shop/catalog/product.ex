defmodule Shop.Catalog.Product do
  use Shop.Schema

  alias Shop.Accounts.Organization
  alias Shop.Catalog.Variant

  schema "products" do
    field :name, :string
    field :slug, :string
    field :description, :string
    field :legacy_code, :string
    field :status, Ecto.Enum, values: [:draft, :active, :discontinued], default: :draft

    belongs_to :organization, Organization
    has_many :variants, Variant

    timestamps()
  end

  def changeset(product, attrs) do
    product
    |> cast(attrs, [:name, :slug, :description, :status])
    |> validate_required([:name, :slug, :status])
    |> validate_length(:name, max: 255)
    |> unique_constraint([:organization_id, :slug], error_key: :slug)
  end
end
