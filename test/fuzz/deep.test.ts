// Texts that are nested deeper, are longer or hold more of one thing than any program writes, and garbage: all of them are read
// in the time that a test has, without running out of stack, and hide nothing of what stands before and after them.

import assert from 'node:assert/strict';
import { lintFile } from '../../server/src/lint/lint.js';
import { type MemoryFile, memoryWorkspace, ROOT } from '../support/workspace.js';
import { checkFixes, checkWorkspace } from './invariants.js';

const BLOCKING = 'create-index-blocking-writes';

function times(count: number, text: string): string {
  return text.repeat(count);
}

function list(count: number, item: (index: number) => string, separator: string): string {
  return Array.from({ length: count }, (_, index) => item(index)).join(separator);
}

/** Opened and closed so many times. */
function nested(count: number, open: string, middle: string, close: string): string {
  return times(count, open) + middle + times(count, close);
}

type Texts = Readonly<Record<string, string>>;

const statements: Texts = {
  parentheses: `select ${nested(10_000, '(', '1', ')')}`,
  'parentheses that nobody closes': `select ${times(10_000, '(')}`,
  'a CHECK in parentheses': `alter table users add check (${nested(10_000, '(', 'a > 0', ')')})`,
  'calls in an index': `create index on users (${nested(3000, 'lower(', 'name', ')')})`,
  'a chain of ||': `select ${list(5000, (n) => `a${n}`, ' || ')} from users`,
  'a chain of AND': `select * from users where ${list(5000, (n) => `a = ${n}`, ' and ')}`,
  'AND in OR in AND': `select * from users where ${nested(3000, '(a = 1 and (a = 2 or ', 'true', '))')}`,
  'a chain of NOT': `select ${times(5000, 'not ')} true`,
  casts: `select a${times(3000, '::text')} from users`,
  'rows of VALUES': `insert into users (id, name) values ${list(20_000, (n) => `(${n}, 'n')`, ',\n')}`,
  'an IN list': `select * from users where id in (${list(20_000, String, ', ')})`,
  'branches of UNION': list(3000, (n) => `select id from users where id = ${n}`, '\nunion\n'),
  'arms of CASE': `select case ${list(2000, (n) => `when a = ${n} then ${n}`, ' ')} else 0 end from users`,
  'CASE in CASE': `select ${nested(2000, 'case when true then ', '1', ' end')}`,
  joins: `select * from users ${list(2000, (n) => `join users u${n} on u${n}.id = users.id`, ' ')}`,
  subqueries: `select * from users where id in ${nested(200, '(select id from users where id in ', '(1)', ')')}`,
  'common table expressions': `with ${list(1000, (n) => `c${n} as (select * from users)`, ', ')} select * from c1`,
  columns: `create table wide (${list(2000, (n) => `c${n} int`, ', ')})`,
  placeholders: list(3000, (n) => `{{ x${n} }}`, ' '),
  comments: `${nested(10_000, '/*', ' ', '*/')} select 1`,
};

/** What nobody closes, or closes too often. */
const garbage: Texts = {
  brackets: times(5000, ')(]["\'$'),
  quotes: times(10_000, "'a "),
  'quotes on lines': times(20_000, '"""\n'),
  'dollar quotes': list(3000, (n) => `$a${n}$`, ' '),
  sigils: times(20_000, '~s('),
  'astral characters': times(20_000, '😀 '),
  'halves of astral characters': times(20_000, '\ud83d '),
  commas: times(20_000, ', '),
  semicolons: times(50_000, ';'),
  'a long word': times(100_000, 'a'),
  blanks: times(100_000, ' '),
};

const expressions: Texts = {
  parentheses: `x = ${nested(10_000, '(', '1', ')')}`,
  'parentheses that nobody closes': times(10_000, '('),
  'lists that nobody closes': times(10_000, '['),
  lists: `x = ${nested(10_000, '[', '1', ']')}`,
  maps: `x = ${nested(5000, '%{a: ', '1', '}')}`,
  pipes: `x ${list(5000, (n) => `|> f${n}()`, '\n    ')}`,
  'a query of many pipes': `from(u in "users") ${list(2000, (n) => `|> where([u], u.a == ${n})`, '\n')} |> Repo.all()`,
  'a chain of <>': `execute ${list(5000, (n) => `"a${n}"`, ' <> ')}`,
  'a chain of ||': `x = ${list(5000, (n) => `a${n}`, ' || ')}`,
  calls: nested(5000, 'f(', '1', ')'),
  fields: `x${times(5000, '.a')}`,
  functions: nested(3000, 'fn -> ', '1', ' end'),
  blocks: nested(3000, 'if true do\n', '1\n', 'end\n'),
  'blocks that nobody closes': times(3000, 'if true do\n'),
  ends: times(20_000, 'end '),
  'interpolation in interpolation': `execute "${nested(300, '#{"', 'x', '"}')}"`,
  interpolations: `execute "${list(3000, (n) => `#{x${n}}`, ' ')}"`,
  'an endless loop': 'for a <- 1..1000000, b <- 1..1000000, do: execute("select #{a + b}")',
  'functions that call each other':
    'a()\n  end\n  def a do\n    b()\n    b()\n  end\n  def b do\n    a()\n    a()',
};

const users = {
  path: 'db/migrations/20240101000000_users.sql',
  text: 'create table users (id bigint, name text);',
};
const later = { path: 'db/migrations/20240103000000_later.sql', text: 'create index on users (name);' };
const before = 'create index on users (id);';
const after = 'create index on users (name);';

/** Checks all of a workspace with the file, and gives the lines of the file on which an index is built. */
function linesOfIndexes(file: MemoryFile): readonly number[] {
  const workspace = memoryWorkspace([users, file, later]);
  checkWorkspace(workspace);
  const path = `${ROOT}/${file.path}`;
  if (file.text.length < 20_000) checkFixes(workspace, path);
  const neighbour = lintFile(workspace, `${ROOT}/${later.path}`);
  assert.ok(
    neighbour.some(({ rule }) => rule === BLOCKING),
    'the next migration is read as ever',
  );
  const lines = workspace.files.get(path)?.lines;
  return lintFile(workspace, path)
    .filter(({ rule }) => rule === BLOCKING)
    .map(({ span }) => lines?.positionAt(span.start).line ?? -1);
}

describe('SQL with a great many', () => {
  for (const [what, statement] of Object.entries(statements)) {
    it(what, () => {
      const text = `${before}\n${statement};\n${after}\n`;
      const found = linesOfIndexes({ path: 'db/migrations/20240102000000_a.sql', text });
      assert.equal(found[0], 0);
      assert.equal(found.at(-1), text.trimEnd().split('\n').length - 1);
    });
  }
});

describe('what is nested too deeply', () => {
  for (const what of ['a CHECK in parentheses', 'calls in an index'] as const) {
    it(`is said not to be known: ${what}`, () => {
      const path = 'db/migrations/20240102000000_a.sql';
      const workspace = memoryWorkspace([users, { path, text: `${before}\n${statements[what]};\n` }]);
      const unknown = lintFile(workspace, `${ROOT}/${path}`).filter(({ rule }) => rule === 'unknown-effect');
      const { lines } = workspace.files.get(`${ROOT}/${path}`) ?? assert.fail();
      assert.deepEqual(
        unknown.map(({ span }) => lines.positionAt(span.start).line),
        [1],
      );
    });
  }
});

describe('Elixir with a great many', () => {
  for (const [what, body] of Object.entries(expressions)) {
    it(what, () => {
      const text = `defmodule A do\n  use Ecto.Migration\n  import Ecto.Query\n\n  def change do\n${body}\n  end\nend\n`;
      linesOfIndexes({ path: 'priv/repo/migrations/20240102000000_a.exs', text });
      linesOfIndexes({ path: 'lib/a.ex', text: text.replace('use Ecto.Migration', 'alias Shop.Repo') });
    });
  }
});

describe('garbage', () => {
  for (const [what, text] of Object.entries(garbage)) {
    it(what, () => {
      const found = linesOfIndexes({
        path: 'db/migrations/20240102000000_a.sql',
        text: `${before}\n${text}`,
      });
      assert.deepEqual(found, [0]);
      linesOfIndexes({ path: 'db/queries/a.sql', text });
      const elixir = `defmodule A do\n  use Ecto.Migration\n  def change do\n${text}\n  end\nend\n`;
      linesOfIndexes({ path: 'priv/repo/migrations/20240102000000_a.exs', text: elixir });
      linesOfIndexes({ path: 'lib/a.ex', text: elixir });
    });
  }
});
