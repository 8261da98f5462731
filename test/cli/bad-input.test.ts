// What is not as it should be on the disk: said at its place, with status 2 where it could not be read, while the rest goes on.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Files, inFolder, type Shell, writeFiles } from '../support/command-line.js';

const USERS = 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\n';
const INDEX = 'CREATE INDEX users_email_idx ON users (email);\n';
const MIGRATION = [
  'defmodule Shop.Repo.Migrations.Index do',
  '  use Ecto.Migration',
  '',
  '  def change do',
  '    create index(:users, [:email])',
  '  end',
  'end',
  '',
].join('\n');
const ECTO = 'priv/repo/migrations/20240101000000_index.exs';

const mark = (...bytes: number[]) => Buffer.from(bytes);
const utf16le = (text: string) => Buffer.from(text, 'utf16le');
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const UTF8_MARK = mark(0xef, 0xbb, 0xbf);

const NOT_READ =
  'This file is in UTF-16 and was not read: PostgreSQL and Elixir read UTF-8. Save it as UTF-8.';
const NOT_UTF8 =
  'This is not UTF-8, and PostgreSQL and Elixir refuse the file. All else in it was read. Save it as UTF-8.';
const FOUND = 'create-index-blocking-writes';

interface Case {
  readonly what: string;
  readonly files: Files;
  /** `path:line:column rule`, with `: message` where that matters. */
  readonly findings: readonly string[];
  readonly status: number;
}

const CASES: readonly Case[] = [
  {
    what: 'broken SQL beside statements that are not',
    files: { 'migrations/0002.sql': `SELECT * FORM users;\nCREATE TABLE (;\n${INDEX}` },
    findings: [
      'migrations/0002.sql:1:10 syntax-error: syntax error at or near "FORM"',
      'migrations/0002.sql:2:14 syntax-error: syntax error at or near "("',
      `migrations/0002.sql:3:1 ${FOUND}`,
    ],
    status: 1,
  },
  {
    what: 'broken Elixir',
    files: { [ECTO]: MIGRATION.replace('[:email])', '[:email') },
    findings: [`${ECTO}:5:5 ${FOUND}`, `${ECTO}:5:26 syntax-error: missing \`]\` for this \`[\``],
    status: 1,
  },
  {
    what: 'half-typed statements',
    files: {
      'migrations/0002.sql': `${INDEX}ALTER TABLE users ADD `,
      'q.sql': 'select id from users where ',
    },
    findings: [
      `migrations/0002.sql:1:1 ${FOUND}`,
      'migrations/0002.sql:2:19 syntax-error: syntax error at end of input',
      'q.sql:1:22 syntax-error: syntax error at end of input',
    ],
    status: 1,
  },
  {
    what: 'a picture that is called .sql',
    files: { 'migrations/0002.sql': Buffer.from([0x89, 0x50, 0x4e, 0x47, ...Array(2000).keys()]) },
    findings: ['migrations/0002.sql:1:1 syntax-error: not a text in UTF-8'],
    status: 1,
  },
  {
    what: 'a program and noise that are called .exs',
    files: {
      [ECTO]: Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 3, 0, 0x3e, 0]),
      'priv/repo/migrations/20240102000000_noise.exs': Buffer.from(
        Array.from({ length: 2000 }, (_, i) => (i * 89 + 7) % 256),
      ),
    },
    findings: [
      `${ECTO}:1:5 syntax-error: not a text in UTF-8`,
      'priv/repo/migrations/20240102000000_noise.exs:1:1 syntax-error: not a text in UTF-8',
    ],
    status: 1,
  },
  {
    what: 'NUL bytes in SQL',
    files: { 'migrations/0002.sql': `SELECT 1;\n\0\0\nSELECT \0 2;\n${INDEX}` },
    findings: ['migrations/0002.sql:2:1 syntax-error: NUL character', `migrations/0002.sql:4:1 ${FOUND}`],
    status: 1,
  },
  {
    what: 'NUL bytes in Elixir',
    files: { [ECTO]: MIGRATION.replace('  def', '  \0\n  def') },
    findings: [`${ECTO}:4:3 syntax-error: unexpected character U+0000`, `${ECTO}:6:5 ${FOUND}`],
    status: 1,
  },
  {
    what: 'a byte order mark of UTF-8, which is no part of the text',
    files: {
      'migrations/0002.sql': Buffer.concat([UTF8_MARK, Buffer.from(INDEX)]),
      [ECTO]: Buffer.concat([UTF8_MARK, Buffer.from(MIGRATION)]),
      'plumbline.jsonc': Buffer.concat([UTF8_MARK, Buffer.from(`{ "rules": { "${FOUND}": "warning" } }`)]),
    },
    findings: [`migrations/0002.sql:1:1 ${FOUND}`, `${ECTO}:5:5 ${FOUND}`],
    status: 0,
  },
  {
    what: 'UTF-16, little-endian',
    files: {
      'migrations/0002.sql': Buffer.concat([mark(0xff, 0xfe), utf16le(INDEX)]),
      [ECTO]: Buffer.concat([mark(0xff, 0xfe), utf16le(MIGRATION)]),
    },
    findings: [
      `migrations/0002.sql:1:1 unreadable-file: ${NOT_READ}`,
      `${ECTO}:1:1 unreadable-file: ${NOT_READ}`,
    ],
    status: 2,
  },
  {
    what: 'UTF-16, big-endian',
    files: { 'migrations/0002.sql': Buffer.concat([mark(0xfe, 0xff), utf16be(INDEX)]) },
    findings: [`migrations/0002.sql:1:1 unreadable-file: ${NOT_READ}`],
    status: 2,
  },
  {
    what: 'UTF-16 without a mark',
    files: { 'migrations/0002.sql': utf16le(INDEX), 'migrations/0003.sql': utf16be(INDEX) },
    findings: [
      `migrations/0002.sql:1:1 unreadable-file: ${NOT_READ}`,
      `migrations/0003.sql:1:1 unreadable-file: ${NOT_READ}`,
    ],
    status: 2,
  },
  {
    what: 'bytes that are not UTF-8, after a U+FFFD that is',
    files: {
      'migrations/0002.sql': Buffer.concat([
        Buffer.from('-- \ufffd\n-- '),
        latin1('café\n'),
        Buffer.from(INDEX),
      ]),
      'lib/shop.ex': Buffer.concat([latin1('# café\n'), Buffer.from('defmodule Shop, do: nil\n')]),
    },
    findings: [
      `lib/shop.ex:1:6 unreadable-file: ${NOT_UTF8}`,
      `migrations/0002.sql:2:7 unreadable-file: ${NOT_UTF8}`,
      `migrations/0002.sql:3:1 ${FOUND}`,
    ],
    status: 2,
  },
  {
    what: 'another encoding throughout',
    files: { 'migrations/0002.sql': Buffer.from('-- '.concat('é'.repeat(50)), 'latin1') },
    findings: [
      'migrations/0002.sql:1:1 unreadable-file: This file is not in UTF-8 and was not read. Save it as UTF-8.',
    ],
    status: 2,
  },
  {
    what: 'lines that end in CRLF',
    files: {
      'migrations/0002.sql': `SELECT 1;\n\n${INDEX}`.replaceAll('\n', '\r\n'),
      [ECTO]: MIGRATION.replaceAll('\n', '\r\n'),
    },
    findings: [`migrations/0002.sql:3:1 ${FOUND}`, `${ECTO}:5:5 ${FOUND}`],
    status: 1,
  },
  {
    what: 'lines that end in a lone CR, which Elixir knows not',
    files: {
      'migrations/0002.sql': `SELECT 1; -- one\n\n${INDEX}`.replaceAll('\n', '\r'),
      [ECTO]: MIGRATION.replaceAll('\n', '\r'),
    },
    findings: [`migrations/0002.sql:3:1 ${FOUND}`, `${ECTO}:1:40 syntax-error`],
    status: 1,
  },
  {
    what: 'a line of 5 MB',
    files: { 'migrations/0002.sql': `SELECT '${'x'.repeat(5_000_000)}'; ${INDEX}` },
    findings: [`migrations/0002.sql:1:${"SELECT ''; ".length + 5_000_001} ${FOUND}`],
    status: 1,
  },
];

describe('the command line and bad input', () => {
  for (const { what, files, findings, status } of CASES) {
    it(what, () =>
      inFolder({ 'migrations/0001.sql': USERS, ...files }, async (shell) => {
        assert.deepEqual(await check(shell, findings), { findings, status });
      }),
    );
  }

  it('a file that is too large', () =>
    inFolder({ 'migrations/0001.sql': USERS, 'migrations/0002.sql': INDEX }, async (shell) => {
      truncateSync('migrations/0001.sql', 21 * 1024 * 1024);
      const findings = [
        'migrations/0001.sql:1:1 unreadable-file: This file is larger than 20 MB and was not read.',
        `migrations/0002.sql:1:1 ${FOUND}`,
      ];
      assert.deepEqual(await check(shell, findings), { findings, status: 2 });
    }));

  it('links: to files they are followed, to nowhere and in circles they are told', () =>
    inFolder({ 'migrations/0001.sql': USERS, 'elsewhere/index.txt': INDEX }, async (shell) => {
      symlinkSync('../elsewhere/index.txt', 'migrations/0002.sql');
      symlinkSync('nowhere', 'migrations/0003.sql');
      symlinkSync('0004.sql', 'migrations/0004.sql');
      symlinkSync('..', 'migrations/up');
      symlinkSync('../migrations', 'migrations/0005.sql');
      symlinkSync('me@host.1:2', 'migrations/.#0002.sql');
      const findings = [
        'migrations/0003.sql:1:1 unreadable-file: This file cannot be read: it does not exist, or is a link to nowhere.',
        'migrations/0004.sql:1:1 unreadable-file: This file cannot be read: its links go in a circle.',
        `migrations/0002.sql:1:1 ${FOUND}`,
      ];
      assert.deepEqual(await check(shell, findings), { findings, status: 2 });
    }));

  it('a folder that is called .sql', () =>
    inFolder({ 'migrations/0001.sql': USERS }, async (shell) => {
      mkdirSync('migrations/0002.sql');
      writeFileSync('migrations/0002.sql/q.sql', 'SELECT * FORM users;');
      const findings = ['migrations/0002.sql/q.sql:1:10 syntax-error'];
      assert.deepEqual(await check(shell, findings), { findings, status: 1 });
    }));

  it('a pipe, which is not waited for', function () {
    if (process.platform === 'win32') this.skip();
    return inFolder({ 'migrations/0001.sql': USERS, 'migrations/0003.sql': INDEX }, async (shell) => {
      execFileSync('mkfifo', ['migrations/0002.sql']);
      const pipe = 'migrations/0002.sql:1:1 unreadable-file: This pipe was not read: it is no file.';
      const findings = [pipe, `migrations/0003.sql:1:1 ${FOUND}`];
      assert.deepEqual(await check(shell, findings), { findings, status: 2 });
      const named = await check(shell, [pipe], ['migrations/0002.sql']);
      assert.deepEqual(named, { findings: [pipe], status: 2 });
      for (const command of ['schema', 'locks']) {
        const { status, output, complaints } = await shell.plumbline([command]);
        assert.equal(status, 2, command);
        assert.match(output, /users_email_idx/, 'the rest is printed');
        assert.match(complaints, /^migrations\/0002\.sql error unreadable-file\n {2}This pipe was not read/);
      }
    });
  });

  it('what is not read of other files, when one query is asked about: it is told of migrations alone', () =>
    inFolder({ 'migrations/0001.sql': USERS, 'q.sql': 'SELECT id FROM users;' }, async (shell) => {
      writeFiles(shell.folder, { 'notes.sql': latin1('-- café, and what else is sold\nSELECT 1;') });
      for (const words of [
        ['sql', 'q.sql'],
        ['explain', '--sql', 'SELECT 1'],
      ]) {
        const { status, complaints } = await shell.plumbline(words);
        assert.deepEqual({ status, complaints }, { status: 0, complaints: '' });
      }
      const named = await shell.plumbline(['sql', 'notes.sql']);
      assert.equal(named.status, 2);
      assert.match(named.complaints, /^notes\.sql:1:7 error unreadable-file/);
      writeFiles(shell.folder, { 'migrations/0002.sql': latin1('-- café, and what else is sold\n') });
      for (const words of [
        ['sql', 'q.sql'],
        ['explain', '--sql', 'SELECT 1'],
      ]) {
        const { status, complaints } = await shell.plumbline(words);
        assert.equal(status, 2);
        assert.match(complaints, /^migrations\/0002\.sql:1:7 error unreadable-file/);
        assert.doesNotMatch(complaints, /notes/);
      }
    }));

  it('a text that begins with a comment is the value of --sql', () =>
    inFolder({}, async (shell) => {
      const text = '-- name: GetUser :one\nSELECT 1';
      const { status, complaints } = await shell.plumbline(['explain', '--sql', text]);
      assert.deepEqual({ status, complaints }, { status: 0, complaints: '' });
    }));

  it('a statement that is nested too deeply: nothing is lost without a word', () =>
    inFolder({ 'migrations/0001.sql': USERS }, async (shell) => {
      const deep = `SELECT * FROM users WHERE ${'('.repeat(1000)}id = 1${')'.repeat(1000)};`;
      writeFiles(shell.folder, { 'q.sql': `${deep}\n`, 'both.sql': `SELECT 1;\n${deep}\n` });
      const told = async (...words: string[]) => {
        const { text, status } = await shell.plumbline(words);
        return { text, status };
      };
      const text = `This cannot be explained here: the statement is nested too deeply.
Explain a part of it, or run EXPLAIN (FORMAT JSON) with it in psql and open the plan that this prints.
`;
      for (const words of [['q.sql'], ['q.sql:1'], ['--sql', deep]]) {
        assert.deepEqual(await told('explain', ...words), { text, status: 2 });
      }
      const { text: which } = await told('explain', 'both.sql');
      assert.match(which, /^There are 2 queries in both\.sql/);
      const { text: advised } = await told('explain', '--advise', 'both.sql');
      assert.match(
        advised,
        /^both\.sql:2: This cannot be explained here: the statement is nested too deeply/,
      );
      for (const place of ['q.sql', 'q.sql:1']) {
        const sql = '-- q.sql:1\n-- not known: the statement is nested too deeply\n';
        assert.deepEqual(await told('sql', place), { text: sql, status: 0 });
      }
      assert.match(
        (await told('check', 'q.sql')).text,
        /1 statement not read, as too large or nested too deeply/,
      );
    }));

  it('a path outside of the current folder', () =>
    inFolder(
      { 'here/q.sql': 'SELECT 1;', 'there/migrations/0001.sql': 'SELECT * FORM users;' },
      async (shell) => {
        process.chdir('here');
        const findings = ['../there/migrations/0001.sql:1:10 syntax-error'];
        for (const path of ['../there', '../there/migrations/0001.sql', join(shell.folder, 'there')]) {
          assert.deepEqual(await check(shell, findings, [path]), { findings, status: 1 });
        }
      },
    ));

  it('control characters do not reach the terminal', () =>
    inFolder({ 'migrations/0001\u001b[31m.sql': 'SELECT \u001b[2J FORM;' }, async (shell) => {
      const { text } = await shell.plumbline(['check']);
      assert.ok(!text.includes('\u001b'));
      assert.match(text, /migrations\/0001�\[31m\.sql:1:8 error syntax-error/);
    }));
});

describe('check --fix', () => {
  const UNSAFE = ['check', '--fix', '--unsafe-fixes'];
  const path = 'priv/repo/migrations/20240101000000_index.exs';

  it('keeps a byte order mark and the ends of lines', () =>
    inFolder({}, async (shell) => {
      const text = MIGRATION.replaceAll('\n', '\r\n');
      writeFiles(shell.folder, { [path]: Buffer.concat([UTF8_MARK, Buffer.from(text)]) });
      await shell.plumbline(UNSAFE);
      const fixed = readFileSync(path, 'utf8');
      assert.match(fixed, /^\ufeffdefmodule/);
      assert.match(fixed, /concurrently: true/);
      assert.doesNotMatch(fixed, /[^\r]\n/);
    }));

  it('does not write what it could not read as it is', () =>
    inFolder({}, async (shell) => {
      const before = Buffer.concat([latin1('# café\n'), Buffer.from(MIGRATION)]);
      writeFiles(shell.folder, { [path]: before });
      const { status } = await shell.plumbline(UNSAFE);
      assert.equal(status, 2);
      assert.deepEqual(readFileSync(path), before);
    }));
});

interface Finding {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly rule: string;
  readonly message: string;
}

/** Findings in the form of the expected ones: with the message where that has one. */
async function check(shell: Shell, expected: readonly string[], paths: readonly string[] = []) {
  const { output, status } = await shell.plumbline(['check', '--format', 'json', ...paths]);
  const { findings } = JSON.parse(output) as { findings: readonly Finding[] };
  // It stands beside every index that is built here, and says nothing of the input.
  const told = findings.filter(({ rule }) => rule !== 'lock-without-timeout');
  return {
    findings: told.map(({ path, line, column, rule, message }, index) => {
      const place = `${path}:${line}:${column} ${rule}`;
      return expected[index] === place ? place : `${place}: ${message}`;
    }),
    status,
  };
}
