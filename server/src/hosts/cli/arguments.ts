// The words after `plumbline`.

import { parseArgs } from 'node:util';
import { SEVERITIES, type Severity } from '../../rules/rule.js';
import { didYouMean } from '../../text/similar.js';

export interface Arguments {
  readonly command: Command;
  readonly paths: readonly string[];
  readonly format: 'text' | 'json' | 'sql';
  readonly failOn: Severity | 'none';
  readonly hints: boolean;
  readonly fix: boolean;
  readonly unsafeFixes: boolean;
  readonly diff: boolean;
  readonly startAfter: string | null;
  readonly config: string | null;
  readonly postgres: number | null;
  readonly at: string | null;
  readonly sql: string | null;
  readonly database: string | null;
  readonly analyze: boolean;
}

export const COMMANDS = ['check', 'schema', 'locks', 'explain', 'rules', 'lsp', 'help', 'version'] as const;
export type Command = (typeof COMMANDS)[number];

/** What is wrong with the words, for people. */
export interface UsageError {
  readonly kind: 'usage';
  readonly message: string;
}

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
  config: { type: 'string' },
  postgres: { type: 'string' },
  at: { type: 'string' },
  sql: { type: 'string' },
  database: { type: 'string' },
  analyze: { type: 'boolean' },
  stdio: { type: 'boolean' },
  'node-ipc': { type: 'boolean' },
} as const;

export function readArguments(words: readonly string[]): Arguments | UsageError {
  const unknown = words.find((word) => word.startsWith('--') && !isOption(word));
  if (unknown !== undefined) {
    const name = unknown.split('=')[0] ?? unknown;
    const known = Object.keys(OPTIONS).map((option) => `--${option}`);
    return usage(`There is no option ${name}.${didYouMean(name, known)}`);
  }
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(words);
  } catch (error) {
    return usage(error instanceof Error ? `${error.message}.`.replace(/\.\.$/, '.') : String(error));
  }
  const { values, positionals } = parsed;
  const [first = 'help', ...paths] = positionals;
  const command = values.version ? 'version' : values.help ? 'help' : first;
  if (!isCommand(command)) return usage(`There is no command "${command}".${didYouMean(command, COMMANDS)}`);
  const format = values.format ?? 'text';
  if (format !== 'text' && format !== 'json' && format !== 'sql') {
    return usage(`--format must be text, json or sql, not "${format}".`);
  }
  const failOn = values['fail-on'] ?? 'error';
  if (!isSeverity(failOn) && failOn !== 'none') {
    return usage(`--fail-on must be one of ${[...SEVERITIES, 'none'].join(', ')}, not "${failOn}".`);
  }
  const postgres = values.postgres === undefined ? null : Number(values.postgres);
  if (postgres !== null && !(Number.isInteger(postgres) && postgres >= 12 && postgres <= 18)) {
    return usage(`--postgres must be a major version from 12 to 18, not "${values.postgres}".`);
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
    config: values.config ?? null,
    postgres,
    at: values.at ?? null,
    sql: values.sql ?? null,
    database: values.database ?? null,
    analyze: values.analyze ?? false,
  };
}

function parse(words: readonly string[]) {
  return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true, strict: true });
}

function isOption(word: string): boolean {
  return word === '--' || (word.slice(2).split('=')[0] ?? '') in OPTIONS;
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

Options of check
  --format text|json         how to print (text)
  --fail-on SEVERITY         exit 1 at or above error, warning, info, hint; or none (error)
  --hints                    also report hints
  --fix                      apply safe fixes
  --unsafe-fixes             with --fix: also apply fixes that a person should look at
  --diff                     print what --fix would change, and change nothing
  --start-after VERSION      leave migrations up to this version alone
  --config FILE              use this configuration
  --postgres MAJOR           version of the target server, 12 to 18 (15)

Options of schema
  --format sql|json          how to print (sql)
  --at FILE                  the schema just before this migration

Options of explain
  --sql TEXT                 explain this text instead of FILE:LINE
  --database URL             on this server; else DATABASE_URL or PG*; else on the embedded PostgreSQL
  --analyze                  run the query and measure it

Exit status: 0 clean, 1 findings, 2 wrong usage, configuration or unreadable input.
`;
