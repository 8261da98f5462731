-- Open invoices, what was paid on them, and how many days they are late.
-- $1 organization

SELECT
  i.number,
  c.name AS customer,
  i.due_on,
  greatest(current_date - i.due_on, 0) AS days_late,
  i.total_cents,
  coalesce(paid.cents, 0) AS paid_cents
FROM invoices AS i
JOIN orders AS o ON o.id = i.order_id
JOIN customers AS c ON c.id = o.customer_id
LEFT JOIN LATERAL (
  SELECT sum(p.amount_cents) AS cents
  FROM payments AS p
  WHERE p.organization_id = i.organization_id AND p.invoice_id = i.id
) AS paid ON true
WHERE i.organization_id = $1
  AND i.status = 'open'
ORDER BY i.due_on, i.number;
