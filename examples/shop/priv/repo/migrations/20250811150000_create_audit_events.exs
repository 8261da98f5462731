defmodule Shop.Repo.Migrations.CreateAuditEvents do
  use Ecto.Migration

  def change do
    create table(:audit_events) do
      add :organization_id, references(:organizations, on_delete: :delete_all), null: false
      add :actor_id, references(:users, on_delete: :nilify_all)
      add :action, :string, null: false
      add :subject_type, :string, null: false
      add :subject_id, :bigint, null: false
      add :changes, :map, null: false, default: %{}

      timestamps(updated_at: false)
    end

    create index(:audit_events, [:organization_id, :subject_type, :subject_id])
    create index(:audit_events, [:actor_id])

    execute(
      "ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY",
      "ALTER TABLE audit_events DISABLE ROW LEVEL SECURITY"
    )

    execute(
      "CREATE POLICY tenant ON audit_events USING (organization_id = (SELECT current_organization_id()))",
      "DROP POLICY tenant ON audit_events"
    )
  end
end
