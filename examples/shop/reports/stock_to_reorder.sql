-- Variants that will be sold out within two weeks if they sell as they did in the last thirty days.
-- $1 organization

WITH recent AS (
  SELECT i.variant_id, sum(i.quantity) AS sold
  FROM order_items AS i
  JOIN orders AS o ON o.id = i.order_id
  WHERE i.organization_id = $1
    AND o.organization_id = $1
    AND o.placed_at >= now() AT TIME ZONE 'UTC' - interval '30 days'
  GROUP BY i.variant_id
)
SELECT p.name AS product, v.sku, v.stock, recent.sold AS sold_in_30_days
FROM variants AS v
JOIN products AS p ON p.id = v.product_id
JOIN recent ON recent.variant_id = v.id
WHERE v.organization_id = $1
  AND p.status = 'active'
  AND v.stock < recent.sold * 14 / 30
ORDER BY v.stock - recent.sold * 14 / 30, v.sku;
