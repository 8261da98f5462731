// What only a process of its own shows: its output cut off, its colours, Ctrl+C while it waits. Runs the built command line.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ANSI_COLOURS, coloursFor, NO_COLOURS } from '../../server/src/hosts/cli/output.js';
import { inFolder } from '../support/command-line.js';

const program = join(import.meta.dirname, '../../dist/cli.cjs');
const BROKEN = { 'migrations/0001.sql': 'SELECT * FORM users;\n'.repeat(1500) };

describe('the process of the command line', () => {
  it('keeps its exit status when its reader goes', () =>
    inFolder(BROKEN, async () => {
      const child = spawn(process.execPath, [program, 'check'], { stdio: ['ignore', 'pipe', 'pipe'] });
      const complaints = textOf(child.stderr);
      const ended = once(child, 'exit');
      await once(child.stdout, 'data');
      child.stdout.destroy();
      assert.deepEqual(await ended, [1, null]);
      assert.equal(await complaints, '');
    }));

  it('says beforehand when it has too little memory for the files', () =>
    inFolder({ 'migrations/0001.sql': `-- ${'x'.repeat(70)}\n`.repeat(100_000) }, async () => {
      const words = ['--max-old-space-size=64', program, 'check'];
      const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] });
      const complaints = textOf(child.stderr);
      assert.deepEqual(await once(child, 'exit'), [2, null]);
      assert.match(
        await complaints,
        /^There are 7\.\d+ MB of SQL and Elixir here, .*\nName the folder of one project, or allow more memory: NODE_OPTIONS=--max-old-space-size=\d+\n$/,
      );
    }));

  it('says when its output cannot be written', function () {
    if (process.platform !== 'linux') this.skip();
    return inFolder(BROKEN, async () => {
      const full = openSync('/dev/full', 'w');
      const child = spawn(process.execPath, [program, 'check'], { stdio: ['ignore', full, 'pipe'] });
      closeSync(full);
      assert.ok(child.stderr);
      const complaints = textOf(child.stderr);
      assert.deepEqual(await once(child, 'exit'), [2, null]);
      assert.equal(await complaints, 'The output cannot be written: the disk is full.\n');
    });
  });

  it('prints no colours where there is no terminal', () =>
    inFolder(BROKEN, async () => {
      const child = spawn(process.execPath, [program, 'check'], { stdio: ['ignore', 'pipe', 'inherit'] });
      const output = await textOf(child.stdout);
      assert.match(output, /^migrations\/0001\.sql:1:10 error syntax-error\n/);
      assert.ok(!output.includes('\u001b'));
    }));

  it('stops at Ctrl+C while a server keeps it waiting', () =>
    inFolder({ 'migrations/0001.sql': 'CREATE TABLE users (id bigint);\n' }, async () => {
      const server = createServer((socket) => void socket.on('error', () => {}));
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const address = server.address();
      assert.ok(typeof address === 'object' && address !== null);
      const url = `postgres://someone@127.0.0.1:${address.port}/shop`;
      const child = spawn(process.execPath, [program, 'explain', '--sql', 'select 1', '--database', url], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const complaints = textOf(child.stderr);
      const ended = once(child, 'exit');
      await once(server, 'connection');
      child.kill('SIGINT');
      assert.deepEqual(await ended, [130, null]);
      assert.equal(await complaints, 'Stopped before there was an answer.\n');
      server.close();
    }));
});

describe('colours', () => {
  const cases: readonly [terminal: boolean, environment: Record<string, string>, coloured: boolean][] = [
    [true, {}, true],
    [true, { NO_COLOR: '' }, true],
    [true, { NO_COLOR: '1' }, false],
    [true, { TERM: 'dumb' }, false],
    [false, {}, false],
  ];
  for (const [terminal, environment, coloured] of cases) {
    it(`${terminal ? 'a terminal' : 'no terminal'} with ${JSON.stringify(environment)}`, () => {
      assert.equal(coloursFor(terminal, environment), coloured ? ANSI_COLOURS : NO_COLOURS);
    });
  }
});

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}
