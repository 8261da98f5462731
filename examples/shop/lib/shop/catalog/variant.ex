defmodule Shop.Catalog.Variant do
  use Shop.Schema

  alias Shop.Accounts.Organization
  alias Shop.Catalog.{Price, Product}

  schema "variants" do
    field :sku, :string
    field :title, :string
    field :price_cents, :integer
    field :stock, :integer, default: 0

    belongs_to :organization, Organization
    belongs_to :product, Product
    has_many :prices, Price

    timestamps()
  end

  def changeset(variant, attrs) do
    variant
    |> cast(attrs, [:sku, :title, :price_cents, :stock])
    |> validate_required([:sku, :title, :price_cents, :stock])
    |> validate_number(:price_cents, greater_than_or_equal_to: 0)
    |> check_constraint(:price_cents, name: :variants_price_not_negative)
    |> foreign_key_constraint(:product_id)
    |> unique_constraint([:organization_id, :sku], error_key: :sku)
  end
end
