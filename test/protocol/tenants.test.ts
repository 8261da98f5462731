// What a client is told of tenants: lenses, the model, and what can be said of a finding.

import assert from 'node:assert/strict';
import type { CodeLens, Hover } from 'vscode-languageserver-protocol/node';
import {
  COMMANDS,
  type ShowScopeArguments,
  type SuppressArguments,
  type TenantModelResult,
} from '../../server/src/hosts/lsp/extensions.js';
import { LanguageClient, PULLING, rangeOf, type StartOptions } from '../support/language-client.js';

const TABLES = `CREATE TABLE organizations (id bigint PRIMARY KEY, name text);
CREATE TABLE posts (id bigint PRIMARY KEY, organization_id bigint NOT NULL REFERENCES organizations (id));
CREATE TABLE tags (id bigint PRIMARY KEY, organization_id bigint NOT NULL REFERENCES organizations (id));
CREATE TABLE files (id bigint PRIMARY KEY, organization_id bigint NOT NULL REFERENCES organizations (id));
`;
const MIGRATION = 'migrations/01_tables.sql';
const QUERIES = 'queries/posts.sql';
const TEXT = '-- name: ListPosts :many\nSELECT id FROM posts;\n';

describe('tenants over the protocol', function () {
  this.timeout(60_000);
  let client: LanguageClient | undefined;

  afterEach(async () => {
    await client?.stop();
    client = undefined;
  });

  async function start(options: StartOptions = {}): Promise<LanguageClient> {
    client = await LanguageClient.start({
      initializationOptions: { commands: Object.values(COMMANDS) },
      ...options,
      files: { [MIGRATION]: TABLES, [QUERIES]: TEXT, ...options.files },
    });
    await client.open(QUERIES, TEXT);
    return client;
  }

  async function lenses(at: LanguageClient): Promise<readonly CodeLens[]> {
    const all = await at.request<CodeLens[]>('textDocument/codeLens', {
      textDocument: { uri: at.uri(QUERIES) },
    });
    return all.filter(({ command }) => command?.command === COMMANDS.showScope);
  }

  it('has a lens that names the place where a hover says more', async () => {
    const at = await start();
    const [lens] = await lenses(at);
    assert.equal(lens?.command?.title, "reads every organization's posts");
    const argument: ShowScopeArguments | undefined = lens.command.arguments?.[0];
    const hover = await at.request<Hover | null>('textDocument/hover', {
      textDocument: { uri: at.uri(QUERIES) },
      position: argument?.position,
    });
    assert.match(JSON.stringify(hover?.contents), /nothing compares `organization_id`/);
  });

  it('has no lens for a client without the command', async () => {
    const at = await start({ initializationOptions: { commands: [COMMANDS.explain] } });
    assert.deepEqual(await lenses(at), []);
  });

  it('asks for lenses to be asked for again when something else has changed them', async () => {
    const workspace = { ...PULLING.workspace, codeLens: { refreshSupport: true } };
    const at = await start({
      capabilities: { ...PULLING, workspace },
      files: { 'plumbline.jsonc': '{}' },
    });
    assert.equal((await lenses(at)).length, 1);
    await at.open('plumbline.jsonc', '{ "tenancy": { "globalTables": ["posts"] } }');
    await at.lensesRefreshed();
    assert.deepEqual(await lenses(at), []);
  });

  it('tells in the status who the tenants are', async () => {
    const at = await start();
    const { tenants } = await at.status(({ state }) => state === 'ready');
    assert.deepEqual(tenants, ['organizations (organization_id)']);
  });

  it('shows the model, for a document or for the folder', async () => {
    const at = await start();
    for (const textDocument of [{ uri: at.uri(QUERIES) }, null]) {
      const { markdown } = await at.request<TenantModelResult>('plumbline/tenantModel', { textDocument });
      assert.match(markdown, /^# Tenants: organizations \(organization_id\)/);
      assert.match(markdown, /^\| `posts` \| direct \| `organization_id`/m);
    }
  });

  it('asks the client for the reason why all tenants are meant, and writes it by itself for others', async () => {
    const range = rangeOf(TEXT, 'SELECT id FROM posts');
    const title = 'Say that every organization is meant here, with a reason';
    const at = await start();
    const offered = (await at.codeActions(QUERIES, range)).find((action) => action.title === title);
    assert.deepEqual(offered?.command?.arguments, [
      { uri: at.uri(QUERIES), title, line: 1, before: '-- tenant: global (', after: ')' },
    ] satisfies SuppressArguments[]);
    await at.stop();
    const plain = await start({ initializationOptions: {} });
    const written = (await plain.codeActions(QUERIES, range)).find((action) => action.title === title);
    assert.match(JSON.stringify(written?.edit), /-- tenant: global \(say why this is fine\)\\n/);
  });

  it('changes the configuration only after it was confirmed', async () => {
    const at = await start({ files: { 'plumbline.jsonc': '{\n  "postgres": 16\n}\n' } });
    const actions = await at.codeActions(QUERIES, rangeOf(TEXT, 'SELECT id FROM posts'));
    const action = actions.find(({ title }) => title.startsWith('Say in plumbline.jsonc'));
    assert.deepEqual(Object.values(action?.edit?.changeAnnotations ?? {}), [
      { label: 'Changes the configuration', needsConfirmation: true, description: 'plumbline.jsonc' },
    ]);
    const [change] = action?.edit?.documentChanges ?? [];
    assert.ok(change !== undefined && 'edits' in change);
    assert.equal(change.textDocument.uri, at.uri('plumbline.jsonc'));
    for (const edit of change.edits) assert.ok('annotationId' in edit);
  });
});
