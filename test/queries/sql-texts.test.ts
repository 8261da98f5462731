// SQL in the strings of Elixir code.

import assert from 'node:assert/strict';
import { sqlTextsIn } from '../../server/src/queries/sql-texts.js';
import { elixirParser, sqlParser } from '../support/parsers.js';
import { printedQuery } from '../support/query-printer.js';

function textsIn(text: string) {
  return sqlTextsIn(elixirParser.parse(text), sqlParser);
}

describe('SQL in strings of Elixir', () => {
  const cases: readonly (readonly [code: string, ...queries: string[]])[] = [
    [
      'Repo.query("select * from posts where id = $1", [id])',
      'Repo.query: select posts where id = {$1} -> *',
    ],
    ['Ecto.Adapters.SQL.query!(Repo, "delete from posts", [])', 'Ecto.Adapters.SQL.query!: delete posts'],
    ['"update posts set a = 1" |> Repo.query!()', 'Repo.query!: update posts set a = {1}'],
    ['~SQL"select 1 from posts"', 'select posts -> ?column?={1}'],
    ['sql = """\n  SELECT id\n  FROM posts\n"""', 'select posts -> id'],
    [
      'Repo.query("select 1; select 2")',
      'Repo.query: select -> ?column?={1}',
      'Repo.query: select -> ?column?={2}',
    ],
    [
      'Repo.query("select * from posts where org_id = #{org.id}")',
      'Repo.query: select posts where org_id = {__interpolated0__} -> *',
    ],
    [
      'Repo.query("select * from #{table} where id = $1")',
      'Repo.query: select [its name is filled in by a program] __interpolated0__ where id = {$1} -> * [a part of it is filled in by a program]',
    ],
    [
      'Repo.query("select * from posts #{where}")',
      'Repo.query: select posts __interpolated0__ -> * [a part of it is filled in by a program]',
    ],
    [
      'Repo.query("select * from posts where a = 1 #{more} order by id")',
      'Repo.query: select posts where a = {1} -> * [a part of it is filled in by a program]',
    ],
    [
      'Repo.query("select * from posts where org_id = $1 and #{more}")',
      'Repo.query: select posts where org_id = {$1} and ~?() -> *',
    ],
    [
      'Repo.query("select 1 from posts where id in #{ids}")',
      'Repo.query: select posts where id in ({_interpolated0_}) -> ?column?={1}',
    ],
    [
      'Repo.query("update posts set #{changes} where id = $1")',
      'Repo.query: update posts where id = {$1} set x = {i} [a part of it is filled in by a program]',
    ],
    [
      'Repo.query("with x as (#{query}) select * from x")',
      'Repo.query: with x as (select -> ?column?={p}) select cte:x x -> * [a part of it is filled in by a program]',
    ],
    // Put together from several texts.
    [
      'Repo.query("select * from posts where org_id = $1 " <> more <> " order by id")',
      'Repo.query: select posts where org_id = {$1} -> * [a part of it is filled in by a program]',
    ],
    [
      'Repo.query("select * " <> "from posts " <> "where org_id = #{org}")',
      'Repo.query: select posts where org_id = {__interpolated200__} -> *',
    ],
    [
      'Enum.join(["select *", "from posts", "where id = $1"], " ") |> Repo.query([id])',
      'Repo.query: select posts where id = {$1} -> *',
    ],
    ['["select *", "from posts"] |> Enum.join("\\n") |> Repo.query!()', 'Repo.query!: select posts -> *'],
    // A variable of the function with a text.
    [
      'def run(org) do\n  where = "where org_id = #{org.id}"\n  ["DELETE FROM posts #{where}", "DELETE FROM tags #{where}"]\nend',
      'delete posts where org_id = {__interpolated100__}',
      'delete tags where org_id = {__interpolated100__}',
    ],
    [
      'def run(org) do\n  sql = "SELECT id FROM posts"\n  Repo.query(sql <> " WHERE org_id = $1", [org])\nend',
      'Repo.query: select posts where org_id = {$1} -> id',
    ],
    [
      'def run(org) do\n  sql = "SELECT id FROM posts WHERE org_id = $1"\n  Repo.query("#{sql} LIMIT 1", [org])\nend',
      'Repo.query: select posts where org_id = {$1} -> id',
    ],
    // What else it becomes is not known.
    [
      'def run(x) do\n  sql = "SELECT id FROM posts"\n  sql = if x, do: sql <> " WHERE a = 1", else: sql\n  Repo.query(sql)\nend',
      'select posts -> id [what is added to it is decided at run time]',
    ],
    // What a module holds.
    [
      'defmodule M do\n  @table "posts"\n  @columns [:id, "title"]\n  @words ~w(id kind)\n  @most 1_000\n  def run, do: Repo.query("SELECT #{Enum.join(@columns, ", ")}, #{Enum.join(@words, ", ")} FROM #{@table} LIMIT #{@most}")\nend',
      'Repo.query: select posts -> id, title, id, kind',
    ],
    [
      'defmodule M do\n  @table "posts"\n  @all "FROM #{@table}"\n  def run, do: Repo.query("SELECT id " <> @all)\nend',
      'Repo.query: select posts -> id',
    ],
    [
      'defmodule M do\n  @table "posts"\n  @table "tags"\n  @words ~w(a b)\n  def run, do: Repo.query("SELECT #{@words} FROM #{@table}")\nend',
      'Repo.query: select [its name is filled in by a program] __interpolated1__ -> ?column?={__interpolated0__} [a part of it is filled in by a program]',
    ],
    ['"update " <> name'],
    // Prose and documentation.
    ['gettext("select a plan from the list")'],
    ['@doc """\nSELECT id\nFROM posts\n"""'],
    ['Repo.query("create table posts (id int)")'],
  ];
  for (const [code, ...queries] of cases) {
    it(code, () =>
      assert.deepEqual(
        textsIn(code).map(({ query }) => printedQuery(query)),
        queries,
      ),
    );
  }

  it('knows what the program puts in, also within texts', () => {
    const text = `Repo.query("SELECT 1 FROM posts WHERE state = '#{state}' AND id = #{id} AND kind = 'a'")`;
    const cut = ({ start, end }: { start: number; end: number }) => text.slice(start, end);
    assert.deepEqual(textsIn(text)[0]?.filledIn.map(cut), ['#{state}', '#{id}']);
    assert.deepEqual(textsIn('Repo.query("SELECT 1 FROM posts")')[0]?.filledIn, []);
  });

  it('knows where everything stands in the file', () => {
    const text = `
defmodule Shop.Posts do
  def list(org) do
    sql = """
      SELECT id -- "é"
      FROM posts WHERE org_id = #{org.id}
        AND kind = $2
    """

    Repo.query(sql, [1, 2])
  end
end
`;
    const [found, ...others] = textsIn(text);
    assert.ok(found !== undefined && others.length === 0);
    const cut = ({ start, end }: { start: number; end: number }) => text.slice(start, end);
    assert.equal(found.parameters, 2);
    assert.equal(found.writes, false);
    assert.deepEqual(found.filledIn.map(cut), ['#{org.id}']);
    assert.equal(found.query.module, 'Shop.Posts');
    assert.equal(found.query.within?.name, 'list/1');
    assert.equal(cut(found.query.keyword), 'SELECT');
    assert.equal(cut(found.query.block.relations[0]?.span ?? found.span), 'posts');
    assert.ok(cut(found.span).startsWith('SELECT id') && cut(found.span).endsWith('kind = $2'));
    assert.equal(found.toOuter(found.sql.indexOf('kind')), text.indexOf('kind'));
  });
});
