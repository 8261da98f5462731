defmodule Shop.Repo.Migrations.ValidateAssigneeOfOrders do
  use Ecto.Migration

  def change do
    execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_assignee_id_fkey", "")
  end
end
