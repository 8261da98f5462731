// SQL statements and the queries that are read from them.

import assert from 'node:assert/strict';
import { queriesOf } from '../../server/src/queries/from-sql.js';
import { sqlParser } from '../support/parsers.js';
import { printedQuery } from '../support/query-printer.js';

function table(cases: readonly (readonly [sql: string, query: string | null])[]): void {
  for (const [sql, query] of cases) {
    it(sql, () => {
      const statement = sqlParser.statement(sql);
      assert.deepEqual(statement.problems, []);
      assert.deepEqual(queriesOf(statement).map(printedQuery), query === null ? [] : [query]);
    });
  }
}

describe('SQL queries', () => {
  describe('which statements are queries', () => {
    table([
      ['select 1', 'select -> ?column?={1}'],
      ['table posts', 'select posts -> *'],
      ['values (1, $1)', 'select -> column1={1}, column2={$1}'],
      ['select * into archive from posts', null],
      ['create table archive as select * from posts', 'select posts -> *'],
      ['explain analyze select * from posts', 'select posts -> *'],
      ['create materialized view archive as select * from posts', null],
      ['create view v as select * from posts', null],
      ['copy posts to stdout', null],
    ]);
  });

  describe('relations', () => {
    table([
      ['select * from audit.events e', 'select audit.events e -> *'],
      ['select * from a, b', 'select a cross b -> *'],
      ['select * from a cross join b', 'select a cross b -> *'],
      ['select * from a join b using (x, y)', 'select a inner b on a.x = b.x and a.y = b.y -> *'],
      ['select * from a natural join b', 'select a inner b on ~n(b.*) -> *'],
      ['select * from a left join b on a.x = b.x', 'select a left b on a.x = b.x -> *'],
      ['select * from a right join b on a.x = b.x', 'select a right b on a.x = b.x -> *'],
      ['select * from a full join b on a.x = b.x', 'select a full b on a.x = b.x -> *'],
      // What is in the brackets is there as a whole or not at all.
      [
        'select * from a left join (b join c on b.x = c.x) on a.y = b.y',
        'select a left b on a.y = b.y and b.x = c.x left c on b.x = c.x and a.y = b.y and b.x = c.x -> *',
      ],
      ['select * from (select x from a) d (y) where y = 1', 'select (select a -> y=x) d where y = {1} -> *'],
      [
        'select * from a, lateral (select * from b where b.x = a.x) l',
        'select a cross lateral (select b where b.x = a.x -> *) l -> *',
      ],
      ['select * from unnest($1::int[]) as ids (id)', 'select {} ids -> *'],
      ['select * from generate_series(1, 3) n', 'select {} n -> *'],
      ['select * from a, jsonb_each(a.data) e', 'select a cross {..} e -> *'],
      ['select * from a, mine(a.x) e', 'select a cross [it is the result of a function] e -> *'],
      ['select * from a tablesample system (1)', 'select a -> *'],
    ]);
  });

  describe('conditions', () => {
    const where = (condition: string, printed: string): [string, string] => [
      `select 1 from a where ${condition}`,
      `select a where ${printed} -> ?column?={1}`,
    ];
    table([
      where('x = $1', 'x = {$1}'),
      where('x = @name', 'x = {@name}'),
      where('x = :name', 'x = {:name}'),
      where("x = :'name'", "x = {:'name'}"),
      where('x = sqlc.arg(name)', 'x = {sqlc.arg(name)}'),
      where("x = current_setting('app.x')::int", "x = {current_setting('app.x')}"),
      where('x = (select auth.uid())', 'x = {auth.uid()}'),
      where('x::text = lower($1)', 'x = {lower($1)}'),
      where('lower(x) = $1', '?(x) = {$1}'),
      where('(x, y) = ($1, 2)', 'x = {$1} and y = {2}'),
      where('x in (1, $1)', 'x in ({1}, {$1})'),
      where('x not in (1, 2)', 'not x in ({1}, {2})'),
      where('x = any($1)', 'x in ({$1})'),
      where('x = any(array[1, 2])', 'x in ({1}, {2})'),
      where('x = any(tags)', 'x in (?(tags))'),
      where('x <> all($1)', '~(x)'),
      where('x is not distinct from $1', 'x = {$1}'),
      where('x is distinct from $1', 'not x = {$1} or ~()'),
      where('x between 1 and y', '~(x, y)'),
      where("x like 'a%'", '~(x)'),
      where('x is null and y is not null', 'x is null and y is not null'),
      where('x', '~(x)'),
      where('not x or y is true', 'not ~(x) or ~(y)'),
      where('coalesce(x = 1, false)', 'x = {1}'),
      where('f(x, $1)', '~f(x)'),
      where('true', 'true').map((text) => text.replace(' where true ->', ' ->')) as [string, string],
      where('false', 'false'),
      where(
        'case when $1 then x = 1 when y then z = 2 end',
        '(~f() and x = {1}) or (~(y) and z = {2}) or false',
      ),
      where('x = coalesce($1, x)', '{$1} is null or x = {$1}'),
      where('exists (select 1 from b where b.y = a.y)', 'exists (select b where b.y = a.y -> ?column?={1})'),
      where('x in (select y from b)', 'x in ((select b -> y))'),
      where('x > (select max(y) from b)', '~f(x, (select b -> max=?))'),
      where('x = (select max(y) from b)', 'x = (select b -> max=?)'),
    ]);
  });

  describe('blocks', () => {
    table([
      ['with a as (select 1 as x) select * from a', 'with a as (select -> x={1}) select cte:a a -> *'],
      // A name of the public schema is not hidden, and one cannot name itself without RECURSIVE.
      [
        'with a as (select * from a) select * from public.a',
        'with a as (select a -> *) select public.a a -> *',
      ],
      [
        'with recursive t (n) as (select 1 union all select n + 1 from t) select n from t',
        'with recursive t as (select -> n={1} union (select cte:t t -> ?column?=?)) select cte:t t -> n',
      ],
      [
        'select x from a union select y from b except select z from c',
        'select a -> x union (select b -> y) except (select c -> z)',
      ],
      [
        'select x, count(*), (select max(z) from c) from a group by x',
        'select a -> x, count=?, ?column?=? also (select c -> max=?)',
      ],
      [
        'insert into a (x, y) values ($1, 2), ($2, (select z from b))',
        'insert a (x, y) values ({$1}, {2}), ({$2}, (select b -> z)) also (select b -> z)',
      ],
      ['insert into a select * from b', 'insert a (?) from (select b -> *)'],
      ['insert into a default values', 'insert a (?)'],
      [
        'insert into a (x) values (1) on conflict (x) do update set y = excluded.y returning id',
        'insert a (x) values ({1}) on conflict (x) update y = excluded.y -> id',
      ],
      [
        'insert into a (x) values (1) on conflict on constraint k do nothing',
        'insert a (x) values ({1}) on conflict k nothing',
      ],
      [
        'update a set x = 1, (y, z) = (select 1, 2 from c) from b where a.i = b.i',
        'update a cross b where a.i = b.i set x = {1}, y = ?((select c -> ?column?={1}, ?column?={2})), z = ?() also (select c -> ?column?={1}, ?column?={2})',
      ],
      ['delete from only a using b where a.i = b.i returning *', 'delete a cross b where a.i = b.i -> *'],
      [
        'merge into a using b on a.i = b.i when matched then update set x = b.x when not matched then insert (i, x) values (b.i, $1)',
        'merge a cross b where a.i = b.i set x = b.x (i, x) values (b.i, {$1})',
      ],
    ]);
  });

  describe('what a program fills in', () => {
    table([
      ['select * from a where x = {{ .X }}', 'select a where x = {{{ .X }}} -> *'],
      ['select * from a where {{ .Where }}', 'select a where ~?() -> *'],
      [
        'select * from a {{ .Join }} where x = 1',
        'select a xxxxxxxxxxx where x = {1} -> * [a part of it is filled in by a program]',
      ],
      [
        'select * from {{ .Table }}',
        'select [its name is filled in by a program] xxxxxxxxxxxx -> * [a part of it is filled in by a program]',
      ],
    ]);
  });

  it('points at the verb of the statement itself', () => {
    const verbAt = (sql: string) => {
      const [query] = queriesOf(sqlParser.statement(sql));
      assert.ok(query !== undefined);
      return sql.slice(query.keyword.start);
    };
    assert.equal(verbAt('with a as (delete from b returning *) select 1 from a'), 'select 1 from a');
    assert.equal(verbAt('with a as (select 1) update b set x = 1'), 'update b set x = 1');
    assert.equal(verbAt('(select 1) union select 2'), 'select 2');
  });
});
