// What policies let through: which columns they pin, and when row-level security alone keeps a command to one tenant.

import assert from 'node:assert/strict';
import { keepsToTenant } from '../../server/src/analysis/policies.js';
import { tenantModelOf } from '../../server/src/analysis/tenancy.js';
import { findTable } from '../../server/src/catalog/lookup.js';
import { catalogFrom } from '../support/catalogs.js';
import { defaultTenancy } from '../support/tenants.js';

const TABLES = `
  create table orgs (id bigint primary key);
  create table a (id bigint primary key, org_id bigint not null references orgs);
  create table b (id bigint primary key, org_id bigint not null references orgs);
  create table posts (id bigint primary key, org_id bigint not null references orgs, open boolean);
  create function is_member(org bigint) returns boolean language sql stable as $$ select true $$;
`;

const SECURE = 'alter table posts enable row level security, force row level security;';

function postsAfter(ddl: string) {
  const catalog = catalogFrom(`${TABLES}${ddl}`);
  const posts = findTable(catalog, { schema: null, name: 'posts' });
  const tenant = tenantModelOf(catalog, defaultTenancy).tables.get('posts');
  assert.ok(posts !== null && tenant !== undefined);
  return { catalog, posts, tenant };
}

function keeps(ddl: string, command: 'select' | 'insert' | 'update' | 'delete' = 'select'): boolean {
  const { catalog, posts, tenant } = postsAfter(ddl);
  return keepsToTenant(catalog, posts, tenant, command);
}

/** `org_id value`, for each column that the policy's USING pins. */
function pins(using: string): readonly string[] {
  const [policy] = postsAfter(`create policy p on posts using (${using});`).posts.policies;
  return (policy?.using?.pins ?? []).map((pin) => `${pin.column} ${pin.function ?? pin.by}`);
}

describe('what a policy pins', () => {
  it('a column that equals, or is among, what no row says', () => {
    assert.deepEqual(pins('org_id = 1'), ['org_id value']);
    assert.deepEqual(pins('(1)::bigint = posts.org_id'), ['org_id value']);
    assert.deepEqual(pins('org_id in (1, 2) and open'), ['org_id value']);
    assert.deepEqual(pins('org_id = any (array[1, 2])'), ['org_id value']);
    assert.deepEqual(pins('org_id = (select 1)'), ['org_id value']);
  });

  it('a column that a subquery or a function judges', () => {
    assert.deepEqual(pins('org_id in (select id from orgs)'), ['org_id subquery']);
    assert.deepEqual(pins('exists (select 1 from a where a.org_id = posts.org_id)'), ['org_id subquery']);
    assert.deepEqual(pins('is_member(org_id)'), ['org_id is_member']);
    assert.deepEqual(pins('is_member(org_id) = true'), ['org_id is_member']);
  });

  it('of an OR, what every arm pins', () => {
    assert.deepEqual(pins('org_id = 1 or open'), []);
    assert.deepEqual(pins('org_id = 1 or (is_member(org_id) and open)'), ['org_id is_member']);
  });

  it('nothing by what may hold for several values', () => {
    for (const using of ['org_id <> 1', 'not (org_id = 1)', 'org_id > 1', 'org_id = id', 'org_id is null']) {
      assert.deepEqual(pins(using), [], using);
    }
  });

  it('follows a column that gets another name', () => {
    const { posts } = postsAfter(
      'create policy p on posts using (org_id = 1); alter table posts rename org_id to team_id;',
    );
    assert.deepEqual(
      posts.policies[0]?.using?.pins?.map(({ column }) => column),
      ['team_id'],
    );
  });
});

describe('row-level security keeps a command to one tenant', () => {
  it('when it is forced and every permissive policy pins the tenant', () => {
    assert.equal(keeps(`${SECURE} create policy p on posts using (org_id = 1);`), true);
    assert.equal(keeps(`${SECURE} create policy p on posts using (is_member(org_id));`), true);
    assert.equal(keeps(`${SECURE} create policy p on posts using (org_id = 1);`, 'insert'), true);
  });

  it('when nothing is let through', () => {
    assert.equal(keeps(SECURE), true);
  });

  it('not for the owner of a table that does not force it', () => {
    const enable = 'alter table posts enable row level security;';
    assert.equal(keeps(`${enable} create policy p on posts using (org_id = 1);`), false);
  });

  it('not when another permissive policy of the command lets more through', () => {
    const both = `${SECURE} create policy p on posts using (org_id = 1);
      create policy q on posts for select using (open);`;
    assert.equal(keeps(both), false);
    assert.equal(keeps(both, 'delete'), true);
  });

  it('not by a function that is not known', () => {
    assert.equal(keeps(`${SECURE} create policy p on posts using (elsewhere(org_id));`), false);
  });

  it('not for new rows that nothing checks', () => {
    assert.equal(
      keeps(`${SECURE} create policy p on posts using (org_id = 1) with check (true);`, 'insert'),
      false,
    );
  });
});
