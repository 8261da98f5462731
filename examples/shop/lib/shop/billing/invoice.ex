defmodule Shop.Billing.Invoice do
  use Shop.Schema

  alias Shop.Accounts.Organization
  alias Shop.Billing.Payment
  alias Shop.Orders.Order

  schema "invoices" do
    field :number, :integer
    field :status, Ecto.Enum, values: [:open, :paid, :void], default: :open
    field :total_cents, :integer
    field :issued_on, :date
    field :due_on, :date

    belongs_to :organization, Organization
    belongs_to :order, Order
    has_many :payments, Payment

    timestamps()
  end

  def changeset(invoice, attrs) do
    invoice
    |> cast(attrs, [:number, :total_cents, :issued_on, :due_on])
    |> validate_required([:number, :total_cents, :issued_on, :due_on])
    |> foreign_key_constraint(:order_id)
    |> unique_constraint([:organization_id, :number], error_key: :number)
  end
end
