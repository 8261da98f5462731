// What a server refuses of a value that the same transaction has added to an enum is what we say, and nothing else.

import assert from 'node:assert/strict';
import { lintFile } from '../../server/src/lint/lint.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';
import { type RealServer, useRealServer } from './support/real-server.js';

const RULE = 'enum-value-used-in-its-transaction';

const SCHEMA = [
  "create type mood as enum ('sad', 'happy')",
  "create type color as enum ('red', 'glad')",
  'create table people (id bigint primary key, mood mood, name text, color color, moods mood[])',
  "insert into people values (1, 'sad', 'Ada', 'red', '{sad}')",
];

/** Each after `alter type mood add value 'glad'`, in one transaction. */
const STATEMENTS = [
  "update people set mood = 'glad'",
  "update people set mood = 'happy' where mood = 'glad'",
  "update people set mood = 'happy' where mood in ('sad', 'glad')",
  "insert into people values (2, 'glad')",
  "insert into people (name, mood) values ('Ada', 'glad')",
  "insert into people (id, mood) select 3, 'glad' where false",
  "delete from people where 'glad' = mood",
  "delete from people where mood::text = 'glad'::mood::text",
  "alter table people alter column mood set default 'glad'",
  "alter table people add column other mood default 'glad'",
  "alter table people add check (mood <> 'glad')",
  "alter table people add check (mood is distinct from 'glad')",
  "create index on people (id) where mood = 'glad'",
  "create index on people (id) where mood = any (array['glad'::mood])",
  "create table moods (mood mood default 'glad')",
  "create table moods (mood mood check (mood <> 'glad'))",
  "create policy merry on people using (mood = 'glad')",
  // None of these uses it.
  "update people set name = 'glad', color = 'glad' where mood = 'happy'",
  "insert into people values (2, 'sad', 'glad', 'glad')",
  "alter table people alter column name set default 'glad'",
  "alter table people alter column color set default 'glad'",
  "create index on people (id) where name = 'glad'",
  "alter type mood add value 'merry' after 'glad'",
  "alter type mood rename value 'glad' to 'merry'",
  "create function f() returns mood language plpgsql as $$ begin return 'glad'; end $$",
];

describe('a value of an enum in the transaction that adds it', () => {
  const server = useRealServer();
  let filled: Promise<string> | null = null;
  for (const statement of STATEMENTS) {
    it(statement, async () => {
      filled ??= fill(server());
      const code = await server()
        .run(await filled, 'begin', "alter type mood add value 'glad'", statement, 'rollback')
        .then(() => null)
        .catch((error: { readonly code?: string }) => error.code ?? 'none');
      assert.ok(code === null || code === '55P04', `the server says ${code}`);

      const workspace = memoryWorkspace([
        { path: 'migrations/1_people.sql', text: SCHEMA.map((one) => `${one};\n`).join('') },
        {
          path: 'migrations/2_glad.sql',
          text: `begin;\nalter type mood add value 'glad';\n${statement};\ncommit;\n`,
        },
      ]);
      const found = lintFile(workspace, `${ROOT}/migrations/2_glad.sql`).filter(({ rule }) => rule === RULE);
      assert.equal(found.length > 0, code !== null);
    });
  }
});

async function fill(server: RealServer): Promise<string> {
  const database = await server.createDatabase();
  await server.run(database, ...SCHEMA);
  return database;
}
