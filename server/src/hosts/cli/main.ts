// The command line. The only place that reads the arguments, prints, or sets the exit status.

import { reportBugsTo } from '../../text/bug.js';
import { VERSION } from '../version.js';
import { type Arguments, HELP, readArguments } from './arguments.js';
import { check } from './commands/check.js';
import { askedPlace, explain } from './commands/explain.js';
import { locks } from './commands/locks.js';
import { rules } from './commands/rules.js';
import { schema } from './commands/schema.js';
import { openWorkspace } from './open.js';
import { type Output, standardOutput } from './output.js';

/** Gives the exit status: 0 clean, 1 findings, 2 usage, configuration, unreadable input, or our own fault. */
async function run(words: readonly string[], output: Output, assets: string): Promise<number> {
  let wrong = false;
  reportBugsTo((message, details) => {
    wrong = true;
    const stack = details instanceof Error ? details.stack : JSON.stringify(details);
    output.complain(`Plumbline is wrong here: ${message}\n${stack}\n`);
  });
  const args = readArguments(words);
  if ('message' in args) {
    output.complain(`${args.message}\nTry "plumbline help".\n`);
    return 2;
  }
  const status = await runCommand(args, output, assets);
  return wrong ? 2 : status;
}

async function runCommand(args: Arguments, output: Output, assets: string): Promise<number> {
  switch (args.command) {
    case 'help':
      output.write(HELP);
      return 0;
    case 'version':
      output.write(`${VERSION}\n`);
      return 0;
    case 'rules':
      return rules(args, output, assets);
    case 'check':
    case 'schema':
    case 'locks':
    case 'explain':
      return runOnWorkspace(args, output, assets);
    case 'lsp':
      // The server is a bundle of its own, which starts when it is loaded.
      return serveUntilClosed(assets);
  }
}

async function runOnWorkspace(args: Arguments, output: Output, assets: string): Promise<number> {
  const asked = args.command === 'explain' ? askedPlace(args.paths[0]) : null;
  const paths = args.command === 'explain' ? (asked === null ? [] : ['.', asked.path]) : args.paths;
  const opened = await openWorkspace({ ...args, paths }, assets);
  if (opened.kind === 'usage') {
    output.complain(`${opened.message}\n`);
    return 2;
  }
  switch (args.command) {
    case 'check':
      return check(opened, args, output);
    case 'schema':
      return schema(opened, args, output);
    case 'locks':
      return locks(opened, args, output);
    default:
      return explain(opened, asked, args, output, assets);
  }
}

async function serveUntilClosed(assets: string): Promise<number> {
  await import(`${assets}/server.cjs`);
  return new Promise(() => {});
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader has gone, as `head` does.
  if (error.code === 'EPIPE') process.exit(0);
});

run(process.argv.slice(2), standardOutput(), import.meta.dirname).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(`Plumbline failed: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 2;
  },
);
