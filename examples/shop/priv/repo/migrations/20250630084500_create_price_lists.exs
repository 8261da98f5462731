defmodule Shop.Repo.Migrations.CreatePriceLists do
  use Ecto.Migration

  def change do
    create table(:price_lists) do
      add :organization_id, references(:organizations, on_delete: :delete_all), null: false
      add :name, :string, null: false
      add :currency, :string, size: 3, null: false

      timestamps()
    end

    create unique_index(:price_lists, [:organization_id, :name])

    create table(:prices) do
      add :organization_id, references(:organizations, on_delete: :delete_all), null: false
      add :price_list_id, references(:price_lists, on_delete: :delete_all), null: false
      add :variant_id, references(:variants, on_delete: :delete_all), null: false
      add :amount_cents, :integer, null: false

      timestamps()
    end

    create unique_index(:prices, [:organization_id, :price_list_id, :variant_id])
    create index(:prices, [:price_list_id])
    create index(:prices, [:variant_id])

    execute(
      "ALTER TABLE price_lists ENABLE ROW LEVEL SECURITY",
      "ALTER TABLE price_lists DISABLE ROW LEVEL SECURITY"
    )

    execute(
      "CREATE POLICY tenant ON price_lists USING (organization_id = (SELECT current_organization_id()))",
      "DROP POLICY tenant ON price_lists"
    )

    execute(
      "ALTER TABLE prices ENABLE ROW LEVEL SECURITY",
      "ALTER TABLE prices DISABLE ROW LEVEL SECURITY"
    )

    execute(
      "CREATE POLICY tenant ON prices USING (organization_id = (SELECT current_organization_id()))",
      "DROP POLICY tenant ON prices"
    )
  end
end
