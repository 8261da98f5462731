defmodule Shop.Customers.Customer do
  use Shop.Schema

  alias Shop.Accounts.Organization
  alias Shop.Address
  alias Shop.Catalog.PriceList
  alias Shop.Orders.Order

  schema "customers" do
    field :name, :string
    field :email, :string
    field :phone, :string
    field :notes, :string
    field :archived_at, :utc_datetime_usec

    embeds_one :billing_address, Address, on_replace: :update

    belongs_to :organization, Organization
    belongs_to :price_list, PriceList
    has_many :orders, Order

    timestamps()
  end

  def changeset(customer, attrs) do
    customer
    |> cast(attrs, [:name, :email, :phone, :notes, :price_list_id])
    |> cast_embed(:billing_address)
    |> validate_required([:name, :email])
    |> validate_length(:name, max: 255)
    |> validate_length(:phone, max: 32)
    |> foreign_key_constraint(:price_list_id)
    |> unique_constraint([:organization_id, :email], error_key: :email)
  end
end
