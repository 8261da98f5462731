// Whether an index that is there does what another one is wished for, and which indexes nobody needs beside it.

import assert from 'node:assert/strict';
import type { WishedIndex, WishedKey } from '../../../server/src/advice/advice.js';
import { servedBy, superfluousBeside } from '../../../server/src/advice/indexes/existing.js';
import { columnKey, expressionKey } from '../../../server/src/advice/wish.js';
import { findTable, indexLeadingWith } from '../../../server/src/catalog/lookup.js';
import { catalogFrom } from '../../support/catalogs.js';

const equal = (name: string) => columnKey(name);
const range = (name: string) => columnKey(name, 'range');
const up = (name: string) => columnKey(name, 'order');
const down = (name: string): WishedKey => ({ ...columnKey(name, 'order'), descending: true });

const wish = (keys: readonly WishedKey[], more: Partial<WishedIndex> = {}): WishedIndex => ({
  table: { schema: null, name: 't' },
  partitioned: false,
  method: 'btree',
  keys,
  include: [],
  where: null,
  ...more,
});

/** @param index what follows its name, or a statement */
function table(index: string) {
  const made = /^\(|^USING/.test(index) ? `CREATE INDEX there ON t ${index};` : index;
  const text = `CREATE TABLE t (a int, b int, "Id" int, s text, u uuid, j jsonb, deleted_at timestamptz);${made}`;
  const found = findTable(catalogFrom(text), { schema: null, name: 't' });
  assert.ok(found !== null);
  return found;
}

describe('an index that is there', () => {
  const cases: readonly [string, WishedIndex, boolean][] = [
    ['(a)', wish([equal('a')]), true],
    ['(a, b)', wish([equal('b'), equal('a')]), true],
    ['(a, b)', wish([equal('b')]), false],
    ['(a, b)', wish([equal('a'), range('b')]), true],
    ['(b, a)', wish([equal('a'), range('b')]), false],
    ['(a, b DESC)', wish([equal('a'), up('b')]), true],
    ['(a DESC, b)', wish([up('a'), down('b')]), true],
    ['(a, b)', wish([up('a'), down('b')]), false],
    ['(a DESC NULLS LAST)', wish([up('a')]), false],
    ['(a DESC NULLS LAST)', wish([{ ...up('a'), nulls: 'first' }]), true],
    ['(a DESC NULLS LAST)', wish([equal('a')]), true],
    ['("Id")', wish([equal('Id')]), true],
    ['(lower(s))', wish([expressionKey('lower((s)::text)')]), true],
    [`(lower(s) || 'X')`, wish([expressionKey(`lower(s) || 'x'`)]), false],
    ['(u)', wish([expressionKey('(u)::text')]), false],
    ['((u::text))', wish([expressionKey('(u)::text')]), true],
    ['((u::text))', wish([equal('u')]), false],
    ['(s text_pattern_ops)', wish([equal('s')]), true],
    ['(s text_pattern_ops)', wish([range('s')]), false],
    ['(s text_ops)', wish([range('s')]), true],
    ['(s)', wish([{ ...range('s'), operatorClass: 'text_pattern_ops' }]), false],
    ['USING hash (a)', wish([equal('a')]), true],
    ['USING hash (a)', wish([range('a')]), false],
    ['USING gin (j)', wish([{ ...equal('j'), operatorClass: 'jsonb_path_ops' }], { method: 'gin' }), true],
    ['USING gin (j jsonb_path_ops)', wish([equal('j')], { method: 'gin' }), false],
    ['(a) INCLUDE (b)', wish([equal('a')], { include: ['b'] }), true],
    ['(a)', wish([equal('a')], { include: ['b'] }), false],
    ['(a) WHERE a IS NOT NULL', wish([equal('a')]), true],
    ['(a) WHERE a IS NOT NULL', wish([columnKey('a', 'null')]), false],
    ['(a) WHERE deleted_at IS NULL', wish([equal('a')]), false],
    ['(a) WHERE deleted_at IS NULL', wish([equal('a')], { where: '(deleted_at IS NULL)' }), true],
  ];
  for (const [index, wished, isServed] of cases) {
    const keys = wished.keys.map(({ expression, use }) => `${expression} for ${use}`).join(', ');
    it(`${index} ${isServed ? 'serves' : 'does not serve'} ${keys}`, () => {
      assert.equal(servedBy(table(index).indexes, wished), isServed ? 'there' : null);
    });
  }

  it('is not needed beside one that begins like it, unless it guards something', () => {
    const wished = wish([equal('a'), equal('b')]);
    const superfluous = (index: string) => superfluousBeside(table(index).indexes, wished);
    assert.deepEqual(superfluous('(a)'), ['there']);
    assert.deepEqual(superfluous('(b)'), []);
    assert.deepEqual(superfluous('(a) WHERE b = 5'), []);
    assert.deepEqual(superfluous('CREATE UNIQUE INDEX there ON t (a);'), []);
  });

  it('leads with the columns of a foreign key in any order', () => {
    assert.equal(indexLeadingWith(table('(b, a, s)'), ['a', 'b'])?.name, 'there');
    assert.equal(indexLeadingWith(table('(b, s, a)'), ['a', 'b']), null);
  });
});
