// Plans out of a text, plans as a text, and plans for values.

import assert from 'node:assert/strict';
import type { PlanReportResult, PlanResult, ReadPlansResult } from '../../server/src/hosts/lsp/extensions.js';
import { LanguageClient } from '../support/language-client.js';

const USERS = 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\n';
const PLAN = `Seq Scan on users  (cost=0.00..25000.00 rows=1 width=40) (actual time=0.1..300.0 rows=1 loops=1)
  Filter: (email = 'a'::text)
  Rows Removed by Filter: 999999
Execution Time: 300.1 ms
`;

describe('saved plans', function () {
  this.timeout(60_000);
  let client: LanguageClient | undefined;

  async function start() {
    client = await LanguageClient.start({ files: { 'migrations/0001_users.sql': USERS } });
    return client;
  }

  afterEach(async () => {
    await client?.stop();
    client = undefined;
  });

  it('are read out of a text, with advice, and written as a text that is read again', async () => {
    const editor = await start();
    const read = (text: string) =>
      editor.request<ReadPlansResult>('plumbline/readPlans', { textDocument: null, text, name: 'slow.txt' });
    const found = await read(`EXPLAIN ANALYZE SELECT * FROM users WHERE email = 'a';\n${PLAN}`);
    assert.ok(found.kind === 'plans', JSON.stringify(found));
    const [first, ...others] = found.plans;
    assert.ok(first !== undefined);
    assert.deepEqual(others, []);
    assert.equal(first.title, `SELECT * FROM users WHERE email = 'a'`);
    assert.equal(first.description, 'line 2, 300 ms');
    const { result } = first;
    assert.deepEqual(
      [result.range, result.places, result.source.kind, result.source.name],
      [null, null, 'saved', 'slow.txt'],
    );
    assert.ok(result.advice.length > 0);
    const report = (format: string) =>
      editor.request<PlanReportResult>('plumbline/planReport', { format, plan: result });
    const again = await read((await report('json')).text);
    assert.ok(again.kind === 'plans');
    assert.deepEqual([again.plans[0]?.result.json, again.plans[0]?.result.sql], [result.json, result.sql]);
    assert.match(
      (await report('markdown')).text,
      /\| Seq Scan on users<br>`Filter: \(email = 'a'::text\)`<br>`Rows Removed by Filter: 999,999` \|/,
    );
    assert.match((await report('html')).text, /<title>Query plan<\/title>/);
  });

  it('are listed when there are several, and missed in words', async () => {
    const editor = await start();
    const read = (text: string) =>
      editor.request<ReadPlansResult>('plumbline/readPlans', { textDocument: null, text, name: 'x' });
    const several = await read(`${PLAN}\n${PLAN}`);
    assert.ok(several.kind === 'plans');
    assert.deepEqual(
      several.plans.map(({ title, description }) => [title, description]),
      [
        ['Seq Scan on users', 'line 1, 300 ms'],
        ['Seq Scan on users', 'line 6, 300 ms'],
      ],
    );
    const none = await read('SELECT 1');
    assert.ok(none.kind === 'failed');
    assert.match(none.message, /Expected is what EXPLAIN prints/);
  });

  it('of a query for values are those of the values', async () => {
    const editor = await start();
    await editor.open('q.sql', 'SELECT email FROM users WHERE id = $1;');
    const explain = (values?: readonly (string | null)[]) =>
      editor.request<PlanResult>('plumbline/explain', {
        textDocument: { uri: editor.uri('q.sql') },
        position: { line: 0, character: 3 },
        connection: null,
        analyze: false,
        values,
      });
    const generic = await explain();
    assert.deepEqual(generic.parameters, [{ name: null, type: 'bigint' }]);
    assert.match(JSON.stringify(generic.json), /id = \$1/);
    const kept = { ...generic, notes: [...generic.notes, 'It was rolled back.'] };
    const { text } = await editor.request<PlanReportResult>('plumbline/planReport', {
      format: 'json',
      plan: kept,
    });
    const again = await editor.request<ReadPlansResult>('plumbline/readPlans', {
      textDocument: null,
      text,
      name: '',
    });
    assert.ok(again.kind === 'plans' && again.plans[0] !== undefined);
    const told = ({ sql, source, parameters, json, notes }: PlanResult) => ({
      sql,
      source,
      parameters,
      json,
      notes,
    });
    assert.deepEqual(told(again.plans[0].result), told(kept));
    const { plan, notes } = await explain(['42']);
    assert.match(plan.root.conditions[0]?.text ?? '', /42/);
    assert.doesNotMatch(notes.join(), /42/);
    const wrong = (await explain(['x'])) as unknown as { readonly kind: string; readonly message: string };
    assert.deepEqual([wrong.kind, /bigint: "x"/.test(wrong.message)], ['failed', true]);
  });
});
