// Plans in what people keep. The logs are those of a PostgreSQL 15 that wrote all of its formats at once.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodesOf } from '../../server/src/plans/nodes.js';
import { parsePlan } from '../../server/src/plans/plan.js';
import { type SavedPlan, savedPlansIn } from '../../server/src/plans/saved-plan.js';
import { recordedPairs } from './support/recorded-plan-texts.js';

const PAIRS = recordedPairs(18);
const NESTED = pair('nested-loop');

describe('a saved plan', () => {
  describe('in text format, from wherever it was copied', () => {
    // A line break in a literal cannot be told from one that a table or a mail made.
    const texts = PAIRS.filter(({ name }) => name !== 'multi-line' && name !== 'odd-names');
    const disguises: Readonly<Record<string, (text: string) => string>> = {
      psql: (text) => `QUERY PLAN\n${'-'.repeat(60)}\n${indented(text, ' ')}(7 rows)\n\nTime: 3.2 ms\n`,
      'psql in German': (text) => `QUERY PLAN\n${'-'.repeat(60)}\n${indented(text, ' ')}(7 Zeilen)\n`,
      'psql with borders': (text) => boxed(text, '|', `+${'-'.repeat(200)}+`),
      'psql with borders of Unicode': (text) => boxed(text, '│', `├${'─'.repeat(200)}┤`),
      Windows: (text) => text.replaceAll('\n', '\r\n'),
      'a code block in a list': (text) => `   \`\`\`\n${indented(text, '   ')}   \`\`\`\n`,
      'a reply': (text) => indented(text, '> '),
      'a grid that quotes each line': (text) =>
        text
          .trimEnd()
          .split('\n')
          .map((line) => `"${line.replaceAll('"', '""')}"`)
          .join('\n'),
      'a chat that ate the first spaces': (text) => indented(text, '      ').trimStart(),
      'rows of a driver as JSON': (text) =>
        JSON.stringify(
          text
            .trimEnd()
            .split('\n')
            .map((line) => ({ 'QUERY PLAN': line })),
        ),
      'a page with spaces that do not break': (text) => text.replaceAll('  ', ' \u00a0'),
    };
    for (const [name, disguise] of Object.entries(disguises)) {
      it(`is the same plan out of ${name}`, () => {
        for (const { name: which, text } of texts) {
          assert.deepEqual(only(disguise(text)).json, only(text).json, which);
        }
      });
    }

    it('is put together where mail has broken its lines', () => {
      const broken = NESTED.text.replace(/ \(actual time/g, '\n(actual time').replace(/ width=/g, '\nwidth=');
      assert.deepEqual(only(broken).json, only(NESTED.text).json);
    });

    it('is read without costs, and from the middle of a plan', () => {
      assert.equal(parsedRoot(only(pair('without-costs').text)).type, 'Index Scan');
      const inner = NESTED.text.slice(NESTED.text.indexOf('  ->'));
      assert.deepEqual(plans(inner).map(nodeTypes), [
        ['Index Scan'],
        ['Bitmap Heap Scan', 'Bitmap Index Scan'],
      ]);
    });

    it('keeps the statement that stands above it', () => {
      const typed = `shop=# EXPLAIN (ANALYZE, BUFFERS)\nshop-# SELECT *\nshop-# FROM orders;\n${'QUERY PLAN'}\n-----\n`;
      assert.equal(only(typed + NESTED.text).sql, 'SELECT *\nFROM orders');
      assert.equal(only(`explain analyze verbose select 1;\n\n${NESTED.text}`).sql, 'select 1');
      assert.equal(only(NESTED.text).sql, null);
    });

    it('is one of several', () => {
      const both = `${NESTED.text}\nand now with the index:\n\n${pair('limit').text}`;
      assert.deepEqual(
        plans(both).map((plan) => [parsedRoot(plan).type, plan.line]),
        [
          ['Nested Loop', 0],
          ['Limit', NESTED.text.split('\n').length + 2],
        ],
      );
    });

    it('keeps what has no place in the tree', () => {
      const plan = only(
        'Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)\n  Strange Thing: so and so\n  Odd Count: 7\n',
      );
      const { details } = parsedRoot(plan);
      assert.deepEqual([details['Strange Thing'], details['Odd Count']], ['so and so', 7]);
    });
  });

  describe('in JSON', () => {
    const json = JSON.parse(NESTED.json);
    const wrapped: Readonly<Record<string, string>> = {
      'as EXPLAIN prints it': NESTED.json,
      'without the list around it': JSON.stringify(json[0]),
      'as rows of a driver': JSON.stringify([{ 'QUERY PLAN': json }]),
      'out of psql': `QUERY PLAN\n-----\n${NESTED.json
        .trimEnd()
        .split('\n')
        .map((line) => ` ${line.padEnd(80)}+`)
        .join('\n')
        .slice(0, -1)}\n(1 row)\n`,
      'below its statement': `EXPLAIN (FORMAT JSON) SELECT 1;\n\n${NESTED.json}`,
      'in a fence of Markdown': `Slow:\n\n\`\`\`json\n${NESTED.json}\`\`\`\n`,
    };
    for (const [name, text] of Object.entries(wrapped)) {
      it(`is read ${name}`, () => assert.deepEqual(parsePlan(only(text).json), parsePlan(json)));
    }

    it('has its source and statement when Plumbline wrote it', () => {
      const source = { kind: 'database', name: 'shop on db', postgres: '16.2', statistics: '2026-11-20' };
      const saved = only(JSON.stringify({ version: 1, sql: 'SELECT 1', source, plan: json, advice: [] }));
      assert.deepEqual([saved.source, saved.sql], [source, 'SELECT 1']);
      assert.deepEqual(saved.json, json);
    });
  });

  describe('in a log of auto_explain', () => {
    const logs = ['auto_explain.log', 'auto_explain.csv.log', 'auto_explain.json.log'].map((name) =>
      readFileSync(join(import.meta.dirname, 'logs', name), 'utf8'),
    );
    const syslog = throughSyslog(logs[0] ?? '');

    for (const [at, log] of [...logs, syslog].entries()) {
      it(`is found with its statement and duration: ${['lines', 'csvlog', 'jsonlog', 'syslog'][at]}`, () => {
        const [count, top, prepared, ...others] = plans(log);
        assert.deepEqual(others, []);
        assert.equal(
          count?.sql,
          `select count(*)\n  from orders\n where note = 'it''s "quoted",\ntwo lines' and org_id = 3;`,
        );
        assert.equal(count?.durationMs, 0.146);
        assert.deepEqual(
          [count, top, prepared].map((plan) => plan && nodeTypes(plan)),
          [
            ['Aggregate', 'Bitmap Heap Scan', 'Bitmap Index Scan'],
            ['Limit', 'Sort', 'Bitmap Heap Scan', 'Bitmap Index Scan'],
            ['Index Scan'],
          ],
        );
        const [, heap] = nodesOf(parsed(count));
        assert.equal(heap?.conditions[1]?.text, `(note = 'it''s "quoted",\ntwo lines'::text)`);
        assert.equal(heap?.buffers?.sharedRead, 2);
      });
    }
  });

  describe('that is none', () => {
    const cases: readonly [string, string, RegExp][] = [
      ['an empty text', ' \n', /There is no text\. Expected is what EXPLAIN prints/],
      ['prose', 'Seq scans are slow: why?\n', /There is no plan in this text/],
      ['a statement', 'SELECT * FROM orders WHERE id = 3;', /There is no plan/],
      ['JSON of something else', '{"a": [1, 2]}', /There is no plan/],
      ['JSON that was cut off', NESTED.json.slice(0, 300), /broken or not complete/],
      ['XML', '<explain xmlns="http://www.postgresql.org/2009/explain"><Query>', /in XML are not read/],
      ['YAML', '- Plan: \n    Node Type: "Seq Scan"\n', /in YAML are not read/],
      ['a plan without its indentation', NESTED.text.replace(/^ +/gm, ''), /lost their indentation/],
    ];
    for (const [name, text, reason] of cases) {
      it(`says what was expected: ${name}`, () => {
        const found = savedPlansIn(text);
        assert.ok('kind' in found, JSON.stringify(found).slice(0, 300));
        assert.match(found.reason, reason);
      });
    }

    it('never throws, wherever a text is cut', () => {
      for (const { text } of [...PAIRS.slice(0, 12), { text: throughSyslog(PAIRS[3]?.text ?? '') }]) {
        for (let end = 0; end < text.length; end += 23) {
          const found = savedPlansIn(text.slice(0, end));
          if (!('kind' in found)) for (const { json } of found) parsePlan(json);
        }
      }
    });
  });
});

function pair(name: string) {
  const found = PAIRS.find((one) => one.name === name);
  assert.ok(found !== undefined);
  return found;
}

function plans(text: string): readonly SavedPlan[] {
  const found = savedPlansIn(text);
  assert.ok(!('kind' in found), 'kind' in found ? found.reason : '');
  return found;
}

function only(text: string): SavedPlan {
  const [plan, ...others] = plans(text);
  assert.ok(plan !== undefined);
  assert.deepEqual(others, []);
  return plan;
}

function parsed(saved: SavedPlan | undefined) {
  const plan = parsePlan(saved?.json);
  assert.ok(plan.kind === 'plan');
  return plan;
}

function parsedRoot(saved: SavedPlan) {
  return parsed(saved).root;
}

function nodeTypes(saved: SavedPlan): readonly string[] {
  return nodesOf(parsed(saved)).map(({ type }) => type);
}

function indented(text: string, by: string): string {
  return text.replace(/^(?=.)/gm, by);
}

function boxed(text: string, border: string, rule: string): string {
  const rows = text
    .trimEnd()
    .split('\n')
    .map((line) => `${border} ${line.padEnd(198)} ${border}`);
  return [
    rule,
    `${border} ${'QUERY PLAN'.padStart(104).padEnd(198)} ${border}`,
    rule,
    ...rows,
    rule,
    '(7 rows)',
  ].join('\n');
}

/** Each line of an entry with a prefix and its number. */
function throughSyslog(log: string): string {
  let number = 1;
  return log
    .split('\n')
    .map((line) => {
      number = line.startsWith('\t') ? number + 1 : 1;
      return `Nov 22 02:16:54 db1 postgres[24061]: [7-${number}] ${line.replaceAll('\t', '#011')}`;
    })
    .join('\n');
}
