import assert from 'node:assert/strict';
import { graphOrder } from '../../../client/src/views/plan/graph.js';
import { nodeAt, placesOf, statementIn } from '../../../client/src/views/plan/places.js';
import type { PlanPlaces } from '../../../server/src/hosts/lsp/extensions.js';
import { node, planOf } from './plans.js';

const SQL = "select o.id from orders o join users u on u.id = o.user_id where o.status = 'open'";

function placesAt(nodes: Readonly<Record<string, readonly string[]>>): PlanPlaces {
  const spanOf = (part: string) => ({ start: SQL.indexOf(part), end: SQL.indexOf(part) + part.length });
  return {
    text: SQL,
    nodes: Object.fromEntries(Object.entries(nodes).map(([id, parts]) => [id, parts.map(spanOf)])),
  };
}

const places = placesAt({
  '0': ['u.id = o.user_id'],
  '0.0': ['orders o', "o.status = 'open'"],
  '0.1': ['users u'],
  '0.1.0': ['users u'],
});
const { root } = planOf({
  'Node Type': 'Hash Join',
  Plans: [
    node({ 'Node Type': 'Seq Scan', 'Relation Name': 'orders', Alias: 'o' }),
    node({
      'Node Type': 'Hash',
      Plans: [node({ 'Node Type': 'Seq Scan', 'Relation Name': 'users', Alias: 'u' })],
    }),
  ],
});

describe('the statement of a plan in its document', () => {
  const cases: readonly [what: string, document: string, stood: number, found: number | null][] = [
    ['is where it was', SQL, 0, 0],
    ['has moved down', `-- why\n${SQL}`, 0, 7],
    ['has moved up', SQL, 40, 0],
    ['is the nearer of two', `${SQL};\n${SQL}`, SQL.length, SQL.length + 2],
    ['has changed', SQL.replace('open', 'paid'), 0, null],
    ['is gone', '', 0, null],
  ];
  for (const [what, document, stood, found] of cases) {
    it(what, () => assert.equal(statementIn(document, places, stood)?.start ?? null, found));
  }
});

describe('the places of a node', () => {
  const statement = { start: 100, end: 100 + SQL.length };
  const texts = (id: string) =>
    placesOf(places, id, statement).map(({ start, end }) => SQL.slice(start - 100, end - 100));

  it('are what it reads and checks', () => assert.deepEqual(texts('0.0'), ['orders o', "o.status = 'open'"]));
  it('are the statement where it has none', () => assert.deepEqual(texts('0.7'), [SQL]));
});

describe('the node at a place', () => {
  const cases: readonly [at: string, id: string][] = [
    ['orders', '0.0'],
    ['status', '0.0'],
    ['user_id', '0'],
    ['users', '0.1.0'],
    ['select', '0'],
  ];
  for (const [at, id] of cases) {
    it(`of "${at}" is ${id}`, () => assert.equal(nodeAt(places, root, SQL.indexOf(at)), id));
  }
});

describe('the numbers of the graph', () => {
  it('count nodes from the root, parents before children', () => {
    const plan = planOf({
      'Node Type': 'Append',
      Plans: [
        node({ 'Node Type': 'Sort', Plans: [node({ 'Node Type': 'Result' })] }),
        node({ 'Node Type': 'Result' }),
      ],
    });
    assert.deepEqual(graphOrder(plan), ['0', '0.0', '0.0.0', '0.1']);
  });
});
