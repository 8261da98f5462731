// Statistics of a connection by the language server: with whose consent, with which password, and what becomes of the file.

import assert from 'node:assert/strict';
import type {
  ExportStatisticsResult,
  StatisticsScriptResult,
  UseStatisticsResult,
} from '../../server/src/hosts/lsp/extensions.js';
import { LanguageClient } from '../support/language-client.js';
import { useRealServer } from '../truth/support/real-server.js';

const WANTED = { redact: 'text', keep: [] };

describe('statistics by the language server', function () {
  this.timeout(60_000);
  const server = useRealServer();
  let client: LanguageClient | undefined;

  afterEach(async () => {
    await client?.stop();
    client = undefined;
  });

  /** @param passwords that the client gives, one for each time that it is asked */
  async function start(passwords: readonly (string | null)[], trusted: boolean): Promise<LanguageClient> {
    const { host, port, user } = server();
    const database = await server().createDatabase();
    const schema = [
      `CREATE TABLE orders AS SELECT n, 'canary' || n % 3 AS status FROM generate_series(1, 99) n`,
      'ANALYZE',
    ];
    await server().run(database, ...schema);
    const config = { connections: { shop: { host, port, user, database, ssl: 'off' } } };
    const files = { 'plumbline.jsonc': JSON.stringify(config), 'query.sql': 'select 1;' };
    const started = await LanguageClient.start({ files, initializationOptions: { trusted } });
    const left = [...passwords];
    started.connection.onRequest('plumbline/password', () => left.shift() ?? null);
    return started;
  }

  function ask(from: LanguageClient, connection: string, keep: readonly string[] = []) {
    const textDocument = { uri: from.uri('query.sql') };
    const params = { ...WANTED, textDocument, connection, keep };
    return from.request<ExportStatisticsResult>('plumbline/exportStatistics', params);
  }

  it('are exported, after a password that was refused was asked for anew', async () => {
    client = await start(['wrong', server().password, server().password], true);
    const first = await ask(client, 'shop');
    assert.equal(first.kind, 'statistics', JSON.stringify(first));
    if (first.kind !== 'statistics') return;
    assert.doesNotMatch(first.text, /canary/);
    assert.deepEqual(first.fewValues, ['public.orders.status']);
    assert.match(
      first.report.join('\n'),
      /^Read the statistics of shop \(\S+ on \S+\), PostgreSQL 18\.\d+: 1 table, 2 columns\.\n/,
    );

    const unknown = await ask(client, 'nowhere');
    assert.match(unknown.kind === 'failed' ? unknown.message : '', /There is no connection "nowhere"/);

    const second = await ask(client, 'shop', first.fewValues);
    assert.match(second.kind === 'statistics' ? second.text : '', /canary1/);
  });

  it('are not exported in a workspace that is not trusted', async () => {
    client = await start([], false);
    const untrusted = await ask(client, 'shop');
    assert.match(untrusted.kind === 'failed' ? untrusted.message : '', /not trusted/);
  });

  it('may be exported by a script, and are named in the configuration', async () => {
    client = await start([], false);
    const { sql } = await client.request<StatisticsScriptResult>('plumbline/statisticsScript', {
      redact: 'all',
    });
    assert.match(sql, /BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY/);
    const { edit } = await client.request<UseStatisticsResult>('plumbline/useStatistics', {
      textDocument: { uri: client.uri('query.sql') },
      file: client.uri('statistics.json'),
    });
    assert.match(JSON.stringify(edit), /\\"statistics\\": \\"statistics\.json\\"/);
  });
});
