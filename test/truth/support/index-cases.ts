// Indexes that the schema of plan-cases lacks, each with a query and what is to come of it.

export interface IndexCase {
  readonly name: string;
  /** What follows `CREATE INDEX … ON`. */
  readonly index: string;
  readonly query: string;
  readonly parameters?: number;
  /** Of an expression. */
  readonly guessed?: boolean;
  /** Where the statistics tell less of its size than usual: so many times as large, or as small, as the real one at most. */
  readonly sizeWithin?: number;
  readonly verdict: 'advised' | 'little' | 'unused';
}

export const INDEX_CASES: readonly IndexCase[] = [
  {
    name: 'one column',
    index: 'events (status)',
    query: `SELECT * FROM events WHERE status = 'failed'`,
    verdict: 'advised',
  },
  {
    name: 'two columns',
    index: 'events (tenant_id, amount)',
    query: `SELECT id FROM events WHERE tenant_id = 1 AND amount > 990`,
    verdict: 'advised',
  },
  {
    name: 'a range behind an equal column',
    index: 'events (kind, amount)',
    query: `SELECT * FROM events WHERE kind = 'buy' AND amount > 980`,
    verdict: 'advised',
  },
  {
    name: 'a partial index',
    index: `events (id) WHERE status = 'failed'`,
    query: `SELECT * FROM events WHERE status = 'failed'`,
    verdict: 'advised',
  },
  {
    name: 'a partial index over most rows',
    index: `events (amount) WHERE status = 'done'`,
    query: `SELECT * FROM events WHERE status = 'done' AND amount > 995`,
    verdict: 'advised',
  },
  {
    name: 'a partial index of NULLs',
    index: 'events (amount) WHERE deleted_at IS NOT NULL',
    query: 'SELECT * FROM events WHERE deleted_at IS NOT NULL AND amount > 900',
    verdict: 'advised',
  },
  {
    name: 'a covering index',
    index: 'events (amount) INCLUDE (tenant_id)',
    query: 'SELECT tenant_id FROM events WHERE amount > 900',
    verdict: 'advised',
  },
  {
    name: 'an expression',
    index: 'users (lower(email))',
    query: `SELECT * FROM users WHERE lower(email) = 'u12@example.com'`,
    guessed: true,
    sizeWithin: 1.3,
    verdict: 'advised',
  },
  {
    name: 'an expression in a document',
    index: `events ((payload ->> 'n'))`,
    query: `SELECT * FROM events WHERE payload ->> 'n' = '77'`,
    guessed: true,
    sizeWithin: 2.5,
    verdict: 'advised',
  },
  {
    name: 'GIN over documents',
    index: 'events USING gin (payload jsonb_path_ops)',
    query: `SELECT * FROM events WHERE payload @> '{"n": 77}'`,
    sizeWithin: 3,
    verdict: 'advised',
  },
  {
    name: 'GIN over trigrams',
    index: 'users USING gin (email gin_trgm_ops)',
    query: `SELECT * FROM users WHERE email LIKE '%u123@ex%'`,
    sizeWithin: 1.25,
    verdict: 'advised',
  },
  {
    name: 'patterns',
    index: 'docs (title text_pattern_ops)',
    query: `SELECT * FROM docs WHERE title LIKE 'title number a77%'`,
    verdict: 'advised',
  },
  {
    name: 'an order with LIMIT',
    index: 'events (amount)',
    query: 'SELECT * FROM events ORDER BY amount DESC LIMIT 10',
    verdict: 'advised',
  },
  {
    name: 'an equal column and an order',
    index: 'events (kind, amount)',
    query: `SELECT * FROM events WHERE kind = 'buy' ORDER BY amount DESC LIMIT 10`,
    verdict: 'advised',
  },
  {
    name: 'a join',
    index: 'users (inserted_at)',
    query: `SELECT e.id FROM users u JOIN events e ON e.user_id = u.id WHERE u.inserted_at < '2024-01-01 06:00Z'`,
    verdict: 'little',
  },
  {
    name: 'groups',
    index: 'events (kind)',
    query: 'SELECT kind, count(*) FROM events GROUP BY kind',
    verdict: 'little',
  },
  {
    name: 'any value of a parameter',
    index: 'events (kind, user_id)',
    query: 'SELECT * FROM events WHERE kind = $1 AND user_id = $2 AND status = $3',
    parameters: 3,
    sizeWithin: 1.6,
    verdict: 'little',
  },
  {
    name: 'one that is not used',
    index: 'events (kind)',
    query: `SELECT * FROM events WHERE kind = 'view'`,
    verdict: 'unused',
  },
  {
    name: 'one beside another that begins alike',
    index: 'events (user_id, inserted_at)',
    query: 'SELECT * FROM events WHERE user_id = 7 ORDER BY inserted_at DESC LIMIT 5',
    verdict: 'advised',
  },
  {
    name: 'a boolean that is rarely false',
    index: 'users (id) WHERE NOT active',
    query: 'SELECT id FROM users WHERE NOT active',
    verdict: 'advised',
  },
  {
    name: 'partitions',
    index: 'logs (message)',
    query: `SELECT * FROM logs WHERE message = 'm77'`,
    verdict: 'advised',
  },
];
