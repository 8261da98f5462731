defmodule Shop.Catalog.PriceList do
  use Shop.Schema

  alias Shop.Accounts.Organization
  alias Shop.Catalog.Price

  schema "price_lists" do
    field :name, :string
    field :currency, :string

    belongs_to :organization, Organization
    has_many :prices, Price

    timestamps()
  end

  def changeset(price_list, attrs) do
    price_list
    |> cast(attrs, [:name, :currency])
    |> validate_required([:name, :currency])
    |> validate_length(:currency, is: 3)
    |> unique_constraint([:organization_id, :name], error_key: :name)
  end
end
