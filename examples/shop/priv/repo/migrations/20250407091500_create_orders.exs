defmodule Shop.Repo.Migrations.CreateOrders do
  use Ecto.Migration

  def change do
    execute(
      "CREATE TYPE order_status AS ENUM ('draft', 'placed', 'paid', 'shipped', 'cancelled')",
      "DROP TYPE order_status"
    )

    create table(:orders) do
      add :organization_id, references(:organizations, on_delete: :delete_all), null: false
      add :customer_id, references(:customers, on_delete: :restrict), null: false
      add :number, :integer, null: false
      add :status, :order_status, null: false, default: "draft"
      add :currency, :string, size: 3, null: false
      add :total_cents, :bigint, null: false, default: 0
      add :shipping_address, :map
      add :placed_at, :utc_datetime_usec

      timestamps()
    end

    create unique_index(:orders, [:organization_id, :number])
    create index(:orders, [:customer_id])

    create table(:order_items) do
      add :organization_id, references(:organizations, on_delete: :delete_all), null: false
      add :order_id, references(:orders, on_delete: :delete_all), null: false
      add :variant_id, references(:variants, on_delete: :restrict), null: false
      add :quantity, :integer, null: false
      add :unit_price_cents, :integer, null: false
      add :discount_cents, :integer, null: false, default: 0

      timestamps()
    end

    create index(:order_items, [:organization_id])
    create index(:order_items, [:order_id])
    create index(:order_items, [:variant_id])

    execute(
      "ALTER TABLE orders ENABLE ROW LEVEL SECURITY",
      "ALTER TABLE orders DISABLE ROW LEVEL SECURITY"
    )

    execute(
      "CREATE POLICY tenant ON orders USING (organization_id = (SELECT current_organization_id()))",
      "DROP POLICY tenant ON orders"
    )

    execute(
      "ALTER TABLE order_items ENABLE ROW LEVEL SECURITY",
      "ALTER TABLE order_items DISABLE ROW LEVEL SECURITY"
    )

    execute(
      "CREATE POLICY tenant ON order_items USING (organization_id = (SELECT current_organization_id()))",
      "DROP POLICY tenant ON order_items"
    )
  end
end
