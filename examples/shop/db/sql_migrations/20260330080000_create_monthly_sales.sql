CREATE MATERIALIZED VIEW reporting.monthly_sales AS
SELECT
  o.organization_id,
  date_trunc('month', o.placed_at)::date AS month,
  i.variant_id,
  sum(i.quantity) AS sold,
  sum(i.quantity * i.unit_price_cents - i.discount_cents) AS revenue_cents
FROM orders AS o
JOIN order_items AS i ON i.order_id = o.id
WHERE o.status IN ('paid', 'shipped')
GROUP BY o.organization_id, date_trunc('month', o.placed_at), i.variant_id;

-- REFRESH … CONCURRENTLY needs it.
CREATE UNIQUE INDEX monthly_sales_key
ON reporting.monthly_sales (organization_id, month, variant_id);
