defmodule Shop.Repo.Migrations.AddPriceListToCustomers do
  use Ecto.Migration

  def change do
    alter table(:customers) do
      add :price_list_id, references(:price_lists, on_delete: :nilify_all)
    end
  end
end
