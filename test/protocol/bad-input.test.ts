// The language server and what is not as it should be, on the disk and in the editor: said at its place, and the rest goes on.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from 'vscode-languageserver-protocol';
import { LanguageClient, rangeOf, type StartOptions } from '../support/language-client.js';

const USERS = 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\n';
const INDEX = 'CREATE INDEX users_email_idx ON users (email);\n';
const FOUND = 'create-index-blocking-writes';

/** `line:character rule`, both from 0. */
const shown = (diagnostics: readonly Diagnostic[]) =>
  diagnostics.map(({ range: { start }, code }) => `${start.line}:${start.character} ${code}`);

describe('the language server and bad input', function () {
  this.timeout(30_000);
  let client: LanguageClient | undefined;

  async function start(options: StartOptions) {
    client = await LanguageClient.start(options);
    return client;
  }

  afterEach(async () => {
    await client?.stop();
    client = undefined;
  });

  const opened: readonly [what: string, path: string, text: string, diagnostics: readonly string[]][] = [
    [
      'broken SQL',
      'migrations/0002.sql',
      `SELECT * FORM users;\n${INDEX}`,
      ['0:9 syntax-error', `1:0 ${FOUND}`],
    ],
    ['a half-typed statement', 'q.sql', 'select id from users where ', ['0:21 syntax-error']],
    [
      'a half-typed Ecto query',
      'lib/a.ex',
      'Repo.all(from u in "users", where: u.',
      ['0:8 syntax-error', '0:36 syntax-error'],
    ],
    ['NUL', 'migrations/0002.sql', `\0\n${INDEX}`, ['0:0 syntax-error', `1:0 ${FOUND}`]],
    ['a file that is no text', 'q.sql', '\ufffdPNG\r\n\u001a\n\0\0\0\ufffd\ufffd', ['0:0 syntax-error']],
    ['CRLF', 'migrations/0002.sql', `SELECT 1;\r\n\r\n${INDEX}`, [`2:0 ${FOUND}`]],
    ['a lone CR', 'migrations/0002.sql', `SELECT 1; -- one\r\r${INDEX}`, [`2:0 ${FOUND}`]],
    [
      'a line of 5 MB',
      'migrations/0002.sql',
      `SELECT '${'x'.repeat(5_000_000)}'; ${INDEX}`,
      [`0:5000011 ${FOUND}`],
    ],
    ['nothing', 'migrations/0002.sql', '', []],
  ];

  it('says what is wrong in open documents, whatever is in them', async () => {
    const editor = await start({ files: { 'migrations/0001.sql': USERS } });
    for (const [what, path, text, diagnostics] of opened) {
      await editor.open(path, text);
      const found = shown(await editor.diagnostics(path));
      assert.deepEqual(found, diagnostics, what);
      await editor.close(path);
    }
  });

  it('tells what of the disk it could not read, and reads the rest', async function () {
    if (process.platform === 'win32') this.skip();
    const editor = await start({
      files: {
        'migrations/0001.sql': USERS,
        'migrations/0002.sql': Buffer.from(`\ufeff${INDEX}`, 'utf16le'),
        'migrations/0003.sql': Buffer.from(`-- café\n${INDEX}`, 'latin1'),
      },
      prepare(folder) {
        execFileSync('mkfifo', [join(folder, 'migrations/0004.sql')]);
        symlinkSync('nowhere', join(folder, 'migrations/0005.sql'));
      },
    });
    const { folder } = editor;
    const { migrations, message } = await editor.status(({ state }) => state === 'ready');
    assert.equal(migrations, 2);
    assert.deepEqual(
      message.split('\n').map((line) => line.slice(folder.length + 1)),
      [
        'migrations/0002.sql: This file is in UTF-16 and was not read: PostgreSQL and Elixir read UTF-8. Save it as UTF-8.',
        'migrations/0003.sql: This is not UTF-8, and PostgreSQL and Elixir refuse the file. All else in it was read. Save it as UTF-8.',
        'migrations/0004.sql: This pipe was not read: it is no file.',
        'migrations/0005.sql: This file cannot be read: it does not exist, or is a link to nowhere.',
      ],
    );
    // As an editor decodes it.
    const path = 'migrations/0003.sql';
    const text = readFileSync(join(folder, path), 'utf8');
    await editor.open(path, text);
    assert.deepEqual(shown(await editor.diagnostics(path)), ['0:6 unreadable-file', `1:0 ${FOUND}`]);
    await editor.open('migrations/0002.sql', INDEX);
    assert.deepEqual(shown(await editor.diagnostics('migrations/0002.sql')), [
      '0:0 unreadable-file',
      `0:0 ${FOUND}`,
    ]);
    // Saved as UTF-8.
    writeFileSync(join(folder, path), text);
    await editor.filesChanged([path]);
    await editor.status(({ message: left }) => !left.includes('0003'));
    // By now the editor's text of the file before it makes the same index.
    assert.deepEqual(shown(await editor.diagnostics(path)), [`1:0 ${FOUND}`, '1:13 already-exists']);
  });

  it('goes by what a configuration extends, from the moment that it does', async () => {
    const config = '{ "extends": [] }';
    const editor = await start({
      files: {
        'migrations/0001.sql': USERS,
        'migrations/0002.sql': INDEX,
        'plumbline.jsonc': config,
        'base.json': `{ "rules": { "${FOUND}": "hint" }, "postgres": -1 }`,
      },
    });
    await editor.open('migrations/0002.sql', INDEX);
    await editor.open('plumbline.jsonc', config);
    const severities = async () =>
      (await editor.diagnostics('migrations/0002.sql')).map(({ severity }) => severity);
    assert.deepEqual(await severities(), [1]);
    const extending = '{ "extends": ["base.json", "gone.json", "plumbline.jsonc"] }';
    await editor.change('plumbline.jsonc', 2, extending);
    // The server reads the file meanwhile, and answers as soon as it is asked.
    while ((await severities())[0] === 1);
    assert.deepEqual(await severities(), [4]);
    const problems = await editor.diagnostics('plumbline.jsonc');
    assert.deepEqual(
      problems.map(({ range, message }) => [range, message]),
      [
        [rangeOf(extending, '"gone.json"'), 'There is no file "gone.json".'],
        [rangeOf(extending, '"plumbline.jsonc"'), 'This file extends itself.'],
      ],
    );
    const base = readFileSync(join(editor.folder, 'base.json'), 'utf8');
    await editor.open('base.json', base);
    const [wrong] = await editor.diagnostics('base.json');
    assert.equal(wrong?.message, '"postgres" must be between 12 and 18.');
    assert.deepEqual(wrong.range, rangeOf(base, '-1'));
  });

  it('promises no way to silence what cannot be silenced', async () => {
    const editor = await start({ files: {} });
    for (const rule of ['configuration', 'unreadable-file', FOUND]) {
      const page = await editor.request<string>('plumbline/rulePage', { rule });
      assert.equal(/"off"|plumbline-ignore/.test(page), rule === FOUND, rule);
    }
    const text = '{ "rules": { "configuration": "off" }, "postgres": -1 }';
    await editor.open('plumbline.jsonc', text);
    assert.equal((await editor.diagnostics('plumbline.jsonc')).length, 1);
  });
});
