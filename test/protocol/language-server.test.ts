// The language server over stdio, as any editor speaks to it.

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic, TextDocumentEdit, WorkspaceEdit } from 'vscode-languageserver-protocol';
import { DEFAULT_SETTINGS, LanguageClient, rangeOf, type StartOptions } from '../support/language-client.js';

const USERS = 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\n';
const INDEX = '-- by address\nCREATE INDEX users_email_idx ON users (email);\n';
const FIRST = 'migrations/0001_users.sql';
const SECOND = 'migrations/0002_index.sql';

const rules = (diagnostics: readonly Diagnostic[]) => diagnostics.map(({ code }) => code);
const severities = (diagnostics: readonly Diagnostic[], rule: string) =>
  diagnostics.filter(({ code }) => code === rule).map(({ severity }) => severity);

describe('the language server', function () {
  this.timeout(30_000);
  let client: LanguageClient | undefined;

  async function start(options: StartOptions = { files: { [FIRST]: USERS, [SECOND]: INDEX } }) {
    client = await LanguageClient.start(options);
    return client;
  }

  afterEach(async () => {
    await client?.stop();
    client = undefined;
  });

  it('gives diagnostics when asked, with a page for each', async () => {
    const editor = await start();
    await editor.open(SECOND, INDEX);
    const [diagnostic] = await editor.diagnostics(SECOND);
    assert.equal(diagnostic?.code, 'create-index-blocking-writes');
    assert.deepEqual(diagnostic.range, rangeOf(INDEX, 'CREATE INDEX'));
    assert.match(
      diagnostic.codeDescription?.href ?? '',
      /^file:.*\/docs\/rules\/create-index-blocking-writes\.md$/,
    );
  });

  it('sends nothing again that has not changed', async () => {
    const editor = await start();
    await editor.open(SECOND, INDEX);
    const first = await editor.report(SECOND);
    assert.equal(first.kind, 'full');
    const again = await editor.report(SECOND, first.resultId);
    assert.equal(again.kind, 'unchanged');
  });

  it('pushes diagnostics to a client that does not ask', async () => {
    const editor = await start({ files: { [FIRST]: USERS, [SECOND]: INDEX }, capabilities: {} });
    await editor.open(SECOND, INDEX);
    const { diagnostics } = await editor.pushed(
      ({ uri, diagnostics: all }) => uri === editor.uri(SECOND) && all.length > 0,
    );
    assert.ok(rules(diagnostics).includes('create-index-blocking-writes'));
  });

  it('follows edits, piece by piece', async () => {
    const editor = await start();
    await editor.open(SECOND, INDEX);
    const at = rangeOf(INDEX, ' users_email_idx').start;
    await editor.change(SECOND, 2, ' CONCURRENTLY', { start: at, end: at });
    assert.deepEqual(rules(await editor.diagnostics(SECOND)), []);
    await editor.change(SECOND, 3, 'CREATE INDEX ON users (email); SELECT * FORM users;');
    assert.deepEqual(rules(await editor.diagnostics(SECOND)), [
      'create-index-blocking-writes',
      'syntax-error',
    ]);
  });

  it('knows what other files say, in the editor and on the disk', async () => {
    const editor = await start({ files: { [SECOND]: INDEX } });
    await editor.open(SECOND, INDEX);
    assert.deepEqual(rules(await editor.diagnostics(SECOND)), ['create-index-blocking-writes']);
    // The same migration now makes the table.
    await editor.change(SECOND, 2, USERS + INDEX);
    assert.deepEqual(rules(await editor.diagnostics(SECOND)), []);
    await editor.change(SECOND, 3, 'ALTER TABLE users ALTER COLUMN email TYPE varchar(20);');
    assert.deepEqual(
      severities(await editor.diagnostics(SECOND), 'column-type-rewrites-table'),
      [2],
      'the type that it has now is not known',
    );
    writeFileSync(join(editor.folder, FIRST), USERS);
    await editor.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: editor.uri(FIRST), type: 1 }],
    });
    await editor.status(({ migrations }) => migrations === 2);
    assert.deepEqual(severities(await editor.diagnostics(SECOND), 'column-type-rewrites-table'), [1]);
    rmSync(join(editor.folder, FIRST));
  });

  it('offers fixes, and computes the one that is chosen', async () => {
    const files = {
      'db/migrations/20240101000000_users.sql': `-- +goose Up\n${USERS}`,
      'db/migrations/20240102000000_index.sql': `-- +goose Up\nALTER TABLE users ADD COLUMN age int;\n${INDEX}`,
    };
    const editor = await start({ files });
    const path = 'db/migrations/20240102000000_index.sql';
    await editor.open(path, files[path]);
    const [diagnostic] = await editor.diagnostics(path);
    assert.ok(diagnostic !== undefined);
    const actions = await editor.codeActions(path, diagnostic.range);
    const fix = actions.find(({ title }) => title === 'Build the index concurrently');
    assert.ok(fix !== undefined && fix.edit === undefined, 'computed only when chosen');
    const { edit } = await editor.resolve(fix);
    const [create] = edit?.documentChanges ?? [];
    assert.ok(create !== undefined && 'kind' in create && create.kind === 'create');
    assert.match(create.uri, /db\/migrations\/\d{14}_\w+\.sql$/);
    assert.ok(
      Object.values(edit?.changeAnnotations ?? {}).every(({ needsConfirmation }) => needsConfirmation),
    );
    assert.match(textsOf(edit).join('\n'), /-- by address\nCREATE INDEX CONCURRENTLY users_email_idx/);
  });

  it('refuses a fix of a document that has changed since', async () => {
    const editor = await start();
    await editor.open(SECOND, INDEX);
    const [fix] = await editor.codeActions(SECOND, rangeOf(INDEX, 'CREATE INDEX'));
    assert.ok(fix !== undefined);
    await editor.change(SECOND, 2, `\n${INDEX}`);
    const resolved = await editor.resolve(fix);
    assert.equal(resolved.edit, undefined);
    assert.match(resolved.disabled?.reason ?? '', /has changed/);
  });

  it('applies safe fixes on request, and only them', async () => {
    const path = 'priv/repo/migrations/20240101000000_index.exs';
    const text = [
      'defmodule Shop.Repo.Migrations.Index do',
      '  use Ecto.Migration',
      '',
      '  @disable_ddl_transaction true',
      '',
      '  def change do',
      '    create index(:users, [:email], concurrently: true)',
      '    create index(:users, [:name])',
      '  end',
      'end',
      '',
    ].join('\n');
    const editor = await start({ files: { [path]: text } });
    await editor.open(path, text);
    const [action] = await editor.codeActions(path, rangeOf(text, 'defmodule'), ['source.fixAll.plumbline']);
    assert.deepEqual(
      textsOf(action?.edit).filter((one) => one.trim() !== ''),
      ['\n  @disable_migration_lock true'],
    );
  });

  it('suppresses with a reason', async () => {
    const editor = await start();
    await editor.open(SECOND, INDEX);
    const actions = await editor.codeActions(SECOND, rangeOf(INDEX, 'CREATE INDEX'));
    const suppress = actions.find(({ title }) => title.startsWith('Ignore create-index-blocking-writes'));
    assert.deepEqual(textsOf(suppress?.edit), [
      '-- plumbline-ignore create-index-blocking-writes: say why this is fine\n',
    ]);
  });

  it('says on hover what an operation locks', async () => {
    const editor = await start();
    await editor.open(SECOND, INDEX);
    const { contents } = await editor.request<{ contents: { value: string } }>('textDocument/hover', {
      textDocument: { uri: editor.uri(SECOND) },
      position: rangeOf(INDEX, 'INDEX').start,
    });
    assert.match(contents.value, /`public\.users` \| SHARE \| writes wait/);
  });

  it('completes names of the schema', async () => {
    const editor = await start({ files: { [FIRST]: USERS } });
    const text = 'SELECT id FROM use';
    await editor.open('report.sql', text);
    const items = await editor.request<readonly { label: string }[]>('textDocument/completion', {
      textDocument: { uri: editor.uri('report.sql') },
      position: { line: 0, character: text.length },
    });
    assert.ok(items.some(({ label }) => label === 'users'));
  });

  it('shows what is wrong in the configuration at its place, and goes by it at once', async () => {
    const editor = await start();
    await editor.open(SECOND, INDEX);
    const config = '{ "rules": { "create-index-blocking-writes": "hint", "no-such-rule": "off" } }';
    await editor.open('plumbline.jsonc', config);
    const [problem] = await editor.diagnostics('plumbline.jsonc');
    assert.match(String(problem?.message), /There is no rule "no-such-rule"/);
    assert.deepEqual(problem?.range, rangeOf(config, '"no-such-rule"'));
    const [diagnostic] = await editor.diagnostics(SECOND);
    assert.equal(diagnostic?.severity, 4);
    await editor.change('plumbline.jsonc', 2, '{');
    const [broken] = await editor.diagnostics('plumbline.jsonc');
    assert.match(String(broken?.message), /not JSON/);
  });

  it("goes by the editor's settings where no file says otherwise", async () => {
    const files = { [FIRST]: USERS, [SECOND]: INDEX };
    const editor = await start({
      files,
      settings: { rules: { ...DEFAULT_SETTINGS.rules, 'create-index-blocking-writes': 'off' } },
    });
    await editor.open(SECOND, INDEX);
    await editor.status(({ state }) => state === 'ready');
    assert.deepEqual(rules(await editor.diagnostics(SECOND)), []);
  });

  it('explains a query on the embedded PostgreSQL', async function () {
    this.timeout(60_000);
    const editor = await start({ files: { [FIRST]: USERS } });
    const text = 'SELECT * FROM users WHERE email = $1;';
    await editor.open('report.sql', text);
    const result = await editor.request<{ kind: string; source?: { kind: string } }>('plumbline/explain', {
      textDocument: { uri: editor.uri('report.sql') },
      position: { line: 0, character: 3 },
      connection: null,
      analyze: false,
    });
    assert.equal(result.kind, 'plan', JSON.stringify(result));
    assert.equal(result.source?.kind, 'embedded');
  });

  it('says with a plan, or why there is none, what the migrations left out', async function () {
    this.timeout(60_000);
    const places = 'CREATE TABLE places (LIKE templates);';
    const editor = await start({ files: { [FIRST]: USERS, [SECOND]: places } });
    const explain = async (name: string, text: string) => {
      await editor.open(name, text);
      return editor.request<{ kind: string; notes?: string[]; whatToDo?: string }>('plumbline/explain', {
        textDocument: { uri: editor.uri(name) },
        position: { line: 0, character: 3 },
        connection: null,
        analyze: false,
      });
    };
    const plan = await explain('users.sql', 'SELECT * FROM users;');
    assert.match(plan.notes?.join('\n') ?? '', /failed here and had no effect:\n.*"templates"/);
    const failed = await explain('places.sql', 'SELECT * FROM places;');
    assert.equal(failed.kind, 'failed');
    assert.match(
      failed.whatToDo ?? '',
      /^The table "places" is missing here since the statement at .*:1 could/m,
    );
    assert.match(failed.whatToDo ?? '', /failed here and had no effect:\n.*"templates"/);
  });

  it('survives what is no migration at all', async () => {
    const editor = await start({ files: {} });
    await editor.open('empty.sql', '');
    assert.deepEqual(await editor.diagnostics('empty.sql'), []);
    await editor.open('binary.sql', 'CREATE \u0000 TABLE \ufffd\ufffd (');
    assert.deepEqual(rules(await editor.diagnostics('binary.sql')), ['syntax-error']);
    await editor.open(
      'half.exs',
      'defmodule A do\n  use Ecto.Migration\n  def change do\n    create index(:users, [',
    );
    assert.ok(
      rules(await editor.diagnostics('half.exs')).every(
        (rule) => rule === 'syntax-error' || rule === 'create-index-blocking-writes',
      ),
    );
    assert.deepEqual(await editor.diagnostics('never-opened.sql'), []);
  });
});

function textsOf(edit: WorkspaceEdit | undefined): readonly string[] {
  return (edit?.documentChanges ?? [])
    .filter((change): change is TextDocumentEdit => 'edits' in change)
    .flatMap(({ edits }) => edits.map((one) => ('newText' in one ? one.newText : '')));
}
