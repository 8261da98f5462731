// Whatever is typed, reading on from the version before gives what reading anew gives.

import assert from 'node:assert/strict';
import type { SqlFile } from '../../../server/src/syntax/sql/statement.js';
import { sqlParser } from '../../support/parsers.js';
import { randomFrom } from '../../support/random.js';
import { plainSql, toolSql } from './samples.js';

/** All that a file says, without what identifies its objects. */
function said(file: SqlFile): object {
  return {
    statements: file.statements.map(({ start, section, statement }) => ({
      start,
      section,
      text: statement.text,
    })),
    comments: file.comments,
    directives: file.directives,
    problems: file.problems,
  };
}

function assertWellFormed(file: SqlFile): void {
  let end = 0;
  for (const { start, statement } of file.statements) {
    assert.ok(start >= end, 'statements overlap');
    end = start + statement.text.length;
    assert.equal(file.text.slice(start, end), statement.text);
    assert.notEqual(statement.text, '');
    for (const { span } of statement.problems) {
      assert.ok(
        0 <= span.start && span.start < span.end && span.end <= statement.text.length,
        'span outside',
      );
    }
  }
  for (const { span } of [...file.comments, ...file.directives, ...file.problems]) {
    assert.ok(0 <= span.start && span.start < span.end && span.end <= file.text.length, 'span outside');
  }
}

/** What changes more than the statement in which it is typed. */
const TROUBLE: readonly [string, ...string[]] = [
  "'",
  '"',
  '$$',
  '$a$',
  '/*',
  '*/',
  '--',
  '\n',
  ';',
  '(',
  ')',
  '\\',
  '\\c x\n',
  '{{',
  '}}',
  '${',
  "E'",
  '\0',
  'é😀',
  '\u00a0',
  '\ufeff',
  '\r',
  "'\n'",
  'U&"',
  '$1',
  ':x',
  '@y',
  '.',
  '1e',
  ';\n',
  '-- +goose Down\n',
  '-- migrate:up\n',
  'CREATE ',
  '\nALTER TABLE b ADD c int;\n',
  '\nDROP TABLE x\n',
  ' BEGIN ATOMIC ',
  ' END ',
  'COPY t FROM stdin;\n',
  '\n\\.\n',
  'CREATE RULE a AS ON b DO (',
];

const samples = [...plainSql, ...toolSql] as const;

describe('reading on from an older version', () => {
  it('gives the same as reading anew, after random edits', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const random = randomFrom(seed);
      const sample = () => samples[random.below(samples.length)] ?? '';
      let text = sample() + (random.below(2) === 0 ? sample() : '');
      let file = sqlParser.parse(text);
      for (let edit = random.below(5); edit >= 0; edit--) {
        const at = random.below(text.length + 1);
        const other = sample();
        const from = random.below(other.length);
        const inserted = random.pick([
          random.pick(TROUBLE),
          random.pick(TROUBLE),
          '',
          other.slice(from, from + 200),
        ]);
        text = text.slice(0, at) + inserted + text.slice(at + random.pick([0, 0, 1, random.below(200)]));
        file = sqlParser.parse(text, file);
        assert.deepEqual(said(file), said(sqlParser.parse(text)), `seed ${seed}`);
        assertWellFormed(file);
      }
    }
  });

  /** What stands at the end decides what stands at the start. */
  const farEnds: readonly (readonly [string, string])[] = [
    ['copy t from stdin;\nselect 1;\nselect 2;\n', '\\.\n'],
    ["select 'a;\nselect 2;\nselect 3;\n", "'"],
    ['select "a;\nselect 2;\nselect 3;\n', '"'],
    ['select $x$a;\nselect 2;\nselect 3;\n', '$x$'],
    ['select 1 /* a;\nselect 2;\nselect 3;\n', '*/'],
    ["select 'a'\n\n-- b\n", "'c'"],
    ['select {{ a;\nselect 2;\n', '}}'],
    ['create function f() begin atomic\nselect 1;\n', 'create table a ();'],
  ];
  for (const [before, end] of farEnds) {
    it(`sees ${JSON.stringify(end)} come and go at the end of ${JSON.stringify(before)}`, () => {
      const old = sqlParser.parse(before);
      const grown = sqlParser.parse(before + end, old);
      assert.deepEqual(said(grown), said(sqlParser.parse(before + end)));
      assert.deepEqual(said(sqlParser.parse(before, grown)), said(old));
    });
  }

  const text = 'select 1;\nselect 2; select 3;\n-- four\nselect 4;\n';

  function statementsAfter(edited: string): { readonly old: SqlFile; readonly now: SqlFile } {
    const old = sqlParser.parse(text);
    return { old, now: sqlParser.parse(edited, old) };
  }

  it('keeps every other statement, moved', () => {
    const { old, now } = statementsAfter(text.replace('select 2', 'select 22'));
    const kept = now.statements.map(({ statement }) =>
      old.statements.findIndex((o) => o.statement === statement),
    );
    assert.deepEqual(kept, [0, -1, 2, 3]);
    assert.equal(now.statements[3]?.start, now.text.indexOf('select 4'));
    assert.equal(now.comments[0]?.span.start, now.text.indexOf('-- four'));
  });

  it('keeps statements that are pushed on by a new one', () => {
    const { old, now } = statementsAfter(`select 0;\n${text}`);
    const kept = now.statements.map(({ statement }) =>
      old.statements.findIndex((o) => o.statement === statement),
    );
    assert.deepEqual(kept, [-1, 0, 1, 2, 3]);
  });

  it('keeps statements whose section changes', () => {
    const { old, now } = statementsAfter(`-- +goose Down\n${text}`);
    assert.deepEqual(
      now.statements.map(({ section, statement }, i) => [
        section,
        statement === old.statements[i]?.statement,
      ]),
      [1, 2, 3, 4].map(() => ['down', true]),
    );
  });

  it('keeps the file when nothing changed', () => {
    const { old, now } = statementsAfter(text);
    assert.equal(now, old);
  });

  it('finds its statements again after a stray quote is taken back', () => {
    const old = sqlParser.parse(text);
    const broken = sqlParser.parse(text.replace('select 1', "select '1"), old);
    const mended = sqlParser.parse(text, broken);
    assert.deepEqual(
      mended.statements.slice(2).map(({ statement }) => statement),
      old.statements.slice(2).map(({ statement }) => statement),
    );
    assert.deepEqual(said(mended), said(old));
  });
});
