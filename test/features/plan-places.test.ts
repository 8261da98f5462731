// Plans of a real server, and where in the query their nodes are said to come from.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainTargetAt } from '../../server/src/features/explain-target.js';
import { placesInStatement, planPlaces } from '../../server/src/features/plan-places.js';
import { queriesOf as queriesOfProject } from '../../server/src/lint/queries.js';
import { nodeTarget, nodeTitle } from '../../server/src/plans/names.js';
import { nodesOf } from '../../server/src/plans/nodes.js';
import { parsePlan } from '../../server/src/plans/plan.js';
import { plansInText } from '../../server/src/plans/text.js';
import { queriesOf } from '../../server/src/queries/from-sql.js';
import type { Query } from '../../server/src/queries/query.js';
import { type Fixture, readFixtures, rewriteFences } from '../support/markdown.js';
import { sqlParser } from '../support/parsers.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

const FILE = join(import.meta.dirname, 'plan-places.md');
const document = readFileSync(FILE, 'utf8');
const fixtures = readFixtures(document);

describe('the places of a plan in its query', () => {
  for (const fixture of fixtures) {
    it(fixture.name.at(-1) ?? '', () => {
      const expected = fixture.fences.find(({ info }) => info === 'places');
      assert.equal(placesIn(fixture), expected?.text);
    });
  }

  after(() => {
    if (process.env.UPDATE !== '1') return;
    const replacements = fixtures.flatMap((fixture) =>
      fixture.fences
        .filter(({ info }) => info === 'places')
        .map((fence) => ({ fence, text: placesIn(fixture) })),
    );
    writeFileSync(FILE, rewriteFences(document, replacements));
  });
});

describe('the places of a plan in a file', () => {
  const plan = parsePlan(plansInText('Seq Scan on public.orders o\n  Filter: (o.total > $1)\n')[0]?.json);

  const files: readonly [what: string, path: string, text: string][] = [
    [
      'of several statements',
      'db/reports.sql',
      'select 1;\n\nselect o.id from orders o where o.total > $1; -- each\n',
    ],
    [
      'of Elixir',
      'lib/shop/reports.ex',
      `defmodule Shop.Reports do
  def large(total) do
    Shop.Repo.query!(
      """
      select o.id
      from orders o
      where o.total > $1
      """,
      [total]
    )
  end
end
`,
    ],
  ];
  for (const [what, path, text] of files) {
    it(`${what} count from the statement`, () => {
      const workspace = memoryWorkspace([{ path, text }]);
      const target = explainTargetAt(workspace, `${ROOT}/${path}`, text.indexOf('o.total'));
      assert.ok('query' in target && plan.kind === 'plan');
      const places = placesInStatement(sqlParser, plan, target, text);
      assert.ok(text.includes(places.text));
      const texts = places.nodes['0']?.map(({ start, end }) => places.text.slice(start, end));
      assert.deepEqual(texts, ['orders o', 'o.total > $1']);
    });
  }
});

/** `Seq Scan orders o: "orders o" "o.total > 100"`, a node to a line. */
function placesIn({ fences }: Fixture): string {
  const text = (language: string, info = '') =>
    fences.find((fence) => fence.language === language && fence.info === info)?.text;
  const source = text('sql') ?? text('elixir') ?? '';
  const query = text('elixir') === undefined ? sqlQuery(source) : ectoQuery(source);
  const plan = parsePlan(plansInText(text('text', 'plan') ?? '')[0]?.json);
  assert.ok(plan.kind === 'plan');
  const places = planPlaces(sqlParser, plan, query, source);
  const lines = nodesOf(plan).flatMap((node) => {
    const spans = places[node.id];
    if (spans === undefined) return [];
    const name = [nodeTitle(node), nodeTarget(node)].filter((part) => part !== '').join(' ');
    return [`${name}: ${spans.map(({ start, end }) => JSON.stringify(source.slice(start, end))).join(' ')}`];
  });
  return lines.join('\n');
}

function sqlQuery(sql: string): Query {
  const [query] = queriesOf(sqlParser.statement(sql));
  assert.ok(query);
  return query;
}

function ectoQuery(text: string): Query {
  const path = 'lib/blog/posts.ex';
  const [query] = queriesOfProject(memoryWorkspace([{ path, text }]), `${ROOT}/${path}`);
  assert.ok(query);
  return query;
}
