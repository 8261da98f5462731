// The page about tenants: how each table belongs to them and why, and what it means that none are known.

import assert from 'node:assert/strict';
import { tenantModelPage, tenantsOf } from '../../server/src/features/tenant-model.js';
import { type MemoryFile, memoryWorkspace, ROOT } from '../support/workspace.js';

const TABLES = `
  create table organizations (id bigint primary key, name text);
  create table users (id bigint primary key, email text);
  create table memberships (
    id bigint primary key, organization_id bigint not null references organizations (id),
    user_id bigint not null references users (id)
  );
  create table posts (id bigint primary key, organization_id bigint not null references organizations (id));
  create table files (id bigint primary key, organization_id bigint references organizations (id));
  create table comments (id bigint primary key, post_id bigint not null references posts (id));
  create table currencies (code text primary key);
`;

function workspaceOf(tables: string, files: readonly MemoryFile[] = []) {
  return memoryWorkspace([{ path: 'db/migrations/20240101000000_tables.sql', text: tables }, ...files]);
}

/** The page as rows of cells, its title first. */
function page(tables: string, files: readonly MemoryFile[] = []) {
  const text = tenantModelPage(workspaceOf(tables, files), `${ROOT}/lib/a.ex`);
  const rows = text.split('\n').filter((line) => line.startsWith('| `'));
  return {
    text,
    title: text.slice(0, text.indexOf('\n')),
    tables: rows.map((row) =>
      row
        .slice(2, -2)
        .split(' | ')
        .map((cell) => cell.trim()),
    ),
  };
}

describe('the page about tenants', () => {
  it('says of each table how it belongs to a tenant, and why', () => {
    const { title, tables, text } = page(TABLES);
    assert.equal(title, '# Tenants: organizations (organization_id)');
    assert.deepEqual(
      tables.map((cells) => cells.slice(0, 4)),
      [
        ['`organizations`', 'root', '', ''],
        ['`files`', 'direct', '`organization_id`', 'yes'],
        ['`posts`', 'direct', '`organization_id`', 'no'],
        ['`comments`', 'transitive', '', 'no'],
        ['`memberships`', 'membership', '`organization_id`', 'no'],
        ['`currencies`', 'global', '', ''],
        ['`users`', 'global', '', ''],
      ],
    );
    const why = new Map(tables.map((cells) => [cells[0], cells[4] ?? '']));
    for (const [name, because] of why) assert.notEqual(because, '', name);
    assert.match(why.get('`comments`') ?? '', /post_id → posts/);
    assert.match(text, /^- .*foreign key/m, 'how the tenants were found out');
    assert.match(text, /"globalTables"/, 'how to say otherwise');
    assert.match(text, /in a file `plumbline\.jsonc`/);
  });

  it('names the configuration that holds', () => {
    const { text, title } = page(TABLES, [
      { path: 'plumbline.jsonc', text: '{ "tenancy": { "root": "users", "column": "user_id" } }' },
    ]);
    assert.equal(title, '# Tenants: users (user_id)');
    assert.match(text, /say so in `plumbline\.jsonc`/);
  });

  it('says what it means that there are none, and what to do', () => {
    const { title, tables, text } = page('create table posts (id bigint primary key);');
    assert.equal(title, '# No tenants are known');
    assert.deepEqual(tables, []);
    assert.match(text, /nothing is said about which rows a query can reach/);
    assert.match(text, /"root": "organizations"/);
  });

  it('has a short form for the status', () => {
    assert.deepEqual(tenantsOf(workspaceOf(TABLES)), ['organizations (organization_id)']);
    assert.deepEqual(tenantsOf(workspaceOf('create table posts (id bigint primary key);')), []);
  });
});
