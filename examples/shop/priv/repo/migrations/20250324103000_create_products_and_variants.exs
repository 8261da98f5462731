defmodule Shop.Repo.Migrations.CreateProductsAndVariants do
  use Ecto.Migration

  def change do
    create table(:products) do
      add :organization_id, references(:organizations, on_delete: :delete_all), null: false
      add :name, :string, null: false
      add :slug, :string, null: false
      add :description, :text
      add :legacy_code, :string
      add :status, :string, null: false, default: "draft"

      timestamps()
    end

    create unique_index(:products, [:organization_id, :slug])

    create table(:variants) do
      add :organization_id, references(:organizations, on_delete: :delete_all), null: false
      add :product_id, references(:products, on_delete: :delete_all), null: false
      add :sku, :string, null: false
      add :title, :string, null: false
      add :price_cents, :integer, null: false
      add :stock, :integer, null: false, default: 0

      timestamps()
    end

    create unique_index(:variants, [:organization_id, :sku])
    create index(:variants, [:product_id])

    execute(
      "ALTER TABLE products ENABLE ROW LEVEL SECURITY",
      "ALTER TABLE products DISABLE ROW LEVEL SECURITY"
    )

    execute(
      "CREATE POLICY tenant ON products USING (organization_id = (SELECT current_organization_id()))",
      "DROP POLICY tenant ON products"
    )

    execute(
      "ALTER TABLE variants ENABLE ROW LEVEL SECURITY",
      "ALTER TABLE variants DISABLE ROW LEVEL SECURITY"
    )

    execute(
      "CREATE POLICY tenant ON variants USING (organization_id = (SELECT current_organization_id()))",
      "DROP POLICY tenant ON variants"
    )
  end
end
