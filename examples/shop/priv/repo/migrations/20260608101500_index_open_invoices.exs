defmodule Shop.Repo.Migrations.IndexOpenInvoices do
  use Ecto.Migration

  @disable_ddl_transaction true
  @disable_migration_lock true

  def change do
    create index(:invoices, [:organization_id, :due_on],
             where: "status = 'open'",
             name: :invoices_open_index,
             concurrently: true
           )
  end
end
