defmodule Shop.Repo.Migrations.AddOnHoldToOrderStatus do
  use Ecto.Migration

  def change do
    execute("ALTER TYPE order_status ADD VALUE 'on_hold' AFTER 'paid'", "")
  end
end
