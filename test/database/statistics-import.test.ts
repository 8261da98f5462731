// Statistics in the embedded server: what they do to plans, what is told of those that do not fit, and what it costs to ask
// again. That plans are those of the server they came from is compared in test/truth/plans.test.ts.

import assert from 'node:assert/strict';
import {
  type ColumnStatistics,
  type IndexStatistics,
  NO_STATISTICS,
  type Statistics,
  type TableStatistics,
} from '../../server/src/catalog/statistics.js';
import type {
  Explained,
  ExplainRequest,
  Failure,
  MigrationGroup,
} from '../../server/src/database/database.js';
import { type EmbeddedPostgres, openEmbedded } from '../../server/src/database/pglite.js';
import { notesOnStatistics } from '../../server/src/database/statistics/notes.js';
import { unknownTable } from '../../server/src/lint/statistics-file.js';
import { bundledWorker } from './support/embedded.js';

const SHOP: readonly MigrationGroup[] = [
  {
    transaction: true,
    statements: [
      `CREATE TABLE orders (id bigint PRIMARY KEY, shop_id int NOT NULL, state text, note text)`,
      'CREATE INDEX orders_shop ON orders (shop_id)',
      'CREATE INDEX orders_state ON orders (state)',
      'CREATE TABLE shops (id int PRIMARY KEY)',
      `INSERT INTO shops SELECT generate_series(1, 3000)`,
      'CREATE TABLE days (day date NOT NULL, n int) PARTITION BY RANGE (day)',
      `CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')`,
      'CREATE INDEX ON days (day)',
    ].map((sql, index) => ({ sql, path: 'shop.sql', line: index + 1 })),
  },
];

/** So that plans of large tables are short. */
const SERIAL = new Map([['max_parallel_workers_per_gather', '0']]);

/** Of old ones the plan says how old they are. */
const TODAY = new Date().toISOString().slice(0, 10);

const ROWS = 1_000_000;
const PAGES = 10_000;

function column(more: Partial<ColumnStatistics>): ColumnStatistics {
  return {
    type: null,
    null_frac: 0,
    avg_width: 8,
    n_distinct: -1,
    correlation: null,
    most_common_vals: null,
    most_common_freqs: null,
    histogram_bounds: null,
    most_common_elems: null,
    most_common_elem_freqs: null,
    elem_count_histogram: null,
    range_length_histogram: null,
    range_empty_frac: null,
    range_bounds_histogram: null,
    ...more,
  };
}

function index(
  definition: string | null,
  pages: number,
  more: Partial<IndexStatistics> = {},
): IndexStatistics {
  return { definition, valid: true, rows: ROWS, pages, analyzedPages: pages, columns: new Map(), ...more };
}

function table(key: string, more: Partial<TableStatistics>): readonly [string, TableStatistics] {
  return [
    key,
    { ...unknownTable(key), kind: 'table', rows: ROWS, pages: PAGES, analyzedPages: PAGES, ...more },
  ];
}

const ORDERS = table('public.orders', {
  columns: new Map([
    ['id', column({})],
    ['shop_id', column({ avg_width: 4, n_distinct: 2000 })],
    [
      'state',
      column({
        n_distinct: 2,
        most_common_vals: ['o"pe\\n, NULL', 'paid'],
        most_common_freqs: [0.001, 0.999],
      }),
    ],
    ['note', column({ avg_width: 40 })],
  ]),
  indexes: new Map([
    ['orders_pkey', index('CREATE UNIQUE INDEX orders_pkey ON public.orders USING btree (id)', 2745)],
    ['orders_shop', index('CREATE INDEX orders_shop ON public.orders USING btree (shop_id)', 850)],
    ['orders_state', index('CREATE INDEX orders_state ON public.orders USING btree (state)', 850)],
  ]),
});

function statistics(
  tables: readonly (readonly [string, TableStatistics])[],
  more: Partial<Statistics> = {},
): Statistics {
  return {
    ...NO_STATISTICS,
    exported: TODAY,
    fromFile: true,
    redacted: 'none',
    settings: SERIAL,
    tables: new Map(tables),
    ...more,
  };
}

const WHOLE = statistics([ORDERS], {
  server: {
    version: '15.18',
    major: 15,
    number: 150018,
    encoding: 'UTF8',
    collate: 'en_US.UTF-8',
    provider: 'libc',
    blockSize: 8192,
  },
});

function ask(statement: string, more: Partial<ExplainRequest> = {}): ExplainRequest {
  // What takes long is the machine: nothing here plans for seconds.
  return { statement, writes: false, parameters: 0, analyze: false, timeoutMs: 60_000, ...more };
}

function explained(answer: Explained | Failure): Explained {
  if (answer.kind !== 'explained') throw new Error(JSON.stringify(answer));
  return answer;
}

function rootOf(answer: Explained | Failure): Record<string, unknown> {
  const { plan } = explained(answer);
  return Array.isArray(plan) ? plan[0].Plan : {};
}

describe('the embedded PostgreSQL with statistics', function () {
  this.timeout(120_000);
  let embedded: EmbeddedPostgres;
  let phases: string[];

  before(async () => {
    const worker = await bundledWorker();
    embedded = openEmbedded({ worker, onProgress: ({ phase }) => phases.push(phase) });
  });
  beforeEach(() => {
    phases = [];
  });
  after(() => embedded?.close());

  const plan = (sql: string, known: Statistics | null = WHOLE, migrations = SHOP) =>
    embedded.after(migrations, known).explain(ask(sql));

  it('plans as if the rows were there', async () => {
    const scan = rootOf(await plan('SELECT * FROM orders'));
    assert.equal(scan['Total Cost'], PAGES + ROWS * 0.01);
    assert.equal(scan['Plan Rows'], ROWS);
    const rare = rootOf(await plan(`SELECT * FROM orders WHERE state = E'o"pe\\\\n, NULL'`));
    assert.equal(rare['Plan Rows'], 1000, 'a value is taken as it is, whatever is in it');
    const lookup = rootOf(await plan('SELECT * FROM orders WHERE id = 5'));
    // 0.125 for each page of a b-tree of three levels, 0.0025 for each of 20 comparisons.
    assert.equal(lookup['Startup Cost'], 0.42);
  });

  it('plans for tables of several files of 1 GB', async () => {
    const pages = 300_000;
    const known = statistics([table('public.orders', { pages, analyzedPages: pages })]);
    const scan = rootOf(await plan('SELECT * FROM orders', known));
    assert.equal(scan['Total Cost'], pages + ROWS * 0.01);
  });

  it('says where sizes could not be applied', () => {
    const imported = { sizesFailed: 'a file of 8192000 bytes has 0', tables: new Map(), settings: [] };
    assert.deepEqual(notesOnStatistics([], WHOLE, imported, '18.6', new Date()), [
      'Sizes not applied: this build of the embedded PostgreSQL does not take them (a file of 8192000 bytes has 0), so this plan tells little of production.',
    ]);
  });

  it('says where they come from', async () => {
    const { source, notes } = explained(await plan('SELECT * FROM orders'));
    assert.equal(source.statistics, TODAY);
    assert.deepEqual(notes, [
      `Planned with the statistics of ${TODAY} (PostgreSQL 15.18 there, the planner of ${source.postgres} here).`,
    ]);
  });

  it('says where they come from when the file has no date', async () => {
    const byHand = { exported: null, redacted: null };
    const sizes = statistics([['public.orders', { ...unknownTable('public.orders'), rows: ROWS }]], byHand);
    const { source, notes } = explained(await plan('SELECT * FROM orders', sizes));
    assert.equal(source.statistics, 'assumed');
    assert.deepEqual(notes, [
      'Planned with sizes of the statistics file, without a date; which values the columns hold is guessed.',
    ]);
    assert.deepEqual(explained(await plan('SELECT * FROM orders', statistics([ORDERS], byHand))).notes, [
      'Planned with the statistics file, which has no date.',
    ]);
  });

  for (const [now, age] of [
    ['2026-11-19T00:00:00Z', ''],
    ['2026-11-20T12:00:00Z', ''],
    ['2027-02-17T00:00:00Z', ''],
    [
      '2027-03-01T00:00:00Z',
      ' They are 3 months old: production may hold more by now, and may be planned otherwise. Export them again.',
    ],
    [
      '2033-12-01T00:00:00Z',
      ' They are 7 years old: production may hold more by now, and may be planned otherwise. Export them again.',
    ],
    ['2026-11-01T00:00:00Z', ' That is in the future: how old they are is not known.'],
  ] as const) {
    it(`says${age === '' ? ' nothing' : ''} of their age on ${now.slice(0, 10)}`, () => {
      const imported = { sizesFailed: null, tables: new Map(), settings: [] };
      const empty = statistics([], { exported: '2026-11-20' });
      assert.deepEqual(notesOnStatistics([], empty, imported, '18.6', new Date(now)), [
        `Planned with the statistics of 2026-11-20.${age}`,
      ]);
    });
  }

  it('plans whatever the numbers are', async () => {
    const wild = (more: Partial<TableStatistics>) => table('public.orders', more);
    const columns = new Map([
      ['id', column({ null_frac: 7, correlation: 9, n_distinct: -50, avg_width: 1e9 })],
      ['shop_id', column({ null_frac: -1, most_common_vals: ['1', '2'], most_common_freqs: [3, 4] })],
      ['state', column({ histogram_bounds: ['z', 'a', 'a'], n_distinct: 1e30 })],
      ['note', column({ most_common_vals: ['x'], most_common_freqs: [0.1, 0.2] })],
    ]);
    for (const known of [
      wild({ columns }),
      wild({ rows: 1e300, pages: 1e15, analyzedPages: 1e15, allVisible: 1e15, columns }),
      wild({ rows: -5, pages: -5, analyzedPages: -7 }),
      wild({ rows: 1e12, pages: null, kind: null }),
      wild({ rows: 1e30, pages: null, bytes: 9e15, kind: null }),
      wild({ indexes: new Map([['orders_pkey', index(null, 1e12, { rows: 1e300 })]]) }),
    ]) {
      const { notes } = explained(
        await plan(`SELECT * FROM orders WHERE id = 1 AND shop_id = 2 AND state = 'b'`, statistics([known])),
      );
      assert.match(notes.join(' '), /^Planned with the statistics/);
    }
  });

  it('says when they are of another database', async () => {
    const names = ['public.Orders', ...[1, 2, 3, 4, 5].map((n) => `shop.t${n}`)];
    const { notes } = explained(
      await plan('SELECT * FROM orders', statistics(names.map((name) => table(name, {})))),
    );
    assert.deepEqual(notes, [
      `Planned with the statistics of ${TODAY}.`,
      'None of the tables of the statistics is in this schema: public.Orders, shop.t1, shop.t2, shop.t3, shop.t4 and 1 more. Names must be as the server has them, with their schema where it is not public.',
      'public.orders is empty here: neither the statistics nor the configuration know its size.',
    ]);
  });

  it('says without them that tables are empty, where it reads one', async () => {
    const { source, notes } = explained(await plan('SELECT * FROM orders', null));
    assert.equal(source.statistics, 'none');
    assert.match(
      notes.join('\n'),
      /^The tables of this plan are empty here, so it tells little of production:/,
    );
    for (const statement of ['SELECT 1', 'SELECT * FROM pg_class']) {
      assert.deepEqual(explained(await plan(statement, null)).notes, [], statement);
    }
  });

  it('says without them of tables in which migrations insert rows that there are no others', async () => {
    const { notes } = explained(await plan('SELECT * FROM shops', null));
    assert.match(notes.join('\n'), /^The tables of this plan have only rows that migrations insert here,/);
  });

  it('refuses to measure what has no rows, and runs nothing', async () => {
    const answer = await embedded
      .after(SHOP, WHOLE)
      .explain(ask('SELECT count(*) FROM orders', { analyze: true }));
    assert.equal(answer.kind, 'no-rows');
    assert.match('message' in answer ? answer.message : '', /no rows/);
    assert.deepEqual(phases, []);
  });

  it('reads pages that are not there as empty ones when planning runs a function', async () => {
    const before = {
      transaction: true,
      statements: [
        {
          sql: 'CREATE FUNCTION many() RETURNS bigint STABLE LANGUAGE sql AS $$ SELECT count(*) FROM public.orders $$',
          path: 'many.sql',
          line: 1,
        },
      ],
    };
    const answer = await plan('SELECT * FROM orders WHERE id < many()', WHOLE, [...SHOP, before]);
    assert.equal(rootOf(answer)['Node Type'], 'Index Scan');
  });

  it('imports them once', async () => {
    await plan('SELECT * FROM orders', null);
    await plan('SELECT * FROM orders');
    phases = [];
    await plan('SELECT * FROM orders WHERE id = 1');
    await plan('SELECT * FROM orders', structuredClone(WHOLE));
    await plan('SELECT * FROM orders', null);
    await plan('SELECT * FROM orders');
    assert.deepEqual(phases, []);
    await plan('SELECT * FROM orders', statistics([table('public.orders', { rows: 5 })]));
    assert.deepEqual(phases, ['starting', 'importing'], 'others begin with what was replayed');
  });

  it('traces beside them, on a server of its own', async () => {
    await plan('SELECT * FROM orders');
    const traced = await embedded
      .after(SHOP, WHOLE)
      .trace([{ sql: 'ALTER TABLE orders ALTER COLUMN id TYPE int', transaction: true }]);
    assert.equal(traced.kind, 'traced');
    phases = [];
    assert.equal(rootOf(await plan('SELECT * FROM orders'))['Plan Rows'], ROWS);
    assert.deepEqual(phases, []);
  });

  it('is cancelled while it imports, and starts again', async () => {
    const stop = new AbortController();
    const other = openEmbedded({
      worker: await bundledWorker(),
      onProgress: ({ phase }) => phase === 'importing' && stop.abort(),
    });
    const database = other.after(SHOP, WHOLE);
    assert.equal((await database.explain(ask('SELECT * FROM orders'), stop.signal)).kind, 'cancelled');
    assert.equal(rootOf(await database.explain(ask('SELECT * FROM orders')))['Plan Rows'], ROWS);
    await other.close();
  });

  describe('tells what does not fit', () => {
    const notesOn = async (sql: string, known: Statistics, migrations = SHOP) =>
      explained(await plan(sql, known, migrations)).notes.slice(1);

    it('of the tables in the plan alone', async () => {
      const [key, orders] = ORDERS;
      const indexes = new Map([...orders.indexes, ['orders_gone', index('CREATE INDEX …', 1)]]);
      indexes.delete('orders_shop');
      const columns = new Map([...orders.columns, ['gone', column({})]]);
      columns.delete('note');
      columns.set('id', column({ histogram_bounds: ['many', 'more'] }));
      const known = statistics([[key, { ...orders, indexes, columns }], table('public.nowhere', {})]);
      assert.deepEqual(await notesOn('SELECT * FROM orders', known), [
        'Column public.orders.gone is in the statistics, but not in the schema here.',
        'Column public.orders.note is not in the statistics: what it holds is guessed.',
        'Index orders_shop on public.orders is not in the statistics: its size is estimated.',
        'Index orders_gone on public.orders is in the statistics, but not in the schema here.',
        'Values of public.orders.id in the statistics do not fit its type here.',
      ]);
      assert.deepEqual(await notesOn('SELECT 1', known), []);
      assert.deepEqual(await notesOn('SELECT * FROM shops', known), [
        'public.shops is empty here: neither the statistics nor the configuration know its size.',
      ]);
      const lookup = rootOf(await plan('SELECT * FROM orders WHERE shop_id = 5', known));
      assert.deepEqual(
        [lookup['Node Type'], lookup['Plan Rows']],
        ['Bitmap Heap Scan', 500],
        'the index that the statistics lack is as large as it would be',
      );
    });

    it('of columns whose type is kept as text: what is known of them counts', async () => {
      const places = [
        'CREATE TABLE places (at geometry(Point))',
        'CREATE INDEX places_at ON places USING gist (at)',
      ];
      const migrations = [
        { transaction: true, statements: places.map((sql) => ({ sql, path: 'places.sql', line: 1 })) },
      ];
      const known = statistics([
        table('public.places', {
          columns: new Map([['at', column({ null_frac: 0.25, avg_width: 32 })]]),
          indexes: new Map([
            ['places_at', index('CREATE INDEX places_at ON public.places USING gist (at)', 9)],
          ]),
        }),
      ]);
      const sql = 'SELECT * FROM places WHERE at IS NULL';
      assert.equal(rootOf(await plan(sql, known, migrations))['Plan Rows'], ROWS / 4);
      assert.deepEqual(await notesOn(sql, known, migrations), [
        'Index places_at on public.places is in the statistics, but not in the schema here.',
      ]);
    });

    it('tables of which only the size is known', async () => {
      assert.deepEqual(await notesOn('SELECT * FROM orders', statistics([table('public.orders', {})])), [
        'The statistics do not tell what the columns of public.orders hold: how many rows match is guessed.',
      ]);
    });

    it('values that were withheld, where a condition asks for them', async () => {
      const withheld = new Map([['public.orders', ['state', 'note']]]);
      const known = { ...WHOLE, holds: { ...WHOLE.holds, withheld } };
      assert.deepEqual(await notesOn(`SELECT * FROM orders WHERE state = 'x'`, known), [
        'Values of public.orders.state are not in the statistics, so how many rows match is guessed.',
      ]);
      assert.deepEqual(await notesOn('SELECT * FROM orders', known), []);
    });

    it('indexes that are invalid there', async () => {
      const [key, orders] = ORDERS;
      const indexes = new Map([...orders.indexes, ['orders_shop', index(null, 850, { valid: false })]]);
      const known = statistics([[key, { ...orders, indexes }]]);
      assert.deepEqual(await notesOn('SELECT * FROM orders WHERE shop_id = 5', known), [
        'Index orders_shop on public.orders is invalid there, so it is not used.',
      ]);
      assert.equal(
        rootOf(await plan('SELECT * FROM orders WHERE shop_id = 5', known))['Node Type'],
        'Seq Scan',
      );
    });

    it('settings that are none', async () => {
      const settings = new Map([
        ['random_page_cost', '1.1'],
        ['enable_magic', 'on'],
        ['work_mem', 'much'],
      ]);
      const known = statistics([ORDERS], { settings });
      assert.deepEqual(await notesOn('SELECT * FROM orders', known), [
        'Settings that this server does not take: enable_magic, work_mem.',
      ]);
    });

    it('partitions that no migration makes, which are made', async () => {
      const partition = (key: string, from: string, to: string) =>
        table(key, {
          columns: new Map([
            ['day', column({})],
            ['n', column({})],
          ]),
          partition: { of: 'public.days', bound: `FOR VALUES FROM ('${from}') TO ('${to}')` },
          indexes: new Map([
            [`${key.slice(7)}_by_hand`, index(`CREATE INDEX x ON ${key} USING btree (day)`, 2000)],
          ]),
        });
      const known = statistics([
        table('public.days', { kind: 'partitioned', pages: 0, analyzedPages: 0 }),
        partition('public.days_1', '2026-01-01', '2026-02-01'),
        partition('public.days_2', '2026-02-01', '2026-03-01'),
        partition('public.days_3', '2026-01-15', '2026-02-15'),
      ]);
      assert.deepEqual(await notesOn('SELECT * FROM days', known), [
        'Table public.days_3 is in the statistics, but not in the schema here.',
        'Partition public.days_2 is made as the statistics tell: no migration makes it.',
      ]);
      assert.equal(rootOf(await plan('SELECT * FROM days', known))['Plan Rows'], 2 * ROWS);
      assert.deepEqual(
        await notesOn(`SELECT * FROM days WHERE day = '2026-01-20'`, known),
        ['Table public.days_3 is in the statistics, but not in the schema here.'],
        'an index that has another name there is known by what it is',
      );
    });
  });

  it('takes sizes that the configuration assumes', async () => {
    const assumed = (rows: number | null, bytes: number | null, key = 'public.orders') =>
      statistics([[key, { ...unknownTable(key), rows, bytes }]], {
        exported: null,
        fromFile: false,
        redacted: null,
      });
    const { source, notes } = explained(await plan('SELECT * FROM orders', assumed(ROWS, null)));
    assert.equal(source.statistics, 'assumed');
    assert.deepEqual(notes, [
      'Planned with sizes that the configuration assumes; which values the columns hold is guessed.',
    ]);
    const byRows = rootOf(await plan('SELECT * FROM orders', assumed(ROWS, null)));
    assert.equal(byRows['Plan Rows'], ROWS);
    const lookup = rootOf(await plan('SELECT * FROM orders WHERE id = 5', assumed(ROWS, null)));
    assert.deepEqual([lookup['Node Type'], lookup['Startup Cost']], ['Index Scan', 0.42]);
    const byBytes = rootOf(await plan('SELECT * FROM orders', assumed(null, 200_000_000)));
    assert.ok(Number(byBytes['Plan Rows']) > 500_000 && Number(byBytes['Plan Rows']) < 3_000_000);
    const both = rootOf(await plan('SELECT * FROM orders', assumed(1000, 200_000_000)));
    assert.deepEqual([both['Plan Rows'], both['Total Cost']], [1000, 250 + 10], 'the rest is toast');
    const parts = rootOf(await plan('SELECT * FROM days', assumed(ROWS, null, 'public.days')));
    assert.equal(parts['Plan Rows'], ROWS);
  });

  it('is in the order of bytes where the server was', async () => {
    const prefix = `SELECT * FROM orders WHERE state LIKE 'x%'`;
    assert.equal(rootOf(await plan(prefix))['Node Type'], 'Seq Scan');
    assert.ok(WHOLE.server);
    const bytes = { ...WHOLE, server: { ...WHOLE.server, collate: 'C' } };
    assert.equal(rootOf(await plan(prefix, bytes))['Node Type'], 'Index Scan');
  });
});
