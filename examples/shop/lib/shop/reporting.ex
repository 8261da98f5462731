defmodule Shop.Reporting do
  @moduledoc """
  Figures for the dashboard.
  """

  import Ecto.Query
  import Shop.Scoping

  alias Shop.Accounts.Scope
  alias Shop.Orders.Order
  alias Shop.Repo
  alias Shop.Reporting.OrderSummary

  def list_order_summaries(%Scope{} = scope, since) do
    OrderSummary
    |> in_organization(scope)
    |> where([s], s.placed_at >= ^since)
    |> order_by([s], desc: s.placed_at)
    |> Repo.all()
  end

  @doc "What each product brought in through a channel, from one moment up to another."
  def revenue_by_product(%Scope{} = scope, channel, since, until) do
    Repo.all(
      from o in Order,
        join: i in assoc(o, :items),
        join: v in assoc(i, :variant),
        join: p in assoc(v, :product),
        where: o.organization_id == ^scope.organization.id,
        where: o.channel == ^channel,
        where: o.placed_at >= ^since and o.placed_at < ^until,
        group_by: [p.id, p.name],
        order_by: [desc: selected_as(:revenue_cents)],
        select: %{
          product_id: p.id,
          product: p.name,
          sold: sum(i.quantity),
          revenue_cents:
            selected_as(sum(i.quantity * i.unit_price_cents - i.discount_cents), :revenue_cents)
        }
    )
  end

  @doc "Orders and revenue of each day, both days included."
  def daily_revenue(%Scope{} = scope, first_day, last_day) do
    %{rows: rows} =
      Repo.query!(
        """
        SELECT day, orders, revenue_cents
        FROM reporting.daily_revenue
        WHERE organization_id = $1 AND day BETWEEN $2 AND $3
        ORDER BY day
        """,
        [scope.organization.id, first_day, last_day]
      )

    Enum.map(rows, fn [day, orders, revenue_cents] ->
      %{day: day, orders: orders, revenue_cents: Decimal.to_integer(revenue_cents)}
    end)
  end

  def refresh_monthly_sales do
    Repo.query!("REFRESH MATERIALIZED VIEW CONCURRENTLY reporting.monthly_sales", [],
      timeout: :timer.minutes(10)
    )

    :ok
  end
end
