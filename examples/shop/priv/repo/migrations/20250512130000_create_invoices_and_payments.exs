defmodule Shop.Repo.Migrations.CreateInvoicesAndPayments do
  use Ecto.Migration

  def change do
    create table(:invoices) do
      add :organization_id, references(:organizations, on_delete: :delete_all), null: false
      add :order_id, references(:orders, on_delete: :restrict), null: false
      add :number, :integer, null: false
      add :status, :string, null: false, default: "open"
      add :total_cents, :bigint, null: false
      add :issued_on, :date, null: false
      add :due_on, :date, null: false

      timestamps()
    end

    create unique_index(:invoices, [:organization_id, :number])
    create index(:invoices, [:order_id])

    create table(:payments) do
      add :organization_id, references(:organizations, on_delete: :delete_all), null: false
      add :invoice_id, references(:invoices, on_delete: :restrict), null: false
      add :provider, :string, null: false
      add :provider_reference, :string, null: false
      add :amount_cents, :bigint, null: false
      add :received_at, :utc_datetime_usec, null: false

      timestamps()
    end

    create unique_index(:payments, [:organization_id, :provider, :provider_reference])
    create index(:payments, [:invoice_id])

    execute(
      "ALTER TABLE invoices ENABLE ROW LEVEL SECURITY",
      "ALTER TABLE invoices DISABLE ROW LEVEL SECURITY"
    )

    execute(
      "CREATE POLICY tenant ON invoices USING (organization_id = (SELECT current_organization_id()))",
      "DROP POLICY tenant ON invoices"
    )

    execute(
      "ALTER TABLE payments ENABLE ROW LEVEL SECURITY",
      "ALTER TABLE payments DISABLE ROW LEVEL SECURITY"
    )

    execute(
      "CREATE POLICY tenant ON payments USING (organization_id = (SELECT current_organization_id()))",
      "DROP POLICY tenant ON payments"
    )
  end
end
