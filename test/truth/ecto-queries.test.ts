// What we read from an Ecto query says the same of its rows as what we read from the SQL that Ecto made of it.
// The queries and the SQL are recorded from Ecto itself: test/truth/ecto-queries.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolveSchema } from '../../server/src/ecto/resolve.js';
import { schemasIn } from '../../server/src/ecto/schemas.js';
import { factsOf } from '../../server/src/queries/facts.js';
import { framesOf, keyOf, type Place, worldOf } from '../../server/src/queries/frames.js';
import { queriesIn } from '../../server/src/queries/from-ecto.js';
import { queriesOf } from '../../server/src/queries/from-sql.js';
import { namesFrom } from '../../server/src/queries/names.js';
import type { Query } from '../../server/src/queries/query.js';
import { judgeRows, type Row } from '../../server/src/queries/rows.js';
import { catalogFrom } from '../support/catalogs.js';
import { elixirParser, sqlParser } from '../support/parsers.js';

const folder = new URL('./ecto-queries/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');

interface Recorded {
  readonly kind?: string;
  readonly sql?: string | null;
}

const { _meta: meta, ...recorded } = JSON.parse(read('expected.json')) as Record<string, Recorded> & {
  _meta: { ddl: readonly string[] };
};
const catalog = catalogFrom(meta.ddl.map((table) => `create table ${table};`).join('\n'));
const schemas = schemasIn(elixirParser.parse(read('schemas.ex'))).map((schema) => resolveSchema(schema, []));
const names = namesFrom(catalog, new Map(schemas.map((schema) => [schema.module, schema])));

/** Queries of which we know less than the SQL says, and why. */
const LESS: Readonly<Record<string, string>> = {
  'bind-as-pinned': 'order_by by a name that is pinned reads nothing that matters',
  'from-prefix-pinned': 'a prefix is not read',
  'from-subquery-prefix': 'a prefix is not read',
  'prefix-query-wide': 'a prefix is not read',
  'upd-prefix': 'a prefix is not read',
  'from-fragment-source-columns': 'a fragment as a source is not read',
  'join-fragment': 'a fragment as a source is not read',
  'join-cross-lateral-fragment': 'a fragment as a source is not read',
  'join-assoc-has-many-where-left-on': 'the `where:` of an association is not read',
  'from-source-mapper': 'a mapper of column names is code',
  'repo-get': 'the field is decided at run time',
  'repo-reload': 'the field is decided at run time',
  'where-json-path-index': 'JSON paths are not read',
  'where-json-path-equal-number': 'JSON paths are not read',
  'misc-optional-filters': 'which conditions there are is decided at run time',
};

describe('Ecto queries and the SQL that Ecto makes of them', () => {
  for (const [, id = '', code = ''] of read('queries.md').matchAll(
    /^## (.+)\n\n.+\n\n```elixir\n([\s\S]*?)```/gm,
  )) {
    const { sql, kind = 'all' } = recorded[id] ?? {};
    if (sql == null || id in LESS) continue;
    it(id, () => {
      const [fromSql] = queriesOf(sqlParser.statement(sql));
      const fromEcto = queriesIn(elixirParser.parse(runIn(code, kind)), sqlParser).find(
        ({ sink }) => sink !== null,
      );
      assert.ok(fromSql !== undefined && fromEcto !== undefined);
      assert.equal(summary(fromEcto), summary(fromSql), `${code}\n${sql}`);
    });
  }
});

function runIn(code: string, kind: string): string {
  return [
    'defmodule Shop.Example do',
    '  import Ecto.Query',
    '  alias Shop.{Repo, Organization, User, Membership, Category, Product, Tag, Order, LineItem, Coupon, Address}',
    '  alias Shop.{Comment, LegacyCustomer, ImportRow, AuditEvent}',
    '  def run do',
    `    query = (\n${code}\n)`,
    `    Repo.${kind}(query)`,
    '  end',
    'end',
  ].join('\n');
}

/** What is equal to what in the rows, what is pinned, and what is written. */
function summary({ block }: Query): string {
  const frames = framesOf(worldOf(names), block, null, null);
  const lines = frames.map((frame) => {
    const rows = judgeRows<readonly string[]>(
      factsOf(frame),
      frame.places,
      { switchedOn: false, bestArm: false, branches: [] },
      { of: describeRow, isBest: () => true, worse: (a) => a, better: (a) => a },
    );
    return rows.join('\n');
  });
  const target = frames[0]?.places[0];
  const written = block.assignments.map(({ column }) =>
    target === undefined ? column : names.columnOf(target.source, column),
  );
  return [block.verb, ...lines, `writes ${written.sort().join(', ')}`].join('\n');
}

function describeRow({ present, equalities, runtime }: Row): readonly string[] {
  const columns = [...present].flatMap((place) =>
    (place.table?.columns ?? []).map(({ name }) => ({ key: keyOf(place, name), shown: shown(place, name) })),
  );
  const lines = columns.flatMap(({ key, shown: name }, index) => [
    ...(equalities.pinOf(key) === null ? [] : [`${name} = value`]),
    ...columns
      .slice(index + 1)
      .filter((other) => equalities.same(key, other.key))
      .map((other) => [name, other.shown].sort().join(' = ')),
  ]);
  const tables = [...present].flatMap(({ table }) => (table === null ? [] : [table.name])).sort();
  return [`reads ${tables.join(', ')}`, ...lines.sort(), ...(runtime ? ['and more'] : [])];
}

function shown({ table }: Place, column: string): string {
  return `${table?.name}.${column}`;
}
