// What code that a migration runs comes to: operations with their places, and doubts as narrow as the code allows.

import assert from 'node:assert/strict';
import { isInTransaction } from '../../server/src/analysis/transactions.js';
import { factsOfSteps, wholeMigration } from '../../server/src/analysis/whole-migration.js';
import type { Catalog } from '../../server/src/catalog/catalog.js';
import { knowColumn, knowTable } from '../../server/src/catalog/lookup.js';
import type { Operation } from '../../server/src/catalog/operation.js';
import { readPlpgsql } from '../../server/src/syntax/sql/plpgsql.js';
import { memoryWorkspace } from '../support/workspace.js';

const GIVEN = `
  create table users (id int, email text);
  create table posts (id int, user_id int);
  create index posts_user on posts (user_id);
  create type mood as enum ('ok');
`;

interface Result {
  readonly catalog: Catalog;
  readonly operations: readonly Operation[];
  readonly sql: string;
}

function run(sql: string, given = GIVEN): Result {
  const workspace = memoryWorkspace([
    { path: 'migrations/1_given.sql', text: given },
    { path: 'migrations/2_test.sql', text: sql },
  ]);
  const history = workspace.histories[0]?.history;
  const step = history?.migrations.at(-1);
  assert.ok(history !== undefined && step !== undefined);
  return {
    catalog: history.latest,
    operations: step.migration.statements.flatMap(({ operations }) => operations),
    sql: step.migration.statements.at(-1)?.sql ?? '',
  };
}

function inBlock(body: string): string {
  return `DO $$ BEGIN ${body} END $$;`;
}

/** What is doubted, each as one word or two. */
function doubtsOf({ doubts, relations }: Catalog): readonly string[] {
  const nameOf = (id: number) => relations.get(id)?.name ?? '?';
  return [
    ...(doubts.everything === null ? [] : ['everything']),
    // Where all is doubted, so is what may be new.
    ...(doubts.newObjects === null || doubts.everything !== null ? [] : ['new objects']),
    ...[...doubts.relations.keys()].map(nameOf),
    ...[...doubts.columns.keys()].map((key) => {
      const [id, column] = key.split('.');
      return `${nameOf(Number(id))}.${column}`;
    }),
    ...[...doubts.types.keys()].map((key) => `type ${key.split('\0')[1]}`),
  ].sort();
}

describe('code of migrations: what it is', () => {
  it('each operation stands in the body where its statement stands', () => {
    const { operations, sql } = run(`DO $body$
BEGIN
  -- a comment
  ALTER TABLE users ADD COLUMN a int, ADD COLUMN b int;
  IF true THEN
    CREATE INDEX users_email ON users (email);
  END IF;
END $body$;`);
    assert.deepEqual(
      operations.map(({ span, keyword }) => [
        sql.slice(span.start, span.end),
        sql.slice(keyword.start, keyword.end),
      ]),
      [
        ['ADD COLUMN a int', 'ADD COLUMN'],
        ['ADD COLUMN b int', 'ADD COLUMN'],
        ['CREATE INDEX users_email ON users (email)', 'CREATE INDEX'],
      ],
    );
    assert.ok(operations.every(({ inBody }) => inBody === true));
  });

  it('what is executed stands at its EXECUTE, and what a function does at the call', () => {
    const { operations, sql } = run(`
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN DROP TABLE posts; END';
DO $$ BEGIN EXECUTE 'DROP TABLE ' || 'users'; PERFORM f(); END $$;`);
    const dropped = operations.filter(({ kind }) => kind === 'drop-table');
    assert.deepEqual(
      dropped.map(({ span }) => sql.slice(span.start, span.end)),
      ["EXECUTE 'DROP TABLE ' || 'users'", 'PERFORM f()'],
    );
  });

  it('a body in Elixir stands in its heredoc', () => {
    const text = `
defmodule A.Repo.Migrations.Test do
  use Ecto.Migration

  def up do
    execute """
    DO $$
    BEGIN
      CREATE TABLE users (id int);
    END $$
    """
  end
end
`;
    const workspace = memoryWorkspace([{ path: 'priv/repo/migrations/20240101000000_test.exs', text }]);
    const step = workspace.histories[0]?.history.migrations[0];
    const [operation] = step?.migration.statements.flatMap(({ operations }) => operations) ?? [];
    assert.equal(operation?.kind, 'create-table');
    assert.equal(text.slice(operation?.keyword.start, operation?.keyword.end), 'CREATE TABLE');
  });

  it('an edit elsewhere keeps what it does, at its new places', () => {
    const { operations } = run(inBlock('DROP TABLE posts;'));
    const moved = run(`-- more\n${inBlock('DROP TABLE posts;')}`);
    assert.deepEqual(operations, moved.operations);
  });
});

describe('code of migrations: locks', () => {
  const locksIn = (sql: string) => {
    const workspace = memoryWorkspace([
      { path: 'migrations/1_given.sql', text: GIVEN },
      { path: 'migrations/2_test.sql', text: sql },
    ]);
    const step = workspace.histories[0]?.history.migrations.at(-1);
    assert.ok(step !== undefined);
    const own = wholeMigration(step, 18).steps.filter(({ statement }) => statement === 0);
    return { ...factsOfSteps(own), inTransaction: isInTransaction(step, 0) };
  };

  it('all of a block are held together, in a transaction', () => {
    const { locks, certain, inTransaction } = locksIn(
      inBlock("CREATE INDEX ON users (email); EXECUTE 'ALTER TABLE posts ADD COLUMN n int';"),
    );
    assert.deepEqual(
      locks.map(({ relation, mode }) => [relation.name, mode]),
      [
        ['users', 'ShareLock'],
        ['posts', 'AccessExclusiveLock'],
      ],
    );
    assert.ok(certain);
    assert.equal(inTransaction, true);
  });

  it('what may not run is not certain to lock', () => {
    const { locks, certain } = locksIn(
      inBlock('IF EXISTS (SELECT 1 FROM users) THEN CREATE INDEX ON users (email); END IF;'),
    );
    assert.equal(locks.length, 1);
    assert.equal(certain, false);
  });
});

describe('code of migrations: doubts', () => {
  const cases: readonly (readonly [title: string, body: string, doubts: readonly string[]])[] = [
    [
      'a condition about rows doubts the column',
      'IF EXISTS (SELECT 1 FROM users) THEN ALTER TABLE users ADD COLUMN n int; END IF;',
      ['users.n'],
    ],
    [
      '… a dropped column',
      'IF (SELECT count(*) FROM users) > 3 THEN ALTER TABLE users DROP COLUMN email; END IF;',
      ['users.email'],
    ],
    [
      '… the table that is made',
      'IF EXISTS (SELECT 1 FROM users) THEN CREATE TABLE more (id int); END IF;',
      ['more'],
    ],
    [
      '… the table that is dropped',
      'IF EXISTS (SELECT 1 FROM users) THEN DROP TABLE posts; END IF;',
      ['posts'],
    ],
    [
      '… both names of a renamed table',
      'IF EXISTS (SELECT 1 FROM users) THEN ALTER TABLE posts RENAME TO items; END IF;',
      ['items'],
    ],
    [
      '… the table of an index',
      'IF EXISTS (SELECT 1 FROM users) THEN DROP INDEX posts_user; END IF;',
      ['posts'],
    ],
    [
      '… the type',
      "IF EXISTS (SELECT 1 FROM users) THEN ALTER TYPE mood ADD VALUE 'sad'; END IF;",
      ['type mood'],
    ],
    ['… and nothing by rows', 'IF EXISTS (SELECT 1 FROM users) THEN DELETE FROM posts; END IF;', []],
    [
      'a condition about roles',
      "IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'x') THEN ALTER TABLE users ADD COLUMN n int; END IF;",
      ['users.n'],
    ],
    [
      'a condition about the server',
      "IF current_setting('server_version_num')::int > 150000 THEN ALTER TABLE users ADD COLUMN n int; END IF;",
      ['users.n'],
    ],
    [
      'both branches, and what comes after is sure',
      'IF random() > 0.5 THEN ALTER TABLE users ADD COLUMN a int; ELSE ALTER TABLE users ADD COLUMN b int; END IF; ALTER TABLE users ADD COLUMN c int;',
      ['users.a', 'users.b'],
    ],
    [
      'a branch that raises was not taken',
      "IF EXISTS (SELECT 1 FROM users) THEN RAISE EXCEPTION 'no'; ELSE ALTER TABLE users ADD COLUMN n int; END IF;",
      [],
    ],
    [
      'all that comes after a RETURN that may be reached',
      'IF EXISTS (SELECT 1 FROM users) THEN RETURN; END IF; ALTER TABLE users ADD COLUMN n int;',
      ['users.n'],
    ],
    [
      'what a loop over rows does',
      "FOR i IN 1..(SELECT count(*) FROM users) LOOP EXECUTE 'ALTER TABLE posts ADD COLUMN n int'; END LOOP;",
      ['posts.n'],
    ],
    [
      'tables whose name begins so',
      "FOR i IN 1..(SELECT count(*) FROM users) LOOP EXECUTE format('ALTER TABLE po%s ADD COLUMN n int', i); END LOOP;",
      ['posts'],
    ],
    [
      'no table whose name begins otherwise',
      "FOR i IN 1..(SELECT count(*) FROM users) LOOP EXECUTE format('DROP TABLE IF EXISTS team_%s', i); END LOOP;",
      [],
    ],
    [
      'new tables of unknown names',
      "FOR i IN 1..(SELECT count(*) FROM users) LOOP EXECUTE format('CREATE TABLE team_%s (id int)', i); END LOOP;",
      ['new objects'],
    ],
    [
      'a column of unknown name',
      "EXECUTE format('ALTER TABLE users DROP COLUMN %I', (SELECT email FROM users LIMIT 1));",
      ['users'],
    ],
    [
      'a default that is not known',
      "EXECUTE format('ALTER TABLE users ALTER COLUMN id SET DEFAULT %L', (SELECT max(id) FROM users));",
      ['users.id'],
    ],
    ['a statement of which nothing is known', 'EXECUTE (SELECT email FROM users);', ['everything']],
    [
      'a right for a role that is not known',
      "EXECUTE format('GRANT SELECT ON users TO %I', current_user);",
      [],
    ],
    [
      'a variable that was set in a branch',
      "DECLARE t text := 'users'; BEGIN IF random() > 0.5 THEN t := 'posts'; END IF; EXECUTE format('ALTER TABLE %I ADD COLUMN n int', t); END;",
      ['everything'],
    ],
    [
      'an extension that the server may not have',
      'BEGIN CREATE EXTENSION pgaudit; ALTER TABLE users ADD COLUMN n int; EXCEPTION WHEN OTHERS THEN NULL; END;',
      [],
    ],
  ];
  for (const [title, body, expected] of cases) {
    it(title, () => assert.deepEqual(doubtsOf(run(inBlock(body)).catalog), expected));
  }

  it('is told in plain words, and never as absence', () => {
    const { catalog } = run(inBlock('IF EXISTS (SELECT 1 FROM users) THEN DROP TABLE posts; END IF;'));
    const posts = knowTable(catalog, { schema: null, name: 'posts' });
    assert.equal(posts.kind === 'unknown' && posts.reason, 'it depends on the rows of "users"');
    assert.equal(knowColumn(catalog, { schema: null, name: 'users' }, 'email').kind, 'known');
  });

  it('what a function from elsewhere is given is doubted', () => {
    const given = `${GIVEN} create extension timescaledb;`;
    assert.deepEqual(doubtsOf(run("select create_hypertable('posts', 'id');", given).catalog), ['posts']);
    assert.deepEqual(doubtsOf(run("select audit.enable('users'::regclass);", given).catalog), [
      'new objects',
      'users',
    ]);
    assert.deepEqual(doubtsOf(run("select cron.schedule('x', '* * * * *', 'vacuum');", given).catalog), []);
    assert.deepEqual(doubtsOf(run('select uuid_generate_v4(), lower(email) from users;', given).catalog), []);
  });

  it('in a history without its beginning what may be there is unknown', () => {
    const body = inBlock(
      "IF NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_name = 'older') THEN CREATE TABLE older (id int); END IF;",
    );
    const { catalog } = run(body, 'alter table unseen add column n int;');
    assert.equal(knowTable(catalog, { schema: null, name: 'older' }).kind, 'unknown');
  });

  it('of a loop that does not end something is known all the same', () => {
    const { catalog } = run(inBlock('LOOP ALTER TABLE users ADD COLUMN IF NOT EXISTS n int; END LOOP;'));
    assert.deepEqual(doubtsOf(catalog), []);
  });

  it('a function that calls itself for ever is not followed for ever', () => {
    const { catalog } = run(
      `CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN PERFORM f(); END'; SELECT f();`,
    );
    assert.deepEqual(doubtsOf(catalog), ['everything']);
  });

  it('code in another language may do anything', () => {
    const { catalog, operations } = run(`DO LANGUAGE plpython3u $$ plpy.execute("drop table users") $$;`);
    assert.deepEqual(doubtsOf(catalog), ['everything']);
    assert.equal(
      operations[0]?.kind === 'unknown' && operations[0].reason,
      'the body of the DO block is written in plpython3u',
    );
  });
});

describe('PL/pgSQL: bodies that are none', () => {
  for (const body of [
    '',
    'begin',
    'begin end if;',
    'begin x := ; end',
    'begin if a then end',
    'select 1',
    'begin loop end; end',
  ]) {
    it(JSON.stringify(body), () => assert.doesNotThrow(() => readPlpgsql(body)));
  }

  it('is cut anywhere without an error', () => {
    const body = `<<l>> declare a int := 1; begin if a = 1 then execute format('x %I', a) into a using 1, 2; elsif b then null;
      else for i in reverse 1..2 by 1 loop exit l when a; end loop; end if; exception when others or sqlstate '12345' then raise; end l`;
    for (let end = 0; end < body.length; end++) readPlpgsql(body.slice(0, end));
    assert.ok(readPlpgsql(body) !== null);
  });
});
