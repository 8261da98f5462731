// Queries in the bodies of functions.

import assert from 'node:assert/strict';
import { queriesOfFunction } from '../../server/src/queries/from-sql/functions.js';
import { sqlParser } from '../support/parsers.js';
import { printedQuery } from '../support/query-printer.js';
import { printedVerdict, tenantWorld } from '../support/tenants.js';

const world = tenantWorld(`
  create table organizations (id bigint primary key);
  create table posts (
    id bigint primary key, organization_id bigint not null references organizations, title text);
  create table tags (id bigint primary key, organization_id bigint not null references organizations, name text);
  create table notes (id bigint primary key, organization_id bigint not null references organizations, body text);
`);

function queriesIn(text: string) {
  const statement = sqlParser.statement(text);
  assert.deepEqual(statement.problems, []);
  return queriesOfFunction(statement, sqlParser);
}

function plpgsql(head: string, body: string): string {
  return `create function ${head} language plpgsql as $$ ${body} $$`;
}

describe('queries in functions', () => {
  const cases: readonly (readonly [text: string, ...verdicts: string[]])[] = [
    [
      "create function f(org bigint) returns setof posts language sql as 'select * from posts where organization_id = org'",
      'scoped: posts tenant',
    ],
    [
      'create function f(bigint) returns setof posts language sql as $$ select * from posts where organization_id = $1; select * from tags $$',
      'scoped: posts tenant',
      'unscoped: tags nothing',
    ],
    // In SQL a column hides a parameter of the same name.
    [
      'create function f(organization_id bigint) returns setof posts language sql as $$ select * from posts where organization_id = organization_id $$',
      'unscoped: posts nothing',
    ],
    [
      'create function f(organization_id bigint) returns setof posts language sql as $$ select * from posts where organization_id = f.organization_id $$',
      'scoped: posts tenant',
    ],
    [
      'create function f(orgs bigint[]) returns setof posts language sql as $$ select * from posts where organization_id = any(orgs) $$',
      'scoped: posts tenant',
    ],
    [
      plpgsql(
        'f(p_org bigint) returns setof posts',
        `begin return query select * from posts where organization_id = p_org; end`,
      ),
      'scoped: posts tenant',
    ],
    [
      plpgsql(
        'f(p_org bigint) returns setof posts',
        `begin return query select * from posts where p_org is null or organization_id = p_org; end`,
      ),
      'optional: posts tenant',
    ],
    [
      plpgsql(
        't() returns trigger',
        `begin
         update tags set name = 'x' where organization_id = new.organization_id;
         if exists (select 1 from posts where title = new.title) then delete from notes; end if;
         return new;
       end`,
      ),
      'scoped: tags tenant',
      'unscoped: posts nothing',
      'unscoped: notes nothing',
    ],
    [
      plpgsql(
        'f() returns void',
        `declare org bigint := current_setting('app.org'); r record;
       begin
         for r in select * from posts where organization_id = org loop
           perform 1 from tags where organization_id = r.organization_id;
         end loop;
         select count(*) into org from notes where organization_id = org;
       end`,
      ),
      'scoped: posts tenant',
      'scoped: tags tenant',
      'scoped: notes tenant',
    ],
    // What is put together at run time is not read.
    [plpgsql('f() returns void', `begin execute 'delete from posts'; end`)],
    [plpgsql('f() returns bigint', 'begin return 1; end')],
    ['create function f() returns int language c as $$ select 1 $$'],
    ['create table posts (id int)'],
  ];
  for (const [text, ...verdicts] of cases) {
    it(text.replace(/\s+/g, ' '), () =>
      assert.deepEqual(
        queriesIn(text).map((query) => printedVerdict(world.scoping(query))),
        verdicts,
      ),
    );
  }

  it('stand where they stand, and know their function', () => {
    const text = plpgsql(
      'shop.f(org bigint) returns void',
      `begin perform 1 from posts; if exists (select 1 from tags) then return; end if; end`,
    );
    const cut = ({ start, end }: { start: number; end: number }) => text.slice(start, end);
    const [first, second] = queriesIn(text);
    assert.equal(cut(first?.block.relations[0]?.span ?? { start: 0, end: 0 }), 'posts');
    assert.equal(
      second === undefined ? null : printedQuery(second),
      'select -> ?column?=? also (select tags -> ?column?={1})',
    );
    const { name, head, params } = first?.within ?? {};
    assert.deepEqual([name, head && cut(head), params], ['f', 'f', ['org']]);
  });
});
