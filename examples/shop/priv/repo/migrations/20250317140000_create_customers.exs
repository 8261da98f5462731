defmodule Shop.Repo.Migrations.CreateCustomers do
  use Ecto.Migration

  def change do
    create table(:customers) do
      add :organization_id, references(:organizations, on_delete: :delete_all), null: false
      add :name, :string, null: false
      add :email, :citext, null: false
      add :phone, :string, size: 32
      add :billing_address, :map
      add :notes, :text
      add :archived_at, :utc_datetime_usec

      timestamps()
    end

    create unique_index(:customers, [:organization_id, :email])
    create index(:customers, [:organization_id, :name])

    execute(
      "ALTER TABLE customers ENABLE ROW LEVEL SECURITY",
      "ALTER TABLE customers DISABLE ROW LEVEL SECURITY"
    )

    execute(
      "CREATE POLICY tenant ON customers USING (organization_id = (SELECT current_organization_id()))",
      "DROP POLICY tenant ON customers"
    )
  end
end
