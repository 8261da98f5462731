-- What the data team reads. `security_invoker`: the policies of the tables hold for whoever reads a view.

CREATE SCHEMA reporting;

CREATE VIEW reporting.daily_revenue WITH (security_invoker = true) AS
SELECT
  organization_id,
  placed_at::date AS day,
  count(*) AS orders,
  sum(total_cents) AS revenue_cents
FROM orders
WHERE status IN ('paid', 'shipped')
GROUP BY organization_id, placed_at::date;
