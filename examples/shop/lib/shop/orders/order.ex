defmodule Shop.Orders.Order do
  use Shop.Schema

  alias Shop.Accounts.{Organization, User}
  alias Shop.Address
  alias Shop.Customers.Customer
  alias Shop.Orders.OrderItem

  @statuses [:draft, :placed, :paid, :on_hold, :shipped, :cancelled]
  @channels [:web, :store, :phone]

  schema "orders" do
    field :number, :integer
    field :status, Ecto.Enum, values: @statuses, default: :draft
    field :channel, Ecto.Enum, values: @channels
    field :currency, :string
    field :total_cents, :integer, default: 0
    field :tracking_number, :string
    field :placed_at, :utc_datetime_usec

    embeds_one :shipping_address, Address, on_replace: :update

    belongs_to :organization, Organization
    belongs_to :customer, Customer
    belongs_to :assignee, User
    has_many :items, OrderItem

    timestamps()
  end

  def changeset(order, attrs) do
    order
    |> cast(attrs, [:channel, :currency, :total_cents, :placed_at])
    |> cast_embed(:shipping_address)
    |> validate_required([:channel, :currency, :total_cents])
    |> validate_length(:currency, is: 3)
    |> foreign_key_constraint(:customer_id)
    |> unique_constraint([:organization_id, :number], error_key: :number)
  end

  def ship_changeset(order, attrs) do
    order
    |> cast(attrs, [:tracking_number])
    |> validate_required([:tracking_number])
    |> validate_length(:tracking_number, max: 64)
    |> put_change(:status, :shipped)
  end
end
