defmodule Shop.Repo.Migrations.CreateWebhooks do
  use Ecto.Migration

  def change do
    create table(:webhook_endpoints) do
      add :organization_id, references(:organizations, on_delete: :delete_all), null: false
      add :url, :text, null: false
      add :secret, :string, null: false
      add :events, {:array, :string}, null: false, default: []
      add :enabled, :boolean, null: false, default: true

      timestamps()
    end

    create index(:webhook_endpoints, [:organization_id])

    create table(:webhook_deliveries) do
      add :webhook_endpoint_id, references(:webhook_endpoints, on_delete: :delete_all),
        null: false

      add :event, :string, null: false
      add :payload, :map, null: false
      add :response_status, :integer
      add :attempts, :integer, null: false, default: 0

      timestamps()
    end

    create index(:webhook_deliveries, [:webhook_endpoint_id])
  end
end
