defmodule Shop.Repo.Migrations.ValidateVariantPrices do
  use Ecto.Migration

  def change do
    execute("ALTER TABLE variants VALIDATE CONSTRAINT variants_price_not_negative", "")
  end
end
