defmodule Shop.Orders do
  @moduledoc """
  Orders, from the basket to the parcel.
  """

  import Ecto.Query
  import Shop.Scoping

  alias Ecto.Multi
  alias Shop.Accounts.{Scope, User}
  alias Shop.{Audit, Catalog, Repo}
  alias Shop.Catalog.Variant
  alias Shop.Customers.Customer
  alias Shop.Orders.{Order, OrderItem}

  @doc """
  Orders, newest first.

  Options: `:status`, `:customer_id`, `:limit`.
  """
  def list_orders(%Scope{} = scope, opts \\ []) do
    Order
    |> in_organization(scope)
    |> with_status(opts[:status])
    |> of_customer(opts[:customer_id])
    |> order_by([o], desc: o.number)
    |> limit(^Keyword.get(opts, :limit, 50))
    |> preload([:customer, :assignee])
    |> Repo.all()
  end

  defp with_status(query, nil), do: query
  defp with_status(query, status), do: where(query, [o], o.status == ^status)

  defp of_customer(query, nil), do: query
  defp of_customer(query, id), do: where(query, [o], o.customer_id == ^id)

  def get_order!(%Scope{} = scope, number) do
    Order
    |> Repo.get_by!(organization_id: scope.organization.id, number: number)
    |> Repo.preload(items: [variant: :product])
  end

  def get_order_by_tracking_number(%Scope{} = scope, tracking_number) do
    Repo.one(
      from o in Order,
        where: o.organization_id == ^scope.organization.id,
        where: o.tracking_number == ^tracking_number,
        limit: 1
    )
  end

  @doc "The orders that wait for somebody, by who has to do something about them."
  def count_open_by_assignee(%Scope{} = scope) do
    Repo.all(
      from o in Order,
        left_join: u in assoc(o, :assignee),
        where: o.organization_id == ^scope.organization.id,
        where: o.status in [:placed, :paid, :on_hold],
        group_by: u.name,
        order_by: [desc: count(o.id)],
        select: {u.name, count(o.id)}
    )
  end

  @doc """
  Places an order.

  A line is a map with `:variant_id` and `:quantity`. Prices are those of the customer; what is
  ordered is taken from the stock.
  """
  def place_order(%Scope{} = scope, %Customer{} = customer, attrs, lines) do
    now = DateTime.utc_now()
    items = Enum.map(lines, &item(scope, customer, &1, now))
    total = items |> Enum.map(&(&1.quantity * &1.unit_price_cents)) |> Enum.sum()

    Multi.new()
    |> Multi.one(:last_number, last_number(scope))
    |> Multi.insert(:order, fn %{last_number: last_number} ->
      %Order{
        organization_id: scope.organization.id,
        customer_id: customer.id,
        number: (last_number || 0) + 1,
        status: :placed,
        currency: scope.organization.currency,
        total_cents: total,
        placed_at: now
      }
      |> Order.changeset(attrs)
    end)
    |> Multi.insert_all(:items, OrderItem, fn %{order: order} ->
      Enum.map(items, &Map.put(&1, :order_id, order.id))
    end)
    |> take_from_stock(scope, lines)
    |> Multi.insert(:event, fn %{order: order} -> Audit.event(scope, "order.placed", order) end)
    |> Repo.transaction()
  end

  defp last_number(scope) do
    from o in Order,
      where: o.organization_id == ^scope.organization.id,
      select: max(o.number)
  end

  defp item(scope, customer, line, now) do
    %{
      organization_id: scope.organization.id,
      variant_id: line.variant_id,
      quantity: line.quantity,
      unit_price_cents: Catalog.price_cents(scope, line.variant_id, customer.id),
      inserted_at: now,
      updated_at: now
    }
  end

  defp take_from_stock(multi, scope, lines) do
    Enum.reduce(lines, multi, fn line, multi ->
      variant =
        from v in Variant,
          where: v.organization_id == ^scope.organization.id,
          where: v.id == ^line.variant_id

      Multi.update_all(multi, {:stock, line.variant_id}, variant, inc: [stock: -line.quantity])
    end)
  end

  def assign_orders(%Scope{} = scope, numbers, %User{} = assignee) do
    {assigned, nil} =
      Order
      |> in_organization(scope)
      |> where([o], o.number in ^numbers)
      |> Repo.update_all(set: [assignee_id: assignee.id, updated_at: DateTime.utc_now()])

    assigned
  end

  def ship_order(%Scope{} = scope, %Order{} = order, attrs) do
    Multi.new()
    |> Multi.update(:order, Order.ship_changeset(order, attrs))
    |> Multi.insert(:event, Audit.event(scope, "order.shipped", order))
    |> Repo.transaction()
  end

  @doc "Deletes baskets that nobody has touched for so many days."
  def delete_abandoned_drafts(%Scope{} = scope, days \\ 90) do
    {deleted, nil} =
      Repo.delete_all(
        from o in Order,
          where: o.organization_id == ^scope.organization.id,
          where: o.status == :draft and o.updated_at < ago(^days, "day")
      )

    deleted
  end
end
