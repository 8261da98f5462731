defmodule Shop.Repo.Migrations.CheckChannelOfOrders do
  use Ecto.Migration

  def change do
    create constraint(:orders, :orders_channel_present,
             check: "channel IS NOT NULL",
             validate: false
           )
  end
end
