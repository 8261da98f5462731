defmodule Shop.Repo.Migrations.IndexAssigneeOfOrders do
  use Ecto.Migration

  @disable_ddl_transaction true
  @disable_migration_lock true

  def change do
    create index(:orders, [:assignee_id], concurrently: true)
  end
end
