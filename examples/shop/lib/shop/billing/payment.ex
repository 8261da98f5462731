defmodule Shop.Billing.Payment do
  use Shop.Schema

  alias Shop.Accounts.Organization
  alias Shop.Billing.Invoice

  schema "payments" do
    field :provider, :string
    field :provider_reference, :string
    field :amount_cents, :integer
    field :received_at, :utc_datetime_usec

    belongs_to :organization, Organization
    belongs_to :invoice, Invoice

    timestamps()
  end

  def changeset(payment, attrs) do
    payment
    |> cast(attrs, [:provider, :provider_reference, :amount_cents, :received_at])
    |> validate_required([:provider, :provider_reference, :amount_cents, :received_at])
    |> validate_number(:amount_cents, greater_than: 0)
    |> foreign_key_constraint(:invoice_id)
    |> unique_constraint([:organization_id, :provider, :provider_reference],
      error_key: :provider_reference
    )
  end
end
