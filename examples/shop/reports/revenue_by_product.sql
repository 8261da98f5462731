-- What each product brought in through a channel.
-- $1 organization, $2 channel, $3 from, $4 up to

SELECT
  p.name AS product,
  sum(i.quantity) AS sold,
  sum(i.quantity * i.unit_price_cents - i.discount_cents) AS revenue_cents
FROM orders AS o
JOIN order_items AS i ON i.order_id = o.id
JOIN variants AS v ON v.id = i.variant_id
JOIN products AS p ON p.id = v.product_id
WHERE o.organization_id = $1
  AND o.channel = $2
  AND o.placed_at >= $3
  AND o.placed_at < $4
GROUP BY p.id, p.name
ORDER BY revenue_cents DESC;
