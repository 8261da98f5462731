// One call of the command line, from its words to its exit status. All that it needs of the process is handed in.

import { reportBugsTo } from '../../text/bug.js';
import { VERSION } from '../version.js';
import { type Arguments, HELP, readArguments } from './arguments.js';
import { advise } from './commands/advise.js';
import { check } from './commands/check.js';
import { askedPlace, explain } from './commands/explain.js';
import { locks } from './commands/locks.js';
import { rules } from './commands/rules.js';
import { schema } from './commands/schema.js';
import { schemaOfDatabase } from './commands/schema-of-database.js';
import { askedFile, sql } from './commands/sql.js';
import { statistics } from './commands/statistics.js';
import { tenants } from './commands/tenants.js';
import { complainOf, faultsOf } from './faults.js';
import { openWorkspace } from './open.js';
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
      if (args.database !== null) return schemaOfDatabase(args.database, args, world);
      return runOnWorkspace(args, world);
    case 'check':
    case 'locks':
    case 'tenants':
    case 'explain':
    case 'sql':
      return runOnWorkspace(args, world);
    case 'statistics':
      return statistics(args, world);
    case 'lsp':
      return world.serve();
  }
}

async function runOnWorkspace(args: Arguments, world: World): Promise<number> {
  const asked = args.command === 'explain' ? askedPlace(args.paths[0]) : null;
  const wantsFile =
    args.command === 'sql' || (args.command === 'explain' && args.advise && args.sql === null);
  const question = args.advise ? 'Indexes for which file?' : undefined;
  const file = wantsFile ? askedFile(args.paths, question) : null;
  if (file !== null && 'message' in file) {
    world.output.complain(`${file.message}\n`);
    return 2;
  }
  const place = file ?? asked;
  const isOne = args.command === 'explain' || args.command === 'sql';
  const paths = isOne ? (place === null ? [] : ['.', place.path]) : args.paths;
  const opened = await openWorkspace({ ...args, paths }, world.assets);
  if (opened.kind === 'usage') {
    world.output.complain(`${opened.message}\n`);
    return 2;
  }
  const { output } = world;
  if (args.command === 'check') return check(opened, args, output);
  const faults = faultsOf(opened);
  complainOf(faults, opened.workspace, output);
  if (args.command === 'explain' && args.advise) return advise(opened, file, args, world);
  if (args.command === 'explain') return explain(opened, asked, args, world);
  if (file !== null) return sql(opened, file, args, output);
  const print = args.command === 'schema' ? schema : args.command === 'tenants' ? tenants : locks;
  const status = print(opened, args, output);
  return faults.length > 0 ? 2 : status;
}
