import assert from 'node:assert/strict';
import {
  alterAction,
  alterActions,
  clauseAt,
  clauseAtOffset,
  columnClauses,
  droppedObjects,
  indexKeys,
  objectName,
  tableElements,
} from '../../../server/src/syntax/sql/clauses.js';
import { allOf, asNode } from '../../../server/src/syntax/sql/nodes.js';
import {
  nameAt,
  type Range,
  spanOf,
  type TokenText,
  wholeRange,
} from '../../../server/src/syntax/sql/segments.js';
import { sqlParser } from '../../support/parsers.js';

function texts(of: TokenText, ranges: readonly Range[]): string[] {
  return ranges.map((range) => text(of, range));
}

function text(of: TokenText, range: Range): string {
  const { start, end } = spanOf(of, range);
  return of.text.slice(start, end);
}

describe('the name of an object', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['CREATE TABLE IF NOT EXISTS s.a (b int)', 's.a'],
    ['CREATE UNLOGGED TABLE a ()', 'a'],
    ['CREATE OR REPLACE RECURSIVE VIEW a (b) AS SELECT 1', 'a'],
    ['CREATE MATERIALIZED VIEW IF NOT EXISTS a AS SELECT 1', 'a'],
    ['ALTER TABLE IF EXISTS ONLY a ADD b int', 'a'],
    ['ALTER TABLE role ADD b int', 'role'],
    ['ALTER TABLE event VALIDATE CONSTRAINT b', 'event'],
    ['DROP INDEX CONCURRENTLY IF EXISTS a', 'a'],
    ['DROP TABLE statistics, trigger', 'statistics'],
    ['DROP FOREIGN TABLE a', 'a'],
    ['CREATE CONSTRAINT TRIGGER a AFTER INSERT ON b FOR EACH ROW EXECUTE FUNCTION c()', 'a'],
  ];
  for (const [sql, name] of cases) {
    it(sql, () => {
      const of = sqlParser.statement(sql);
      assert.notEqual(of.node, null);
      const found = nameAt(of, objectName(of));
      assert.equal(found && of.text.slice(found.span.start, found.span.end), name);
    });
  }
});

describe('actions of ALTER TABLE', () => {
  const cases: readonly (readonly [string, readonly (readonly [string, string | null, string])[]])[] = [
    [
      'ALTER TABLE s.t * ADD COLUMN IF NOT EXISTS "A" int DEFAULT f(1, 2), ADD b text',
      [
        ['ADD COLUMN', 'A', 'int DEFAULT f(1, 2)'],
        ['ADD', 'b', 'text'],
      ],
    ],
    [
      'ALTER TABLE t ALTER COLUMN a SET NOT NULL, ALTER b TYPE numeric(1, 2) USING b::numeric, DROP c CASCADE;',
      [
        ['ALTER COLUMN', 'a', 'SET NOT NULL'],
        ['ALTER', 'b', 'TYPE numeric(1, 2) USING b::numeric'],
        ['DROP', 'c', 'CASCADE'],
      ],
    ],
    [
      'ALTER TABLE t ADD CONSTRAINT u UNIQUE (a, b), ADD CHECK (c > 0), ADD "check" int',
      [
        ['ADD CONSTRAINT', null, 'CONSTRAINT u UNIQUE (a, b)'],
        ['ADD', null, 'CHECK (c > 0)'],
        ['ADD', 'check', 'int'],
      ],
    ],
    [
      'ALTER TABLE t DROP CONSTRAINT IF EXISTS c RESTRICT, VALIDATE CONSTRAINT d',
      [
        ['DROP CONSTRAINT', 'c', 'RESTRICT'],
        ['VALIDATE CONSTRAINT', 'd', ''],
      ],
    ],
    ['ALTER TABLE t RENAME a TO b', [['RENAME', 'a', 'TO b']]],
    ['ALTER TABLE t RENAME TO b', [['RENAME TO b', null, '']]],
    ['ALTER TABLE t ENABLE ROW LEVEL SECURITY', [['ENABLE ROW LEVEL SECURITY', null, '']]],
    ['ALTER TABLE t ATTACH PARTITION s.p DEFAULT', [['ATTACH PARTITION', 'p', 'DEFAULT']]],
    [
      'ALTER TYPE t ADD ATTRIBUTE a int, DROP ATTRIBUTE b',
      [
        ['ADD ATTRIBUTE', 'a', 'int'],
        ['DROP ATTRIBUTE', 'b', ''],
      ],
    ],
    ['ALTER TABLE t ADD COLUMN\n  a int', [['ADD COLUMN', 'a', 'int']]],
    ['ALTER TABLE t ADD\n  COLUMN a int', [['ADD', 'a', 'int']]],
  ];
  for (const [sql, expected] of cases) {
    it(sql, () => {
      const of = sqlParser.statement(sql);
      assert.notEqual(of.node, null);
      const actions = alterActions(of).map((range) => {
        const { keyword, name, rest } = alterAction(of, range);
        return [of.text.slice(keyword.start, keyword.end), name?.name ?? null, text(of, rest)];
      });
      assert.deepEqual(actions, expected);
    });
  }

  it('are none of what has no name yet', () => {
    for (const sql of ['ALTER TABLE', 'ALTER', '', 'ALTER TABLE (']) {
      assert.deepEqual(alterActions(sqlParser.statement(sql)), []);
    }
  });
});

describe('elements of lists', () => {
  it('of CREATE TABLE', () => {
    const of = sqlParser.statement(
      'CREATE TABLE t (a int, b numeric(1, 2), CHECK (a IN (1, 2)), LIKE u) WITH (x = 1)',
    );
    assert.deepEqual(texts(of, tableElements(of)), [
      'a int',
      'b numeric(1, 2)',
      'CHECK (a IN (1, 2))',
      'LIKE u',
    ]);
  });

  it('of a partition', () => {
    const bare = sqlParser.statement('CREATE TABLE p PARTITION OF s.t FOR VALUES IN (1, 2)');
    assert.deepEqual(tableElements(bare), []);
    const some = sqlParser.statement(
      'CREATE TABLE p PARTITION OF t (a NOT NULL, b DEFAULT 1) FOR VALUES IN (1)',
    );
    assert.deepEqual(texts(some, tableElements(some)), ['a NOT NULL', 'b DEFAULT 1']);
  });

  it('of CREATE INDEX', () => {
    const of = sqlParser.statement(
      'CREATE INDEX i ON ONLY s.t USING gin (a, (b || c) DESC, f(d, e)) INCLUDE (g) WHERE h',
    );
    assert.deepEqual(texts(of, indexKeys(of)), ['a', '(b || c) DESC', 'f(d, e)']);
  });

  it('of DROP', () => {
    const of = sqlParser.statement('DROP FUNCTION IF EXISTS a(int, text), s.b, c() CASCADE;');
    assert.deepEqual(texts(of, droppedObjects(of)), ['a(int, text)', 's.b', 'c()']);
    const trigger = sqlParser.statement('DROP TRIGGER a ON b');
    assert.deepEqual(texts(trigger, droppedObjects(trigger)), ['a ON b']);
  });
});

describe('clauses of a column', () => {
  const cases: readonly (readonly [string, string, readonly (readonly [string, string])[]])[] = [
    ['a int', 'int', []],
    ['a NOT NULL', '', [['not null', '']]],
    [
      'a double precision NOT NULL DEFAULT 1.5 UNIQUE NULLS NOT DISTINCT',
      'double precision',
      [
        ['not null', ''],
        ['default', '1.5'],
        ['unique', 'NULLS NOT DISTINCT'],
      ],
    ],
    [
      'a timestamp(3) with time zone DEFAULT NULL NULL',
      'timestamp(3) with time zone',
      [
        ['default', 'NULL'],
        ['null', ''],
      ],
    ],
    [
      'a int REFERENCES b (c) MATCH FULL ON DELETE SET NULL ON UPDATE SET DEFAULT NOT DEFERRABLE NOT NULL',
      'int',
      [
        ['references', 'b (c) MATCH FULL ON DELETE SET NULL ON UPDATE SET DEFAULT NOT DEFERRABLE'],
        ['not null', ''],
      ],
    ],
    [
      'a int GENERATED BY DEFAULT AS IDENTITY (START 5) PRIMARY KEY',
      'int',
      [
        ['generated', 'BY DEFAULT AS IDENTITY (START 5)'],
        ['primary key', ''],
      ],
    ],
    [
      'a int DEFAULT CASE WHEN b IS NULL THEN NULL ELSE 1 END CONSTRAINT storage CHECK (a IS NOT NULL) NO INHERIT',
      'int',
      [
        ['default', 'CASE WHEN b IS NULL THEN NULL ELSE 1 END'],
        ['check', '(a IS NOT NULL) NO INHERIT'],
      ],
    ],
    [
      'a text COLLATE "C" STORAGE DEFAULT COMPRESSION lz4 CHECK (a <> NULL)',
      'text',
      [
        ['collate', '"C"'],
        ['storage', 'DEFAULT'],
        ['compression', 'lz4'],
        ['check', '(a <> NULL)'],
      ],
    ],
  ];
  for (const [definition, type, clauses] of cases) {
    it(definition, () => {
      const of = sqlParser.statement(definition);
      const found = columnClauses(of, wholeRange(of));
      assert.equal(found?.name.name, 'a');
      assert.equal(text(of, found.type), type);
      assert.deepEqual(
        found.clauses.map((clause) => [clause.words, text(of, clause.rest)]),
        clauses,
      );
    });
  }

  it('are found by the locations of the grammar, named or not', () => {
    const of = sqlParser.statement('CREATE TABLE t (a int CONSTRAINT c REFERENCES b, d int\nPRIMARY\nKEY)');
    const [first, second] = tableElements(of).map((range) => columnClauses(of, range));
    const columns = allOf(asNode(of.node, 'CreateStmt')?.tableElts, 'ColumnDef');
    const [reference, key] = columns.flatMap((column) => allOf(column.constraints, 'Constraint'));
    const found = [
      clauseAtOffset(of, first?.clauses ?? [], reference?.location ?? 0),
      clauseAtOffset(of, second?.clauses ?? [], key?.location ?? 0),
    ];
    assert.deepEqual(
      found.map(
        (clause) => clause && [clause.name?.name, of.text.slice(clause.keyword.start, clause.keyword.end)],
      ),
      [
        ['c', 'REFERENCES'],
        [undefined, 'PRIMARY'],
      ],
    );
  });

  it('a constraint of a table is one clause', () => {
    const of = sqlParser.statement('CONSTRAINT fk FOREIGN KEY (a) REFERENCES b (c) NOT VALID');
    const clause = clauseAt(of, wholeRange(of));
    assert.deepEqual(
      [clause.name?.name, clause.words, text(of, clause.rest)],
      ['fk', 'foreign key', '(a) REFERENCES b (c) NOT VALID'],
    );
  });
});
