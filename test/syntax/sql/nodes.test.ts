import assert from 'node:assert/strict';
import {
  allOf,
  asNode,
  type Constant,
  constantOf,
  nameParts,
  qualified,
  relationName,
  tagged,
  typeParts,
} from '../../../server/src/syntax/sql/nodes.js';
import { sqlParser } from '../../support/parsers.js';

describe('nodes', () => {
  it('are told by their kind', () => {
    const { node } = sqlParser.statement('DROP TABLE a');
    assert.equal(tagged(node ?? undefined)?.kind, 'DropStmt');
    assert.equal(asNode(node, 'DropStmt')?.removeType, 'OBJECT_TABLE');
    assert.equal(asNode(node, 'SelectStmt'), null);
    assert.equal(asNode(undefined, 'SelectStmt'), null);
  });

  it('that stand for nothing have no kind', () => {
    const select = asNode(sqlParser.statement('SELECT DISTINCT a').node, 'SelectStmt');
    assert.deepEqual(select?.distinctClause?.map(tagged), [null]);
  });

  it('names of dropped objects come in several shapes', () => {
    const names = ['DROP TABLE s."A"', 'DROP FUNCTION s.f(int)', 'DROP TYPE s.t', 'DROP SCHEMA s'].map(
      (text) =>
        asNode(sqlParser.statement(text).node, 'DropStmt')?.objects?.map((object) =>
          qualified(nameParts(object)),
        ),
    );
    assert.deepEqual(names, [
      [{ schema: 's', name: 'A' }],
      [{ schema: 's', name: 'f' }],
      [{ schema: 's', name: 't' }],
      [{ schema: null, name: 's' }],
    ]);
  });

  it('relations have a schema when the author wrote one', () => {
    const names = ['ALTER TABLE S.T ADD a int', 'ALTER TABLE "T" ADD a int'].map((text) => {
      const relation = asNode(sqlParser.statement(text).node, 'AlterTableStmt')?.relation;
      return relation && relationName(relation);
    });
    assert.deepEqual(names, [
      { schema: 's', name: 't' },
      { schema: null, name: 'T' },
    ]);
  });
});

describe('types', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['bigint', { schema: null, name: 'int8', modifiers: [], arrayDimensions: 0, setOf: false }],
    ['varchar(20)[]', { schema: null, name: 'varchar', modifiers: [20], arrayDimensions: 1, setOf: false }],
    [
      'numeric(10,2)',
      { schema: null, name: 'numeric', modifiers: [10, 2], arrayDimensions: 0, setOf: false },
    ],
    [
      'timestamp with time zone',
      { schema: null, name: 'timestamptz', modifiers: [], arrayDimensions: 0, setOf: false },
    ],
    ['app."Mood"', { schema: 'app', name: 'Mood', modifiers: [], arrayDimensions: 0, setOf: false }],
  ];
  for (const [type, expected] of cases) {
    it(type, () => {
      const table = asNode(sqlParser.statement(`CREATE TABLE t (a ${type})`).node, 'CreateStmt');
      const [column] = allOf(table?.tableElts, 'ColumnDef');
      const parts = column?.typeName && typeParts(column.typeName);
      const modifiers = parts?.modifiers.map((modifier) => ('value' in modifier ? modifier.value : null));
      assert.deepEqual({ ...parts, modifiers }, expected);
    });
  }
});

describe('constants', () => {
  const cases: readonly (readonly [string, Constant])[] = [
    ['0', { kind: 'integer', value: 0 }],
    ['-12', { kind: 'integer', value: -12 }],
    ['12345678901', { kind: 'decimal', value: '12345678901' }],
    ["'it''s'::text", { kind: 'string', value: "it's" }],
    ["''", { kind: 'string', value: '' }],
    ['true', { kind: 'boolean', value: true }],
    ['false', { kind: 'boolean', value: false }],
    ['NULL', { kind: 'null' }],
    ['a', { kind: 'other' }],
    ['1 + 1', { kind: 'other' }],
  ];
  for (const [text, expected] of cases) {
    it(text, () => {
      const select = asNode(sqlParser.statement(`SELECT ${text}`).node, 'SelectStmt');
      assert.deepEqual(constantOf(asNode(select?.targetList?.[0], 'ResTarget')?.val), expected);
    });
  }
});
