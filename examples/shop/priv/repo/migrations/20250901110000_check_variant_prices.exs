defmodule Shop.Repo.Migrations.CheckVariantPrices do
  use Ecto.Migration

  def change do
    create constraint(:variants, :variants_price_not_negative,
             check: "price_cents >= 0",
             validate: false
           )
  end
end
