// Plans of a server of the user's by the command line: which one it is, and what must be said before anything is run there.

import assert from 'node:assert/strict';
import { inFolder } from '../support/command-line.js';
import { useRealServer } from '../truth/support/real-server.js';

describe('plumbline explain --database', () => {
  const server = useRealServer();
  let database: string;
  let marked: string;
  let files: Record<string, string>;

  before(async () => {
    database = await server().createDatabase();
    marked = await server().createDatabase();
    await server().run(database, 'CREATE TABLE notes AS SELECT n AS id FROM generate_series(1, 9) n');
    const { host, port, user, password } = server();
    const options = `username: "${user}", hostname: "${host}", port: ${port}, database: "${database}"`;
    files = {
      'q.sql': 'DELETE FROM notes WHERE id > 5;\n',
      'config/dev.exs': `config :shop, Shop.Repo, ${options}, password: "${password}"\n`,
      'config/runtime.exs': `config :shop, Shop.Repo, ${options}, password: "${password}"\n`,
      'plumbline.jsonc': JSON.stringify({
        connections: {
          prod: { host, port, user, database: 'other' },
          marked: { host: 'LOCALHOST', port, user, database: marked, production: true },
        },
      }),
    };
  });

  afterEach(async () => {
    assert.deepEqual(await server().run(database, 'SELECT count(*)::int AS n FROM notes'), [{ n: 9 }]);
  });

  for (const [words, status, text] of [
    [
      ['--database', 'config/dev.exs'],
      0,
      /^config\/dev\.exs \(test_\d+ on 127\.0\.0\.1:\d+\), PostgreSQL 18\.\d+\n/,
    ],
    [
      ['--database', 'config/dev.exs', '--analyze'],
      2,
      /^Measuring runs the statement, and this one writes\.\nAsk for its plan without measuring, or name a database that is not production and add --analyze-writes: then it is run there and rolled back\.\n$/,
    ],
    [['--database', 'config/dev.exs', '--analyze-writes'], 0, /The statement was run and then rolled back/],
    [
      ['--database', 'config/runtime.exs', '--analyze-writes'],
      2,
      /^config\/runtime\.exs \(test_\d+ on .*\) is a production database, and measuring would run the statement there\.\nAsk for the plan without measuring, or measure on a copy\. If it is none: "production": false of that database, under "connections" in plumbline\.jsonc, says so\.\n$/,
    ],
    [['--database', 'prod', '--analyze-writes'], 2, /^prod \(other on .*\) is a production database/],
    [
      ['--analyze-writes'],
      2,
      /--analyze-writes changes rows, until they are rolled back: say where with --database\./,
    ],
    [
      ['--database', 'nowhere'],
      2,
      /^--database is neither a URL nor the name of a connection\. Known here: "prod", "marked", "config\/dev\.exs", "config\/runtime\.exs"\.\nWrite --database "prod", or a URL as postgres:\/\/user@host:5432\/database\.\n$/,
    ],
  ] as const) {
    it(words.join(' '), async () => {
      await inFolder(files, async ({ plumbline }) => {
        const called = await plumbline(['explain', 'q.sql:1', ...words]);
        assert.equal(called.status, status, called.text);
        assert.match(called.text, text);
        assert.ok(!called.text.includes(server().password), 'a password got out');
      });
    });
  }

  it('does not measure what a connection says is production, however it is asked for', async () => {
    await inFolder(files, async ({ plumbline }) => {
      const { host, port, user, password } = server();
      const url = server().url(marked);
      const other = { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password };
      for (const [words, environment] of [
        [['--analyze-writes', '--database', url], {}],
        [['--analyze', '--database', url], {}],
        [['--analyze'], { DATABASE_URL: url }],
        [['--analyze'], { ...other, PGDATABASE: marked }],
      ] as const) {
        const called = await plumbline(['explain', '--sql', 'DELETE FROM nothing', ...words], {
          environment,
        });
        assert.equal(called.status, 2, called.text);
        assert.match(called.text, /is a production database, and measuring would run the statement there\./);
      }
    });
  });
});
