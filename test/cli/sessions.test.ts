// Runs test/cli/*.md. A fence with a path is a file. A `console` fence is what a terminal shows: commands after `$ `, all that
// they print, and `[1]` for an exit status other than 0. The commands are `plumbline …`, `cat` to see what was written, `echo … >> file`
// to write more, and `git`.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder, type Shell } from '../support/command-line.js';
import { type Fence, type Fixture, readFixtures, rewriteFences } from '../support/markdown.js';

const folder = import.meta.dirname;

for (const file of readdirSync(folder).filter((name) => name.endsWith('.md'))) {
  const path = join(folder, file);
  const document = readFileSync(path, 'utf8');
  const replacements: { fence: Fence; text: string }[] = [];

  describe(`the command line, ${file}`, () => {
    for (const fixture of readFixtures(document)) {
      it(fixture.name.join(' › '), () => check(fixture, replacements));
    }

    after(() => {
      if (process.env.UPDATE === '1') writeFileSync(path, rewriteFences(document, replacements));
    });
  });
}

async function check({ fences }: Fixture, replacements: { fence: Fence; text: string }[]): Promise<void> {
  const files = fences.filter(({ language }) => language !== 'console');
  await inFolder(Object.fromEntries(files.map(({ info, text }) => [info, `${text}\n`])), async (shell) => {
    for (const fence of fences.filter(({ language }) => language === 'console')) {
      const commands = fence.text.split('\n').filter((line) => line.startsWith('$ '));
      const shown: string[] = [];
      for (const command of commands)
        shown.push(command, ...(await resultOf(shell, wordsOf(command.slice(2)))));
      const text = shown.join('\n');
      if (process.env.UPDATE === '1') replacements.push({ fence, text });
      else assert.equal(text, fence.text);
    }
  });
}

const AS_ANYBODY = [
  '-c',
  'user.name=Anybody',
  '-c',
  'user.email=anybody@example.com',
  '-c',
  'init.defaultBranch=main',
];

/** The lines that a command prints. */
async function resultOf(shell: Shell, [program, ...words]: readonly string[]): Promise<readonly string[]> {
  if (program === 'cat')
    return words.flatMap((path) => linesOf(readFileSync(join(shell.folder, path), 'utf8')));
  if (program === 'git') {
    execFileSync('git', [...AS_ANYBODY, ...words], { cwd: shell.folder, stdio: 'pipe' });
    return [];
  }
  if (program === 'echo') {
    const path = join(shell.folder, words.at(-1) ?? '');
    assert.equal(words.at(-2), '>>');
    appendFileSync(path, `${words.slice(0, -2).join(' ')}\n`);
    return [];
  }
  assert.equal(program, 'plumbline');
  const { text, status } = await shell.plumbline(words);
  return [...linesOf(text), ...(status === 0 ? [] : [`[${status}]`])];
}

/** Blanks at the end of a line are not kept: editors take them away. */
function linesOf(text: string): readonly string[] {
  return text === ''
    ? []
    : text
        .replace(/\n+$/, '')
        .split('\n')
        .map((line) => line.trimEnd());
}

/** Split at blanks; 'one word' in single quotes. */
function wordsOf(command: string): readonly string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}
