defmodule Shop.Repo.Migrations.AddTrackingNumberToOrders do
  use Ecto.Migration

  def change do
    alter table(:orders) do
      add :tracking_number, :string, size: 64
    end

    create index(:orders, [:organization_id, :tracking_number])
  end
end
