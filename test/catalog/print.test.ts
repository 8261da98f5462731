// Schemas as DBML and as Mermaid's diagrams: names that their grammars do not take, what is folded, what is too much. The SQL is
// tried on a server by test/truth/printed-schema.test.ts.

import assert from 'node:assert/strict';
import { catalogDbml } from '../../server/src/catalog/print/dbml.js';
import { catalogMermaid } from '../../server/src/catalog/print/mermaid.js';
import { printCatalog } from '../../server/src/catalog/print/sql.js';
import { catalogFrom } from '../support/catalogs.js';

const dbml = (ddl: string) => catalogDbml(catalogFrom(ddl)).trimEnd().split('\n');
const mermaid = (ddl: string) => catalogMermaid(catalogFrom(ddl)).trimEnd().split('\n');
const sql = (ddl: string) => printCatalog(catalogFrom(ddl)).trimEnd().split('\n');

describe('a schema as DBML', () => {
  const cases: Readonly<Record<string, readonly [ddl: string, expected: readonly string[]]>> = {
    'names with blanks, dots, quotes, backslashes and emoji': [
      `CREATE TABLE "a b.c" ("d ""e" int, "f\\g" int, "📧" int)`,
      ['Table "a b.c" {', '  "d \\"e" integer', '  "f\\\\g" integer', '  "📧" integer', '}'],
    ],
    'names that are words of DBML': [
      'CREATE TABLE indexes (note int, ref int)',
      ['Table "indexes" {', '  "note" integer', '  "ref" integer', '}'],
    ],
    schemas: [
      "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('a'); CREATE TABLE app.t (m app.mood[])",
      ['Enum app.mood {', '  a', '}', '', 'Table app.t {', '  m app.mood[]', '}'],
    ],
    'types by their short names': [
      'CREATE TABLE t (a varchar(9), b timestamptz(0), c numeric(10, 2), d text[], e double precision)',
      [
        'Table t {',
        '  a varchar(9)',
        '  b timestamptz(0)',
        '  c numeric(10,2)',
        '  d "text[]"',
        '  e float8',
        '}',
      ],
    ],
    'what one table has of keys': [
      'CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE, c int, UNIQUE (b, c))',
      [
        'Table t {',
        '  a integer [pk]',
        '  b integer [unique]',
        '  c integer',
        '  indexes {',
        "    (b, c) [name: 't_b_c_key', unique]",
        '  }',
        '}',
      ],
    ],
    'one to one, and of several columns': [
      `CREATE TABLE a (x int, y int, PRIMARY KEY (x, y));
       CREATE TABLE b (x int, y int, PRIMARY KEY (x, y), CONSTRAINT same FOREIGN KEY (x, y) REFERENCES a ON DELETE SET NULL)`,
      [
        ...['a', 'b'].flatMap((name) => [
          `Table ${name} {`,
          '  x integer [not null]',
          '  y integer [not null]',
          '  indexes {',
          `    (x, y) [pk, name: '${name}_pkey']`,
          '  }',
          '}',
          '',
        ]),
        'Ref same: b.(x, y) - a.(x, y) [delete: set null]',
      ],
    ],
    'a line is drawn once, and not to itself': [
      `CREATE TABLE a (x int PRIMARY KEY REFERENCES a, CONSTRAINT again FOREIGN KEY (x) REFERENCES a)`,
      ['Table a {', '  x integer [pk]', '}', '', '// Ref a_x_fkey: a.x - a.x', '', '// Ref again: a.x - a.x'],
    ],
    'a table without columns': ['CREATE TABLE a ()', ['// Table a: no column is known.']],
    'comments, of several lines too': [
      `CREATE TABLE a (x int); COMMENT ON TABLE a IS 'it''s one
two'; COMMENT ON COLUMN a.x IS 'x'`,
      ['Table a {', "  x integer [note: 'x']", "  Note: '''it\\'s one", "  two'''", '}'],
    ],
    'an expression with a backtick': [
      `CREATE TABLE a (x text DEFAULT 'a\`b' || 'c')`,
      ['Table a {', "  x text [default: `'a'b' || 'c'`]", '}'],
    ],
  };
  for (const [title, [ddl, expected]] of Object.entries(cases)) {
    it(title, () => assert.deepEqual(dbml(ddl), expected));
  }
});

describe('a schema as a diagram of Mermaid', () => {
  const cases: Readonly<Record<string, readonly [ddl: string, expected: readonly string[]]>> = {
    'names that are words of Mermaid, or hold what it has no room for': [
      'CREATE TABLE "end" (pk int, "a b" int, "1x" int); CREATE TABLE "50% ""off"" \\ #1;" (a int)',
      [
        'erDiagram',
        '  "50#37; #34;off#34; #92; #35;1#59;" {',
        '    integer a',
        '  }',
        '  "end" {',
        '    integer pk_ "pk"',
        '    integer a_b "a b"',
        '    integer _1x "1x"',
        '  }',
      ],
    ],
    'two words that are a statement wherever they stand': [
      'CREATE TABLE "the direction LR of it" ()',
      ['erDiagram', '  "the direction_LR of it"'],
    ],
    'how often tables refer to each other': [
      `CREATE TABLE a (x int PRIMARY KEY);
       CREATE TABLE b (maybe int REFERENCES a, needed int NOT NULL REFERENCES a, once int UNIQUE REFERENCES a, own int PRIMARY KEY REFERENCES a)`,
      [
        'erDiagram',
        '  a {',
        '    integer x PK',
        '  }',
        '  b {',
        '    integer maybe FK',
        '    integer needed FK',
        '    integer once FK, UK',
        '    integer own PK, FK',
        '  }',
        '  a |o..o{ b : "maybe"',
        '  a ||..o{ b : "needed"',
        '  a |o..o| b : "once"',
        '  a ||--o| b : "own"',
      ],
    ],
    'partitions are folded into their table': [
      `CREATE TABLE a (x int) PARTITION BY LIST (x);
       CREATE TABLE a1 PARTITION OF a FOR VALUES IN (1) PARTITION BY LIST (x);
       CREATE TABLE a11 PARTITION OF a1 FOR VALUES IN (1)`,
      ['erDiagram', '  %% a: 2 partitions', '  a {', '    integer x', '  }'],
    ],
    'types have no blanks': [
      "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('a'); CREATE TABLE t (m app.mood, n numeric(9, 2), i interval day to second)",
      ['erDiagram', '  t {', '    app_mood m', '    numeric(9_2) n', '    interval_day_to_second i', '  }'],
    ],
  };
  for (const [title, [ddl, expected]] of Object.entries(cases)) {
    it(title, () => assert.deepEqual(mermaid(ddl), expected));
  }

  it('keeps to the keys, and then to the tables, where Mermaid would refuse the length', () => {
    const tables = (more: string) =>
      Array.from({ length: 100 }, (_, table) => {
        const columns = Array.from(
          { length: 12 },
          (_unused, at) => `a_column_with_a_name_of_its_own_${at} ${more}`,
        );
        return `CREATE TABLE table_${table} (${['id int PRIMARY KEY', ...columns].join(', ')});`;
      }).join('\n');
    const keys = mermaid(tables('integer'));
    assert.match(keys[0] ?? '', /^%% Only keys are shown/);
    assert.equal(keys.filter((line) => line.includes('integer')).length, 100);
    assert.match(mermaid(tables('integer UNIQUE'))[0] ?? '', /^%% No columns are shown/);
  });
});

describe('a schema as SQL', () => {
  const cases: Readonly<Record<string, readonly [ddl: string, expected: readonly string[]]>> = {
    'names that are words of the grammar': [
      'CREATE TABLE "order" ("user" int, "select" text, name text)',
      ['CREATE TABLE "order" (', '  "user" integer,', '  "select" text,', '  name text', ');'],
    ],
    'a view of a table and a column with other names by now': [
      `CREATE TABLE users (id int, mail text);
       CREATE VIEW v AS SELECT users.id, mail FROM users WHERE mail <> '';
       CREATE VIEW w AS SELECT u.mail FROM public.users AS u;
       ALTER TABLE users RENAME COLUMN mail TO email;
       ALTER TABLE users RENAME TO people`,
      [
        'CREATE TABLE people (',
        '  id integer,',
        '  email text',
        ');',
        '',
        'CREATE VIEW v AS',
        "SELECT users.id, mail FROM people AS users (id, mail) WHERE mail <> '';",
        '',
        'CREATE VIEW w AS',
        'SELECT u.mail FROM people AS u (id, mail);',
      ],
    ],
    'a star stands for the columns of its time': [
      `CREATE TABLE users (id int, name text);
       CREATE VIEW v AS SELECT * FROM users WHERE id > 1;
       CREATE VIEW w AS SELECT 1 AS one, u.* FROM users u CROSS JOIN users o;
       ALTER TABLE users ADD COLUMN secret text`,
      [
        'CREATE TABLE users (',
        '  id integer,',
        '  name text,',
        '  secret text',
        ');',
        '',
        'CREATE VIEW v AS',
        'SELECT id, name FROM users WHERE id > 1;',
        '',
        'CREATE VIEW w AS',
        'SELECT 1 AS one, u.id, u.name FROM users u CROSS JOIN users o;',
      ],
    ],
    'a star that could be of several tables': [
      `CREATE TABLE a (x int); CREATE TABLE b (y int);
       CREATE VIEW v AS SELECT * FROM a, b;
       ALTER TABLE a ADD COLUMN z int`,
      [
        'CREATE TABLE a (',
        '  x integer,',
        '  z integer',
        ');',
        '',
        'CREATE TABLE b (',
        '  y integer',
        ');',
        '',
        '-- The view v is not known well enough: its * stands for other columns by now.',
      ],
    ],
    'what needs something else comes after it': [
      `CREATE TABLE z (a int); CREATE FUNCTION f(z) RETURNS int LANGUAGE sql IMMUTABLE AS 'select 1';
       CREATE TABLE a (b int DEFAULT g()); CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'select 1'`,
      [
        'SET check_function_bodies = false;',
        '',
        'CREATE TABLE z (',
        '  a integer',
        ');',
        '',
        'CREATE FUNCTION f(z)',
        'RETURNS integer',
        'LANGUAGE sql',
        'IMMUTABLE',
        'AS $$select 1$$;',
        '',
        'CREATE FUNCTION g()',
        'RETURNS integer',
        'LANGUAGE sql',
        'AS $$select 1$$;',
        '',
        'CREATE TABLE a (',
        '  b integer DEFAULT g()',
        ');',
        '',
        'RESET check_function_bodies;',
      ],
    ],
    'what is in a schema that no migration makes is not there': [
      `CREATE TABLE t (a int); CREATE POLICY own ON t USING (auth.uid() = a); CREATE POLICY "any" ON t USING (true)`,
      [
        'CREATE TABLE t (',
        '  a integer',
        ');',
        '',
        '-- CREATE POLICY own ON t USING (auth.uid() = a);',
        'CREATE POLICY "any" ON t USING (true);',
      ],
    ],
    'a body that holds dollars': [
      "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'select $$a$$::text'",
      [
        'SET check_function_bodies = false;',
        '',
        'CREATE FUNCTION f()',
        'RETURNS text',
        'LANGUAGE sql',
        'AS $body$select $$a$$::text$body$;',
        '',
        'RESET check_function_bodies;',
      ],
    ],
  };
  for (const [title, [ddl, expected]] of Object.entries(cases)) {
    it(title, () => assert.deepEqual(sql(ddl), expected));
  }
});
