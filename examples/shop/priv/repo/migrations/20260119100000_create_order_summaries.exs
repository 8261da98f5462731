defmodule Shop.Repo.Migrations.CreateOrderSummaries do
  use Ecto.Migration

  # `security_invoker`: the policies of the tables below hold for whoever reads the view.
  def change do
    execute(
      """
      CREATE VIEW reporting.order_summaries WITH (security_invoker = true) AS
      SELECT
        o.id AS order_id,
        o.organization_id,
        o.number,
        o.status,
        c.name AS customer_name,
        count(i.id) AS items,
        o.total_cents,
        o.placed_at
      FROM orders AS o
      JOIN customers AS c ON c.id = o.customer_id
      LEFT JOIN order_items AS i ON i.order_id = o.id
      GROUP BY o.id, c.id
      """,
      "DROP VIEW reporting.order_summaries"
    )
  end
end
