// Who the tenants of a schema are, and how each table belongs to them.

import assert from 'node:assert/strict';
import { type TenancyOptions, type TenantModel, tenantModelOf } from '../../server/src/analysis/tenancy.js';
import { catalogFrom } from '../support/catalogs.js';
import { defaultTenancy } from '../support/tenants.js';

function modelOf(ddl: string, options: Partial<TenancyOptions> = {}): TenantModel {
  return tenantModelOf(catalogFrom(ddl), { ...defaultTenancy, ...options });
}

/** `posts direct(org_id)`, with `?` where the tenant may be missing. */
function printed({ root, column, tables }: TenantModel): string {
  if (root === null) return 'no tenants';
  const lines = [...tables].map(([key, facts]) => {
    const held = facts.column ?? facts.through ?? '';
    return `${key} ${facts.class}${held === '' ? '' : `(${held})`}${facts.nullable ? '?' : ''}`;
  });
  return [`${root}.${column}`, ...lines.sort()].join('\n');
}

/** Tables with a foreign key to the root, so that it is one. */
function owned(root: string, column: string, ...names: readonly string[]): string {
  return names
    .map(
      (name) => `create table ${name} (id bigint primary key, ${column} bigint not null references ${root});`,
    )
    .join('\n');
}

describe('the tenant model', () => {
  it('finds the table of tenants by its name and by what points at it', () => {
    const ddl = `create table orgs (id bigint primary key);
      create table plans (id bigint primary key);
      ${owned('orgs', 'org_id', 'a', 'b', 'c')}`;
    assert.equal(
      printed(modelOf(ddl)),
      [
        'orgs.org_id',
        'a direct(org_id)',
        'b direct(org_id)',
        'c direct(org_id)',
        'orgs root(id)',
        'plans global',
      ].join('\n'),
    );
  });

  it('finds none where too little points at it', () => {
    assert.equal(
      printed(modelOf(`create table orgs (id bigint primary key); ${owned('orgs', 'org_id', 'a', 'b')}`)),
      'no tenants',
    );
    assert.equal(
      printed(
        modelOf(`create table users (id bigint primary key); ${owned('users', 'user_id', 'a', 'b', 'c')}`),
      ),
      'no tenants',
    );
    assert.equal(
      printed(
        modelOf(
          `create table products (id bigint primary key); ${owned('products', 'product_id', 'a', 'b', 'c')}`,
        ),
      ),
      'no tenants',
    );
  });

  it('prefers the more telling name, then the larger number', () => {
    const ddl = `create table orgs (id bigint primary key);
      create table projects (id bigint primary key, org_id bigint not null references orgs);
      ${owned('orgs', 'org_id', 'a', 'b')} ${owned('projects', 'project_id', 'c', 'd', 'e', 'f')}`;
    assert.equal(modelOf(ddl).root, 'orgs');
    const two = `create table accounts (id bigint primary key); create table teams (id bigint primary key);
      ${owned('accounts', 'account_id', 'a', 'b', 'c')} ${owned('teams', 'team_id', 'd', 'e', 'f', 'g')}`;
    assert.equal(modelOf(two).root, 'teams');
  });

  it('takes a table at which only people point for an identity', () => {
    const ddl = `create table accounts (id bigint primary key);
      ${owned('accounts', 'account_id', 'users', 'people', 'memberships')}`;
    assert.equal(printed(modelOf(ddl)), 'no tenants');
  });

  it('follows foreign keys that are never NULL, or whose rows go together', () => {
    const ddl = `create table orgs (id bigint primary key);
      ${owned('orgs', 'org_id', 'a', 'b', 'posts')}
      create table comments (id bigint primary key, post_id bigint not null references posts);
      create table votes (id bigint primary key, comment_id bigint references comments on delete cascade);
      create table logs (id bigint primary key, post_id bigint references posts);`;
    const { tables } = modelOf(ddl);
    assert.deepEqual(tables.get('comments'), {
      ...tables.get('comments'),
      class: 'transitive',
      through: 'post_id → posts',
      nullable: false,
    });
    assert.deepEqual(tables.get('votes'), {
      ...tables.get('votes'),
      class: 'transitive',
      through: 'comment_id → comments',
      nullable: true,
    });
    assert.equal(tables.get('logs')?.class, 'global');
  });

  it('tells memberships, parts of a tenant, and parents', () => {
    const ddl = `create table orgs (id bigint primary key);
      create table users (id bigint primary key);
      create table plans (id bigint primary key);
      create table members (org_id bigint not null references orgs, user_id bigint not null references users);
      create table projects (id bigint primary key, org_id bigint not null references orgs);
      ${owned('orgs', 'org_id', 'a', 'b')}
      create table tasks (
        id bigint primary key, org_id bigint not null references orgs, project_id bigint references projects,
        plan_id bigint references plans, user_id bigint references users);
      create table notes (id bigint primary key, project_id bigint not null references projects);
      create table files (id bigint primary key, project_id bigint not null references projects);`;
    const { tables } = modelOf(ddl);
    assert.equal(tables.get('members')?.class, 'membership');
    assert.equal(tables.get('members')?.person, 'user_id');
    assert.deepEqual(tables.get('tasks')?.divisions, ['project_id']);
    assert.deepEqual(tables.get('tasks')?.parents, ['org_id', 'project_id', 'user_id']);
    assert.equal(tables.get('notes')?.class, 'transitive');
  });

  it('finds the column where it is called differently, and where no foreign key says it', () => {
    const ddl = `create table "Tenant" (id uuid primary key);
      ${owned('"Tenant"', '"tenantId"', 'a', 'b', 'c')}
      create table d (id bigint primary key, tenant_id uuid not null);
      create table e (id bigint primary key, owner uuid references "Tenant");`;
    const { tables, column } = modelOf(ddl);
    assert.equal(column, 'tenantId');
    assert.equal(tables.get('d')?.column, 'tenant_id');
    assert.equal(tables.get('e')?.column, 'owner');
    assert.equal(tables.get('e')?.nullable, true);
  });

  it('goes by columns where tenants are kept elsewhere', () => {
    const tables = ['a', 'b', 'c'].map(
      (name) => `create table ${name} (id bigint primary key, org_id uuid not null);`,
    );
    assert.equal(printed(modelOf(tables.join('\n'))).split('\n')[0], 'org.org_id');
  });

  it('does as the configuration says', () => {
    const ddl = `create table clubs (id bigint primary key);
      create table posts (id bigint primary key, club bigint not null references clubs);
      create table notes (id bigint primary key, the_club bigint not null);
      create table rules (id bigint primary key, club bigint references clubs);
      create table drafts (id bigint primary key, club bigint references clubs);`;
    const options = {
      root: 'clubs',
      column: 'club',
      columnAliases: { notes: 'the_club' },
      globalTables: ['rules'],
      ignoreTables: ['drafts'],
    };
    assert.equal(
      printed(modelOf(ddl, options)),
      [
        'clubs.club',
        'clubs root(id)',
        'drafts system',
        'notes direct(the_club)',
        'posts direct(club)',
        'rules global',
      ].join('\n'),
    );
    assert.equal(printed(modelOf(ddl, { root: 'nowhere' })), 'no tenants');
  });
});
