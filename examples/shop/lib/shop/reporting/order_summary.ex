defmodule Shop.Reporting.OrderSummary do
  @moduledoc """
  A row of the view `reporting.order_summaries`.
  """

  use Shop.Schema

  @schema_prefix "reporting"
  @primary_key {:order_id, :id, autogenerate: false}

  schema "order_summaries" do
    field :organization_id, :integer
    field :number, :integer
    field :status, :string
    field :customer_name, :string
    field :items, :integer
    field :total_cents, :integer
    field :placed_at, :utc_datetime_usec
  end
end
