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
      nullable: false,
    });
    assert.equal(tables.get('votes')?.evidence, 'comment_id → comments, post_id → posts, org_id → orgs');
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

  describe('who they are', () => {
    const cases: readonly [what: string, ddl: string, root: string | null][] = [
      [
        'too small a part of the schema names them',
        `create table orgs (id bigint primary key); ${owned('orgs', 'org_id', 'a', 'b', 'c')}
        ${plain(...Array.from({ length: 30 }, (_, index) => `t${index}`))}`,
        null,
      ],
      [
        'an identity, with which people log in',
        `create table accounts (id bigint primary key); create table companies (id bigint primary key);
        ${owned('accounts', 'account_id', 'people', 'accounts_tokens', 'access_sessions')}
        ${owned('companies', 'company_id', 'a', 'b', 'c')}`,
        'companies',
      ],
      [
        'accounts with a password',
        `create table accounts (id bigint primary key, email text, hashed_password text);
        ${owned('accounts', 'account_id', 'posts', 'follows', 'likes')}`,
        null,
      ],
      [
        'accounts with money on them',
        `create table accounts (id bigint primary key, balance bigint, currency text);
        ${owned('accounts', 'account_id', 'entries', 'transfers', 'cards')}`,
        null,
      ],
      [
        'accounts that are no owners, by what their columns are called',
        `create table account (id bigint primary key);
        ${owned('account', 'voter', 'votes', 'delegations', 'proposals')}`,
        null,
      ],
      [
        'a table of another name, by what its columns are called',
        `create table organization_metadata (id bigint primary key); create table users (id bigint primary key);
        ${owned('organization_metadata', 'organization_id', 'a', 'b', 'projects')}
        ${owned('projects', 'project_id', 'c', 'd', 'e', 'f')}`,
        'organization_metadata',
      ],
      [
        'people, whatever columns are called',
        `create table users (id bigint primary key); ${owned('users', 'org_id', 'a', 'b', 'c')}`,
        null,
      ],
      [
        'a key of a name',
        `create table orgs (id bigint primary key, name text unique);
        create table a (org_name text references orgs (name)); create table b (org_name text references orgs (name));
        create table c (org_name text references orgs (name));`,
        'orgs',
      ],
      [
        'a team of an organization, at which more points',
        `create table organizations (id bigint primary key);
        ${owned('organizations', 'organization_id', 'a', 'b', 'teams')}
        ${owned('teams', 'team_id', 'c', 'd', 'e', 'f', 'g')}`,
        'organizations',
      ],
      [
        'two that nothing ties together',
        `create table companies (id bigint primary key); create table teams (id bigint primary key);
        ${owned('companies', 'company_id', 'a', 'b', 'c', 'd')} ${owned('teams', 'team_id', 'e', 'f', 'g', 'h')}`,
        null,
      ],
      [
        'one of the second tier below one of the first that hardly anything names',
        `create table accounts (id bigint primary key);
        create table projects (id bigint primary key, account_id bigint references accounts);
        ${owned('projects', 'project_id', 'a', 'b', 'c')}`,
        'projects',
      ],
      [
        'no foreign keys, and columns in several spellings',
        `create table a (id bigint primary key, org_id uuid not null);
        create table b (id bigint primary key, organization_id uuid not null);
        create table c (id bigint primary key, "orgId" uuid not null);`,
        'org',
      ],
      [
        'no foreign keys, but the table itself',
        `create table organizations (id uuid primary key); ${unowned('org_id', 'a', 'b', 'c')}`,
        'organizations',
      ],
      ['camel case without foreign keys', unowned('"tenantId"', 'a', 'b', 'c'), 'tenant'],
      [
        'a column that may be missing nearly everywhere',
        `create table a (team_id uuid); create table b (team_id uuid); create table c (team_id uuid);`,
        null,
      ],
      ['a column that is no word of tenants', unowned('tenure_id', 'a', 'b', 'c'), null],
      ['columns of people', unowned('user_id', 'a', 'b', 'c', 'd'), null],
    ];
    for (const [what, ddl, root] of cases) {
      it(`${root ?? 'nobody'}: ${what}`, () => assert.equal(modelOf(ddl).root, root));
    }

    it('counts columns without a foreign key beside those that have one', () => {
      const ddl = `create table tenants (id uuid primary key); ${owned('tenants', 'tenant_id', 'a', 'b', 'c')}
        ${unowned('"tenantId"', 'd', 'e')}`;
      assert.deepEqual(modelOf(ddl).evidence, ['5 of 6 tables name a row of "tenants"']);
    });

    it('says what to configure where two may be meant', () => {
      const ddl = `create table companies (id bigint primary key); create table teams (id bigint primary key);
        ${owned('companies', 'company_id', 'a', 'b', 'c')} ${owned('teams', 'team_id', 'd', 'e', 'f')}`;
      const { evidence, tables } = modelOf(ddl);
      assert.deepEqual(evidence, [
        'both "companies" (3 tables) and "teams" (3 tables) may be the tenants: "tenancy.root" of the configuration says which',
      ]);
      assert.equal(tables.size, 0);
      assert.equal(modelOf(ddl, { root: 'teams' }).column, 'team_id');
    });

    it('is silent where each tenant has a schema of its own, unless told who they are', () => {
      const ddl = `create table tenants (id bigint primary key); ${owned('tenants', 'tenant_id', 'a', 'b', 'c')}`;
      const why = '"Shop.Repo" sets the schema of every query.';
      const model = (options: Partial<TenancyOptions>) =>
        tenantModelOf(catalogFrom(ddl), { ...defaultTenancy, ...options }, [], why);
      assert.equal(model({}).root, null);
      assert.equal(model({}).evidence[0], why);
      assert.equal(model({ root: 'tenants' }).root, 'tenants');
    });
  });

  describe('how a table belongs to them', () => {
    const orgs = `create table orgs (id bigint primary key); create table users (id bigint primary key);
      ${owned('orgs', 'org_id', 'a', 'b', 'c')}`;
    const classOf = (table: string, ddl: string, options: Partial<TenancyOptions> = {}) => {
      const facts = modelOf(ddl, options).tables.get(table);
      return facts === undefined ? 'not known' : `${facts.class}${facts.nullable ? '?' : ''}`;
    };
    const cases: readonly [what: string, ddl: string, expected: string][] = [
      ['a column that may be NULL', 't (id int primary key, org_id bigint references orgs)', 'direct?'],
      ['rows that go with the tenant', 't (org_id bigint references orgs on delete cascade)', 'direct'],
      [
        'rows that go with the tenant or a person in its place',
        't (org_id bigint references orgs on delete cascade, user_id bigint references users on delete cascade)',
        'direct?',
      ],
      [
        'a row of the tenant that is always there',
        't (org_id bigint references orgs, a_id bigint not null references a)',
        'direct',
      ],
      ['the parent of a row', 't (a_id bigint not null references a)', 'transitive'],
      ['a parent that may be missing', 't (a_id bigint references a)', 'global'],
      ['people only', 't (user_id bigint not null references users)', 'global'],
      [
        'a membership by its key',
        't (org_id bigint references orgs, user_id bigint references users, role text, primary key (org_id, user_id))',
        'membership',
      ],
      [
        'a membership by a unique index',
        't (id int, org_id bigint not null references orgs, user_id bigint, unique (user_id, org_id))',
        'membership',
      ],
      [
        'a row that somebody made',
        't (id int, org_id bigint not null references orgs, user_id bigint not null references users)',
        'direct',
      ],
      ['what a library keeps', 'oban_jobs (id int, org_id bigint)', 'system'],
      ['what is in a schema for all', 'global.t (id int)', 'global'],
    ];
    for (const [what, table, expected] of cases) {
      it(`${what}: ${expected}`, () => {
        const name = table.split(' ')[0] ?? '';
        assert.equal(classOf(name, `create schema global; ${orgs} create table ${table};`), expected);
      });
    }

    it('takes people for nobody’s where memberships say whose they are', () => {
      const ddl = `create table orgs (id bigint primary key); ${owned('orgs', 'org_id', 'a', 'b', 'c')}
        create table users (id bigint primary key, org_id bigint references orgs);
        create table sessions (user_id bigint not null references users);`;
      assert.equal(classOf('users', ddl), 'direct?');
      assert.equal(classOf('sessions', ddl), 'transitive?');
      const memberships = `create table memberships (
        org_id bigint not null references orgs, user_id bigint not null references users);`;
      assert.equal(classOf('users', ddl + memberships), 'global');
      assert.equal(classOf('sessions', ddl + memberships), 'global');
    });

    it('goes by the column that the configuration names, and by no other', () => {
      const ddl = `create table users (id bigint primary key); create table a (org_id bigint references users);
        create table b (user_id bigint references users); create table c (owner bigint references users);`;
      const options = { root: 'users', column: 'org_id', columnAliases: { c: 'owner' } };
      assert.equal(classOf('a', ddl, options), 'direct?');
      assert.equal(classOf('b', ddl, options), 'global');
      assert.equal(classOf('c', ddl, options), 'direct?');
    });

    it('knows memberships of a part of a tenant', () => {
      const ddl = `${orgs} create table a_users (
        a_id bigint not null references a, user_id bigint not null references users, role text);`;
      const facts = modelOf(ddl).tables.get('a_users');
      assert.deepEqual([facts?.class, facts?.through, facts?.person], ['membership', 'a_id → a', 'user_id']);
    });

    it('takes a key to a table that may hold rows of a tenant for one to a parent', () => {
      const ddl = `${orgs} create table lists (id bigint primary key, a_id bigint references a);
        create table kinds (id bigint primary key);
        create table t (list_id bigint references lists, kind_id bigint references kinds, org_id bigint);`;
      assert.deepEqual(modelOf(ddl).tables.get('t')?.parents, ['list_id']);
    });

    it('has parts of a tenant from the configuration, with and without foreign keys', () => {
      const ddl = `${orgs} create table boxes (id bigint primary key, org_id bigint not null references orgs);
        create table t (id int, box_id bigint not null references boxes);
        create table u (id int, org_id bigint not null, shelf_id bigint);`;
      const { tables } = modelOf(ddl, { subTenants: ['boxes', 'shelves'], columnAliases: {} });
      assert.deepEqual(tables.get('t')?.divisions, ['box_id']);
      assert.deepEqual(modelOf(ddl, { subTenants: ['shelfs'] }).tables.get('u')?.divisions, ['shelf_id']);
      assert.deepEqual(modelOf(ddl).tables.get('t')?.divisions, []);
    });

    it('knows tables by schema.name, and takes "public." for nothing', () => {
      const ddl = `create schema app; create table app.orgs (id bigint primary key);
        ${owned('app.orgs', 'org_id', 'a', 'b', 'app.c')} create table d (id int, org_id bigint);`;
      const model = modelOf(ddl, { globalTables: ['public.d'], columnAliases: { 'public.b': 'org_id' } });
      assert.equal(model.root, 'app.orgs');
      assert.equal(model.tables.get('app.c')?.class, 'direct');
      assert.equal(model.tables.get('d')?.class, 'global');
    });

    it('says why, table by table', () => {
      const ddl = `${orgs} create table d (id bigint primary key, org_id bigint);
        create table e (d_id bigint not null references d);`;
      const { tables } = modelOf(ddl);
      const said = [...tables].map(([name, { evidence }]) => `${name}: ${evidence}`);
      assert.deepEqual(said.sort(), [
        'a: org_id → orgs',
        'b: org_id → orgs',
        'c: org_id → orgs',
        'd: org_id, by its name, may be NULL',
        'e: d_id → d, org_id, by its name, may be NULL',
        'orgs: its rows are the tenants',
        'users: no column of it leads to "orgs"',
      ]);
    });
  });
});

/** Tables with the column, and no foreign key. */
function unowned(column: string, ...names: readonly string[]): string {
  return names
    .map((name) => `create table ${name} (id bigint primary key, ${column} uuid not null);`)
    .join('\n');
}

function plain(...names: readonly string[]): string {
  return names.map((name) => `create table ${name} (id bigint primary key);`).join('\n');
}
