defmodule Shop.Integrations.WebhookDelivery do
  use Shop.Schema

  alias Shop.Integrations.WebhookEndpoint

  schema "webhook_deliveries" do
    field :event, :string
    field :payload, :map
    field :response_status, :integer
    field :attempts, :integer, default: 0

    belongs_to :webhook_endpoint, WebhookEndpoint

    timestamps()
  end
end
