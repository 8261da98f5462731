defmodule Shop.Address do
  use Shop.Schema

  @primary_key false
  embedded_schema do
    field :name, :string
    field :street, :string
    field :postal_code, :string
    field :city, :string
    field :country, :string
  end

  def changeset(address, attrs) do
    address
    |> cast(attrs, [:name, :street, :postal_code, :city, :country])
    |> validate_required([:name, :street, :city, :country])
    |> validate_length(:country, is: 2)
  end
end
