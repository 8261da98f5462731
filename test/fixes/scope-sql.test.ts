// The tenant's condition in SQL queries: where it goes, and what the column is compared with.

import { describeScopes } from './support/mend-query.js';

describeScopes('scopeQuery, SQL: where the condition goes', 'queries.sql', [
  {
    title: 'a WHERE of its own',
    relation: 'posts',
    query: `
      select * from posts
    `,
    shows: `
      select * from posts where organization_id = $1
    `,
  },
  {
    title: 'before what follows WHERE',
    relation: 'posts',
    query: `
      SELECT * FROM posts ORDER BY id LIMIT 3;
    `,
    shows: `
      SELECT * FROM posts WHERE organization_id = $1 ORDER BY id LIMIT 3;
    `,
  },
  {
    title: 'behind the conditions that are there, comments stay',
    relation: 'posts',
    query: `
      SELECT * FROM posts WHERE id = $1 -- by id
      ORDER BY id;
    `,
    shows: `
      SELECT * FROM posts WHERE id = $1 AND organization_id = $2 -- by id
      ORDER BY id;
    `,
  },
  {
    title: 'an OR gets parentheses',
    relation: 'posts',
    query: `
      select * from posts p where p.id = $1 or p.title = $2 for update
    `,
    shows: `
      select * from posts p where (p.id = $1 or p.title = $2) and p.organization_id = $3 for update
    `,
  },
  {
    title: 'but not one in a CASE',
    relation: 'posts',
    query: `
      select * from posts where case when id = 1 or id = 2 then true end group by id having count(*) > 1
    `,
    shows: `
      select * from posts where case when id = 1 or id = 2 then true end and organization_id = $1 group by id having count(*) > 1
    `,
  },
  {
    title: 'on lines as the others stand',
    relation: 'posts',
    query: `
      SELECT *
        FROM posts
       WHERE id = $1
         AND title = $2
       ORDER BY id
    `,
    shows: `
      SELECT *
        FROM posts
       WHERE id = $1
         AND title = $2
         AND organization_id = $3
       ORDER BY id
    `,
  },
  {
    title: 'WHERE on a line as FROM stands',
    relation: 'posts',
    query: `
      select *
      from posts
      order by id
    `,
    shows: `
      select *
      from posts
      where organization_id = $1
      order by id
    `,
  },
  {
    title: 'in the ON of a join, with the column that is compared already',
    relation: 'comments',
    query: `
      SELECT p.*
      FROM posts p
      LEFT JOIN comments c ON c.post_id = p.id
      WHERE p.organization_id = $1
      ORDER BY p.id
    `,
    shows: `
      SELECT p.*
      FROM posts p
      LEFT JOIN comments c ON c.post_id = p.id AND c.organization_id = p.organization_id
      WHERE p.organization_id = $1
      ORDER BY p.id
    `,
  },
  {
    title: 'an ON with OR',
    relation: 'comments',
    query: `
      select 1 from posts p join comments c on c.post_id = p.id or c.x = 1, authors a
    `,
    shows: `
      select 1 from posts p join comments c on (c.post_id = p.id or c.x = 1) and c.organization_id = $1, authors a
    `,
  },
  {
    title: 'a join with USING has it in WHERE',
    relation: 'comments',
    query: `
      select 1 from posts p join comments c using (post_id) where p.id = 1
    `,
    shows: `
      select 1 from posts p join comments c using (post_id) where p.id = 1 and c.organization_id = $1
    `,
  },
  {
    title: 'a left join with USING has no place for it',
    relation: 'comments',
    query: `
      select 1 from posts p left join comments c using (post_id)
    `,
    shows: null,
  },
  {
    title: 'functions called left and right',
    relation: 'comments',
    query: `
      select left(p.title, 3) from posts p join comments c on left(c.x, 2) = p.y
    `,
    shows: `
      select left(p.title, 3) from posts p join comments c on left(c.x, 2) = p.y and c.organization_id = $1
    `,
  },
  {
    title: 'a join in brackets',
    relation: 'comments',
    query: `
      select 1 from (posts p join comments c on c.post_id = p.id) where p.id = 1
    `,
    shows: `
      select 1 from (posts p join comments c on c.post_id = p.id and c.organization_id = $1) where p.id = 1
    `,
  },
  {
    title: 'a right join keeps all rows whatever its ON says',
    relation: 'comments',
    query: `
      select 1 from posts p right join comments c on c.post_id = p.id
    `,
    shows: `
      select 1 from posts p right join comments c on c.post_id = p.id where c.organization_id = $1
    `,
  },
  {
    title: 'a right join keeps the rows that are compared with it',
    relation: 'posts',
    query: `
      select * from posts p right join comments c on c.organization_id = p.organization_id where c.body like $1
    `,
    shows: `
      select * from posts p right join comments c on c.organization_id = p.organization_id where c.body like $1 and c.organization_id = $2
    `,
  },
  {
    title: 'what stands before a right join is told apart in its ON',
    relation: 'posts',
    query: `
      select * from posts p right join comments c on c.post_id = p.id
    `,
    shows: `
      select * from posts p right join comments c on c.post_id = p.id and p.organization_id = $1
    `,
  },
  {
    title: 'a right join whose ON compares keeps all rows all the same',
    relation: 'comments',
    query: `
      select * from posts p right join comments c on c.post_id = p.id and c.organization_id = $1
    `,
    shows: `
      select * from posts p right join comments c on c.post_id = p.id and c.organization_id = $1 where c.organization_id = $1
    `,
  },
  {
    title: 'not where all others are asked for: <>',
    relation: 'posts',
    query: `
      select * from posts where organization_id <> $1
    `,
    shows: null,
  },
  {
    title: 'not where all others are asked for: NOT',
    relation: 'posts',
    query: `
      select * from posts p where not (p.organization_id = $1) and p.id = $2
    `,
    shows: null,
  },
  {
    title: 'in a subquery',
    relation: 'comments',
    query: `
      select (select count(*) from comments c where c.post_id = p.id) from posts p
    `,
    shows: `
      select (select count(*) from comments c where c.post_id = p.id and c.organization_id = $1) from posts p
    `,
  },
  {
    title: 'in EXISTS',
    relation: 'posts',
    query: `
      select * from a where exists (select 1 from posts where posts.a_id = a.id)
    `,
    shows: `
      select * from a where exists (select 1 from posts where posts.a_id = a.id and posts.organization_id = $1)
    `,
  },
  {
    title: 'in a CTE',
    relation: 'posts',
    query: `
      with x as (
        select * from posts
        order by 1
      )
      select * from x
    `,
    shows: `
      with x as (
        select * from posts where organization_id = $1
        order by 1
      )
      select * from x
    `,
  },
  {
    title: 'in a branch of UNION',
    relation: 'posts',
    query: `
      select id from drafts union select id from posts order by 1
    `,
    shows: `
      select id from drafts union select id from posts where organization_id = $1 order by 1
    `,
  },
  {
    title: 'UPDATE',
    relation: 'posts',
    query: `
      update posts set title = $1, body = $2 returning id
    `,
    shows: `
      update posts set title = $1, body = $2 where organization_id = $3 returning id
    `,
  },
  {
    title: 'UPDATE on lines',
    relation: 'posts',
    query: `
      UPDATE posts
      SET title = $1
      WHERE id = $2 AND (a OR b)
      RETURNING id
    `,
    shows: `
      UPDATE posts
      SET title = $1
      WHERE id = $2 AND (a OR b) AND organization_id = $3
      RETURNING id
    `,
  },
  {
    title: 'DELETE with USING',
    relation: 'posts',
    query: `
      delete from posts using authors a where a.id = posts.author_id
    `,
    shows: `
      delete from posts using authors a where a.id = posts.author_id and posts.organization_id = $1
    `,
  },
  {
    title: 'INSERT of rows',
    relation: 'posts',
    query: `
      insert into posts (id, title) values ($1, $2), ($3, $4) on conflict (id) do nothing returning *
    `,
    shows: `
      insert into posts (id, title, organization_id) values ($1, $2, $5), ($3, $4, $5) on conflict (id) do nothing returning *
    `,
  },
  {
    title: 'INSERT of a query',
    relation: 'posts',
    query: `
      INSERT INTO posts (id, title)
      SELECT id, name FROM drafts WHERE id = $1
    `,
    shows: `
      INSERT INTO posts (id, title, organization_id)
      SELECT id, name, $2 FROM drafts WHERE id = $1
    `,
  },
  {
    title: 'INSERT without columns has no place for it',
    relation: 'posts',
    query: `
      insert into posts values (1)
    `,
    shows: null,
  },
]);

describeScopes('scopeQuery, SQL: the value', 'queries.sql', [
  {
    title: 'the next number',
    relation: 'posts',
    query: `
      select * from posts where id = $2 and x = $1
    `,
    shows: `
      select * from posts where id = $2 and x = $1 and organization_id = $3
    `,
  },
  {
    title: 'the parameter that another block compares the column with',
    relation: 'comments',
    query: `
      select * from posts where organization_id = $1 and id in (select post_id from comments)
    `,
    shows: `
      select * from posts where organization_id = $1 and id in (select post_id from comments where organization_id = $1)
    `,
  },
  {
    title: 'a setting of the session',
    relation: 'comments',
    query: `
      select * from posts where organization_id = current_setting('app.org')::bigint and id in (select post_id from comments)
    `,
    shows: `
      select * from posts where organization_id = current_setting('app.org')::bigint and id in (select post_id from comments where organization_id = current_setting('app.org')::bigint)
    `,
  },
  {
    title: 'a name in the way of the file: @name',
    relation: 'posts',
    query: `
      select * from posts where id = @post_id
    `,
    shows: `
      select * from posts where id = @post_id and organization_id = @organization_id
    `,
  },
  {
    title: 'in camel case',
    relation: 'posts',
    query: `
      select * from posts where id = @postId
    `,
    shows: `
      select * from posts where id = @postId and organization_id = @organizationId
    `,
  },
  {
    title: ':name',
    relation: 'posts',
    query: `
      select * from posts where id = :id
    `,
    shows: `
      select * from posts where id = :id and organization_id = :organization_id
    `,
  },
  {
    title: 'sqlc.arg(name)',
    relation: 'posts',
    query: `
      select * from posts where id = sqlc.narg('id')
    `,
    shows: `
      select * from posts where id = sqlc.narg('id') and organization_id = sqlc.arg('organization_id')
    `,
  },
  {
    title: 'as other queries of the file have it',
    relation: 'posts',
    query: `
      select * from drafts where id = @id;

      select * from posts;
    `,
    shows: `
      select * from drafts where id = @id;

      select * from posts where organization_id = @organization_id;
    `,
  },
  {
    title: 'names in quotes',
    relation: 'Posts',
    column: 'tenantId',
    query: `
      select * from "Posts" where "Posts"."id" = $1
    `,
    shows: `
      select * from "Posts" where "Posts"."id" = $1 and "Posts"."tenantId" = $2
    `,
  },
]);
