defmodule Shop.Repo.Migrations.AddAssigneeToOrders do
  use Ecto.Migration

  def change do
    alter table(:orders) do
      add :assignee_id, references(:users, on_delete: :nilify_all, validate: false)
    end
  end
end
