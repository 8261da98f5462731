defmodule Shop.Billing do
  @moduledoc """
  Invoices and what was paid on them.
  """

  import Ecto.Query
  import Shop.Scoping

  alias Ecto.Multi
  alias Shop.Accounts.Scope
  alias Shop.Audit
  alias Shop.Billing.{Invoice, Payment}
  alias Shop.Repo

  @doc "Invoices that are not paid yet, those that are due first at the top."
  def list_open_invoices(%Scope{} = scope) do
    Invoice
    |> in_organization(scope)
    |> where(status: :open)
    |> order_by(asc: :due_on, asc: :id)
    |> preload(order: :customer)
    |> Repo.all()
  end

  @doc "Open invoices whose due date has passed by more than the organization's days of grace."
  def list_overdue_invoices(%Scope{} = scope) do
    cutoff = Date.add(Date.utc_today(), -scope.organization.grace_days)

    Repo.all(
      from i in Invoice,
        where: i.status == :open and i.due_on < ^cutoff,
        order_by: [asc: i.due_on, asc: i.id],
        preload: [order: :customer]
    )
  end

  def get_invoice!(%Scope{} = scope, number) do
    Repo.get_by!(Invoice, organization_id: scope.organization.id, number: number)
  end

  @doc "What the organization's customers still owe, in cents."
  def outstanding_cents(%Scope{} = scope) do
    invoiced =
      Invoice
      |> in_organization(scope)
      |> where([i], i.status == :open)
      |> Repo.aggregate(:sum, :total_cents)

    paid =
      Repo.one(
        from p in Payment,
          join: i in assoc(p, :invoice),
          where: p.organization_id == ^scope.organization.id,
          where: i.status == :open,
          select: sum(p.amount_cents)
      )

    to_integer(invoiced) - to_integer(paid)
  end

  # PostgreSQL sums bigint as numeric.
  defp to_integer(nil), do: 0
  defp to_integer(sum), do: Decimal.to_integer(sum)

  def seen_payment?(%Scope{} = scope, provider, reference) do
    Payment
    |> in_organization(scope)
    |> where([p], p.provider == ^provider and p.provider_reference == ^reference)
    |> Repo.exists?()
  end

  @doc "Books a payment; the invoice is paid as soon as its payments reach its total."
  def record_payment(%Scope{} = scope, %Invoice{} = invoice, attrs) do
    payment = %Payment{organization_id: scope.organization.id, invoice_id: invoice.id}

    paid =
      from p in Payment,
        where: p.invoice_id == parent_as(:invoice).id,
        select: sum(p.amount_cents)

    paid_in_full =
      from i in Invoice,
        as: :invoice,
        where: i.organization_id == ^scope.organization.id,
        where: i.id == ^invoice.id,
        where: i.total_cents <= subquery(paid)

    Multi.new()
    |> Multi.insert(:payment, Payment.changeset(payment, attrs))
    |> Multi.update_all(:invoice, paid_in_full, set: [status: :paid])
    |> Multi.insert(:event, Audit.event(scope, "invoice.payment", invoice))
    |> Repo.transaction()
  end
end
