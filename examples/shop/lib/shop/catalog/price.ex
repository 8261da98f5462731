defmodule Shop.Catalog.Price do
  use Shop.Schema

  alias Shop.Accounts.Organization
  alias Shop.Catalog.{PriceList, Variant}

  schema "prices" do
    field :amount_cents, :integer

    belongs_to :organization, Organization
    belongs_to :price_list, PriceList
    belongs_to :variant, Variant

    timestamps()
  end

  def changeset(price, attrs) do
    price
    |> cast(attrs, [:amount_cents])
    |> validate_required([:amount_cents])
    |> validate_number(:amount_cents, greater_than_or_equal_to: 0)
    |> foreign_key_constraint(:price_list_id)
    |> foreign_key_constraint(:variant_id)
    |> unique_constraint([:organization_id, :price_list_id, :variant_id], error_key: :variant_id)
  end
end
