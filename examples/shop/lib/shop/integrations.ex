defmodule Shop.Integrations do
  @moduledoc """
  Webhooks: who is told of what happens in an organization.
  """

  import Ecto.Query
  import Shop.Scoping

  alias Shop.Accounts.Scope
  alias Shop.Integrations.{WebhookDelivery, WebhookEndpoint}
  alias Shop.Repo

  def list_endpoints(%Scope{} = scope) do
    WebhookEndpoint
    |> in_organization(scope)
    |> order_by(:url)
    |> Repo.all()
  end

  @doc "Endpoints that want to hear of the event."
  def subscribers(%Scope{} = scope, event) do
    Repo.all(
      from e in WebhookEndpoint,
        where: e.organization_id == ^scope.organization.id,
        where: e.enabled and ^event in e.events
    )
  end

  def create_endpoint(%Scope{} = scope, attrs) do
    %WebhookEndpoint{organization_id: scope.organization.id}
    |> WebhookEndpoint.changeset(attrs)
    |> Repo.insert()
  end

  @doc "Deliveries that the endpoint did not accept, newest first."
  def list_failed_deliveries(%Scope{} = scope, limit \\ 100) do
    Repo.all(
      from d in WebhookDelivery,
        join: e in assoc(d, :webhook_endpoint),
        where: e.organization_id == ^scope.organization.id,
        where: is_nil(d.response_status) or d.response_status >= 400,
        order_by: [desc: d.id],
        limit: ^limit,
        preload: [webhook_endpoint: e]
    )
  end
end
