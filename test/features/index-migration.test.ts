// The migration that makes an index, in the layouts of several tools, and what the index is called.

import assert from 'node:assert/strict';
import type { WishedIndex } from '../../server/src/advice/advice.js';
import { indexMigration } from '../../server/src/features/index-migration.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

const column = (expression: string) => ({
  expression,
  isColumn: /^\w+$/.test(expression),
  operatorClass: null,
  descending: false,
  nulls: null,
  use: 'equality' as const,
});

const wish = (more: Partial<WishedIndex> = {}): WishedIndex => ({
  table: { schema: null, name: 'orders' },
  partitioned: false,
  method: 'btree',
  keys: [column('org_id')],
  include: [],
  where: null,
  ...more,
});

function written(files: Readonly<Record<string, string>>, index: WishedIndex): string {
  const workspace = memoryWorkspace(Object.entries(files).map(([path, text]) => ({ path, text })));
  const change = indexMigration(workspace, `${ROOT}/q.sql`, index);
  if ('message' in change) return `${change.message} ${change.whatToDo}`;
  return change.creates.map(({ path, text }) => `${path.replace(`${ROOT}/`, '')}\n${text}`).join('---\n');
}

const TABLE = 'CREATE TABLE orders (id bigint, org_id bigint, email text);\n';
const PLAIN = { 'migrations/0001_orders.sql': TABLE };
const PARTITIONED = {
  'migrations/0001_orders.sql': `CREATE TABLE orders (id bigint, org_id bigint, email text) PARTITION BY RANGE (id);
CREATE TABLE orders_1 PARTITION OF orders FOR VALUES FROM (0) TO (100);
CREATE TABLE orders_2 PARTITION OF orders FOR VALUES FROM (100) TO (200);
`,
};
const ECTO_PARTITIONED = {
  'mix.exs': 'defmodule Shop.MixProject do\nend\n',
  'priv/repo/migrations/20260101000000_orders.exs': `defmodule Shop.Repo.Migrations.Orders do
  use Ecto.Migration

  def change do
    create table(:orders, options: "PARTITION BY RANGE (id)", primary_key: false) do
      add :id, :bigint
      add :email, :text
    end

    execute "CREATE TABLE orders_1 PARTITION OF orders FOR VALUES FROM (0) TO (100)", ""
  end
end
`,
};
const DBMATE = {
  'db/migrations/20260101000000_orders.sql': `-- migrate:up\n${TABLE}\n-- migrate:down\nDROP TABLE orders;\n`,
};
const SUPABASE = { 'supabase/migrations/20260101000000_orders.sql': TABLE };
const ECTO = {
  'mix.exs': 'defmodule Shop.MixProject do\nend\n',
  'priv/repo/migrations/20260101000000_orders.exs': `defmodule Shop.Repo.Migrations.Orders do
  use Ecto.Migration

  def change do
    create table(:orders) do
      add :org_id, :bigint
    end

    create index(:orders, [:org_id])
  end
end
`,
};

describe('the migration of an index', () => {
  it('is a script of its own', () => {
    assert.match(
      written(PLAIN, wish()),
      /^migrations\/0002_add_orders_org_id_idx\.sql\n(.*\n)*CREATE INDEX CONCURRENTLY orders_org_id_idx ON orders \(org_id\);\n/,
    );
  });

  it('runs outside a transaction, and can be undone, where the tool knows how', () => {
    const text = written(DBMATE, wish());
    assert.match(
      text,
      /-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY orders_org_id_idx ON orders/,
    );
    assert.match(text, /-- migrate:down transaction:false\nDROP INDEX CONCURRENTLY orders_org_id_idx;/);
  });

  it('makes the extension first', () => {
    const key = { ...column('email'), operatorClass: 'gin_trgm_ops' };
    const [first = '', second = ''] = written(SUPABASE, wish({ method: 'gin', keys: [key] })).split('---\n');
    assert.match(first, /_enable_pg_trgm\.sql\n(.*\n)*CREATE EXTENSION IF NOT EXISTS pg_trgm;/);
    assert.match(
      second,
      /CREATE INDEX CONCURRENTLY orders_email_idx ON orders USING gin \(email gin_trgm_ops\);/,
    );
  });

  it('gives a name that is free', () => {
    const index = wish({ where: `status = 'open'` });
    assert.match(
      written(ECTO, index),
      /create index\(:orders, \[:org_id\], where: "status = 'open'", name: :orders_org_id_index1, concurrently: true\)/,
    );
    const taken = { ...PLAIN, 'migrations/0002_index.sql': 'CREATE INDEX ON orders (org_id);\n' };
    assert.match(written(taken, index), /orders_org_id_idx1 ON orders \(org_id\) WHERE status = 'open';/);
  });

  it('goes partition by partition on a partitioned table', () => {
    const index = wish({ partitioned: true, keys: [column('org_id')] });
    assert.equal(
      written(PARTITIONED, index).replaceAll(/^--.*\n/gm, (line) => (line === '---\n' ? line : '')),
      `migrations/0002_add_orders_org_id_idx.sql
CREATE INDEX orders_org_id_idx ON ONLY orders (org_id);
---
migrations/0003_build_orders_1_org_id_idx.sql
CREATE INDEX CONCURRENTLY orders_1_org_id_idx ON orders_1 (org_id);
---
migrations/0004_build_orders_2_org_id_idx.sql
CREATE INDEX CONCURRENTLY orders_2_org_id_idx ON orders_2 (org_id);
---
migrations/0005_attach_parts_of_orders_org_id_idx.sql
ALTER INDEX orders_org_id_idx ATTACH PARTITION orders_1_org_id_idx;
ALTER INDEX orders_org_id_idx ATTACH PARTITION orders_2_org_id_idx;
`,
    );
  });

  it('goes partition by partition in Ecto', () => {
    const text = written(ECTO_PARTITIONED, wish({ partitioned: true, keys: [column('email')] }));
    const [parent = '', builds = '', attach = '', ...more] = text.split('---\n');
    assert.deepEqual(more, []);
    assert.match(parent, /create index\(:orders, \[:email\], only: true\)/);
    assert.doesNotMatch(parent, /disable_ddl_transaction|concurrently/);
    assert.match(builds, /@disable_ddl_transaction true/);
    assert.match(builds, /execute "CREATE INDEX CONCURRENTLY orders_1_email_idx ON orders_1 \(email\)"/);
    assert.match(attach, /ALTER INDEX orders_email_index ATTACH PARTITION orders_1_email_idx/);
    assert.doesNotMatch(attach, /disable_ddl_transaction/);
  });

  it('says that writes wait where the partitions are partitioned themselves', () => {
    const files = {
      'migrations/0001_orders.sql': `${PARTITIONED['migrations/0001_orders.sql']}
CREATE TABLE orders_3 PARTITION OF orders FOR VALUES FROM (200) TO (300) PARTITION BY RANGE (org_id);
`,
    };
    assert.match(
      written(files, wish({ partitioned: true })),
      /-- Writes wait while it is built.*\n(.*\n)*CREATE INDEX orders_org_id_idx ON orders \(org_id\);\n$/,
    );
  });

  it('names expressions and columns that are included as the server does', () => {
    const index = wish({ keys: [column('lower(email)'), column('(a + b)')], include: ['org_id'] });
    assert.match(written(PLAIN, index), /CONCURRENTLY orders_lower_expr_org_id_idx ON/);
  });

  it('says so where there is none to go beside', () => {
    assert.equal(
      written({ 'q.sql': 'SELECT 1;\n' }, wish()),
      'There is no migration beside which a new one could go. Copy the statement instead.',
    );
  });
});
