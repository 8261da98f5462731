// Sizes of indexes as PostgreSQL builds them, compared with what a server made of the same rows.

import assert from 'node:assert/strict';
import {
  btreeHeight,
  type IndexShape,
  type ShapeColumn,
  sizeOfShape,
} from '../../server/src/database/statistics/index-shape.js';
import { useRealServer } from '../truth/support/real-server.js';

function fixed(width: number): ShapeColumn {
  return { width, align: width, isVariable: false, isKey: true, isSameBytes: true };
}

function btree(tuples: number, more: Partial<IndexShape>): IndexShape {
  return {
    method: 'btree',
    tuples,
    distinct: tuples,
    columns: [fixed(8)],
    tableBlocks: 0,
    fillfactor: null,
    pagesPerRange: 128,
    ...more,
  };
}

const ROWS = 100_000;
const TABLE = `CREATE TABLE sized AS
  SELECT g AS id, g::bigint AS big, g % 50 AS few, (g % 2000)::bigint AS many, md5(g::text) AS hash, g::numeric AS exact
  FROM generate_series(1, ${ROWS}) g`;
const HASH: ShapeColumn = { width: 33, align: 4, isVariable: true, isKey: true, isSameBytes: true };
const EXACT: ShapeColumn = { width: 6, align: 4, isVariable: true, isKey: true, isSameBytes: false };

const CASES: readonly [definition: string, shape: Partial<IndexShape>][] = [
  ['(id)', { columns: [fixed(4)] }],
  ['(big)', {}],
  ['(big, id)', { columns: [fixed(8), fixed(4)] }],
  ['(few)', { columns: [fixed(4)], distinct: 50 }],
  ['(many)', { distinct: 2000 }],
  ['(few, many)', { columns: [fixed(4), fixed(8)], distinct: 2000 }],
  ['(hash)', { columns: [HASH] }],
  ['(exact)', { columns: [EXACT] }],
  ['(big) INCLUDE (hash)', { columns: [fixed(8), { ...HASH, isKey: false }] }],
  ['(big) WITH (fillfactor = 50)', { fillfactor: 0.5 }],
];

describe('sizes of indexes', function () {
  this.timeout(120_000);
  const server = useRealServer(18);
  let database: string;

  before(async () => {
    database = await server().createDatabase();
    await server().run(database, TABLE, 'CREATE EXTENSION pageinspect');
  });

  for (const [definition, shape] of CASES) {
    it(definition, async () => {
      const [real] = await server().run(
        database,
        'DROP INDEX IF EXISTS sized_index',
        `CREATE INDEX sized_index ON sized ${definition}`,
        `SELECT pg_relation_size('sized_index') / 8192 AS blocks, level FROM bt_metap('sized_index')`,
      );
      const { blocks, height } = sizeOfShape(btree(ROWS, shape));
      const there = Number(real?.blocks);
      assert.ok(Math.abs(blocks - there) <= Math.max(2, there * 0.01), `${blocks} blocks, there ${there}`);
      assert.equal(height, Number(real?.level));
      assert.equal(btreeHeight(there, shape.columns ?? [fixed(8)], false), Number(real?.level));
    });
  }

  it('a root that grew holds more than one that was built', () => {
    assert.deepEqual(
      [200, 350, 500].map((leaves) => [
        btreeHeight(leaves + 2, [fixed(8)], false),
        btreeHeight(leaves + 2, [fixed(8)], true),
      ]),
      [
        [1, 1],
        [2, 1],
        [2, 2],
      ],
    );
  });
});
