// Sizes of tables, and what old statistics are good for.

import assert from 'node:assert/strict';
import { lintFile } from '../../server/src/lint/lint.js';
import { createWorkspace } from '../../server/src/lint/workspace.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

const MIGRATION = 'migrations/02.sql';

function severityAt(now: string, config: object, rows: number): string {
  const statistics = JSON.stringify({ version: 1, exported: '2026-01-01', tables: { users: { rows } } });
  const { options, files } = memoryWorkspace([
    { path: 'plumbline.jsonc', text: JSON.stringify({ statistics: 'sizes.json', ...config }) },
    { path: 'sizes.json', text: statistics },
    { path: 'migrations/01.sql', text: 'create table users (id bigint primary key, email text);' },
    { path: MIGRATION, text: 'create index users_email_idx on users (email);' },
  ]);
  const workspace = createWorkspace({ ...options, now: () => new Date(now) }, [...files.values()]);
  const found = lintFile(workspace, `${ROOT}/${MIGRATION}`);
  const finding = found.find(({ rule }) => rule === 'create-index-blocking-writes');
  return `${finding?.severity} ${finding?.message.replace(/^.*CONCURRENTLY\. /, '')}`;
}

describe('sizes of tables', () => {
  it('make findings quieter while statistics are fresh', () => {
    assert.equal(
      severityAt('2026-02-01', {}, 300_000),
      'warning "users" holds 300,000 rows (statistics of 2026-01-01).',
    );
  });

  it('are told, and make nothing quieter, when the statistics are old', () => {
    assert.equal(
      severityAt('2027-02-01', {}, 300_000),
      'error "users" holds 300,000 rows (statistics of 2026-01-01).',
    );
  });

  it('of the configuration win, however the table is spelled, and do not grow old', () => {
    const config = { tables: { 'public.users': { rows: 300_000 } } };
    assert.equal(severityAt('2027-02-01', config, 50_000_000), 'warning "users" holds 300,000 rows.');
  });
});
