// One call of the command line, from its words to its exit status. All that it needs of the process is handed in.

import { reportBugsTo } from '../../text/bug.js';
import { VERSION } from '../version.js';
import { type Arguments, HELP, readArguments } from './arguments.js';
import { type AskedFile, askedFile } from './asked-file.js';
import { advise } from './commands/advise.js';
import { check } from './commands/check.js';
import { explain } from './commands/explain.js';
import { locks } from './commands/locks.js';
import { rules } from './commands/rules.js';
import { schema } from './commands/schema.js';
import { schemaOfDatabase } from './commands/schema-of-database.js';
import { sql } from './commands/sql.js';
import { statistics } from './commands/statistics.js';
import { tenants } from './commands/tenants.js';
import { complain, FAILED } from './failures.js';
import { complainOf, faultsOf, statusWith } from './faults.js';
import { type Opened, openWorkspace } from './open.js';
import { readStandardInput } from './standard-input.js';
import type { World } from './world.js';

/** Gives the exit status: 0 clean, 1 findings, 2 usage, configuration, unreadable input, or our own fault. */
export async function run(words: readonly string[], world: World): Promise<number> {
  const { output } = world;
  let wrong = false;
  const before = reportBugsTo((message, details) => {
    wrong = true;
    const stack = details instanceof Error ? details.stack : JSON.stringify(details);
    output.complain(`Plumbline is wrong here: ${message}\n${stack}\n`);
  });
  try {
    const args = readArguments(words);
    if ('message' in args) {
      output.complain(`${args.message}\nTry "plumbline help".\n`);
      return 2;
    }
    const status = await runCommand(args, world);
    return wrong ? 2 : status;
  } finally {
    reportBugsTo(before);
  }
}

async function runCommand(args: Arguments, world: World): Promise<number> {
  switch (args.command) {
    case 'help':
      world.output.write(HELP);
      return 0;
    case 'version':
      world.output.write(`${VERSION}\n`);
      return 0;
    case 'rules':
      return rules(args, world);
    case 'schema':
      if (args.database !== null) return schemaOfDatabase(args, world);
      return runOnFiles(args, world);
    case 'check':
    case 'locks':
    case 'tenants':
      return runOnFiles(args, world);
    case 'explain':
    case 'sql':
      return runOnFile(args, world);
    case 'statistics':
      return statistics(args, world);
    case 'lsp':
      return world.serve();
  }
}

async function runOnFile(given: Arguments, world: World): Promise<number> {
  const { output } = world;
  const text = given.sql === '-' ? await readStandardInput() : given.sql;
  if (text !== null && typeof text !== 'string') return complain(output, text.message);
  const args = { ...given, sql: text };
  const isText = args.sql !== null || args.plan !== null;
  const file = isText ? null : askedFile(args.paths, QUESTIONS[args.advise ? 'advise' : args.command] ?? '');
  if (file !== null && 'message' in file) return complain(output, file.message);
  const paths = file === null ? [] : [file.path];
  const reach = file === null ? 'schema' : 'project';
  const opened = await openWorkspace({ ...args, paths }, world.assets, reach);
  if (opened.kind === 'usage') return complain(output, opened.message);
  const faults = faultsOf(opened);
  complainOf(faults, opened.workspace, output);
  return statusWith(faults, await answer(opened, file, args, world));
}

function answer(
  opened: Opened,
  file: AskedFile | null,
  args: Arguments,
  world: World,
): number | Promise<number> {
  if (args.command === 'sql') return file === null ? FAILED : sql(opened, file, args, world.output);
  return args.advise ? advise(opened, file, args, world) : explain(opened, file, args, world);
}

/** For who names no file, or several. */
const QUESTIONS: Readonly<Record<string, string>> = {
  advise: 'Indexes for which file?',
  explain: 'Which query?',
  sql: 'The SQL of which file?',
};

async function runOnFiles(args: Arguments, world: World): Promise<number> {
  const { output } = world;
  const opened = await openWorkspace(args, world.assets);
  if (opened.kind === 'usage') return complain(output, opened.message);
  if (args.command === 'check') return check(opened, args, output);
  const faults = faultsOf(opened);
  complainOf(faults, opened.workspace, output);
  const print = args.command === 'schema' ? schema : args.command === 'tenants' ? tenants : locks;
  return statusWith(faults, print(opened, args, output));
}
