defmodule Shop.Repo.Migrations.ValidateChannelOfOrders do
  use Ecto.Migration

  def change do
    execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_channel_present", "")
  end
end
