-- The fifty customers who spent most since a day.
-- $1 day

SELECT
  c.id,
  c.name,
  c.email,
  count(*) AS orders,
  sum(o.total_cents) AS spent_cents
FROM customers AS c
JOIN orders AS o ON o.customer_id = c.id
WHERE o.placed_at >= $1
  AND o.status IN ('paid', 'shipped')
GROUP BY c.id
ORDER BY spent_cents DESC
LIMIT 50;
