// Comments that silence findings: what each form silences, and what is said of those that silence nothing.

import assert from 'node:assert/strict';
import { lintFile, type PlacedFinding } from '../../server/src/lint/lint.js';
import { applyEdits } from '../../server/src/text/edits.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

const BLOCKING = 'create-index-blocking-writes';
const EXAMPLE = {
  sql: 'db/migrations/20240102000000_a.sql',
  exs: 'priv/repo/migrations/20240102000000_a.exs',
};

function lint(path: string, text: string, rules = {}): readonly PlacedFinding[] {
  const users = 'create table users (id bigint primary key, email text, name text);';
  const first = { path: path.replace(/20240102.*/, '20240101000000_users.sql'), text: users };
  return lintFile(memoryWorkspace([first, { path, text }], { rules }), `${ROOT}/${path}`);
}

/** The findings about indexes by the names of these, and about suppressions by their messages. */
function said(path: string, text: string): readonly string[] {
  return lint(path, text)
    .filter(({ rule }) => rule === BLOCKING || rule === 'unused-suppression' || rule === 'syntax-error')
    .map(({ rule, span, message }) =>
      rule === BLOCKING ? (/idx_\w+/.exec(text.slice(span.start))?.[0] ?? '') : `${rule}: ${message}`,
    );
}

type Cases = readonly (readonly [what: string, text: string, expected: readonly string[]])[];

function check(path: string, cases: Cases): void {
  for (const [what, text, expected] of cases) {
    it(what, () => assert.deepEqual(said(path, text), expected, text));
  }
}

const a = 'create index idx_a on users (email);';
const b = 'create index idx_b on users (name);';

describe('suppressions in SQL', () => {
  check(EXAMPLE.sql, [
    ['none', `${a}\n${b}`, ['idx_a', 'idx_b']],
    ['on the line above', `-- plumbline-ignore ${BLOCKING}: small\n${a}\n${b}`, ['idx_b']],
    ['without a reason', `-- plumbline-ignore ${BLOCKING}\n${a}\n${b}`, ['idx_b']],
    ['without a rule', `-- plumbline-ignore\n${a}\n${b}`, ['idx_b']],
    ['without a rule, with a reason', `-- plumbline-ignore: all is well\n${a}\n${b}`, ['idx_b']],
    ['of several rules', `-- plumbline-ignore syntax-error, ${BLOCKING}: x\n${a}`, [unused('syntax-error')]],
    ['apart by blanks', `-- plumbline-ignore ${BLOCKING} ${BLOCKING}\n${a}\n${b}`, ['idx_b']],
    ['at the end of the line', `${a} -- plumbline-ignore ${BLOCKING}: small\n${b}`, ['idx_b']],
    ['at the start of the line', `/* plumbline-ignore ${BLOCKING} */ ${a}\n${b}`, ['idx_b']],
    [
      'in the line',
      `create /* plumbline-ignore ${BLOCKING} */ index idx_a on users (email);\n${b}`,
      ['idx_b'],
    ],
    ['in a block comment above', `/* plumbline-ignore ${BLOCKING}: small */\n${a}\n${b}`, ['idx_b']],
    [
      'in a block comment of several lines',
      `/* plumbline-ignore ${BLOCKING}: it is small\n   and always will be */\n${a}\n${b}`,
      ['idx_b'],
    ],
    [
      'above other comments',
      `-- plumbline-ignore ${BLOCKING}\n-- why\n\n/* or\nnot */\n${a}\n${b}`,
      ['idx_b'],
    ],
    ['above a blank line', `-- plumbline-ignore ${BLOCKING}\n\n${a}\n${b}`, ['idx_b']],
    ['indented', `  -- plumbline-ignore ${BLOCKING}\n  ${a}\n${b}`, ['idx_b']],
    ['with CRLF', `-- plumbline-ignore ${BLOCKING}: small\r\n${a}\r\n${b}`, ['idx_b']],
    ['two above each other', `-- plumbline-ignore ${BLOCKING}\n-- plumbline-ignore ${BLOCKING}\n${a}`, []],
    ['of a file', `${a}\n${b}\n-- plumbline-ignore-file ${BLOCKING}: both are small\n`, []],
    ['of a file, any rule', `/* plumbline-ignore-file */\n${a}\n${b}`, []],
    ['not two lines above', `-- plumbline-ignore ${BLOCKING}\nselect 1;\n${a}`, [unused(BLOCKING), 'idx_a']],
    ['not below', `${a}\n-- plumbline-ignore ${BLOCKING}\n`, ['idx_a', unused(BLOCKING)]],
    ['not in a string', `select '-- plumbline-ignore';\n${a}`, ['idx_a']],
    ['not in prose', `-- about plumbline-ignore\n${a}`, ['idx_a']],
    ['not a longer word', `-- plumbline-ignores\n${a}`, ['idx_a']],
  ]);
});

describe('suppressions in Elixir', () => {
  const migration = (body: string) =>
    `defmodule Shop.Repo.Migrations.A do\n  use Ecto.Migration\n\n  def change do\n${body}\n  end\nend\n`;
  const one = '    create index(:users, [:email], name: :idx_a)';
  const two = '    create index(:users, [:name], name: :idx_b)';
  const cases: Cases = [
    ['none', `${one}\n${two}`, ['idx_a', 'idx_b']],
    ['on the line above', `    # plumbline-ignore ${BLOCKING}: small\n${one}\n${two}`, ['idx_b']],
    ['at the end of the line', `${one} # plumbline-ignore ${BLOCKING}\n${two}`, ['idx_b']],
    ['above other comments', `    # plumbline-ignore ${BLOCKING}\n    # why\n${one}\n${two}`, ['idx_b']],
    ['of a file', `# plumbline-ignore-file ${BLOCKING}: small\n${one}\n${two}`, []],
    ['unused', `    # plumbline-ignore ${BLOCKING}\n    :ok\n${one}`, [unused(BLOCKING), 'idx_a']],
    [
      'of excellent_migrations',
      `    # excellent_migrations:safety-assured-for-next-line index_not_concurrently\n${one}\n${two}`,
      ['idx_b'],
    ],
    [
      'of excellent_migrations, for the file',
      `    # excellent_migrations:safety-assured-for-this-file index_not_concurrently\n${one}\n${two}`,
      [],
    ],
    [
      'of excellent_migrations, as Credo knows it',
      `    # credo:disable-for-next-line ExcellentMigrations.CredoCheck.MigrationsSafety\n${one}\n${two}`,
      ['idx_b'],
    ],
    ['of Credo, about something else', `    # credo:disable-for-next-line Credo.Check.X\n${one}`, ['idx_a']],
    [
      'of excellent_migrations, about something else',
      `    # excellent_migrations:safety-assured-for-next-line column_removed\n${one}`,
      ['idx_a'],
    ],
  ];
  check(
    EXAMPLE.exs,
    cases.map(([what, body, expected]) => [what, migration(body), expected]),
  );
});

describe('suppressions of other tools', () => {
  const ALIAS = 'require-concurrent-index-creation';
  check(EXAMPLE.sql, [
    ['squawk', `-- squawk-ignore ${ALIAS}\n${a}\n${b}`, ['idx_b']],
    ['squawk, several, with a reason', `-- squawk-ignore prefer-text-field, ${ALIAS} -- small\n${a}`, []],
    ['squawk, a file', `-- squawk-ignore-file ${ALIAS}\n${a}\n${b}`, []],
    ['squawk, in a block comment', `/* squawk-ignore ${ALIAS} */\n${a}\n${b}`, ['idx_b']],
    ['squawk, another rule', `-- squawk-ignore ban-drop-table\n${a}`, ['idx_a']],
    ['pgls', `-- pgls-ignore lint/safety/${ALIAS}: small\n${a}\n${b}`, ['idx_b']],
    ['pgls, a file', `-- pgls-ignore-all lint/safety/${ALIAS}: small\n${a}\n${b}`, []],
    ['eugene', `-- eugene: ignore E6\n${a}\n${b}`, ['idx_b']],
    [
      'pgls, from here to there',
      `-- pgls-ignore-start lint/safety/${ALIAS}: small\n${a}\n-- pgls-ignore-end lint/safety/${ALIAS}\n${b}`,
      ['idx_b'],
    ],
    ['pgls, from here on', `-- pgls-ignore-start lint/safety/${ALIAS}: small\n${a}\n${b}`, []],
    ['atlas, a file', `-- atlas:nolint\n\n${a}\n${b}`, []],
    ['atlas, any rule', `-- atlas:nolint\n${a}\n${b}`, ['idx_b']],
    ['pgfence, any rule', `-- pgfence-ignore\n${a}\n${b}`, ['idx_b']],
    ['our own name in theirs', `-- squawk-ignore ${BLOCKING}\n${a}`, ['idx_a']],
    ['their name in ours', `-- plumbline-ignore ${ALIAS}\n${a}`, [unknown(ALIAS), 'idx_a']],
    ['unused ones are not our business', '-- squawk-ignore nothing-like-it\nselect 1;', []],
  ]);
});

describe('suppressions that silence nothing', () => {
  check(EXAMPLE.sql, [
    ['of a rule', `-- plumbline-ignore ${BLOCKING}\nselect 1;`, [unused(BLOCKING)]],
    [
      'of any rule',
      '-- plumbline-ignore\nselect 1;',
      ['unused-suppression: This suppression silences nothing.'],
    ],
    [
      'of no rule that exists',
      '-- plumbline-ignore nothing-like-it\nselect 1;',
      [unknown('nothing-like-it')],
    ],
    ['of a file', `-- plumbline-ignore-file ${BLOCKING}\nselect 1;`, [unused(BLOCKING)]],
    [
      'at the end of a file',
      '-- plumbline-ignore',
      ['unused-suppression: This suppression silences nothing.'],
    ],
  ]);

  it('are fine where their rule is off', () => {
    const text = `-- plumbline-ignore ${BLOCKING}\n${a}`;
    const found = lint(EXAMPLE.sql, text, { [BLOCKING]: 'off' });
    assert.deepEqual(
      found.filter(({ rule }) => rule === 'unused-suppression'),
      [],
    );
    const loud = `-- plumbline-ignore ${BLOCKING}\nselect 1;`;
    assert.deepEqual(lint(EXAMPLE.sql, loud, { 'unused-suppression': 'off' }), []);
  });

  const deletions: readonly (readonly [what: string, before: string, after: string])[] = [
    ['with its line', 'select 1;\n-- plumbline-ignore\nselect 2;\n', 'select 1;\nselect 2;\n'],
    [
      'with its line and CRLF',
      'select 1;\r\n-- plumbline-ignore\r\nselect 2;\r\n',
      'select 1;\r\nselect 2;\r\n',
    ],
    ['that ends the file', 'select 1;\n-- plumbline-ignore', 'select 1;\n'],
    ['of several lines', 'select 1;\n  /* plumbline-ignore:\n  x */\nselect 2;\n', 'select 1;\nselect 2;\n'],
    ['behind code', 'select 1; -- plumbline-ignore\nselect 2;', 'select 1;\nselect 2;'],
    ['before code', 'select 1; -- x\n/* plumbline-ignore */ select 2;', 'select 1; -- x\nselect 2;'],
    ['between words', 'select /* plumbline-ignore */ 1;', 'select 1;'],
    ['between words that it alone holds apart', 'select/* plumbline-ignore */a;', 'select a;'],
    ['over the end of a line', 'select /* plumbline-ignore:\n x */ 1;', 'select 1;'],
  ];
  for (const [what, before, after] of deletions) {
    it(`are deleted: ${what}`, () => {
      const [finding] = lint(EXAMPLE.sql, before).filter(({ rule }) => rule === 'unused-suppression');
      const [file] = finding?.fixes[0]?.change()?.edits ?? [];
      assert.equal(file && applyEdits(before, file.edits), after);
    });
  }

  it('are not deleted when they name other rules too', () => {
    const [finding] = lint(EXAMPLE.sql, `-- plumbline-ignore ${BLOCKING}, syntax-error\n${a}`);
    assert.equal(finding?.rule, 'unused-suppression');
    assert.deepEqual(finding.fixes, []);
  });
});

function unused(rule: string): string {
  return `unused-suppression: "${rule}" finds nothing here, so this suppression is not needed.`;
}

function unknown(rule: string): string {
  return `unused-suppression: There is no rule "${rule}".`;
}

describe('suppressions that end', () => {
  const on = (day: string, comment: string): readonly string[] => {
    const text = `-- plumbline-ignore ${comment}\n${a}\n`;
    const first = {
      path: 'db/migrations/20240101000000_users.sql',
      text: 'create table users (id bigint, email text);',
    };
    const workspace = memoryWorkspace([first, { path: EXAMPLE.sql, text }]);
    const then = { ...workspace, options: { ...workspace.options, now: () => new Date(`${day}T12:00:00Z`) } };
    return lintFile(then, `${ROOT}/${EXAMPLE.sql}`)
      .filter(({ rule }) => rule === BLOCKING || rule === 'unused-suppression')
      .map(({ rule, message }) => (rule === BLOCKING ? rule : message));
  };
  const ended = 'This suppression ended on 2026-06-30: what it silenced is reported again.';

  it('silence on their last day', () => {
    assert.deepEqual(on('2026-06-30', `${BLOCKING} until=2026-06-30: small`), []);
  });

  it('say that they have ended, and silence no more', () => {
    assert.deepEqual(on('2026-07-01', `${BLOCKING} until=2026-06-30: small`), [ended, BLOCKING]);
    assert.deepEqual(on('2026-07-01', `${BLOCKING}: small, until=2026-06-30`), [ended, BLOCKING]);
    assert.deepEqual(on('2026-07-01', 'until=2026-06-30'), [ended, BLOCKING]);
  });

  it('want a date', () => {
    assert.deepEqual(on('2026-07-01', `${BLOCKING} until=June: small`), [
      '"June" is no date: it is written 2026-12-31.',
    ]);
  });

  it('never end where there is no clock', () => {
    assert.deepEqual(said(EXAMPLE.sql, `-- plumbline-ignore ${BLOCKING} until=2020-01-01: x\n${a}`), []);
  });
});
