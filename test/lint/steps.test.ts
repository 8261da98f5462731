// Findings about a step of a whole migration: code in a body is not rewritten, and what a library sends is its own.

import assert from 'node:assert/strict';
import { lintFile } from '../../server/src/lint/lint.js';
import { type MemoryFile, memoryWorkspace, ROOT } from '../support/workspace.js';

/** What one rule finds in the last file: where, with which fixes, and where the related places are. */
function found(rule: string, files: readonly MemoryFile[]): readonly string[] {
  const workspace = memoryWorkspace(files, { rules: { [rule]: 'warning' } });
  const last = files.at(-1);
  assert.ok(last !== undefined);
  const textAt = ({ start, end }: { start: number; end: number }) => last.text.slice(start, end);
  return lintFile(workspace, `${ROOT}/${last.path}`)
    .filter((finding) => finding.rule === rule)
    .map(({ span, fixes, related }) =>
      [
        textAt(span),
        ...fixes.map(({ title, change }) => (change() === null ? `not possible: ${title}` : title)),
        ...related.map((one) => `see ${textAt(one.span)}`),
      ].join('; '),
    );
}

const sql = (name: string, text: string): MemoryFile => ({ path: `priv/repo/migrations/${name}.sql`, text });

const tables = sql(
  '20240101000000_tables',
  `create table users (id bigint primary key);
   create table orders (id bigint primary key, total integer);
   alter table orders add constraint positive check (total > 0) not valid;`,
);

describe('findings about a step', () => {
  const validate = 'alter table orders validate constraint positive;';
  const ways = (before: string) =>
    ['validated-under-strong-lock', 'statement-after-access-exclusive'].map((rule) => [
      found(rule, [tables, sql('20240102000000_sent', `${before}\n${validate}`)]),
      found(rule, [tables, sql('20240102000000_code', `${before}\ndo $$ begin ${validate} end $$;`)]),
    ]);

  it('stand where the step does, in code without fixes', () => {
    assert.deepEqual(ways('alter table orders add column a integer;')[0], [
      ['validate constraint; Validate it in a migration of its own'],
      ['validate constraint'],
    ]);
  });

  it('tell of other steps where these are', () => {
    assert.deepEqual(ways('alter table users add column a integer;')[1], [
      ['validate constraint; Run it in a migration of its own; see add column'],
      ['validate constraint; see add column'],
    ]);
  });

  it('are left out where a library sends the step', () => {
    const oban = (body: string): MemoryFile => ({
      path: 'priv/repo/migrations/20240102000000_oban.exs',
      text: `defmodule Shop.Repo.Migrations.Oban do
  use Ecto.Migration
  @disable_ddl_transaction true
  def up do
    ${body}
    create table(:b)
  end
end
`,
    });
    assert.deepEqual(found('statement-not-repeatable', [oban('Oban.Migrations.up()')]), []);
    assert.deepEqual(found('statement-not-repeatable', [oban('create table(:a)')]), [
      'create table; Say IF NOT EXISTS',
    ]);
  });
});
