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
      psql: (text) =>
        `QUERY PLAN\n${'-'.repeat(60)}\n${indented(text, ' ')}(${linesOf(text)} rows)\n\nTime: 3.2 ms\n`,
      'psql in German': (text) =>
        `QUERY PLAN\n${'-'.repeat(60)}\n${indented(text, ' ')}(${linesOf(text)} Zeilen)\n`,
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
      'a chat that ate the first spaces': (text) => indented(text, '    ').trimStart(),
      'rows of a driver as JSON': (text) =>
        JSON.stringify(
          text
            .trimEnd()
            .split('\n')
            .map((line) => ({ 'QUERY PLAN': line })),
        ),
      'a page with spaces that do not break': (text) => text.replaceAll('  ', ' \u00a0'),
      'psql with expanded display': (text) =>
        `${cells(text, (line, at) => `-[ RECORD ${at + 1} ]${'-'.repeat(40)}\nQUERY PLAN | ${line}`)}\n\n`,
      'psql with expanded display and borders': (text) =>
        `${cells(text, (line, at) => `+-[ RECORD ${at + 1} ]${'-'.repeat(186)}+\n| QUERY PLAN | ${line.padEnd(187)} |`)}\n`,
      'psql -H': (text) =>
        `<table border="1">\n  <tr>\n    <th align="center">QUERY PLAN</th>\n  </tr>\n${cells(text, (line) => `  <tr valign="top">\n    <td align="left">${html(line)}</td>\n  </tr>`)}\n</table>\n<p>(${linesOf(text)} rows)<br />\n</p>\n`,
      'psql --csv': (text) =>
        `QUERY PLAN\n${cells(text, (line) => (/[",]/.test(line) ? quoted(line) : line))}\n`,
      pgAdmin: (text) => `"QUERY PLAN"\n${cells(text, quoted)}\n`,
      DBeaver: (text) =>
        `QUERY PLAN${' '.repeat(190)}|\n${'-'.repeat(200)}+\n${cells(text, (line) => `${line.padEnd(200)}|`)}\n`,
      'DBeaver, as Markdown': (text) => `|QUERY PLAN|\n|----------|\n${cells(text, (line) => `|${line}|`)}\n`,
      'a grid that quotes where there is a quote': (text) =>
        cells(text, (line) => (line.includes('"') ? quoted(line) : line)),
      'an editor that made tabs of it': (text) => cells(text, (line) => tabbed(line, 8)),
      'an editor whose tabs are narrow': (text) => cells(text, (line) => tabbed(line, 4)),
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
      'out of psql with expanded display': `-[ RECORD 1 ]-----\n${NESTED.json
        .trimEnd()
        .split('\n')
        .map((line, at) => `${at === 0 ? 'QUERY PLAN' : '          '} | ${line.padEnd(80)}+`)
        .join('\n')
        .slice(0, -1)}\n\n`,
      'out of psql -H': `<table border="1">\n  <tr>\n    <th align="center">QUERY PLAN</th>\n  </tr>\n  <tr valign="top">\n    <td align="left">${NESTED.json.trimEnd().split('\n').map(html).join('<br />\n')}</td>\n  </tr>\n</table>\n<p>(1 row)<br />\n</p>\n`,
      'as a cell of CSV': `QUERY PLAN\n${quoted(NESTED.json.trimEnd())}\n`,
      'as a cell of pgAdmin': `"QUERY PLAN"\n${quoted(NESTED.json.trimEnd())}\n`,
      'as a cell without its title': `${quoted(NESTED.json.trimEnd())}\n`,
      'with text behind it': `${NESTED.json.trimEnd()}\n\nTime: 12.345 ms\nThat is slow.\n`,
      'below its statement': `EXPLAIN (FORMAT JSON) SELECT 1;\n\n${NESTED.json}`,
      'as one text': JSON.stringify(NESTED.json),
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

    it('is found in XML and YAML', () => {
      const log = readFileSync(join(import.meta.dirname, 'logs', 'auto_explain.markup.log'), 'utf8');
      assert.deepEqual(
        plans(log).map((plan) => [plan.sql, plan.durationMs, nodeTypes(plan), parsed(plan).missing]),
        [
          ['select count(*) from orders where user_id=5;', 0.041, ['Aggregate', 'Index Only Scan'], []],
          [
            `select count(*) from orders where user_id=5 and status='a: "b" \\';`,
            0.049,
            ['Aggregate', 'Bitmap Heap Scan', 'Bitmap Index Scan'],
            [],
          ],
        ],
      );
    });

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
      ['an empty plan', '[{"Plan": {}}]', /The plan in the JSON is empty: its root has no "Node Type"\./],
      ['a plan that is nested too deeply', nested(5000), /nested more than 500 levels deep/],
      [
        'XML',
        '<explain xmlns="http://www.postgresql.org/2009/explain"><Query>',
        /in XML, but it is broken or not complete/,
      ],
      ['YAML', '- Plan: \n    Node Type: "Seq\n', /in YAML, but it is broken or not complete/],
      ['a plan without its indentation', NESTED.text.replace(/^ +/gm, ''), /lost their indentation/],
    ];
    for (const [name, text, reason] of cases) {
      it(`says what was expected: ${name}`, () => {
        const found = savedPlansIn(text);
        assert.ok('kind' in found, JSON.stringify(found).slice(0, 300));
        assert.match(found.reason, reason);
      });
    }

    const wrong: readonly [string, object, RegExp][] = [
      ['a number', { 'Plan Rows': 'many' }, /"Plan Rows" is "many", not a number, in the Seq Scan\./],
      ['a name', { 'Relation Name': 7 }, /"Relation Name" is 7, not a text, in the Seq Scan\./],
      ['a list', { Plans: {} }, /"Plans" is \{\}, not a list, in the Seq Scan\./],
      ['a node', { Plans: [{}] }, /A node has no "Node Type"\./],
    ];
    for (const [name, keys, reason] of wrong) {
      it(`says what is wrong with a value: ${name}`, () => {
        const plan = parsePlan([{ Plan: { 'Node Type': 'Seq Scan', ...keys } }]);
        assert.ok(plan.kind === 'plan');
        assert.match(plan.missing.join(), reason);
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

/** A plan as deep as that. */
function nested(depth: number): string {
  const open = '{"Node Type": "Limit", "Plans": [';
  return `[{"Plan": ${open.repeat(depth)}${']}'.repeat(depth)}}]`;
}

function cells(text: string, cell: (line: string, at: number) => string): string {
  return text.trimEnd().split('\n').map(cell).join('\n');
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function html(line: string): string {
  const names: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' };
  return line
    .replace(/[&<>"]/g, (character) => `&${names[character]};`)
    .replace(/^ +/, (spaces) => '&nbsp;'.repeat(spaces.length));
}

/** As many tabs as have room in the indentation, then spaces. */
function tabbed(line: string, width: number): string {
  return line.replace(
    /^ +/,
    (spaces) => '\t'.repeat(spaces.length / width) + ' '.repeat(spaces.length % width),
  );
}

function linesOf(text: string): number {
  return text.trimEnd().split('\n').length;
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
    `(${rows.length} rows)`,
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
