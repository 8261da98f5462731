// Indexes by the language server: tried for a query or for a file, and made by a migration.

import assert from 'node:assert/strict';
import type {
  AdviseIndexesResult,
  IndexMigrationResult,
  WishedIndex,
} from '../../server/src/hosts/lsp/extensions.js';
import { LanguageClient } from '../support/language-client.js';

const TABLES = `CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL, status text NOT NULL, total numeric);
CREATE INDEX orders_status_idx ON orders (status);
`;
const QUERIES = `SELECT * FROM orders WHERE user_id = $1 AND total = $2;
SELECT id FROM orders WHERE user_id = 5 AND total > 100;
SELECT count(*) FROM orders;
SELECT * FROM nowhere WHERE user_id = 1;
UPDATE orders SET total = 0 WHERE id = 7;
`;
const SIZES = JSON.stringify({ tables: { orders: { rows: 3_000_000 } } });
const SQL = { 'migrations/01_tables.sql': TABLES, 'q.sql': QUERIES };

const MIGRATION = `defmodule Shop.Repo.Migrations.CreateOrders do
  use Ecto.Migration

  def change do
    create table(:orders) do
      add :user_id, :bigint
      add :email, :text
    end
  end
end
`;
const QUERY = `defmodule Shop.Orders do
  import Ecto.Query

  def of_user(id), do: Shop.Repo.all(from o in "orders", where: o.user_id == ^id, select: o.id)
end
`;
const ECTO = {
  'mix.exs': 'defmodule Shop.MixProject do\nend\n',
  'priv/repo/migrations/20260101000000_create_orders.exs': MIGRATION,
  'lib/orders.ex': QUERY,
};

const HOOKED = {
  ...ECTO,
  'lib/repo.ex': `defmodule Shop.Repo do
  use Ecto.Repo, otp_app: :shop, adapter: Ecto.Adapters.Postgres

  def prepare_query(_operation, query, opts), do: {Shop.Soft.apply(query), opts}
end
`,
};
const ODD = `defmodule Shop.Repo.Migrations.Odd do
  use Ecto.Migration

  def up do
    execute "CREATE INDEX ON orders (nosuch)"
  end
end
`;

describe('the index advisor by the language server', function () {
  this.timeout(120_000);
  let client: LanguageClient | undefined;

  afterEach(async () => {
    await client?.stop();
    client = undefined;
  });

  async function start(files: Readonly<Record<string, string>>): Promise<LanguageClient> {
    client = await LanguageClient.start({ files });
    return client;
  }

  function advise(path: string, position: unknown, index?: WishedIndex): Promise<AdviseIndexesResult> {
    assert.ok(client !== undefined);
    const params = { textDocument: { uri: client.uri(path) }, position, ...(index && { index }) };
    return client.request('plumbline/adviseIndexes', params);
  }

  async function migration(path: string, index: WishedIndex): Promise<Record<string, string>> {
    assert.ok(client !== undefined);
    const params = { textDocument: { uri: client.uri(path) }, index };
    const result = await client.request<IndexMigrationResult>('plumbline/indexMigration', params);
    assert.ok(result.kind === 'migration', JSON.stringify(result));
    const files: Record<string, string> = {};
    for (const change of result.edit.documentChanges ?? []) {
      if (!('edits' in change)) continue;
      const [edit] = change.edits;
      const name = change.textDocument.uri.replace(/.*\//, '').replace(/^\d{14}/, 'N');
      files[name] = edit !== undefined && 'newText' in edit ? edit.newText : '';
    }
    return files;
  }

  it('tries what may help the queries of a file, and says which it helps', async () => {
    await start({ ...SQL, 'plumbline.jsonc': SIZES });
    const result = await advise('q.sql', null);
    assert.ok(result.kind === 'index-advice', JSON.stringify(result));
    const [best] = result.indexes;
    assert.equal(best?.sql, 'CREATE INDEX CONCURRENTLY orders_user_id_total_idx ON orders (user_id, total);');
    assert.deepEqual(best.plans.map(({ line }) => line).toSorted(), [0, 1]);
    const [plan] = best.plans;
    assert.equal(plan?.before.plan.root.type, 'Gather');
    assert.match(JSON.stringify(plan.after.json), /orders_user_id_total_idx/);
    assert.match(
      result.markdown,
      /^# Indexes for q\.sql\n\n5 queries\. Tried on: Embedded PostgreSQL 18\.\d+, with assumed sizes\./,
    );
    assert.match(result.markdown, /## orders \(user_id, total\)\n/);
    assert.match(result.markdown, /- "orders" would have 3 indexes/);
    assert.match(result.markdown, /- Line 4: relation "nowhere" does not exist/);
    const short = result.indexes.find(({ title }) => title === 'orders (user_id)');
    assert.notEqual(short?.verdict, 'advised');
    const [name = '', text = ''] = Object.entries(await migration('q.sql', best.index))[0] ?? [];
    assert.match(name, /add_orders_user_id_total_idx\.sql$/);
    assert.match(text, /CREATE INDEX CONCURRENTLY orders_user_id_total_idx ON orders \(user_id, total\);/);
  });

  it('says what an UPDATE loses', async () => {
    await start({ ...SQL, 'plumbline.jsonc': SIZES });
    const result = await advise('q.sql', { line: 1, character: 3 });
    assert.ok(result.kind === 'index-advice');
    const wide = result.indexes.find(({ title }) => title === 'orders (user_id, total)');
    assert.equal(wide?.verdict, 'advised');
    assert.match(
      result.markdown,
      /An UPDATE of "total", as in q\.sql:5, leaves all indexes alone now \(HOT\)/,
    );
  });

  it('tries one that is asked for', async () => {
    await start({ ...SQL, 'plumbline.jsonc': SIZES });
    const key: WishedIndex['keys'][number] = {
      expression: 'total',
      isColumn: true,
      operatorClass: null,
      descending: false,
      nulls: null,
      use: 'equality',
    };
    const index: WishedIndex = {
      table: { schema: null, name: 'orders' },
      partitioned: false,
      method: 'btree',
      keys: [key],
      include: [],
      where: null,
    };
    const result = await advise('q.sql', { line: 0, character: 3 }, index);
    assert.ok(result.kind === 'index-advice');
    assert.deepEqual(
      result.indexes.map(({ title, verdict, plans }) => [title, verdict, plans.length]),
      [['orders (total)', 'little', 1]],
    );
  });

  it('writes a migration of Ecto', async () => {
    await start({ ...ECTO, 'plumbline.jsonc': SIZES });
    const result = await advise('lib/orders.ex', { line: 3, character: 40 });
    assert.ok(result.kind === 'index-advice', JSON.stringify(result));
    const [best] = result.indexes;
    assert.match(best?.sql ?? '', /orders_user_id_index ON orders \(user_id\)/);
    assert.ok(best !== undefined);
    assert.deepEqual(await migration('lib/orders.ex', best.index), {
      'N_add_orders_user_id_index.exs': `defmodule Shop.Repo.Migrations.AddOrdersUserIdIndex do
  use Ecto.Migration

  @disable_ddl_transaction true
  @disable_migration_lock true

  def change do
    create index(:orders, [:user_id], concurrently: true)
  end
end
`,
    });
    const trigrams: WishedIndex = {
      ...best.index,
      method: 'gin',
      keys: [
        {
          expression: 'email',
          isColumn: true,
          operatorClass: 'gin_trgm_ops',
          descending: false,
          nulls: null,
          use: 'equality',
        },
      ],
    };
    const files = await migration('lib/orders.ex', trigrams);
    assert.match(files['N_enable_pg_trgm.exs'] ?? '', /execute "CREATE EXTENSION IF NOT EXISTS pg_trgm", "/);
    assert.match(
      files['N_add_orders_email_gin_trgm_ops_index.exs'] ?? '',
      /create index\(:orders, \["email gin_trgm_ops"\], using: :gin, concurrently: true\)/,
    );
  });

  it('says what the migrations left out, and that another query may be sent', async () => {
    await start({
      ...HOOKED,
      'priv/repo/migrations/20260102000000_odd.exs': ODD,
      'plumbline.jsonc': SIZES,
    });
    const result = await advise('lib/orders.ex', { line: 3, character: 40 });
    assert.ok(result.kind === 'index-advice', JSON.stringify(result));
    assert.match(
      result.markdown,
      /\n- Line 4: This is the plan of the query as it is written here\. What is sent may be another one: /,
    );
    assert.match(
      result.markdown,
      /\n- One statement of the migrations failed here and had no effect:\n {2}- \S*odd\.exs:5 /,
    );
    const notes = result.indexes[0]?.plans[0]?.before.notes ?? [];
    assert.ok(notes.some((note) => note.startsWith('This is the plan of the query as it is written here.')));
    assert.ok(notes.some((note) => note.includes('odd.exs:5')));
  });

  it('says why a table is missing', async () => {
    await start({
      ...SQL,
      'migrations/02_gone.sql': 'CREATE TABLE nowhere PARTITION OF nothing DEFAULT;\n',
      'plumbline.jsonc': SIZES,
    });
    const result = await advise('q.sql', { line: 3, character: 3 });
    assert.ok(result.kind === 'failed');
    assert.equal(result.cause, 'sql-error');
    assert.match(
      result.whatToDo,
      /"nowhere" is missing here since the statement at \S*02_gone\.sql:1 could not run/,
    );
  });

  it('says what is missing where no sizes are known', async () => {
    await start(SQL);
    const result = await advise('q.sql', { line: 0, character: 3 });
    assert.ok(result.kind === 'failed');
    assert.equal(result.cause, 'no-sizes');
    assert.match(result.whatToDo, /^Export the statistics of the database, or state rows/);
  });

  it('says so where there is no query, and no migration', async () => {
    await start({ 'q.sql': 'CREATE VIEW a AS SELECT 1;\n', 'plumbline.jsonc': SIZES });
    const result = await advise('q.sql', null);
    assert.match(JSON.stringify(result), /no query in this file/);
  });
});
