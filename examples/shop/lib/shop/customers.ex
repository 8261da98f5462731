defmodule Shop.Customers do
  @moduledoc """
  Who buys from an organization.
  """

  import Ecto.Query
  import Shop.Scoping

  alias Ecto.Multi
  alias Shop.Accounts.Scope
  alias Shop.Audit
  alias Shop.Customers.Customer
  alias Shop.Orders.Order
  alias Shop.Repo

  def list_customers(%Scope{} = scope, opts \\ []) do
    limit = Keyword.get(opts, :limit, 50)

    Customer
    |> in_organization(scope)
    |> where([c], is_nil(c.archived_at))
    |> order_by([c], asc: c.name, asc: c.id)
    |> limit(^limit)
    |> Repo.all()
  end

  @doc "Customers whose name contains the text, or who have it as their e-mail address."
  def search_customers(%Scope{} = scope, text) do
    pattern = "%" <> String.replace(text, ~r/([\\%_])/, "\\\\\\1") <> "%"

    Repo.all(
      from c in Customer,
        where: c.organization_id == ^scope.organization.id,
        where: ilike(c.name, ^pattern) or c.email == ^text,
        order_by: [asc: c.name, asc: c.id],
        limit: 20
    )
  end

  def get_customer!(%Scope{} = scope, id) do
    Repo.get_by!(Customer, id: id, organization_id: scope.organization.id)
  end

  def create_customer(%Scope{} = scope, attrs) do
    %Customer{organization_id: scope.organization.id}
    |> Customer.changeset(attrs)
    |> Repo.insert()
  end

  def update_customer(%Customer{} = customer, attrs) do
    customer
    |> Customer.changeset(attrs)
    |> Repo.update()
  end

  def archive_customers(%Scope{} = scope, ids) do
    now = DateTime.utc_now()

    {archived, nil} =
      Customer
      |> in_organization(scope)
      |> where([c], c.id in ^ids)
      |> Repo.update_all(set: [archived_at: now, updated_at: now])

    archived
  end

  @doc "Gives the orders of a duplicate to the customer that is kept, and deletes the duplicate."
  def merge_customers(%Scope{} = scope, %Customer{} = duplicate, %Customer{} = kept) do
    orders =
      from o in Order,
        where: o.organization_id == ^scope.organization.id,
        where: o.customer_id == ^duplicate.id

    Multi.new()
    |> Multi.update_all(:orders, orders, set: [customer_id: kept.id])
    |> Multi.delete(:customer, duplicate)
    |> Multi.insert(:event, Audit.event(scope, "customer.merged", kept, %{was: duplicate.id}))
    |> Repo.transaction()
  end

  @doc "Pairs of customers with the same name and telephone number."
  def list_duplicates(%Scope{} = scope) do
    %{rows: rows} =
      Repo.query!(
        """
        SELECT a.id, b.id
        FROM customers AS a
        JOIN customers AS b ON b.organization_id = a.organization_id AND b.id > a.id
        WHERE a.organization_id = $1
          AND lower(a.name) = lower(b.name)
          AND a.phone = b.phone
        ORDER BY a.id, b.id
        """,
        [scope.organization.id]
      )

    Enum.map(rows, &List.to_tuple/1)
  end
end
