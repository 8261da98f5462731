defmodule Shop.Orders.OrderItem do
  use Shop.Schema

  alias Shop.Accounts.Organization
  alias Shop.Catalog.Variant
  alias Shop.Orders.Order

  schema "order_items" do
    field :quantity, :integer
    field :unit_price_cents, :integer
    field :discount_cents, :integer, default: 0

    belongs_to :organization, Organization
    belongs_to :order, Order
    belongs_to :variant, Variant

    timestamps()
  end
end
