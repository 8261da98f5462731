import assert from 'node:assert/strict';
import type { SqlFile } from '../../../server/src/syntax/sql/statement.js';
import { sqlParser } from '../../support/parsers.js';

function texts(file: SqlFile): string[] {
  return file.statements.map(({ statement }) => statement.text);
}

function messages(file: SqlFile): string[] {
  return file.problems.map(({ message, span }) => `${message} @ ${file.text.slice(span.start, span.end)}`);
}

describe('statements of a file', () => {
  const cases: readonly { readonly name: string; readonly text: string; readonly statements: string[] }[] = [
    { name: 'end at ; and stand without it', text: ' a b ;c; ; d ', statements: ['a b', 'c', 'd'] },
    { name: 'do not end in quotes', text: `a ';' ";" $$;$$; b`, statements: [`a ';' ";" $$;$$`, 'b'] },
    {
      name: 'do not end in comments',
      text: 'a -- ;\n b /* ; /* ; */ ; */ c; d',
      statements: ['a -- ;\n b /* ; /* ; */ ; */ c', 'd'],
    },
    { name: 'an open parenthesis swallows nothing', text: 'a (b; c (; d', statements: ['a (b', 'c (', 'd'] },
    {
      name: 'BEGIN ATOMIC … END is one body',
      text: 'create function f() begin atomic select case when a then 1 end; select 2; end; select 3',
      statements: [
        'create function f() begin atomic select case when a then 1 end; select 2; end',
        'select 3',
      ],
    },
    {
      name: 'BEGIN alone is a transaction, also in a function',
      text: 'begin; select 1; create procedure begin; end;',
      statements: ['begin', 'select 1', 'create procedure begin', 'end'],
    },
    {
      name: 'a body that is never closed ends before the next definition',
      text: 'create function f() begin atomic select 1;\ncreate table a ();\nselect 2;',
      statements: ['create function f() begin atomic select 1', 'create table a ()', 'select 2'],
    },
    {
      name: 'the commands of a rule are one statement',
      text: 'create or replace rule r as on insert to t do (select 1; select 2); select 3',
      statements: ['create or replace rule r as on insert to t do (select 1; select 2)', 'select 3'],
    },
    {
      name: 'rows of COPY are not statements',
      text: "copy t (a) from stdin;\n1;\n'\n\\.\nselect 1",
      statements: ['copy t (a) from stdin', 'select 1'],
    },
    {
      name: 'COPY from a program has no rows',
      text: "copy t from '/a'; select 1",
      statements: ["copy t from '/a'", 'select 1'],
    },
    {
      name: 'a command of psql ends a statement',
      text: '\\c a;b\nselect 1 \\gexec\nselect 2\\; select 3',
      statements: ['select 1', 'select 2', 'select 3'],
    },
    { name: 'line breaks may be of any kind', text: 'a\r\n;\rb;', statements: ['a', 'b'] },
    {
      name: 'a byte order mark is not part of a statement',
      text: '\ufeffselect 1',
      statements: ['select 1'],
    },
    { name: 'nothing', text: ' ; -- a\n /* b */ ', statements: [] },
  ];
  for (const { name, text, statements } of cases) {
    it(name, () => assert.deepEqual(texts(sqlParser.parse(text)), statements));
  }

  it('know where they start', () => {
    const text = '\ufeff-- a\nselect 1;\n  select 2';
    const starts = sqlParser.parse(text).statements.map(({ start }) => start);
    assert.deepEqual(starts, [text.indexOf('select 1'), text.indexOf('select 2')]);
  });
});

describe('directives', () => {
  const cases: readonly { readonly tool: string; readonly text: string; readonly expected: object }[] = [
    {
      tool: 'goose',
      text: '-- +goose NO TRANSACTION\n-- +goose Up\nselect 1\n  --  +GOOSE  Down\nselect 2',
      expected: { directives: ['goose no transaction', 'goose up', 'goose down'], sections: ['up', 'down'] },
    },
    {
      tool: 'sql-migrate',
      text: '-- +migrate Up notransaction\nselect 1;\n-- +migrate Down\nselect 2;',
      expected: {
        directives: ['sql-migrate up notransaction', 'sql-migrate down'],
        sections: ['up', 'down'],
      },
    },
    {
      tool: 'dbmate',
      text: '-- migrate:up transaction:false\nselect 1\n-- migrate:down\nselect 2\n-- migrate:later',
      expected: { directives: ['dbmate up transaction:false', 'dbmate down'], sections: ['up', 'down'] },
    },
    {
      tool: 'psql',
      text: '\\i Users.sql\nselect 1;',
      expected: { directives: ['psql \\i Users.sql'], sections: ['up'] },
    },
    {
      tool: 'none, when other text stands before it on the line',
      text: 'select 1; -- +goose Down\nselect 2;',
      expected: { directives: [], sections: ['up', 'up'] },
    },
  ];
  for (const { tool, text, expected } of cases) {
    it(tool, () => {
      const file = sqlParser.parse(text);
      assert.deepEqual(
        {
          directives: file.directives.map((directive) => `${directive.kind} ${directive.text}`),
          sections: file.statements.map(({ section }) => section),
        },
        expected,
      );
      assert.deepEqual(
        file.statements.flatMap(({ statement }) => statement.problems),
        [],
      );
    });
  }
});

describe('comments', () => {
  it('are found between and in statements, with their text as it stands', () => {
    const text = "-- a \nselect /* b */ 1, '-- no'; -- c\n/*d*/";
    const { comments } = sqlParser.parse(text);
    assert.deepEqual(
      comments.map((comment) => comment.text),
      [' a ', ' b ', ' c', 'd'],
    );
    assert.deepEqual(
      comments.map(({ span }) => text.slice(span.start, span.end)),
      ['-- a ', '/* b */', '-- c', '/*d*/'],
    );
  });

  it('that are directives are not among them', () => {
    assert.deepEqual(sqlParser.parse('-- +goose Up\nselect 1;').comments, []);
  });
});

describe('recovery', () => {
  const cases: readonly {
    readonly name: string;
    readonly text: string;
    readonly statements: string[];
    readonly problems: string[];
  }[] = [
    {
      name: 'a forgotten ;',
      text: 'ALTER TABLE a ADD b int\nALTER TABLE c ADD d int;\nSELECT 1;',
      statements: ['ALTER TABLE a ADD b int', 'ALTER TABLE c ADD d int', 'SELECT 1'],
      problems: ['missing ";" before ALTER @ ALTER'],
    },
    {
      name: 'a forgotten ; before a word that the grammar takes for an alias',
      text: 'SELECT 1 FROM a\nALTER TABLE c ADD d int;',
      statements: ['SELECT 1 FROM a', 'ALTER TABLE c ADD d int'],
      problems: ['missing ";" before ALTER @ ALTER'],
    },
    {
      name: 'several forgotten ;',
      text: 'begin\n\ncreate table a ()\ncreate table b ()\n-- c\ndrop table c',
      statements: ['begin', 'create table a ()', 'create table b ()', 'drop table c'],
      problems: [
        'missing ";" before create @ create',
        'missing ";" before create @ create',
        'missing ";" before drop @ drop',
      ],
    },
    {
      name: 'a forgotten ; in an indented script',
      text: '  drop table a\n  drop table b;\n',
      statements: ['drop table a', 'drop table b'],
      problems: ['missing ";" before drop @ drop'],
    },
    {
      name: 'a half-typed statement before another',
      text: 'ALTER TAB\n\nCREATE TABLE a ();',
      statements: ['ALTER TAB', 'CREATE TABLE a ()'],
      problems: [],
    },
    {
      name: 'lines that begin with a keyword are no statements where the grammar accepts them',
      text: 'CREATE VIEW v AS\nSELECT 1;\nUPDATE t\nSET a = 1;\nALTER TABLE t\nALTER a SET NOT NULL,\nDROP b;',
      statements: [
        'CREATE VIEW v AS\nSELECT 1',
        'UPDATE t\nSET a = 1',
        'ALTER TABLE t\nALTER a SET NOT NULL,\nDROP b',
      ],
      problems: [],
    },
    {
      name: 'actions of a broken ALTER TABLE stay together',
      text: 'ALTER TABLE t\nALTER a SETT NOT NULL,\nDROP b;',
      statements: ['ALTER TABLE t\nALTER a SETT NOT NULL,\nDROP b'],
      problems: [],
    },
    {
      name: 'the body of a function starts after the cut',
      text: 'drop table a\ncreate function f() returns int begin atomic select 1; end;\nselect 2;',
      statements: ['drop table a', 'create function f() returns int begin atomic select 1; end', 'select 2'],
      problems: ['missing ";" before create @ create'],
    },
    {
      name: 'a stray quote that another closes',
      text: "UPDATE t SET a = 'x;\n\nINSERT INTO t VALUES ('b');\nDROP TABLE x;",
      statements: ["UPDATE t SET a = 'x", "INSERT INTO t VALUES ('b')", 'DROP TABLE x'],
      problems: [],
    },
    {
      name: 'a stray quote among others',
      text: "INSERT INTO t VALUES ('a'b', 'c');\n\n-- next\nINSERT INTO t VALUES ('d');\n",
      statements: ["INSERT INTO t VALUES ('a'b', 'c')", "INSERT INTO t VALUES ('d')"],
      problems: [],
    },
    {
      name: 'a quote that nothing closes',
      text: "SELECT 'a;\nSELECT 2;\nDROP TABLE b;",
      statements: ["SELECT 'a", 'SELECT 2', 'DROP TABLE b'],
      problems: [],
    },
    {
      name: 'a dollar quote that another closes',
      text: 'ALTER TABLE x ADD $$ y int;\n\nCREATE FUNCTION f() RETURNS int AS $$ SELECT 1 $$ LANGUAGE sql;',
      statements: [
        'ALTER TABLE x ADD $$ y int;',
        'CREATE FUNCTION f() RETURNS int AS $$ SELECT 1 $$ LANGUAGE sql',
      ],
      problems: [],
    },
    {
      name: 'a dollar quote that nothing closes',
      text: 'CREATE FUNCTION f() AS $$\nBEGIN\n  SELECT 1;\nEND;\n\nCREATE TABLE a ();\nSELECT 1;',
      statements: ['CREATE FUNCTION f() AS $$\nBEGIN\n  SELECT 1;\nEND;', 'CREATE TABLE a ()', 'SELECT 1'],
      problems: [],
    },
    {
      name: 'a comment that nothing closes',
      text: 'SELECT 1 /* a;\nCREATE TABLE b ();\nSELECT 2;',
      statements: ['SELECT 1', 'CREATE TABLE b ()', 'SELECT 2'],
      problems: ['unterminated /* comment @ /*'],
    },
    {
      name: 'a string with SQL in it is left whole',
      text: "DO 'BEGIN\n  SELECT 1;\nCREATE TABLE a ();\nEND';\nSELECT 2;",
      statements: ["DO 'BEGIN\n  SELECT 1;\nCREATE TABLE a ();\nEND'", 'SELECT 2'],
      problems: [],
    },
  ];
  for (const { name, text, statements, problems } of cases) {
    it(name, () => {
      const file = sqlParser.parse(text);
      assert.deepEqual(texts(file), statements);
      assert.deepEqual(messages(file), problems);
    });
  }

  it('another kind of file is one problem', () => {
    const utf16 = Buffer.from('create table a (b int);', 'utf16le').toString();
    const file = sqlParser.parse(utf16);
    assert.deepEqual(texts(file), []);
    assert.deepEqual(
      file.problems.map(({ message }) => message),
      ['not a text in UTF-8'],
    );
  });

  it('a NUL spoils its own statement alone', () => {
    const file = sqlParser.parse('select 1;\nselect \0 2;\nselect 3;');
    assert.deepEqual(
      file.statements.map(({ statement }) => statement.problems.map(({ message }) => message)),
      [[], ['NUL character'], []],
    );
  });
});
