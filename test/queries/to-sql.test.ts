// Runs to-sql.md: each heading with fences is a workspace of Elixir files. A `sql` fence is what is written for the queries of the
// file before it, in their order: the values of pins behind `--`, and `-- not known:` with the reason where there is no SQL. A
// heading `World` is no test: its fences belong to all tests.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainPlaces } from '../../server/src/features/explain-places.js';
import { explainTargetAt, explainTargetsIn } from '../../server/src/features/explain-target.js';
import { sqlOfFile } from '../../server/src/features/sql-of-file.js';
import { type Fence, type Fixture, readFixtures, rewriteFences } from '../support/markdown.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

const path = join(import.meta.dirname, 'to-sql.md');
const document = readFileSync(path, 'utf8');

describe('Ecto queries as SQL', () => {
  const fixtures = readFixtures(document);
  const world = fixtures.filter(({ name }) => name.at(-1) === 'World').flatMap(({ fences }) => fences);
  const replacements: { fence: Fence; text: string }[] = [];
  for (const fixture of fixtures) {
    if (fixture.name.at(-1) !== 'World')
      it(fixture.name.join(' › '), () => check(fixture, world, replacements));
  }
  after(() => {
    if (process.env.UPDATE === '1') writeFileSync(path, rewriteFences(document, replacements));
  });

  it('places an error of the server in the code', () => {
    const file = 'lib/shop/q.ex';
    const text =
      'defmodule Shop.Q do\n  import Ecto.Query\n\n  def run(name), do: Shop.Repo.all(from p in Shop.Post, where: p.title == ^name)\nend\n';
    const workspace = memoryWorkspace([...filesOf(world), { path: file, text }]);
    const target = explainTargetAt(workspace, `${ROOT}/${file}`, text.indexOf('where:'));
    assert.ok('sql' in target);
    assert.deepEqual(target.parameterNames, ['name']);
    assert.equal(target.toFile(target.sql.indexOf('p0."title" =')), text.indexOf('p.title'));
    assert.equal(target.toFile(target.sql.indexOf('= $1')), text.indexOf('p.title'));
    assert.equal(target.toFile(target.sql.indexOf('$1')), text.indexOf('name)\nend'));
    assert.equal(target.toFile(0), text.indexOf('Shop.Repo.all'));
    assert.deepEqual(explainPlaces(workspace, `${ROOT}/${file}`), [target.span]);
  });

  it('says what is put into a text, and shows no lens for it', () => {
    const file = 'lib/shop/raw.ex';
    const text = `defmodule Shop.Raw do
  @table "posts"
  def known, do: Shop.Repo.query("SELECT id FROM #{@table}")
  def table(table), do: Shop.Repo.query("SELECT id FROM #{table}")
  def text(post), do: Shop.Repo.query("SELECT id FROM posts WHERE title = '#{post.title}'")
end
`;
    const workspace = memoryWorkspace([...filesOf(world), { path: file, text }]);
    const at = (words: string) => explainTargetAt(workspace, `${ROOT}/${file}`, text.indexOf(words));
    const known = at('id FROM #{@table}');
    assert.ok('sql' in known);
    assert.equal(known.sql, 'SELECT id FROM posts');
    assert.equal(known.toFile(known.sql.indexOf('posts')), text.indexOf('#{@table}'));
    for (const [words, part] of [
      ['id FROM #{table}', '#{table}'],
      ['id FROM posts WHERE', '#{post.title}'],
    ] as const) {
      const refused = at(words);
      assert.ok('message' in refused);
      assert.equal(refused.kind, 'unsupported');
      assert.ok(refused.message.includes(part));
    }
    assert.deepEqual(explainPlaces(workspace, `${ROOT}/${file}`), [known.span]);
  });

  it('explains a query as it is written where a Repo may add to it, unless it writes', () => {
    const file = 'lib/guarded/q.ex';
    const text = `defmodule Guarded.Repo do
  use Ecto.Repo, otp_app: :shop
  import Ecto.Query
  def prepare_query(_, query, opts), do: {if(opts[:mine], do: where(query, views: 1), else: query), opts}
end
defmodule Guarded.Q do
  alias Guarded.Repo
  def read(mine), do: Repo.all(Shop.Post, mine: mine)
  def sure, do: Repo.exists?(Shop.Post, mine: true)
  def write(mine), do: Repo.delete_all(Shop.Post, mine: mine)
end
`;
    const workspace = memoryWorkspace([...filesOf(world), { path: file, text }]);
    const at = (words: string) => explainTargetAt(workspace, `${ROOT}/${file}`, text.indexOf(words));
    const read = at('Repo.all');
    assert.ok('sql' in read);
    assert.match(read.sql, / FROM "posts" AS p0$/);
    assert.match(read.notes?.join() ?? '', /^This is the plan of the query as it is written here\./);
    const sure = at('Repo.exists?');
    assert.ok('sql' in sure);
    assert.match(sure.sql, /WHERE \(p0\."views" = 1\)/);
    assert.equal(sure.notes, undefined);
    const write = at('Repo.delete_all');
    assert.ok('message' in write);
    assert.equal(write.kind, 'unsupported');
    const sqls = sqlOfFile(workspace, `${ROOT}/${file}`).map(({ sql }) => sql !== null);
    assert.deepEqual(sqls, [false, true, false]);
    assert.deepEqual(
      explainTargetsIn(workspace, `${ROOT}/${file}`).map(({ sql }) => sql),
      [sure.sql],
    );
  });

  it('says why a query cannot be explained', () => {
    const file = 'lib/shop/q.ex';
    const text =
      'defmodule Shop.Q do\n  import Ecto.Query\n  def run(query), do: Shop.Repo.all(query)\nend\n';
    const workspace = memoryWorkspace([...filesOf(world), { path: file, text }]);
    const target = explainTargetAt(workspace, `${ROOT}/${file}`, text.indexOf('Repo.all'));
    assert.ok('message' in target);
    assert.equal(target.kind, 'unsupported');
    assert.match(target.message, /the query comes from elsewhere/);
    assert.deepEqual(explainPlaces(workspace, `${ROOT}/${file}`), []);
  });
});

function filesOf(fences: readonly Fence[]) {
  return fences.flatMap(({ language, info, text }) => (language === 'elixir' ? [{ path: info, text }] : []));
}

function check(
  { fences }: Fixture,
  world: readonly Fence[],
  replacements: { fence: Fence; text: string }[],
): void {
  const workspace = memoryWorkspace(filesOf([...world, ...fences]));
  let file = '';
  for (const fence of fences) {
    if (fence.language === 'elixir') file = fence.info;
    if (fence.language !== 'sql') continue;
    const written = sqlOfFile(workspace, `${ROOT}/${file}`).map(({ sql, params, unsupported }) => {
      const values = params.length === 0 ? '' : ` -- ${params.join(', ')}`;
      return sql === null ? `-- not known: ${unsupported?.reason}` : `${sql};${values}`;
    });
    const text = written.join('\n');
    if (process.env.UPDATE === '1') replacements.push({ fence, text });
    else assert.equal(text, fence.text);
  }
}
