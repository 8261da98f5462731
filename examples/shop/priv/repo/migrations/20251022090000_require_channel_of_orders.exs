defmodule Shop.Repo.Migrations.RequireChannelOfOrders do
  use Ecto.Migration

  # The constraint proves it, so no row is read.
  def up do
    execute("ALTER TABLE orders ALTER COLUMN channel SET NOT NULL")
    drop constraint(:orders, :orders_channel_present)
  end

  def down do
    create constraint(:orders, :orders_channel_present,
             check: "channel IS NOT NULL",
             validate: false
           )

    execute("ALTER TABLE orders ALTER COLUMN channel DROP NOT NULL")
  end
end
