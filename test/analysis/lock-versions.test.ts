// Where the locks of a statement differ between major versions. Versions 15 and 18 are compared with servers in test/truth; the
// version at which something changed is from the release that changed it.

import assert from 'node:assert/strict';
import { locksOf, merge } from '../../server/src/analysis/locks.js';
import { apply } from '../../server/src/catalog/apply.js';
import { type Catalog, emptyCatalog } from '../../server/src/catalog/catalog.js';
import { operationsOf } from '../../server/src/migrations/from-sql.js';
import { sqlParser } from '../support/parsers.js';

const SCHEMA = `
  create table plans (id int primary key);
  create table up (id int, plan_id int, value int);
  create table down () inherits (up);
  create table logs (id int not null, at date not null) partition by range (at);
  create table logs_1 partition of logs for values from ('2026-01-01') to ('2026-02-01');
  create table counted (id serial primary key);
  create function tg() returns trigger language plpgsql as 'begin return new; end';
  create trigger t after insert on logs for each row execute function tg();
`;

const ACCESS_EXCLUSIVE = 'AccessExclusiveLock';

const cases: readonly {
  readonly sql: string;
  /** The relation that is locked otherwise, or not at all, before that version. */
  readonly relation: string;
  readonly since: number;
  readonly before: string | null;
  readonly after: string | null;
}[] = [
  {
    sql: 'alter table logs add constraint u unique (id, at)',
    relation: 'logs_1',
    since: 18,
    before: 'ShareLock',
    after: ACCESS_EXCLUSIVE,
  },
  {
    sql: 'alter table up add constraint u unique (id)',
    relation: 'down',
    since: 18,
    before: null,
    after: ACCESS_EXCLUSIVE,
  },
  {
    sql: 'alter table up add constraint c check (value > 0) no inherit',
    relation: 'down',
    since: 18,
    before: null,
    after: ACCESS_EXCLUSIVE,
  },
  {
    sql: 'alter table up add foreign key (plan_id) references plans (id)',
    relation: 'down',
    since: 18,
    before: null,
    after: 'ShareRowExclusiveLock',
  },
  {
    sql: 'alter table logs alter column id add generated always as identity',
    relation: 'logs_1',
    since: 17,
    before: null,
    after: ACCESS_EXCLUSIVE,
  },
  {
    sql: 'alter trigger t on logs rename to t2',
    relation: 'logs_1',
    since: 15,
    before: null,
    after: ACCESS_EXCLUSIVE,
  },
  {
    sql: 'alter table counted set unlogged',
    relation: 'counted_id_seq',
    since: 15,
    before: null,
    after: ACCESS_EXCLUSIVE,
  },
];

describe('locks: versions of PostgreSQL', () => {
  for (const { sql, relation, since, before, after } of cases) {
    it(`${sql}, since ${since}`, () => {
      for (let postgres = 12; postgres <= 18; postgres += 1) {
        assert.equal(modeOn(relation, sql, postgres), postgres < since ? before : after, String(postgres));
      }
    });
  }

  it('the same on all versions where nothing changed', () => {
    const modes = [12, 13, 14, 15, 16, 17, 18].map((postgres) =>
      modeOn('plans', 'alter table up add foreign key (plan_id) references plans (id)', postgres),
    );
    assert.deepEqual([...new Set(modes)], ['ShareRowExclusiveLock']);
  });
});

function modeOn(relation: string, sql: string, postgres: number): string | null {
  const catalog = sqlParser
    .parse(SCHEMA)
    .statements.reduce((known, { statement }) => after(known, statement.text, postgres), emptyCatalog);
  const facts = operationsOf(sqlParser.statement(sql)).map((operation) =>
    locksOf(operation, catalog, postgres),
  );
  return merge(facts).locks.find((lock) => lock.relation.name === relation)?.mode ?? null;
}

function after(catalog: Catalog, sql: string, postgres: number): Catalog {
  const origin = { path: 'x.sql', statement: 0, operation: 0, constraint: null };
  return operationsOf(sqlParser.statement(sql)).reduce(
    (known, operation) => apply(known, operation, { origin, postgres }),
    catalog,
  );
}
