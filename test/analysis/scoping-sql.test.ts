// Verdicts on SQL, of which many are shapes that a check by text gets wrong.

import assert from 'node:assert/strict';
import { printedVerdict, sqlQuery, tenantWorld } from '../support/tenants.js';

const world = tenantWorld(`
  create table organizations (id bigint primary key, slug text unique, name text);
  create table users (id bigint primary key, email text unique);
  create table memberships (
    organization_id bigint not null references organizations, user_id bigint not null references users,
    role text, primary key (organization_id, user_id));
  create table projects (
    id bigint primary key, organization_id bigint not null references organizations, name text, status text);
  create table countries (code text primary key, name text);
  create table posts (
    id bigint primary key, country_code text references countries, external_id text, organization_id bigint not null references organizations,
    project_id bigint references projects, author_id bigint references users, parent_id bigint references posts,
    title text, slug text, status text, access_token text, published boolean,
    unique (organization_id, slug));
  create table comments (
    id bigint primary key, post_id bigint not null references posts, body text, email text, score int);
  create table labels (
    id bigint primary key, organization_id bigint references organizations, name text);
  create table devices (
    organization_id bigint not null references organizations, id uuid not null, name text,
    primary key (organization_id, id));
  create table readings (
    id bigint primary key, organization_id bigint not null, device_id uuid not null, value int,
    foreign key (organization_id, device_id) references devices (organization_id, id));
  create table schema_migrations (version bigint primary key);
`);

function table(cases: readonly (readonly [string, string])[]): void {
  for (const [sql, verdict] of cases) {
    it(sql.replace(/\s+/g, ' ').trim(), () =>
      assert.equal(printedVerdict(world.scoping(sqlQuery(sql))), verdict),
    );
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
      ['select * from countries', 'global: countries not-a-tenant-table'],
      ['select * from schema_migrations', 'global: schema_migrations not-a-tenant-table'],
      ['select * from pg_catalog.pg_class', 'global: pg_class not-a-tenant-table'],
      ['select * from elsewhere', 'unknown: elsewhere table-not-known'],
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
        'unscoped: p nothing',
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
      ['select * from posts p join comments c using (id) where organization_id = $1', 'scoped: p tenant'],
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
        'unscoped: posts nothing',
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
      // What a subquery computes may tie rows to a tenant.
      [
        'select c.* from (select (select id from posts where organization_id = $1 limit 1) as id) d join comments c on c.post_id = d.id',
        'unknown: c unread',
      ],
      ['select p.* from my_posts($1) f join posts p on p.id = f.id', 'by-key: p primary-key'],
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
      ['insert into posts values ($1, $2)', 'unknown: posts unread'],
      ['insert into comments (post_id, body) values ($1, $2)', 'by-key: comments parent'],
      ['insert into organizations (name) values ($1)', 'scoped: organizations given'],
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

  describe('what a program fills in', () => {
    table([
      ['select * from posts where organization_id = {{ .Org }}', 'scoped: posts tenant'],
      ['select * from posts where {{ .Conditions }}', 'unknown: posts unread'],
      [
        'select * from posts {{ if .Org }} where organization_id = {{ .Org }} {{ end }}',
        'scoped: posts tenant',
      ],
      ['select * from posts {{ if .All }} where published {{ end }}', 'unknown: posts unread'],
      ['select * from {{ .Table }} where published', 'unknown: xxxxxxxxxxxx table-not-known'],
    ]);
  });
});
