// Plans of a server of the user's by the language server: what it asks before anything is run there, and what an error marks.

import assert from 'node:assert/strict';
import type { ConnectionInfo, ExplainResult, MayRunParams } from '../../server/src/hosts/lsp/extensions.js';
import { LanguageClient, rangeOf } from '../support/language-client.js';
import { useRealServer } from '../truth/support/real-server.js';

const DELETE = 'DELETE FROM notes WHERE id > 5;\n';
const WRONG = "SELECT '😀', nme FROM notes;\n";
const ECTO = `defmodule Shop.Notes do
  import Ecto.Query

  def all do
    Shop.Repo.query!("SELECT id FROM notes WHERE nme = 1")
  end

  def some do
    Shop.Repo.all(from(n in "notes", where: n.title == 1, select: n.id))
  end
end
`;

describe('a plan of a connection by the language server', function () {
  this.timeout(60_000);
  const server = useRealServer();
  let client: LanguageClient | undefined;
  let database: string;
  /** Another one, that connections say is production. */
  let production: string;
  /** Whatever the user is asked, in order. */
  let asked: MayRunParams[];

  before(async () => {
    database = await server().createDatabase();
    production = await server().createDatabase();
    for (const one of [database, production]) {
      await server().run(one, 'CREATE TABLE notes AS SELECT n AS id FROM generate_series(1, 9) n');
    }
  });

  afterEach(async () => {
    await client?.stop();
    client = undefined;
    assert.deepEqual(await server().run(database, 'SELECT count(*)::int AS n FROM notes'), [{ n: 9 }]);
  });

  /** @param agrees what the client answers when it is asked; `null` for one that cannot be asked */
  async function start(agrees: boolean | string | null, trusted = true): Promise<LanguageClient> {
    const { host, port, user, password } = server();
    const connection = { host, port, user, database, ssl: 'off' };
    const there = { ...connection, database: production };
    const config = {
      connections: {
        shop: connection,
        'shop-prod': there,
        main: { ...there, host: 'localhost', production: true },
        other: there,
      },
    };
    const started = await LanguageClient.start({
      files: {
        'plumbline.jsonc': JSON.stringify(config),
        'delete.sql': DELETE,
        'wrong.sql': WRONG,
        'lib/notes.ex': ECTO,
        'config/dev.exs': `config :shop, Shop.Repo, hostname: "${host}", port: ${port}, username: "${user}", password: System.get_env("NO_SUCH_VARIABLE") || "${password}", database: "${database}"\n`,
      },
      initializationOptions: { trusted },
    });
    asked = [];
    if (agrees !== null) {
      const answer: boolean | string = agrees;
      started.connection.onRequest('plumbline/password', () => password);
      started.connection.onRequest<boolean | string, void>('plumbline/mayRun', (params: MayRunParams) => {
        asked.push(params);
        return answer;
      });
    }
    return started;
  }

  function explain(
    file: string,
    connection: string,
    analyze: boolean,
    at: { line: number; character: number },
  ) {
    return client?.request<ExplainResult>('plumbline/explain', {
      textDocument: { uri: client.uri(file) },
      position: at,
      connection,
      analyze,
    });
  }
  const START = { line: 0, character: 0 };

  it('measures what writes when the user agrees, and rolls it back', async () => {
    client = await start(true);
    const result = await explain('delete.sql', 'shop', true, START);
    assert.ok(result?.kind === 'plan', JSON.stringify(result));
    assert.match(result.notes[0] ?? '', /was run and then rolled back/);
    const { host, port, user } = server();
    assert.deepEqual(asked, [
      {
        connection: 'shop',
        description: `${user}@${host}:${port}/${database}`,
        host,
        database,
        statement: 'DELETE FROM notes WHERE id > 5',
        writes: true,
      },
    ]);
  });

  for (const [what, answer] of [
    ['says no', false],
    ['answers something else', 'yes'],
    ['cannot be asked', null],
  ] as const) {
    it(`runs nothing when the client ${what}`, async () => {
      client = await start(answer);
      const result = await explain('delete.sql', answer === null ? 'config/dev.exs' : 'shop', true, START);
      assert.equal(
        result?.kind === 'failed' ? result.message : '',
        'The statement was not run, since nobody agreed to it.',
      );
    });
  }

  it('does not even ask on production', async () => {
    client = await start(true);
    // `other` only leads to where `main` is said to be production.
    for (const connection of ['shop-prod', 'main', 'other']) {
      const result = await explain('delete.sql', connection, true, START);
      const message = result?.kind === 'failed' ? result.message : '';
      assert.ok(message.startsWith(`${connection} (${production} on `), message);
      assert.match(message, /\) is a production database, and measuring/);
    }
    assert.deepEqual(asked, []);
    assert.equal((await explain('delete.sql', 'shop-prod', false, START))?.kind, 'plan');
    assert.deepEqual(asked, []);
  });

  it('uses config/dev.exs with its password, and lists what there is', async () => {
    client = await start(null);
    const result = await explain('delete.sql', 'config/dev.exs', false, START);
    assert.ok(result?.kind === 'plan', JSON.stringify(result));
    const { host, port } = server();
    assert.equal(result.source.name, `config/dev.exs (${database} on ${host}:${port})`);
    const list = await client.request<ConnectionInfo[]>('plumbline/connections', {
      textDocument: { uri: client.uri('delete.sql') },
    });
    assert.deepEqual(
      list
        .filter(({ name }) => /shop|dev/.test(name))
        .map(({ name, production, problem }) => [name, production, problem]),
      [
        ['shop', false, null],
        ['shop-prod', true, null],
        ['config/dev.exs', false, null],
      ],
    );
    assert.ok(!JSON.stringify([list, result]).includes(server().password), 'a password got out');
  });

  it('marks what an error is about, in SQL and in Elixir', async () => {
    client = await start(true);
    const sql = await explain('wrong.sql', 'shop', false, START);
    assert.ok(sql?.kind === 'failed');
    assert.equal(sql.message, 'column "nme" does not exist');
    assert.deepEqual(sql.range?.start, rangeOf(WRONG, 'nme').start);
    const elixir = await explain('lib/notes.ex', 'shop', false, rangeOf(ECTO, 'id FROM').start);
    assert.ok(elixir?.kind === 'failed');
    assert.deepEqual(elixir.range?.start, rangeOf(ECTO, 'nme').start);
    const query = await explain('lib/notes.ex', 'shop', false, rangeOf(ECTO, 'from(n').start);
    assert.ok(query?.kind === 'failed');
    assert.equal(query.message, 'column n0.title does not exist');
    assert.ok(query.range !== null);
    assert.deepEqual(query.range.start, rangeOf(ECTO, 'n.title').start);
  });

  it('connects to nothing in a workspace that is not trusted', async () => {
    client = await start(true, false);
    for (const connection of ['shop', 'config/dev.exs']) {
      const result = await explain('delete.sql', connection, true, START);
      assert.match(result?.kind === 'failed' ? result.message : '', /not trusted/);
    }
    assert.deepEqual(asked, []);
  });
});
