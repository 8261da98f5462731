// What a hover says of a statement of a migration: locks, how long in kind, what is held by then, why it costs no more.

import assert from 'node:assert/strict';
import { hover } from '../../server/src/features/hover.js';
import type { MemoryFile } from '../support/workspace.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

const BASE = `
  CREATE TABLE users (id bigint PRIMARY KEY, email text, name varchar(20));
  CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
`;

const cases: readonly {
  readonly about: string;
  readonly sql: string;
  /** Migrations between the base and this one. */
  readonly between?: readonly MemoryFile[];
  /** Where the pointer is. */
  readonly at: string;
  readonly says: readonly string[];
  readonly saysNot?: readonly string[];
}[] = [
  {
    about: 'a rewrite: who waits, and for what',
    sql: 'ALTER TABLE users ALTER COLUMN id TYPE int;',
    at: 'ALTER COLUMN',
    says: [
      '| `public.users` | ACCESS EXCLUSIVE | reads and writes wait | a rewrite |',
      '- writes `public.users` anew: bigint is stored in another way than integer',
      '- builds the index users_pkey of `public.users` again: the table gets a new file',
      'Predicted for PostgreSQL 15: [manual](https://www.postgresql.org/docs/current/sql-altertable.html',
      '`commands/tablecmds.c: ATColumnChangeRequiresRewrite`',
    ],
  },
  {
    about: 'the other table of a foreign key, with its reason',
    sql: 'ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id);',
    at: 'FOREIGN KEY',
    says: [
      '| `public.orders` | SHARE ROW EXCLUSIVE | writes wait | a scan |',
      '- locks `public.users`: a foreign key to "users" gets its triggers there',
    ],
  },
  {
    about: 'what earlier statements of the transaction hold',
    sql: 'BEGIN;\nALTER TABLE users ADD COLUMN age int;\nCREATE INDEX ON orders (user_id);\nCOMMIT;',
    at: 'CREATE INDEX',
    says: ['- still held by then: ACCESS EXCLUSIVE on `public.users` (since line 2)'],
  },
  {
    about: 'nothing is held after a COMMIT',
    sql: 'BEGIN;\nALTER TABLE users ADD COLUMN age int;\nCOMMIT;\nBEGIN;\nCREATE INDEX ON orders (user_id);\nCOMMIT;',
    at: 'CREATE INDEX',
    says: ['| `public.orders` | SHARE | writes wait | an index build |'],
    saysNot: ['still held'],
  },
  {
    about: 'VALIDATE lets writes go on',
    between: [
      {
        path: 'migrations/2_check.sql',
        text: "ALTER TABLE users ADD CONSTRAINT c CHECK (email <> '') NOT VALID;",
      },
    ],
    sql: 'ALTER TABLE users VALIDATE CONSTRAINT c;',
    at: 'VALIDATE',
    says: [
      '| `public.users` | SHARE UPDATE EXCLUSIVE | reads and writes go on | a scan |',
      '- VALIDATE reads every row, but reads and writes go on (SHARE UPDATE EXCLUSIVE).',
    ],
  },
  {
    about: 'a CHECK proves NOT NULL, and where it was validated',
    between: [
      {
        path: 'migrations/2_check.sql',
        text: 'ALTER TABLE users ADD CONSTRAINT there CHECK (email IS NOT NULL) NOT VALID;',
      },
      { path: 'migrations/3_valid.sql', text: 'ALTER TABLE users VALIDATE CONSTRAINT there;' },
    ],
    sql: 'ALTER TABLE users ALTER COLUMN email SET NOT NULL;',
    at: 'SET NOT NULL',
    says: ['- CHECK "there", validated in 3_valid.sql, proves it: no row is read.', '| an instant |'],
    saysNot: ['reads all of'],
  },
  {
    about: 'a table of the migration itself',
    sql: 'CREATE TABLE notes (id bigint);\nCREATE INDEX notes_id ON notes (id);',
    at: 'CREATE INDEX',
    says: ['**Blocks nobody**', '- "notes" is new in this migration: nobody else sees it.'],
  },
  {
    about: 'a default that is kept in the catalog',
    sql: 'ALTER TABLE users ADD COLUMN age int NOT NULL DEFAULT 0;',
    at: 'ADD COLUMN',
    says: ['- The default is computed once and kept in the catalog', 'takes no time by itself'],
  },
  {
    about: 'a type that only gets longer',
    sql: 'ALTER TABLE users ALTER COLUMN name TYPE varchar(50);',
    at: 'TYPE',
    says: ['- No row is written: every value of character varying(20) is a value of character varying(50).'],
  },
  {
    about: 'what runs outside a transaction',
    sql: 'CREATE INDEX CONCURRENTLY ON users (email);',
    at: 'CREATE INDEX',
    says: [
      '| `public.users` | SHARE UPDATE EXCLUSIVE | reads and writes go on | an index build |',
      '- the server refuses it inside a transaction',
      'Predicted for PostgreSQL 15, not traced',
    ],
  },
];

describe('hover: what a statement locks', () => {
  for (const { about, sql, between = [], at, says, saysNot = [] } of cases) {
    it(about, () => {
      const path = 'migrations/9_this.sql';
      const workspace = memoryWorkspace([
        { path: 'migrations/1_base.sql', text: BASE },
        ...between,
        { path, text: sql },
      ]);
      const markdown = hover(workspace, `${ROOT}/${path}`, sql.indexOf(at) + 1)?.markdown ?? '';
      for (const one of says) assert.ok(markdown.includes(one), `${one}\n---\n${markdown}`);
      for (const one of saysNot) assert.ok(!markdown.includes(one), markdown);
    });
  }

  it('says nothing of what concerns the session alone', () => {
    const path = 'migrations/9_this.sql';
    const workspace = memoryWorkspace([{ path, text: 'BEGIN;' }]);
    assert.equal(hover(workspace, `${ROOT}/${path}`, 1), null);
  });
});
