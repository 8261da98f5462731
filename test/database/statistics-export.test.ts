// What leaves a database by an export of its statistics, on real servers: each withheld column holds a value that is looked for
// in the file.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { Client } from 'pg';
import {
  isPlannerSetting,
  MAIN_SETTINGS,
  OTHER_SETTINGS,
  wrongSettingValue,
} from '../../server/src/catalog/planner-settings.js';
import { type Redaction, type Statistics, withoutConstants } from '../../server/src/catalog/statistics.js';
import { connectionSettings } from '../../server/src/database/connection.js';
import type { Failure } from '../../server/src/database/database.js';
import { type ExportedStatistics, exportStatistics } from '../../server/src/database/statistics/export.js';
import { statisticsScript } from '../../server/src/database/statistics/script.js';
import { statisticsReport } from '../../server/src/features/statistics-report.js';
import { readStatistics } from '../../server/src/lint/statistics-file.js';
import { type Major, useRealServer } from '../truth/support/real-server.js';

/** `canary…` stands in values and constants that may only be told when nothing is redacted. */
const SCHEMA = [
  'CREATE EXTENSION citext',
  `CREATE TYPE state AS ENUM ('open', 'closed')`,
  'CREATE TYPE pair AS (label text, size int)',
  'CREATE DOMAIN word AS text',
  'CREATE DOMAIN words AS word[]',
  'CREATE DOMAIN points AS int CHECK (value >= 0)',
  `CREATE TYPE wordrange AS RANGE (subtype = text, collation = "C")`,
  `CREATE TABLE orders (
     id bigint PRIMARY KEY, status text, email varchar(100), slug citext, code char(12), data jsonb, old json, tags text[],
     term word, terms words, duo pair, span wordrange, search tsvector, raw bytea, net cidr, path "char",
     sizes int[], total points, state state, states state[], days daterange, at timestamptz, key uuid, price numeric(10, 2)
   )`,
  `INSERT INTO orders SELECT n, 'canarystatus' || n % 3, 'canarymail' || n % 90, 'canaryslug' || n % 4, 'canarycode' || n % 5,
     jsonb_build_object('canarykey' || n % 5, 'canaryvalue'), json_build_object('canaryold', n),
     ARRAY['canarytag' || n % 4], 'canaryterm' || n % 3, ARRAY['canarywords' || n % 3]::words, ROW('canarypair' || n % 3, 1)::pair,
     wordrange('canarylow' || n % 3, 'canaryup'), to_tsvector('simple', 'canarysearch' || n % 3), ('canaryraw' || n % 3)::bytea,
     '10.77.66.0/24', 'c', ARRAY[n % 5, n % 3], 7700 + n % 20, 'open', ARRAY['closed']::state[],
     daterange('2026-01-01', date '2026-01-02' + n % 9), timestamptz '2026-03-01 12:00+00' + n * interval '1 hour',
     ('00000000-0000-0000-0000-0000000000' || (10 + n % 80))::uuid, n + 0.25
   FROM generate_series(1, 2000) n`,
  'CREATE INDEX lowered ON orders (lower(email))',
  'CREATE INDEX "in data" ON orders ((length(data::text)))',
  'CREATE INDEX whole ON orders ((orders IS NULL))',
  'CREATE INDEX doubled ON orders ((total * 2))',
  `CREATE INDEX partial ON orders ((id + 1)) WHERE status = 'canarypredicate''s' AND total > 4711.5`,
  `CREATE INDEX "apostrophe's" ON orders (id) WHERE status = 'canaryapostrophe'`,
  'CREATE TABLE events (id bigint, at date, kind text) PARTITION BY RANGE (at)',
  `CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')`,
  `INSERT INTO events SELECT n, date '2026-01-01' + n % 50, 'canarykind' || n % 3 FROM generate_series(1, 500) n`,
  'CREATE TABLE names (name text) PARTITION BY LIST (name)',
  `CREATE TABLE names_a PARTITION OF names FOR VALUES IN ('canarylist')`,
  `CREATE MATERIALIZED VIEW by_status AS SELECT status, count(*) AS orders FROM orders GROUP BY status`,
  'CREATE TABLE "Odd ""name\'" ("a \'b" int)',
  'CREATE STATISTICS columns ON total, status, id FROM orders',
  'CREATE STATISTICS expressions ON (id + 1), total FROM orders',
  'ANALYZE',
  'CREATE TABLE never_analysed (id int)',
  `CREATE ROLE nothing_granted LOGIN PASSWORD 'x'`,
  `CREATE ROLE some_granted LOGIN PASSWORD 'x'`,
  'GRANT SELECT ON events TO some_granted',
  'GRANT SELECT (id, status) ON orders TO some_granted',
];

const SIMPLE = ['sizes', 'total', 'state', 'states', 'days', 'at', 'key', 'price', 'id'];

for (const major of [18, 15] satisfies Major[]) {
  describe(`statistics exported from PostgreSQL ${major}`, () => {
    const server = useRealServer(major);
    let database: string;

    before(async function () {
      this.timeout(60_000);
      database = await server().createDatabase();
      await server().run(database, ...SCHEMA);
    });

    after(() => server().run('postgres', `DROP DATABASE ${database} WITH (FORCE)`, ...DROP_ROLES));

    function ask(
      redacted: Redaction,
      { keep = [], user = '', signal = new AbortController().signal }: Wish = {},
    ): Promise<ExportedStatistics | Failure> {
      const url = new URL(server().url(database));
      if (user !== '') [url.username, url.password] = [user, 'x'];
      const settings = connectionSettings({ url: url.href }, {});
      assert.equal(settings.kind, 'settings');
      return exportStatistics(settings, {}, { redacted, keep }, signal);
    }

    async function fileOf(redacted: Redaction, wish?: Wish): Promise<string> {
      const result = await ask(redacted, wish);
      assert.equal(result.kind, 'exported', JSON.stringify(result));
      return result.kind === 'exported' ? result.text : '';
    }

    async function read(redacted: Redaction, wish?: Wish): Promise<Statistics> {
      const { statistics, problems } = readStatistics(await fileOf(redacted, wish));
      assert.deepEqual(problems, []);
      return statistics;
    }

    it('hold values of all columns when nothing is redacted', async () => {
      const text = await fileOf('none');
      for (const word of [
        'status',
        'mail',
        'slug',
        'code',
        'tag',
        'term',
        'words',
        'kind',
        'value',
        'list',
      ]) {
        assert.ok(text.includes(`canary${word}`), word);
      }
      assert.match(text, /canarypredicate''s/);
    });

    it('hold none of text and its like by default', async () => {
      const text = await fileOf('text');
      assert.doesNotMatch(text, /canary|63616e617279|10\.77/);
      const { tables, holds } = readStatistics(text).statistics;
      const columns = tables.get('public.orders')?.columns;
      for (const name of SIMPLE) {
        const found = columns?.get(name);
        const values = found?.most_common_vals ?? found?.histogram_bounds ?? found?.range_bounds_histogram;
        assert.equal(values != null, name !== 'days' || major >= 17, name);
      }
      assert.equal(columns?.get('status')?.n_distinct, 3);
      assert.deepEqual(holds.values.get('public.orders'), [
        ...[
          'at',
          ...(major >= 17 ? ['days'] : []),
          'doubled.expr',
          'id',
          'key',
          'price',
          'sizes',
          'state',
          'states',
          'total',
        ],
      ]);
      assert.ok(holds.withheld.get('public.orders')?.includes('in data.length'));
      assert.ok(holds.withheld.get('public.orders')?.includes('whole.expr'));
      assert.ok(holds.withheld.get('public.orders')?.includes('lowered.lower'));
    });

    it('hold those of a column that is named', async () => {
      const text = await fileOf('text', { keep: ['public.orders.status'] });
      assert.match(text, /canarystatus/);
      assert.doesNotMatch(text.replaceAll('canarystatus', ''), /canary/);
      assert.ok(readStatistics(text).statistics.holds.values.get('public.orders')?.includes('status'));
    });

    it('say exactly which of the columns that are named they hold, and what became of the others', async () => {
      const keep = ['status', 'emial', 'total', 'status'].map((name) => `public.orders.${name}`);
      const wanted = [...keep, 'public.never_analysed.id'];
      const statistics = await read('text', { keep: wanted });
      const { holds } = statistics;
      assert.match(holds.summary, / But values of public\.orders\.status are, because they were asked for\./);
      assert.deepEqual(holds.missing, ['public.orders.emial']);
      assert.deepEqual(statisticsReport('shop', statistics, wanted).slice(2, 4), [
        'There is no column public.orders.emial, so no values of it are told. Did you mean "public.orders.email"?',
        'Nothing is known of the values of public.never_analysed.id: the role may not read it, or its table was never analysed.',
      ]);
      assert.doesNotMatch((await read('text', { keep: [] })).holds.summary, /But values/);
    });

    it('hold no value when all is redacted', async () => {
      const text = await fileOf('all');
      assert.doesNotMatch(text, /canary|most_common|histogram_bounds|range_|4711|2026-0[123]-|"open"/);
      const { tables, holds } = readStatistics(text).statistics;
      assert.equal(holds.values.size, 0);
      assert.equal(tables.get('public.orders')?.columns.get('total')?.n_distinct, 20);
      assert.equal(tables.get('public.events_2026')?.partition?.bound, null);
    });

    it('carry settings of the planner, whose values are known', async () => {
      const rows = await server().run(
        database,
        `SELECT name, reset_val AS value FROM pg_settings WHERE name = ANY ('{${MAIN_SETTINGS.join()}}') OR name ~ '${OTHER_SETTINGS}'`,
      );
      const all = rows.map(({ name, value }) => [String(name), String(value)] as const);
      assert.ok(all.length > 35, `${all.length}`);
      for (const [name, value] of all) {
        assert.ok(isPlannerSetting(name), name);
        assert.equal(wrongSettingValue(name, value), null, `${name} = ${value}`);
      }
    });

    it('tell sizes, partitions and indexes', async () => {
      const { tables, server: from, settings, exported } = await read('text');
      assert.equal(from?.major, major);
      assert.match(exported ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      assert.equal(settings.get('work_mem'), '4MB');
      assert.deepEqual(
        [...tables.keys()],
        [
          'public.Odd "name\'',
          'public.by_status',
          'public.events',
          'public.events_2026',
          'public.names',
          'public.names_a',
          'public.never_analysed',
          'public.orders',
        ],
      );
      const orders = tables.get('public.orders');
      assert.equal(orders?.rows, 2000);
      assert.equal(orders?.pages, orders?.analyzedPages);
      assert.ok((orders?.bytes ?? 0) > (orders?.pages ?? 0) * 8192);
      assert.equal(orders?.indexes.get('orders_pkey')?.rows, 2000);
      assert.equal(tables.get('public.never_analysed')?.rows, null);
      assert.equal(tables.get('public.by_status')?.kind, 'materialized-view');
      const [events, part] = [tables.get('public.events'), tables.get('public.events_2026')];
      assert.equal(events?.kind, 'partitioned');
      assert.equal(events?.rows, 500);
      assert.deepEqual([...(events?.inherited.keys() ?? [])], ['id', 'at', 'kind']);
      assert.deepEqual(part?.partition, {
        of: 'public.events',
        bound: "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
      });
      assert.equal(tables.get('public.names_a')?.partition?.bound, null);
    });

    it('tell what columns have to do with each other, and no values of them', async () => {
      const { tables } = await read('text');
      const [first, ...more] = tables.get('public.orders')?.extended ?? [];
      assert.deepEqual(more, [], 'expressions are left out');
      const together = first?.ndistinct.map(({ columns, distinct }) => `${columns.join(' ')}: ${distinct}`);
      assert.deepEqual(together?.toSorted(), [
        'id status total: 2000',
        'id status: 2000',
        'id total: 2000',
        'status total: 60',
      ]);
      const determined = first?.dependencies.map(({ columns, determines, degree }) => [
        columns,
        determines,
        degree,
      ]);
      assert.ok(determined?.some((one) => JSON.stringify(one) === '[["id"],"total",1]'));
    });

    it('blank constants as the comparison with other definitions does', async () => {
      const whole = (await read('none')).tables.get('public.orders')?.indexes;
      for (const redacted of ['text', 'all'] as const) {
        const { tables } = await read(redacted);
        const blanked = [...(tables.get('public.orders')?.indexes ?? [])].map(([name, index]) => [
          name,
          index.definition,
        ]);
        const expected = [...(whole ?? [])].map(([name, { definition }]) => [
          name,
          withoutConstants(definition ?? '', redacted),
        ]);
        assert.deepEqual(blanked, expected);
      }
      const definition = whole?.get('partial')?.definition ?? '';
      assert.match(withoutConstants(definition, 'text') ?? '', /= '…'::text\) AND .*4711\.5/);
    });

    it('are what the script prints by psql', async function () {
      const keep = ['public.orders.status', 'public.orders.no'];
      const script = statisticsScript({ redacted: 'text', keep });
      const words = ['-X', '-h', server().host, '-p', String(server().port), '-U', 'postgres', database];
      const env = { ...process.env, PGPASSWORD: server().password };
      let printed: string;
      try {
        printed = execFileSync('psql', words, { input: script, env, encoding: 'utf8' });
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
        console.log('      skipped: psql is not installed');
        return this.skip();
      }
      const exported = await fileOf('text', { keep });
      assert.equal(undated(printed), undated(exported));
    });

    it('name what the role may not read, and have its sizes', async () => {
      const none = await read('text', { user: 'nothing_granted' });
      assert.ok(none.holds.unreadable.includes('public.orders'));
      assert.equal(none.tables.get('public.orders')?.rows, 2000);
      assert.equal(none.tables.get('public.orders')?.columns.size, 0);

      const some = await read('text', { user: 'some_granted' });
      assert.ok(some.holds.unreadable.includes('public.orders.email'));
      assert.ok(some.holds.unreadable.includes('public.orders.lowered'));
      assert.ok(!some.holds.unreadable.includes('public.events'));
      assert.deepEqual([...(some.tables.get('public.orders')?.columns.keys() ?? [])], ['id', 'status']);
      const report = statisticsReport('shop', some, []).join('\n');
      assert.match(report, /may not read .*public\.events_2026.* and \d+ more: of these only sizes/);
    });

    it('of a table behind row-level security are named, too', async () => {
      const owned = [
        'CREATE TABLE guarded AS SELECT 7 AS number FROM generate_series(1, 9)',
        'ANALYZE guarded',
        'GRANT SELECT ON guarded TO some_granted',
        'ALTER TABLE guarded ENABLE ROW LEVEL SECURITY',
      ];
      await server().run(database, ...owned);
      const { holds, tables } = await read('none', { user: 'some_granted' });
      await server().run(database, 'DROP TABLE guarded');
      assert.ok(holds.unreadable.includes('public.guarded'));
      assert.equal(tables.get('public.guarded')?.columns.size, 0);
    });

    /** Does the work while another session keeps everybody from the table. */
    async function whileLocked(work: () => Promise<void>): Promise<void> {
      const { host, port, user, password } = server();
      const holder = new Client({ host, port, user, password, database });
      await holder.connect();
      try {
        await holder.query('BEGIN; LOCK TABLE orders');
        await work();
      } finally {
        await holder.end();
      }
    }

    it('are not waited for long when somebody holds a lock', () =>
      whileLocked(async () => {
        const answer = await ask('text');
        assert.equal(answer.kind, 'locked');
        const message = 'message' in answer ? answer.message : '';
        assert.match(message, /holds a lock on a table, and asking for its size/);
      }));

    it('are stopped when they are cancelled', () =>
      whileLocked(async () => {
        const stop = new AbortController();
        const asked = ask('text', { signal: stop.signal });
        const waiting = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'plumbline' AND wait_event_type = 'Lock'`;
        while ((await server().run(database, waiting)).length === 0);
        stop.abort();
        assert.equal((await asked).kind, 'cancelled');
        assert.equal((await ask('text', { signal: AbortSignal.abort() })).kind, 'cancelled');
      }));

    it('of an empty database are a file, too', async () => {
      const empty = await server().createDatabase();
      const settings = connectionSettings({ url: server().url(empty) }, {});
      assert.equal(settings.kind, 'settings');
      const wanted = { redacted: 'text', keep: [] } as const;
      const result = await exportStatistics(settings, {}, wanted, new AbortController().signal);
      assert.equal(result.kind, 'exported');
      const { statistics, problems } = readStatistics(result.kind === 'exported' ? result.text : '');
      assert.deepEqual(problems, []);
      assert.equal(statistics.tables.size, 0);
    });
  });
}

interface Wish {
  readonly keep?: readonly string[];
  readonly user?: string;
  readonly signal?: AbortSignal;
}

const DROP_ROLES = ['DROP ROLE nothing_granted', 'DROP ROLE some_granted'];

function undated(text: string): string {
  return text.replace(/"exported": "[^"]*"/, '');
}
