import assert from 'node:assert/strict';
import { statusText, tenantsText } from '../../client/src/status-text.js';
import type { Status } from '../../server/src/hosts/lsp/extensions.js';

const READY: Status = {
  state: 'ready',
  files: 1204,
  migrations: 412,
  tables: 38,
  tenants: [],
  errors: 0,
  warnings: 0,
  engine: 'off',
  message: '',
};

describe('the status item', () => {
  const cases: readonly [status: Status | null, text: string, detail: string][] = [
    [null, 'Plumbline is starting', ''],
    [READY, 'Plumbline: no errors or warnings', '1,204 files, 412 migrations, 38 tables'],
    [
      { ...READY, errors: 2, warnings: 1, engine: 'ready' },
      'Plumbline: 2 errors, 1 warning',
      '1,204 files, 412 migrations, 38 tables · embedded PostgreSQL ready',
    ],
    [
      { ...READY, files: 1, migrations: 0, tables: 0 },
      'Plumbline: no errors or warnings',
      '1 file, no migrations found',
    ],
    [
      { ...READY, files: 0, migrations: 0, tables: 0 },
      'Plumbline: no errors or warnings',
      'no SQL or Elixir files found',
    ],
    [
      { ...READY, state: 'failed', message: 'Permission is denied.' },
      'Plumbline has stopped',
      'Permission is denied.',
    ],
  ];
  for (const [status, text, detail] of cases) {
    it(`says "${text}" and "${detail}"`, () => {
      const shown = statusText(status);
      assert.equal(shown.text, text);
      assert.equal(shown.detail, detail);
    });
  }
});

describe('the status item about tenants', () => {
  const cases: readonly [status: Status | null, text: string][] = [
    [null, 'Tenants: …'],
    [{ ...READY, state: 'indexing' }, 'Tenants: …'],
    [READY, 'Tenants: none known'],
    [{ ...READY, tenants: ['organizations (organization_id)'] }, 'Tenants: organizations (organization_id)'],
    [
      { ...READY, tenants: ['orgs (org_id)', 'accounts (account_id)'] },
      'Tenants: orgs (org_id), accounts (account_id)',
    ],
  ];
  for (const [status, text] of cases) it(`says "${text}"`, () => assert.equal(tenantsText(status), text));
});
