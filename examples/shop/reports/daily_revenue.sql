-- Orders and revenue of each day, with the days on which nothing was sold.
-- $1 organization, $2 first day, $3 last day

SELECT
  days.day::date,
  coalesce(r.orders, 0) AS orders,
  coalesce(r.revenue_cents, 0) AS revenue_cents
FROM generate_series($2::date, $3::date, interval '1 day') AS days (day)
LEFT JOIN reporting.daily_revenue AS r
  ON r.day = days.day AND r.organization_id = $1
ORDER BY days.day;
