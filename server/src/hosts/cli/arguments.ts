// The words after `plumbline`.

import { parseArgs } from 'node:util';
import { SEVERITIES, type Severity } from '../../rules/rule.js';
import { didYouMean } from '../../text/similar.js';

export interface Arguments {
  readonly command: Command;
  readonly paths: readonly string[];
  readonly format: Format;
  readonly failOn: Severity | 'none';
  readonly hints: boolean;
  readonly fix: boolean;
  readonly unsafeFixes: boolean;
  readonly diff: boolean;
  readonly startAfter: string | null;
  readonly since: string | null;
  readonly staged: boolean;
  readonly suppressAll: boolean;
  readonly pruneSuppressions: boolean;
  readonly config: string | null;
  readonly postgres: number | null;
  readonly at: string | null;
  readonly from: string | null;
  readonly history: string | null;
  readonly sql: string | null;
  readonly database: string | null;
  readonly analyze: boolean;
}

export type Format = 'text' | 'json' | 'sql' | 'dbml' | 'mermaid';

const COMMANDS = ['check', 'schema', 'locks', 'explain', 'rules', 'lsp', 'help', 'version'] as const;
export type Command = (typeof COMMANDS)[number];

/** What is wrong with the words, for people. */
export interface UsageError {
  readonly kind: 'usage';
  readonly message: string;
}

const WORKSPACE = ['check', 'schema', 'locks', 'explain'] as const;

/** How each command can print; the first is the default. */
const FORMATS: Readonly<Partial<Record<Command, readonly Format[]>>> = {
  check: ['text', 'json'],
  schema: ['sql', 'json', 'dbml', 'mermaid'],
  locks: ['text', 'json'],
  explain: ['text', 'json'],
  rules: ['text', 'json'],
};

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
  format: { type: 'string' },
  'fail-on': { type: 'string' },
  hints: { type: 'boolean' },
  fix: { type: 'boolean' },
  'unsafe-fixes': { type: 'boolean' },
  diff: { type: 'boolean' },
  'start-after': { type: 'string' },
  since: { type: 'string' },
  staged: { type: 'boolean' },
  'suppress-all': { type: 'boolean' },
  'prune-suppressions': { type: 'boolean' },
  config: { type: 'string' },
  postgres: { type: 'string' },
  at: { type: 'string' },
  from: { type: 'string' },
  history: { type: 'string' },
  sql: { type: 'string' },
  database: { type: 'string' },
  analyze: { type: 'boolean' },
  stdio: { type: 'boolean' },
  'node-ipc': { type: 'boolean' },
  socket: { type: 'string' },
  pipe: { type: 'string' },
  clientProcessId: { type: 'string' },
} as const;

/** The commands that an option is of. */
const TAKEN_BY: Readonly<Record<keyof typeof OPTIONS, readonly Command[]>> = {
  help: COMMANDS,
  version: COMMANDS,
  format: ['check', 'schema', 'locks', 'explain', 'rules'],
  'fail-on': ['check'],
  hints: ['check'],
  fix: ['check'],
  'unsafe-fixes': ['check'],
  diff: ['check'],
  'start-after': ['check'],
  since: ['check'],
  staged: ['check'],
  'suppress-all': ['check'],
  'prune-suppressions': ['check'],
  config: WORKSPACE,
  postgres: WORKSPACE,
  at: ['schema'],
  from: ['schema'],
  history: ['schema'],
  sql: ['explain'],
  database: ['schema', 'explain'],
  analyze: ['explain'],
  // Editors give these, and the server itself reads them.
  stdio: ['lsp'],
  'node-ipc': ['lsp'],
  socket: ['lsp'],
  pipe: ['lsp'],
  clientProcessId: ['lsp'],
};

export function readArguments(words: readonly string[]): Arguments | UsageError {
  const parsed = parse(words);
  if ('message' in parsed) return parsed;
  const { values, positionals } = parsed;
  const [first = 'help', ...paths] = positionals;
  const command = values.version ? 'version' : values.help ? 'help' : first;
  if (!isCommand(command)) return usage(`There is no command "${command}".${didYouMean(command, COMMANDS)}`);
  const foreign = Object.keys(values)
    .filter(isOption)
    .find((name) => !TAKEN_BY[name].includes(command));
  if (foreign !== undefined && command !== 'help' && command !== 'version') {
    return usage(`--${foreign} is an option of ${TAKEN_BY[foreign].join(', ')}, not of ${command}.`);
  }
  const formats = FORMATS[command] ?? ['text'];
  const format = values.format === undefined ? formats[0] : formats.find((one) => one === values.format);
  if (format === undefined) {
    return usage(`--format of ${command} must be ${orList(formats)}, not "${values.format}".`);
  }
  if (values.from !== undefined && (format === 'dbml' || format === 'mermaid')) {
    return usage(`What has changed since --from is printed as sql or json, not as ${format}.`);
  }
  const beside = (['at', 'from', 'history'] as const).find((name) => values[name] !== undefined);
  if (command === 'schema' && values.database !== undefined && beside !== undefined) {
    return usage(`--${beside} is about migrations, of which a database knows nothing: leave out --database.`);
  }
  if (command === 'schema' && values.database !== undefined && paths.length > 0) {
    return usage('--database prints the schema of a database, so there are no paths to give.');
  }
  const failOn = values['fail-on'] ?? 'error';
  if (!isSeverity(failOn) && failOn !== 'none') {
    return usage(`--fail-on must be one of ${[...SEVERITIES, 'none'].join(', ')}, not "${failOn}".`);
  }
  const postgres = values.postgres === undefined ? null : Number(values.postgres);
  if (postgres !== null && !(Number.isInteger(postgres) && postgres >= 12 && postgres <= 18)) {
    return usage(`--postgres must be a major version from 12 to 18, not "${values.postgres}".`);
  }
  if (values['unsafe-fixes'] && !values.fix && !values.diff) {
    return usage('--unsafe-fixes goes with --fix or --diff.');
  }
  if (values.since !== undefined && values.staged) {
    return usage('--since and --staged each say which files are checked: leave one of them out.');
  }
  if ((values['suppress-all'] || values['prune-suppressions']) && (values.fix || values.diff)) {
    return usage('Suppressions are written for the files as they are: leave out --fix and --diff.');
  }
  if (command === 'lsp' && !['stdio', 'node-ipc', 'socket', 'pipe'].some((name) => name in values)) {
    return usage('How is the server spoken to? By standard input and output: plumbline lsp --stdio');
  }
  return {
    command,
    paths,
    format,
    failOn,
    hints: values.hints ?? false,
    fix: values.fix ?? false,
    unsafeFixes: values['unsafe-fixes'] ?? false,
    diff: values.diff ?? false,
    startAfter: values['start-after'] ?? null,
    since: values.since ?? null,
    staged: values.staged ?? false,
    suppressAll: values['suppress-all'] ?? false,
    pruneSuppressions: values['prune-suppressions'] ?? false,
    config: values.config ?? null,
    postgres,
    at: values.at ?? null,
    from: values.from ?? null,
    history: values.history ?? null,
    sql: values.sql ?? null,
    database: values.database ?? null,
    analyze: values.analyze ?? false,
  };
}

/** `a, b or c` */
function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** The words by their names. What `parseArgs` says of wrong ones is for programmers, so they are looked at first. */
function parse(words: readonly string[]) {
  const options = words.slice(0, words.includes('--') ? words.indexOf('--') : undefined);
  for (const word of options) {
    const [name = '', ...value] = word.split('=');
    if (/^-[^-]/.test(word) && !SHORT.includes(word)) {
      return usage(`There is no option ${word}.`);
    }
    if (!word.startsWith('--')) continue;
    const option = name.slice(2);
    if (!isOption(option)) return usage(`There is no option ${name}.${didYouMean(name, LONG)}`);
    if (OPTIONS[option].type === 'boolean' && value.length > 0) return usage(`${name} takes no value.`);
  }
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    const name = /--[\w-]+/.exec(error instanceof Error ? error.message : '')?.[0];
    return usage(name === undefined ? String(error) : `${name} needs a value.`);
  }
}

const LONG = Object.keys(OPTIONS).map((name) => `--${name}`);
const SHORT = ['-h', '-V'];

function isOption(name: string): name is keyof typeof OPTIONS {
  return Object.hasOwn(OPTIONS, name);
}

function isCommand(word: string): word is Command {
  return (COMMANDS as readonly string[]).includes(word);
}

function isSeverity(word: string): word is Severity {
  return (SEVERITIES as readonly string[]).includes(word);
}

function usage(message: string): UsageError {
  return { kind: 'usage', message };
}

export const HELP = `plumbline <command> [paths…]

Finds what will hurt in production in PostgreSQL migrations, Ecto schemas and queries.

Commands
  check              report findings (paths default to the current folder)
  schema             print the schema after replaying every migration
  locks              for each operation of the migrations: its SQL, locks, rewrites and scans
  explain FILE:LINE  the plan of the query there
  rules [ID]         list the rules, or print one rule's page
  lsp --stdio        run the language server

Options of check, locks, explain and rules
  --format text|json         how to print (text)

Options of check
  --fail-on SEVERITY         exit 1 at or above error, warning, info, hint; or none (error)
  --hints                    also report hints
  --fix                      apply safe fixes
  --unsafe-fixes             with --fix: also apply fixes that a person should look at
  --diff                     print what --fix would change, and change nothing
  --start-after VERSION      leave migrations up to this version alone

Options of check, schema, locks and explain
  --config FILE              use this configuration
  --postgres MAJOR           version of the target server, 12 to 18 (15)

Options of schema
  --format FORMAT            how to print: sql, json, dbml or mermaid (sql)
  --at FILE                  the schema just before this migration
  --from FILE                what has changed since just before this migration, up to --at or the end
  --history NAME             of several histories in the folder, this one
  --database URL             the schema of this database, and no migrations

Options of explain
  --sql TEXT                 explain this text instead of FILE:LINE
  --database URL             on this server; else DATABASE_URL or PG*; else on the embedded PostgreSQL
  --analyze                  run the query and measure it

Exit status: 0 clean, 1 findings, 2 wrong usage, wrong configuration, unreadable input or our own fault.
`;
