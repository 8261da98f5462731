-- The schema on which the plans of test/advice/*.md were made, with rows in it. Skewed on purpose: a few orgs have most
-- orders, nearly all orders are done, and the status of an order follows from its kind.

CREATE EXTENSION pg_trgm;

CREATE TABLE orgs (
  id bigint PRIMARY KEY,
  name text NOT NULL,
  plan character varying(20) NOT NULL
);

CREATE TABLE users (
  id bigint PRIMARY KEY,
  org_id bigint NOT NULL REFERENCES orgs (id),
  email text NOT NULL,
  bio text,
  inserted_at timestamp(0) without time zone NOT NULL
);
CREATE INDEX users_org_id_index ON users (org_id);
CREATE INDEX users_email_index ON users (email);

CREATE TABLE orders (
  id bigint PRIMARY KEY,
  org_id bigint NOT NULL REFERENCES orgs (id),
  user_id bigint NOT NULL REFERENCES users (id),
  kind text NOT NULL,
  status character varying(255) NOT NULL,
  total numeric NOT NULL,
  inserted_at timestamp(0) without time zone NOT NULL
);
CREATE INDEX orders_org_id_index ON orders (org_id);
CREATE INDEX orders_inserted_at_index ON orders (inserted_at);

-- No index on order_id.
CREATE TABLE order_lines (
  id bigint PRIMARY KEY,
  order_id bigint NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  sku text NOT NULL,
  quantity integer NOT NULL
);

CREATE TABLE documents (
  id bigint PRIMARY KEY,
  org_id bigint NOT NULL,
  body text NOT NULL,
  tags text[] NOT NULL,
  data jsonb NOT NULL
);
ALTER TABLE documents ALTER COLUMN body SET STORAGE PLAIN;
CREATE INDEX documents_tags_index ON documents USING gin (tags);

CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, name text NOT NULL) PARTITION BY RANGE (at);

CREATE TABLE visits (id bigint PRIMARY KEY, visitor_id bigint NOT NULL, day date NOT NULL);
CREATE INDEX visits_visitor_id_index ON visits (visitor_id);

-- rows

INSERT INTO orgs SELECT n, 'Org ' || n, CASE WHEN n % 10 = 0 THEN 'team' ELSE 'free' END
FROM generate_series(1, 1000) n;

INSERT INTO users
SELECT n, 1 + n % 1000, 'user' || n || '@example.com', repeat('about me ', n % 20),
  '2024-01-01'::timestamp + n * interval '10 minutes'
FROM generate_series(1, 50000) n;

INSERT INTO orders
SELECT n, 1 + (1000 * power((n * 7919 % 200000) / 200000.0, 4))::int % 1000, 1 + n % 50000,
  'kind ' || n % 7,
  CASE WHEN n % 7 <> 3 THEN 'done' WHEN n % 1001 = 3 THEN 'failed' ELSE 'open' END,
  (n % 997) / 10.0, '2024-01-01'::timestamp + (n * 7919 % 200000) * interval '3 minutes'
FROM generate_series(1, 200000) n;

INSERT INTO order_lines
SELECT n, 1 + n / 2, 'sku-' || n % 500, 1 + n % 5 FROM generate_series(1, 300000) n;

INSERT INTO documents
SELECT n, 1 + n % 100, repeat('word' || n % 1000 || ' ', 200), ARRAY['tag' || n % 50, 'tag' || n % 33],
  jsonb_build_object('kind', 'k' || n % 200, 'n', n)
FROM generate_series(1, 20000) n;

DO $$
BEGIN
  FOR n IN 0..99 LOOP
    EXECUTE format('CREATE TABLE events_%s PARTITION OF events FOR VALUES FROM (%L) TO (%L)', n,
      '2024-01-01'::date + n, '2024-01-01'::date + n + 1);
  END LOOP;
END $$;
INSERT INTO events SELECT n, '2024-01-01'::date + n % 100, 'event ' || n % 20 FROM generate_series(1, 100000) n;

-- Rows of one visitor lie far apart.
INSERT INTO visits SELECT n, 1 + n % 400, '2024-01-01'::date + n % 30 FROM generate_series(1, 400000) n;

VACUUM ANALYZE;
