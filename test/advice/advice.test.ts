// Runs test/advice/*.md: plans of real servers, and all that is said of them. What the document's rule says stands in full,
// what others say in a line.
// Fences: `sql given` runs before, and belongs to the schema; `sql analyze`, `sql estimate` is the query (with words for the
// other options); `json plan` what the server printed; `json tables` what is known of tables; `json source` where from;
// `json statistics` what the planner knew of columns, by table, where not all of it: those that it does not name it guessed;
// `text advice` what is said. UPDATE=1 writes what is said, UPDATE=plans records the plans as well.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Advice } from '../../server/src/advice/advice.js';
import { adviceOn } from '../../server/src/advice/advise.js';
import { ADVICE_RULES } from '../../server/src/advice/index.js';
import type { Circumstances, TableFacts } from '../../server/src/advice/moment.js';
import type { Distribution } from '../../server/src/catalog/statistics.js';
import { parsePlan } from '../../server/src/plans/plan.js';
import { planCondition, sortKey } from '../../server/src/queries/plan-conditions.js';
import { catalogFrom } from '../support/catalogs.js';
import { type Fence, type Fixture, readFixtures, rewriteFences } from '../support/markdown.js';
import { sqlParser } from '../support/parsers.js';
import { type Major, useRealServer } from '../truth/support/real-server.js';
import { compact, record, SHOP } from './support/record.js';

const [SCHEMA = ''] = SHOP.split('-- rows\n');
const UNKNOWN: TableFacts = { rows: null, bytes: null, changedRows: null, analyzed: null };
const recording = process.env.UPDATE === 'plans';
const updating = recording || process.env.UPDATE === '1';

const documents = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.md'));

describe('advice', () => {
  const servers = recording ? { 18: useRealServer(18), 15: useRealServer(15) } : null;

  it('has a document for each rule', () => {
    const ids = ADVICE_RULES.map(({ id }) => `${id}.md`);
    assert.deepEqual([...documents].sort(), [...ids].sort());
  });

  for (const file of documents) {
    const rule = file.replace(/\.md$/, '');
    const path = join(import.meta.dirname, file);
    const document = readFileSync(path, 'utf8');
    const fixtures = readFixtures(document);
    const replacements: { fence: Fence; text: string }[] = [];

    describe(rule, () => {
      for (const fixture of fixtures) {
        it(fixture.name.slice(1).join(' › '), async function () {
          const fence = (language: string, info: string) =>
            fixture.fences.find((one) => one.language === language && one.info === info);
          const expected = fence('text', 'advice');
          const recorded = fence('json', 'plan');
          assert.ok(expected !== undefined && recorded !== undefined, 'a plan, and what is said of it');
          let plan = recorded.text;
          if (servers !== null && !queryOf(fixture).words.includes('by-hand')) {
            this.timeout(120_000);
            const { given, query, words } = queryOf(fixture);
            const major: Major = words.includes('15') ? 15 : 18;
            plan = compact(await record(servers[major](), { given, query, words }));
            replacements.push({ fence: recorded, text: plan });
          }
          const said = saidOf(rule, fixture, plan);
          if (updating) replacements.push({ fence: expected, text: said });
          else assert.equal(said, expected.text);
        });
      }

      it('has a plan that it speaks of, and one that it does not', () => {
        const speaks = fixtures.map(({ fences }) =>
          fences.some(({ info, text }) => info === 'advice' && text.includes(`${rule} at `)),
        );
        if (!updating) assert.deepEqual([...new Set(speaks)].sort(), [false, true]);
      });

      after(() => {
        if (updating) writeFileSync(path, rewriteFences(document, replacements));
      });
    });
  }
});

function queryOf({ fences }: Fixture): { given: string; query: string; words: readonly string[] } {
  const given = fences.find(({ language, info }) => language === 'sql' && info === 'given');
  const query = fences.find(({ language, info }) => language === 'sql' && info !== 'given');
  assert.ok(query !== undefined, 'a query');
  return { given: given?.text ?? '', query: query.text.replace(/;\s*$/, ''), words: query.info.split(' ') };
}

function saidOf(rule: string, fixture: Fixture, json: string): string {
  const { given, query } = queryOf(fixture);
  const plan = parsePlan(JSON.parse(json));
  assert.ok(plan.kind === 'plan', 'a plan that can be read');
  const data = (info: string) =>
    fixture.fences.find(({ language, info: one }) => language === 'json' && one === info);
  const tables: Record<string, Partial<TableFacts>> = JSON.parse(data('tables')?.text ?? '{}');
  const distributions: Record<string, Record<string, Distribution>> | null = JSON.parse(
    data('statistics')?.text ?? 'null',
  );
  const source: Circumstances['source'] = JSON.parse(
    data('source')?.text ?? '{"kind":"database","statistics":"2026-11-20"}',
  );
  const advice = adviceOn(plan, {
    condition: (text) => planCondition(sqlParser, text),
    sortKey: (text) => sortKey(sqlParser, text),
    catalog: data('unknown-schema') === undefined ? catalogFrom(`${SCHEMA};${given}`) : null,
    factsOf: ({ name }) => (tables[name] === undefined ? null : { ...UNKNOWN, ...tables[name] }),
    distributionOf: ({ name }, column) =>
      distributions === null ? null : (distributions[name]?.[column] ?? 'guessed'),
    source,
    statement: query,
  });
  for (const { sql } of advice) if (sql !== null) assertReadable(sql);
  return advice.map((one) => (one.rule === rule ? inFull(one) : inShort(one))).join('\n') || 'nothing';
}

/** What is to be run is SQL; of a query only a part is told, and `…` stands for what only its author knows. */
function assertReadable(sql: string): void {
  if (sql.includes('…')) return;
  const isPart = /^(WHERE|LEFT JOIN) /.test(sql);
  for (const statement of isPart ? [`SELECT * FROM x ${sql}`] : sql.split(/;\s*(?:--.*)?(?:\n|$)/)) {
    const text = statement.replaceAll(/^--.*\n/gm, '');
    if (text.trim() !== '') assert.deepEqual(sqlParser.statement(text).problems, [], text);
  }
}

function inShort({ rule, node, severity, score }: Advice): string {
  return `${rule} at ${node} (${severity}, ${score})`;
}

function inFull(advice: Advice): string {
  const { message, threshold, whatToDo, sql, ecto, index } = advice;
  return [
    `${inShort(advice)}: ${message}`,
    `  ${whatToDo}`,
    ...(threshold === '' ? [] : [`  (${threshold})`]),
    ...[sql, ecto].flatMap((code) =>
      code === null ? [] : code.split('\n').map((line) => `  | ${line}`.trimEnd()),
    ),
    ...(index === null
      ? []
      : [`  index on ${index.table.name}: ${index.keys.map(({ expression }) => expression).join(', ')}`]),
  ].join('\n');
}
