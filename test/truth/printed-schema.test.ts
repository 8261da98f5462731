// The SQL that a schema is printed as makes that schema: in our own replay, and on a real server. So does the SQL that is printed
// of what the server then has.

import assert from 'node:assert/strict';
import type { Catalog } from '../../server/src/catalog/catalog.js';
import { catalogJson } from '../../server/src/catalog/print/json.js';
import { printCatalog } from '../../server/src/catalog/print/sql.js';
import { introspectIn } from '../../server/src/database/introspect.js';
import { sessionOf } from '../../server/src/database/postgres-connection.js';
import { compare, factsOfCatalog } from './facts/compare.js';
import type { CatalogFact, Fact } from './facts/fact.js';
import { HISTORIES, type Laboratory, openLaboratory, replayed } from './support/catalog-histories.js';
import { useRealServer } from './support/real-server.js';

/** What is printed otherwise, by the ends of the titles, and why. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'ALTERs reach the heirs unless ONLY keeps them out':
    'the order of columns is kept, so those of the parent are written again and become local',
  'A table that others inherit from is dropped': 'the same',
  'ADD COLUMN that an heir has already': 'a NOT NULL that stays inherited though no parent has it',
  'Arrays share the names of types': 'the names of array types follow from the order in which types are made',
};

const NOTHING = { wrong: [], missing: [], invented: [] };

describe('truth: the printed schema', function () {
  this.timeout(60_000);
  const server = useRealServer(18);
  let laboratory: Laboratory | null = null;

  before(async () => {
    laboratory = await openLaboratory(server());
  });

  after(() => laboratory?.close());

  for (const { title, roles, ...history } of HISTORIES) {
    if (Object.keys(OTHERWISE).some((end) => title.endsWith(end))) continue;
    it(title, async () => {
      assert.ok(laboratory !== null);
      const catalog = history.catalog();
      const sql = printCatalog(catalog, { postgres: 18 });
      const again = factsOfCatalog(replayed([{ path: 'migrations/1_schema.sql', text: sql }]));
      const ours = factsOfCatalog(catalog).flatMap(({ key, value }) =>
        value === null ? [] : [{ key, value }],
      );
      assert.deepEqual(differences(again, ours, sql), NOTHING, `our replay of:\n${sql}`);

      const [theirs, read] = await laboratory.after(sql, roles, async ({ client, facts }) => [
        await facts(),
        await introspectIn(sessionOf(client), 'test'),
      ]);
      assert.deepEqual(
        differences(factsOfCatalog(catalog), theirs, sql),
        NOTHING,
        `the server, after:\n${sql}`,
      );

      assert.ok(read.kind === 'introspected', JSON.stringify(read));
      const isWhole = !sql.split('\n').some((line) => line.startsWith('-- '));
      if (isWhole) assert.deepEqual(plainJson(read.catalog), plainJson(catalog));
      const back = printCatalog(read.catalog, { postgres: 18 });
      const backAgain = await laboratory.after(back, roles, ({ facts }) => facts());
      assert.deepEqual(
        differences(theirs, backAgain, back),
        NOTHING,
        `the server, after what it was read as:\n${back}`,
      );
    });
  }
});

/** Expressions may be in the words of their authors, and what has a name comes in any order. */
const IN_ANY_WORDS = /^(?:default|expr|where|using|check|partition_bound|partition_key)$/;

function plainJson(catalog: Catalog): unknown {
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      const items = value.map(plain);
      const isNamed = value.every((item) => typeof item === 'object' && item !== null && 'name' in item);
      return isNamed ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items;
    }
    if (typeof value !== 'object' || value === null) return value;
    // The class that a key has by itself may be written or not.
    const entries = Object.entries(value).filter(([key]) => key !== 'opclass');
    return Object.fromEntries(
      entries.map(([key, part]) => [
        key,
        IN_ANY_WORDS.test(key) && typeof part === 'string' ? '…' : plain(part),
      ]),
    );
  };
  return plain(catalogJson(catalog, 18));
}

/** What is not the same, without what the SQL itself says that it leaves out. */
function differences(ours: readonly CatalogFact[], theirs: readonly Fact[], sql: string) {
  const comments = sql.split('\n').filter((line) => line.startsWith('-- '));
  const isSaid = (fact: string) => {
    const [, , subject = ''] = /^(constraint \S+|rule \S+|view column|\w+) ([^\s:(]+)/.exec(fact) ?? [];
    const name = subject.split('.')[0] ?? '';
    return comments.some((line) => name !== '' && line.includes(name));
  };
  const { wrong, missing, invented } = compare(ours, theirs);
  return {
    wrong,
    missing: missing.filter((fact) => !isSaid(fact)),
    invented: invented.filter((fact) => !isSaid(fact)),
  };
}
