// Verdicts on SQL, of which many are shapes that a check by text gets wrong.

import assert from 'node:assert/strict';
import { queriesOf } from '../../server/src/queries/from-sql.js';
import type { Span } from '../../server/src/text/span.js';
import { sqlParser } from '../support/parsers.js';
import { printedVerdict, sqlQuery, tenantWorld } from '../support/tenants.js';

const world = tenantWorld(`
  create table organizations (id bigint primary key, slug text unique, name text, plan text);
  create table users (id bigint primary key, email text unique, role text);
  create table memberships (
    organization_id bigint not null references organizations, user_id bigint not null references users,
    role text, primary key (organization_id, user_id));
  create table projects (
    id bigint primary key, organization_id bigint not null references organizations, name text, status text);
  create table countries (code text primary key, name text);
  create table labels (
    id bigint primary key, organization_id bigint references organizations, post_id bigint, name text);
  create table posts (
    id bigint primary key, country_code text references countries, external_id text, organization_id bigint not null references organizations,
    project_id bigint references projects, author_id bigint references users, parent_id bigint references posts,
    title text, slug text, status text, label_id bigint references labels, access_token text, published boolean,
    unique (organization_id, slug));
  create table comments (
    id bigint primary key, post_id bigint not null references posts, body text, email text, score int);
  create table devices (
    organization_id bigint not null references organizations, id uuid not null, name text,
    primary key (organization_id, id));
  create table readings (
    id bigint primary key, organization_id bigint not null, device_id uuid not null, value int,
    foreign key (organization_id, device_id) references devices (organization_id, id));
  create table schema_migrations (version bigint primary key);
  create table invoices (
    id bigint primary key, total int,
    organization_id bigint not null default current_setting('app.org')::bigint references organizations);
  create table receipts (id bigint primary key, total int, organization_id bigint not null references organizations);
  create function fill_in() returns trigger language plpgsql as 'begin return new; end';
  create trigger fill_in before insert on receipts for each row execute function fill_in();
  create view public_posts as select * from posts where published;
  create view renamed_posts (org, label) as select organization_id, title from posts;
  create view titled_comments as
    select c.*, p.organization_id as org, p.title from comments c join posts p on p.id = c.post_id;
  create view my_posts with (security_invoker) as
    select p.* from posts p join memberships m using (organization_id) where m.user_id = auth.uid();
  create view nested_posts as select * from public_posts where title is not null;
  create view texts as
    select organization_id, title as label from posts union all select organization_id, name from labels;
`);

/** What rules are told besides the verdict. */
function facts(cases: readonly (readonly [string, string])[]): void {
  for (const [sql, told] of cases) {
    it(sql.replace(/\s+/g, ' ').trim(), () => assert.equal(printedFacts(sql), told));
  }
}

function printedFacts(sql: string): string {
  const { decisive, moves, upsert } = world.scoping(sqlQuery(sql));
  const at = ({ start, end }: Span) => `<${sql.slice(start, end)}>`;
  return [
    ...(decisive?.pins ?? []).map(
      ({ column, value, list }) => `${column} = ${value.text}${list ? ' …' : ''}`,
    ),
    decisive?.tie == null ? '' : `tie ${decisive.tie} (${decisive.columns.join(', ')})`,
    decisive?.escape == null ? '' : `escape ${at(decisive.escape)}`,
    upsert === null
      ? ''
      : `upsert by ${upsert.target?.join(', ') ?? '?'}${upsert.holdsTenant === true ? ' with tenant' : ''}`,
    moves === null ? '' : `moves by ${moves.by} ${at(moves.span)}`,
  ]
    .filter((part) => part !== '')
    .join('; ');
}

/** `null` for what is no query: it changes the schema, or keeps the house. */
function table(cases: readonly (readonly [string, string | null])[]): void {
  for (const [sql, verdict] of cases) {
    it(sql.replace(/\s+/g, ' ').trim(), () => {
      if (verdict === null) assert.deepEqual(queriesOf(sqlParser.statement(sql)), []);
      else assert.equal(printedVerdict(world.scoping(sqlQuery(sql))), verdict);
    });
  }
}

describe('scoping of SQL', () => {
  describe('one table', () => {
    table([
      ['select * from posts', 'unscoped: posts nothing'],
      ['select * from posts where organization_id = $1', 'scoped: posts tenant'],
      ['select * from posts where organization_id = @org::bigint', 'scoped: posts tenant'],
      ['select * from posts where organization_id = sqlc.arg(org)', 'scoped: posts tenant'],
      [
        "select * from posts where organization_id = current_setting('app.org')::bigint",
        'scoped: posts tenant',
      ],
      ['select * from posts where organization_id = (select auth.org_id())', 'scoped: posts tenant'],
      ['select * from posts where organization_id in ($1, $2)', 'scoped: posts tenant'],
      ['select * from posts where organization_id = any($1::bigint[])', 'scoped: posts tenant'],
      ['select * from posts where (organization_id, status) = ($1, $2)', 'scoped: posts tenant'],
      ['select * from posts where (organization_id, id) in (($1, $2), ($3, $4))', 'scoped: posts tenant'],
      ['select * from posts where organization_id is not distinct from $1', 'scoped: posts tenant'],
      ['select * from posts where organization_id <> $1', 'unscoped: posts nothing'],
      ['select * from posts where organization_id > $1', 'unscoped: posts nothing'],
      ['select * from posts where organization_id is not null', 'unscoped: posts nothing'],
      ['select * from posts where not (organization_id = $1)', 'unscoped: posts nothing'],
      ['select * from posts where not organization_id in ($1)', 'unscoped: posts nothing'],
      ['select * from posts where false', 'scoped: posts no-row'],
      [
        'select organization_id, count(*) from posts group by organization_id having organization_id = $1',
        'scoped: posts tenant',
      ],
      [
        'select organization_id, count(*) from posts group by organization_id having count(*) = $1',
        'unscoped: posts nothing',
      ],
      ['select organization_id, count(*) from posts group by organization_id', 'unscoped: posts nothing'],
      ['select * from posts order by organization_id', 'unscoped: posts nothing'],
      ["select * from posts where status = 'open' and title like $1", 'unscoped: posts nothing'],
      ['select * from posts where id = $1', 'by-key: posts primary-key'],
      ['select * from posts where id = any($1)', 'by-key: posts primary-key'],
      ['select * from posts where parent_id = $1', 'by-key: posts parent'],
      ['select * from posts where external_id = $1', 'by-key: posts parent'],
      ['select * from posts where country_code = $1', 'unscoped: posts nothing'],
      ['select * from posts where access_token = $1', 'by-key: posts secret'],
      ['select * from posts where slug = $1', 'unscoped: posts unique-key-without-tenant'],
      ['select * from posts where lower(slug) = $1', 'unscoped: posts unique-key-without-tenant'],
      ['select * from posts where slug = $1 and project_id = $2', 'by-key: posts parent'],
      ['select * from posts where coalesce(organization_id, 0) = $1', 'unknown: posts unread'],
      ['select * from posts where may_see(organization_id)', 'unknown: posts unread'],
      ['select * from labels where name = $1', 'unscoped: labels nothing'],
      // What is nobody's is not another tenant's; what hangs on it may be.
      ['select * from labels where organization_id is null', 'scoped: labels shared'],
      ['select * from labels where organization_id = $1 or organization_id is null', 'scoped: labels tenant'],
      [
        'select p.* from posts p join labels l on l.id = p.label_id where l.organization_id is null',
        'unscoped: p nothing',
      ],
      ['select * from countries', 'global: countries not-a-tenant-table'],
      ['select * from schema_migrations', 'global: schema_migrations not-a-tenant-table'],
      ['select * from pg_catalog.pg_class', 'global: pg_class not-a-tenant-table'],
      ['select * from pg_stat_activity', 'global: pg_stat_activity not-a-tenant-table'],
      [
        'select relid::regclass from pg_partition_tree($1::regclass) where isleaf',
        'global: pg_partition_tree not-a-tenant-table',
      ],
      ['select * from elsewhere', 'unknown: elsewhere table-not-known'],
      ['select * from elsewhere where organization_id = $1', 'scoped: elsewhere tenant'],
      ['select * from elsewhere where "organizationId" = $1', 'scoped: elsewhere tenant'],
      ['select * from elsewhere where organization_id = $1 or a', 'unknown: elsewhere table-not-known'],
      [
        'select * from posts p left join elsewhere e on e.id = p.id and e.organization_id = p.organization_id where p.organization_id = $1',
        'scoped: p tenant',
      ],
      ['select 1', 'global'],
      ['select * from comments where score > 3', 'unscoped: comments nothing'],
      ['select * from comments where post_id = $1', 'by-key: comments parent'],
    ]);
  });

  describe('tenants and people', () => {
    table([
      ['select * from organizations', 'global: organizations nothing'],
      ['select * from organizations where id = $1', 'scoped: organizations tenant'],
      ['select * from organizations where slug = $1', 'scoped: organizations tenant'],
      ['select * from memberships where user_id = $1', 'scoped: memberships person'],
      ['select * from memberships where organization_id = $1', 'scoped: memberships tenant'],
      ["select * from memberships where role = 'owner'", 'unscoped: memberships nothing'],
      [
        'select o.* from organizations o join memberships m on m.organization_id = o.id where m.user_id = $1',
        'scoped: o related',
      ],
      [
        'select p.* from posts p join memberships m on m.organization_id = p.organization_id where m.user_id = $1',
        'scoped: p related',
      ],
      [
        'select p.* from posts p join memberships m on m.user_id = p.author_id where m.user_id = $1',
        'by-key: p parent',
      ],
      [
        "select p.* from posts p join organizations o on o.id = p.organization_id where o.slug = 'acme'",
        'scoped: p related',
      ],
      [
        'select p.* from posts p join organizations o on o.id = p.organization_id where o.name = $1',
        'scoped: p related',
      ],
      [
        'select p.* from posts p join organizations o on o.id = p.organization_id where o.plan = $1',
        'unscoped: p nothing',
      ],
      // A person who is found by a key is one person.
      [
        'select p.* from posts p join memberships m using (organization_id) join users u on u.id = m.user_id where u.email = $1',
        'scoped: p related',
      ],
      [
        'select * from memberships where user_id = (select id from users where email = $1)',
        'scoped: memberships person',
      ],
      [
        "select p.* from posts p join memberships m using (organization_id) join users u on u.id = m.user_id where u.role = 'admin'",
        'unscoped: p nothing',
      ],
      // The author of a post is nobody who asks.
      [
        'select m.* from memberships m join users u on u.id = m.user_id join posts p on p.author_id = u.id where p.id = $1',
        'by-key: m related',
      ],
      [
        'select u.* from users u join memberships m on m.user_id = u.id where m.organization_id = $1',
        'scoped: m tenant',
      ],
    ]);
  });

  describe('joins', () => {
    table([
      [
        'select * from comments c join posts p on p.id = c.post_id where p.organization_id = $1',
        'scoped: c related',
      ],
      ['select * from comments c join posts p on p.id = c.post_id where p.id = $1', 'by-key: c parent'],
      [
        'select * from comments c, posts p where p.id = c.post_id and p.organization_id = $1',
        'scoped: c related',
      ],
      [
        'select * from posts p join comments c on c.post_id = p.id and p.organization_id = $1',
        'scoped: p tenant',
      ],
      ['select * from posts p join comments c using (id) where organization_id = $1', 'by-key: c related'],
      ['select * from posts p natural join projects j where j.organization_id = $1', 'scoped: p tenant'],
      [
        'select * from elsewhere natural join projects j where j.organization_id = $1',
        'unknown: elsewhere table-not-known',
      ],
      [
        'select * from comments c natural join (select id as post_id from posts where organization_id = $1) p',
        'scoped: c related',
      ],
      [
        'select * from posts p left join comments c on c.post_id = p.id where p.organization_id = $1',
        'scoped: p tenant',
      ],
      // The ON of an outer join says nothing of the side whose rows are kept.
      [
        'select * from posts p left join comments c on c.post_id = p.id and p.organization_id = $1',
        'unscoped: p nothing',
      ],
      [
        'select * from comments c right join posts p on c.post_id = p.id and p.organization_id = $1',
        'unscoped: p nothing',
      ],
      [
        'select * from comments c right join posts p on c.post_id = p.id where p.organization_id = $1',
        'scoped: c related',
      ],
      [
        'select * from posts p full join comments c on c.post_id = p.id where p.organization_id = $1',
        'scoped: p tenant',
      ],
      [
        'select * from posts p full join comments c on c.post_id = p.id and p.organization_id = $1',
        'unscoped: p nothing',
      ],
      // A key that is equal to NULL finds nothing.
      [
        'select * from labels l left join posts p on p.id = l.post_id where l.organization_id = $1 or (l.organization_id is null and l.post_id is null)',
        'scoped: l tenant',
      ],
      // WHERE makes it an inner join.
      [
        'select * from posts p left join projects j on j.id = p.project_id where j.organization_id = $1',
        'scoped: p related',
      ],
      [
        "select * from posts p left join projects j on j.id = p.project_id and j.organization_id = $1 where j.status = 'x'",
        'scoped: p related',
      ],
      [
        'select p.* from posts p left join comments c on c.post_id = p.id where c.id is null and p.organization_id = $1',
        'scoped: p tenant',
      ],
      [
        'select p.* from posts p left join comments c on c.post_id = p.id and p.organization_id = $1 where c.id is null',
        'unscoped: p nothing',
      ],
      [
        'select * from (posts p join projects j on j.id = p.project_id) where j.organization_id = $1',
        'scoped: p related',
      ],
      [
        'select * from projects j left join (posts p join comments c on c.post_id = p.id) on p.project_id = j.id where j.organization_id = $1',
        'scoped: j tenant',
      ],
      // Joined by nothing that ties rows to a tenant.
      [
        'select * from posts p join memberships m on m.user_id = $2 where m.organization_id = $1',
        'unscoped: p nothing',
      ],
      [
        'select * from posts p cross join labels l where p.organization_id = $1',
        'unscoped: l nothing beside',
      ],
      [
        'select * from posts p join labels l on l.name = p.title where p.organization_id = $1',
        'unscoped: l nothing beside',
      ],
      [
        'select * from posts p join posts q on q.slug = p.slug where p.organization_id = $1',
        'unscoped: q nothing beside',
      ],
      [
        'select * from posts p join posts q on q.parent_id = p.id where p.organization_id = $1',
        'scoped: p tenant',
      ],
      ['select * from posts p join countries c on true where p.organization_id = $1', 'scoped: p tenant'],
      [
        'select * from comments c join posts p on p.id = c.post_id join projects j on j.id = p.project_id where j.organization_id = $1',
        'scoped: c related',
      ],
      // A key that is complete only with the tenant.
      ['select * from devices where id = $1', 'unscoped: devices primary-key-without-tenant'],
      ['select * from devices where id = $1 and organization_id = $2', 'scoped: devices tenant'],
      [
        'select * from readings r join devices d on d.id = r.device_id where r.organization_id = $1',
        'unscoped: d nothing beside',
      ],
      [
        'select * from readings r join devices d on d.id = r.device_id where d.organization_id = $1',
        'unscoped: r nothing beside',
      ],
      [
        'select * from readings r join devices d on d.id = r.device_id and d.organization_id = r.organization_id where r.organization_id = $1',
        'scoped: r tenant',
      ],
    ]);
  });

  describe('or', () => {
    table([
      ['select * from posts where organization_id = $1 or status = $2', 'unscoped: posts nothing through or'],
      [
        'select * from posts where organization_id = $1 and (status = $2 or published)',
        'scoped: posts tenant',
      ],
      [
        'select * from posts where (organization_id = $1 and published) or (organization_id = $1 and author_id = $2)',
        'scoped: posts tenant',
      ],
      ['select * from posts where organization_id = $1 or published', 'unscoped: posts nothing through or'],
      ['select * from posts where organization_id = $1 or author_id = $2', 'by-key: posts parent'],
      [
        'select * from posts where organization_id = $1 or (published and status = $2)',
        'unscoped: posts nothing through or',
      ],
      ['select * from posts where ($1::bigint is null or organization_id = $1)', 'optional: posts tenant'],
      ["select * from posts where ($1 = '' or organization_id = $2) and published", 'optional: posts tenant'],
      ['select * from posts where case when published then organization_id = $2 end', 'scoped: posts tenant'],
      [
        "select * from posts where case when $1 <> '' then organization_id = $2 else true end",
        'optional: posts tenant',
      ],
      [
        'select * from posts where organization_id = coalesce(sqlc.narg(org), organization_id)',
        'optional: posts tenant',
      ],
      [
        'select * from posts where id = $1 and ($2::bigint is null or organization_id = $2)',
        'optional: posts tenant',
      ],
      [
        'select * from posts where (title ilike $1 or slug ilike $1 or status ilike $1) and organization_id = $2',
        'scoped: posts tenant',
      ],
      [
        `select * from posts where ${Array.from({ length: 12 }, (_, n) => `(author_id = ${n} or parent_id = ${n})`).join(' and ')}`,
        'by-key: posts parent',
      ],
    ]);
  });

  describe('subqueries', () => {
    table([
      ['select * from (select * from posts where organization_id = $1) p', 'scoped: posts tenant'],
      ['select * from (select * from posts) p where p.organization_id = $1', 'scoped: posts tenant'],
      [
        'select * from (select organization_id as org, title from posts) p where p.org = $1',
        'scoped: posts tenant',
      ],
      ['select * from (select title from posts) p where p.title = $1', 'unscoped: posts nothing'],
      [
        'select * from (select organization_id, count(*) from posts group by 1) p join projects j using (organization_id) where j.organization_id = $1',
        'scoped: posts tenant',
      ],
      ['select * from posts where id in (select post_id from comments)', 'unscoped: posts nothing'],
      [
        'select * from posts where project_id in (select id from projects where organization_id = $1)',
        'scoped: posts related',
      ],
      [
        'select * from posts where organization_id in (select organization_id from memberships where user_id = $1)',
        'scoped: posts related',
      ],
      [
        'select * from posts where organization_id = (select id from organizations where slug = $1)',
        'scoped: posts related',
      ],
      [
        'select * from posts where organization_id = (select organization_id from projects where id = $1)',
        'by-key: posts related',
      ],
      [
        'select * from posts p where exists (select 1 from memberships m where m.organization_id = p.organization_id and m.user_id = $1)',
        'scoped: p related',
      ],
      [
        'select * from posts p where not exists (select 1 from memberships m where m.organization_id = p.organization_id and m.user_id = $1)',
        'unscoped: p nothing',
      ],
      [
        'select * from posts p where p.organization_id = $1 and not exists (select 1 from comments c where c.post_id = p.id)',
        'scoped: p tenant',
      ],
      [
        'select * from posts p where p.organization_id = $1 and p.author_id not in (select id from users)',
        'scoped: p tenant',
      ],
      [
        'select p.*, (select count(*) from comments c where c.post_id = p.id) from posts p where p.organization_id = $1',
        'scoped: p tenant',
      ],
      [
        'select p.*, (select count(*) from comments c) from posts p where p.organization_id = $1',
        'unscoped: c nothing',
      ],
      [
        'select * from posts p, lateral (select * from comments c where c.post_id = p.id limit 3) c where p.organization_id = $1',
        'scoped: p tenant',
      ],
      [
        'select * from unnest($1::bigint[]) as ids(id) join posts p on p.id = ids.id',
        'by-key: p primary-key',
      ],
      [
        'select * from unnest($1::bigint[]) as ids(org) join posts p on p.organization_id = ids.org',
        'scoped: p tenant',
      ],
      [
        'select * from (values ($1::bigint, $2::bigint)) as v(org, id) join posts p on (p.organization_id, p.id) = (v.org, v.id)',
        'scoped: p tenant',
      ],
      ['select * from posts p join some_function(p.id) f on true', 'unscoped: p nothing'],
      [
        'select * from posts p, some_function(p.id) f where p.organization_id = $1',
        'unknown: f table-not-known beside',
      ],
      [
        'select * from posts p, unnest(string_to_array(p.title, $2)) w where p.organization_id = $1',
        'scoped: p tenant',
      ],
      [
        'select * from posts where project_id = any (select id from projects where organization_id = $1 union all select project_id from posts where id = $2)',
        'by-key: posts related',
      ],
      [
        'select * from posts where project_id in (select id from projects where organization_id = $1 union select id from projects where organization_id = $2)',
        'scoped: posts related',
      ],
      [
        'select * from posts where project_id in (select id from projects where organization_id = $1 union select id from projects)',
        'unscoped: posts nothing',
      ],
      // A key that is equal to something that other rows make.
      [
        'select q.* from comments c left join posts p on p.id = c.post_id left join posts q on q.id = coalesce(p.parent_id, p.id) where p.organization_id = $1',
        'by-key: q related',
      ],
      [
        'select q.* from posts q where q.parent_id = (select case when $1 then (select id from posts where organization_id = $2 limit 1) else $3 end)',
        'by-key: q related',
      ],
      ['select * from posts where id = coalesce(parent_id, id)', 'unscoped: posts nothing'],
      // What a subquery computes may tie rows to a tenant.
      [
        'select c.* from (select (select id from posts where organization_id = $1 limit 1) as id) d join comments c on c.post_id = d.id',
        'by-key: c related',
      ],
      ['select p.* from my_posts($1) f join posts p on p.id = f.id', 'unknown: f table-not-known'],
    ]);
  });

  describe('common table expressions', () => {
    table([
      ['with p as (select * from posts where organization_id = $1) select * from p', 'scoped: posts tenant'],
      ['with p as (select * from posts) select * from p where organization_id = $1', 'scoped: posts tenant'],
      ['with p as (select * from posts) select * from p', 'unscoped: posts nothing'],
      [
        'with p as (select * from posts) select * from projects where organization_id = $1',
        'scoped: projects tenant',
      ],
      ['with posts as (select * from countries) select * from posts', 'global: countries not-a-tenant-table'],
      [
        'with c as (select post_id, count(*) from comments group by 1) select * from posts p join c on c.post_id = p.id where p.organization_id = $1',
        'scoped: p tenant',
      ],
      [
        'with input as (select unnest($1::bigint[]) as id, unnest($2::bigint[]) as org) select p.* from posts p join input i on i.id = p.id and i.org = p.organization_id',
        'scoped: p tenant',
      ],
      [
        `with recursive t as (
           select id, parent_id from posts where organization_id = $1
           union all
           select p.id, p.parent_id from posts p join t on p.parent_id = t.id)
         select * from t`,
        'scoped: posts tenant',
      ],
      [
        `with recursive t as (
           select id, parent_id from posts where parent_id is null
           union all
           select p.id, p.parent_id from posts p join t on p.parent_id = t.id where p.organization_id = $1)
         select * from t`,
        'unscoped: posts nothing',
      ],
      [
        'with gone as (delete from posts where organization_id = $1 returning *) select * from gone',
        'scoped: posts tenant',
      ],
      ['with gone as (delete from posts returning id) select count(*) from gone', 'unscoped: posts nothing'],
      [
        'with new as (insert into posts (organization_id, id) values ($1, $2) returning *) select n.*, j.* from new n join projects j on j.organization_id = n.organization_id',
        'scoped: j tenant',
      ],
    ]);
  });

  describe('union', () => {
    table([
      [
        'select id from posts where organization_id = $1 union select id from projects where organization_id = $1',
        'scoped: posts tenant',
      ],
      [
        'select id from posts where organization_id = $1 union all select id from projects',
        'unscoped: projects nothing',
      ],
      [
        'select id from posts where organization_id = $1 except select post_id from comments',
        'scoped: posts tenant',
      ],
      // Each branch of an INTERSECT counts.
      [
        'select id from posts where organization_id = $1 intersect select id from posts',
        'unscoped: posts nothing',
      ],
      ['select id from posts intersect select post_id from comments', 'unscoped: posts nothing'],
      [
        'select id from posts except select id from posts where organization_id = $1',
        'unscoped: posts nothing',
      ],
      [
        'select * from (select organization_id, title from posts union all select organization_id, name from projects) u where u.organization_id = $1',
        'scoped: posts tenant',
      ],
      [
        'select * from (select organization_id, title from posts union all select id, name from projects) u where u.organization_id = $1',
        'by-key: projects primary-key',
      ],
      [
        'select * from (select * from posts union all select * from posts) u where u.organization_id = $1',
        'scoped: posts tenant',
      ],
    ]);
  });

  describe('writes', () => {
    table([
      ['update posts set title = $1', 'unscoped: posts nothing'],
      ['update posts set organization_id = $1', 'unscoped: posts nothing'],
      ['update posts set title = $1 where organization_id = $2', 'scoped: posts tenant'],
      ['update posts set title = $1 where id = $2', 'by-key: posts primary-key'],
      [
        'update posts p set title = j.name from projects j where j.id = p.project_id and j.organization_id = $1',
        'scoped: p related',
      ],
      [
        'update posts p set title = v.title from (values ($1::bigint, $2)) as v(id, title) where v.id = p.id',
        'by-key: p primary-key',
      ],
      ['delete from posts', 'unscoped: posts nothing'],
      [
        'delete from comments c using posts p where p.id = c.post_id and p.organization_id = $1',
        'scoped: c related',
      ],
      ['delete from comments c using posts p where p.organization_id = $1', 'unscoped: c nothing'],
      [
        'delete from posts where id in (select id from posts where organization_id = $1 limit 10)',
        'scoped: posts related',
      ],
      [
        "delete from posts where id in (select id from posts where status = 'old' limit 10)",
        'unscoped: posts nothing',
      ],
      ['insert into posts (organization_id, title) values ($1, $2)', 'scoped: posts given'],
      ['insert into posts (title) values ($2)', 'unscoped: posts insert-without-tenant'],
      // Without a list of columns the first ones are meant; "organization_id" is the fourth.
      ['insert into posts values ($1, $2)', 'unscoped: posts insert-without-tenant'],
      ['insert into posts values ($1, $2, $3, $4)', 'scoped: posts given'],
      ['insert into posts select * from archived', 'unknown: posts unread'],
      [
        'insert into comments (post_id) select id from posts where organization_id = $1',
        'scoped: comments related',
      ],
      ['insert into comments (post_id, body) values ($1, $2)', 'by-key: comments parent'],
      ['insert into organizations (name) values ($1)', 'scoped: organizations given'],
      // A default or a trigger may fill the tenant in.
      ['insert into invoices (total) values ($1)', 'unknown: invoices unread'],
      ['insert into receipts (total) values ($1)', 'unknown: receipts unread'],
      ['truncate posts', null],
      ['alter table posts add column a int', null],
      ['vacuum posts', null],
      ['create index on posts (title)', null],
      [
        'insert into posts (organization_id, title) select organization_id, name from projects where organization_id = $1',
        'scoped: posts given',
      ],
      [
        'insert into posts (organization_id, title) select $1, name from projects',
        'unscoped: projects nothing',
      ],
      [
        'merge into posts p using projects j on p.project_id = j.id and p.organization_id = $1 when matched then update set title = j.name',
        'scoped: p tenant',
      ],
      [
        'merge into posts p using projects j on p.title = j.name when matched then update set title = j.name',
        'unscoped: p nothing',
      ],
    ]);
  });

  describe('views', () => {
    table([
      ['select * from public_posts', 'unscoped: public_posts nothing'],
      ['select * from public_posts where organization_id = $1', 'scoped: public_posts tenant'],
      ['select * from public_posts where id = $1', 'by-key: public_posts primary-key'],
      ['select * from renamed_posts where org = $1', 'scoped: renamed_posts tenant'],
      ['select * from renamed_posts where label = $1', 'unscoped: renamed_posts nothing'],
      ['select * from titled_comments where org = $1', 'scoped: titled_comments related'],
      ['select * from my_posts', 'scoped: my_posts related'],
      ['select * from nested_posts where organization_id = $1', 'scoped: nested_posts tenant'],
      [
        'select * from nested_posts n join projects j on j.id = n.project_id where j.organization_id = $1',
        'scoped: n related',
      ],
      ['select * from texts where organization_id = $1', 'scoped: texts tenant'],
      ['select * from texts where label = $1', 'unscoped: texts nothing'],
      [
        'select * from posts p join renamed_posts r on r.label = p.title where p.organization_id = $1',
        'unscoped: r nothing beside',
      ],
      ['with renamed_posts as (select 1) select * from renamed_posts', 'global'],
      ['select * from unread_view', 'unknown: unread_view table-not-known'],
    ]);

    it('are named as the query names them', () => {
      const sql = 'select * from renamed_posts r where label = $1';
      const { decisive } = world.scoping(sqlQuery(sql));
      assert.deepEqual(
        [decisive?.alias, decisive?.table, decisive?.column, decisive?.field],
        ['r', 'posts', 'organization_id', 'org'],
      );
      assert.equal(sql.slice(decisive?.span.start, decisive?.span.end), 'renamed_posts');
    });
  });

  describe('pins', () => {
    facts([
      ['select * from posts where organization_id = $1 and id = $2', 'organization_id = $1; id = $2'],
      ['select * from posts where organization_id = any($1)', 'organization_id = $1 …'],
      ['select * from posts where id in (1, 2)', 'id = 1 …'],
      ['insert into posts (organization_id, title) values ($1, $2)', 'organization_id = $1; title = $2'],
      [
        'insert into posts (organization_id, title) select $1, name from projects where organization_id = $1',
        'organization_id = $1 …',
      ],
    ]);
  });

  describe('ties', () => {
    facts([
      ['select * from posts p cross join labels l where p.organization_id = $1', 'tie none ()'],
      [
        'select * from posts p join labels l on l.name = $2 where p.organization_id = $1',
        'name = $2; tie none ()',
      ],
      [
        'select * from posts p left join labels l on l.name = p.title where p.organization_id = $1',
        'tie columns (name)',
      ],
      [
        'select * from readings r join devices d on d.id = r.device_id where r.organization_id = $1',
        'tie key-part (id)',
      ],
      [
        'select * from readings r join devices d on d.id = r.device_id where d.organization_id = $1',
        'tie key-part (device_id)',
      ],
      ['select * from posts', ''],
    ]);
  });

  describe('arms of an OR by which rows escape', () => {
    facts([
      [
        "select * from posts where organization_id = $1 or status = 'x'",
        "status = 'x'; escape <status = 'x'>",
      ],
      ["select * from posts where organization_id = $1 and status = 'x' or published", 'escape <published>'],
      [
        "select * from posts where title is not null and (published and status = 'x' or organization_id = $1)",
        "status = 'x'; escape <published and status = 'x'>",
      ],
    ]);
  });

  describe('writes that move rows to another tenant', () => {
    facts([
      [
        'insert into posts (organization_id, slug) values ($1, $2) on conflict (organization_id, slug) do update set title = excluded.title',
        'organization_id = $1; slug = $2; upsert by organization_id, slug with tenant',
      ],
      [
        'insert into posts (organization_id) values ($1) on conflict (id) do update set organization_id = excluded.organization_id',
        'organization_id = $1; upsert by id; moves by upsert <organization_id>',
      ],
      [
        'insert into posts (organization_id) values ($1) on conflict on constraint posts_pkey do update set organization_id = $1',
        'organization_id = $1; upsert by id; moves by upsert <organization_id>',
      ],
      [
        'insert into posts (organization_id) values ($1) on conflict (id) do update set title = excluded.title',
        'organization_id = $1; upsert by id',
      ],
      [
        'insert into posts (organization_id) values ($1) on conflict (id) do update set organization_id = excluded.organization_id where posts.organization_id = excluded.organization_id',
        'organization_id = $1; upsert by id',
      ],
      [
        'insert into posts (organization_id) values ($1) on conflict (id) do update set organization_id = coalesce(posts.organization_id, excluded.organization_id)',
        'organization_id = $1; upsert by id',
      ],
      ['insert into posts (organization_id) values ($1) on conflict (id) do nothing', 'organization_id = $1'],
      ['update posts set organization_id = $1 where id = $2', 'id = $2; moves by update <organization_id>'],
      ['update posts set organization_id = $1 where organization_id = $1', 'organization_id = $1'],
      [
        'update posts p set organization_id = j.organization_id from projects j where j.id = p.project_id and p.id = $1',
        'id = $1',
      ],
      [
        'merge into posts p using (select $1::bigint as org, $2::bigint as id) s on p.id = s.id when matched then update set organization_id = s.org',
        'id = $2 …; moves by update <organization_id>',
      ],
      [
        'merge into posts p using (select $1::bigint as org) s on p.organization_id = s.org when matched then update set organization_id = s.org',
        'organization_id = $1 …',
      ],
    ]);
  });

  describe('what a program fills in', () => {
    table([
      ['select * from posts where organization_id = {{ .Org }}', 'scoped: posts tenant'],
      ['select * from posts where {{ .Conditions }}', 'unknown: posts unread'],
      ['select * from posts where organization_id = ? and status = ?', 'scoped: posts tenant'],
      ['select * from posts where status = ?', 'unscoped: posts nothing'],
      [`select * from posts where id in ${'$'}{ids}`, 'by-key: posts primary-key'],
      ['update posts set {{ .Changes }} where organization_id = $1', 'scoped: posts tenant'],
      [
        'select * from posts {{ if .Org }} where organization_id = {{ .Org }} {{ end }}',
        'scoped: posts tenant',
      ],
      ['select * from posts {{ if .All }} where published {{ end }}', 'unknown: posts unread'],
      ['select * from {{ .Table }} where published', 'unknown: xxxxxxxxxxxx table-not-known'],
    ]);
  });
});
