defmodule Shop.Repo.Migrations.CreateOrganizationsAndUsers do
  use Ecto.Migration

  def change do
    execute("CREATE EXTENSION IF NOT EXISTS citext", "DROP EXTENSION IF EXISTS citext")

    create table(:organizations) do
      add :name, :string, null: false
      add :slug, :string, null: false
      add :currency, :string, size: 3, null: false, default: "EUR"
      add :grace_days, :integer, null: false, default: 0

      timestamps()
    end

    create unique_index(:organizations, [:slug])

    create table(:users) do
      add :email, :citext, null: false
      add :name, :string, null: false

      timestamps()
    end

    create unique_index(:users, [:email])

    create table(:memberships) do
      add :organization_id, references(:organizations, on_delete: :delete_all), null: false
      add :user_id, references(:users, on_delete: :delete_all), null: false
      add :role, :string, null: false, default: "member"

      timestamps()
    end

    create unique_index(:memberships, [:organization_id, :user_id])
    create index(:memberships, [:user_id])
  end
end
