defmodule Shop.Repo.Migrations.RemoveLegacyCodeFromProducts do
  use Ecto.Migration

  def change do
    alter table(:products) do
      remove :legacy_code, :string
    end
  end
end
