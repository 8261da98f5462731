defmodule Shop.Repo.Migrations.CreateCurrentOrganizationId do
  use Ecto.Migration

  # The application owns the tables, so its queries name the organization themselves. Everybody
  # else sets `app.organization_id` and is held to it by row-level security.
  def change do
    execute(
      """
      CREATE FUNCTION current_organization_id() RETURNS bigint
      LANGUAGE sql STABLE
      AS $$
        SELECT nullif(current_setting('app.organization_id', true), '')::bigint
      $$
      """,
      "DROP FUNCTION current_organization_id()"
    )
  end
end
