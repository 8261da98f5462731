defmodule Shop.Catalog do
  @moduledoc """
  What an organization sells, and for how much to whom.
  """

  import Ecto.Query
  import Shop.Scoping

  alias Ecto.Multi
  alias Shop.Accounts.Scope
  alias Shop.Catalog.{Price, PriceList, Product, Variant}
  alias Shop.Customers.Customer
  alias Shop.Repo

  def list_products(%Scope{} = scope, status \\ :active) do
    variants = from v in Variant, order_by: v.sku

    Product
    |> in_organization(scope)
    |> where(status: ^status)
    |> order_by(asc: :name, asc: :id)
    |> preload(variants: ^variants)
    |> Repo.all()
  end

  def get_product!(%Scope{} = scope, id) do
    Product
    |> in_organization(scope)
    |> Repo.get!(id)
    |> Repo.preload(:variants)
  end

  def find_variant(%Scope{} = scope, sku) do
    Repo.get_by(Variant, organization_id: scope.organization.id, sku: sku)
  end

  @doc "Creates a product together with its first variant."
  def create_product(%Scope{organization: organization}, product_attrs, variant_attrs) do
    product = %Product{organization_id: organization.id}

    Multi.new()
    |> Multi.insert(:product, Product.changeset(product, product_attrs))
    |> Multi.insert(:variant, fn %{product: product} ->
      Variant.changeset(
        %Variant{organization_id: organization.id, product_id: product.id},
        variant_attrs
      )
    end)
    |> Repo.transaction()
  end

  @doc "Products that are still on sale although nothing of them is left."
  def list_sold_out(%Scope{} = scope) do
    in_stock = from v in Variant, where: v.product_id == parent_as(:product).id and v.stock > 0

    Repo.all(
      from p in Product,
        as: :product,
        where: p.organization_id == ^scope.organization.id,
        where: p.status == :active and not exists(in_stock),
        order_by: p.name
    )
  end

  @doc "What the variant costs the customer: the price of their list, else the usual one."
  def price_cents(%Scope{} = scope, variant_id, customer_id) do
    Repo.one(
      from v in Variant,
        join: c in Customer,
        on: c.organization_id == v.organization_id and c.id == ^customer_id,
        left_join: p in Price,
        on: p.variant_id == v.id and p.price_list_id == c.price_list_id,
        where: v.organization_id == ^scope.organization.id,
        where: v.id == ^variant_id,
        select: coalesce(p.amount_cents, v.price_cents)
    )
  end

  @doc "Multiplies all prices of a list, for instance by `Decimal.new(\"1.03\")`."
  def raise_prices(%Scope{} = scope, %PriceList{} = price_list, factor) do
    now = DateTime.utc_now()

    {raised, nil} =
      Repo.update_all(
        from(p in Price,
          where: p.organization_id == ^scope.organization.id,
          where: p.price_list_id == ^price_list.id,
          update: [
            set: [
              amount_cents:
                fragment("round(? * ?)::integer", p.amount_cents, type(^factor, :decimal)),
              updated_at: ^now
            ]
          ]
        ),
        []
      )

    raised
  end
end
