defmodule Shop.Integrations.WebhookEndpoint do
  use Shop.Schema

  alias Shop.Accounts.Organization
  alias Shop.Integrations.WebhookDelivery

  schema "webhook_endpoints" do
    field :url, :string
    field :secret, :string, redact: true
    field :events, {:array, :string}, default: []
    field :enabled, :boolean, default: true

    belongs_to :organization, Organization
    has_many :deliveries, WebhookDelivery

    timestamps()
  end

  def changeset(endpoint, attrs) do
    endpoint
    |> cast(attrs, [:url, :secret, :events, :enabled])
    |> validate_required([:url, :secret, :events, :enabled])
    |> validate_format(:url, ~r/^https:/)
  end
end
