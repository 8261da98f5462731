// The words after `plumbline`.

import { parseArgs } from 'node:util';
import { REDACTIONS, type Redaction } from '../../catalog/statistics.js';
import { PLAN_FORMATS } from '../../features/plan-report.js';
import { SEVERITIES, type Severity } from '../../rules/rule.js';
import { didYouMean } from '../../text/similar.js';
import { type GivenValues, readValues } from './values.js';

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
  /** For the parameters of the query; `null`: any. */
  readonly values: GivenValues | null;
  readonly analyze: boolean;
  readonly advise: boolean;
  readonly analyzeWrites: boolean;
  /** A saved plan, instead of a query. */
  readonly plan: string | null;
  /** A saved plan, from before. */
  readonly compare: string | null;
  readonly statistics: string | null;
  readonly redact: Redaction;
  /** `schema.table.column` each. */
  readonly keep: readonly string[];
  readonly out: string | null;
}

export type Format = 'text' | 'json' | 'sql' | 'dbml' | 'mermaid' | 'markdown' | 'html';

const COMMANDS = [
  'check',
  'schema',
  'locks',
  'tenants',
  'explain',
  'sql',
  'statistics',
  'rules',
  'lsp',
  'help',
  'version',
] as const;
export type Command = (typeof COMMANDS)[number];

/** What is wrong with the words, for people. */
export interface UsageError {
  readonly kind: 'usage';
  readonly message: string;
}

const WORKSPACE = ['check', 'schema', 'locks', 'tenants', 'explain', 'sql'] as const;

/** How each command can print; the first is the default. */
const FORMATS: Readonly<Partial<Record<Command, readonly Format[]>>> = {
  check: ['text', 'json'],
  schema: ['sql', 'json', 'dbml', 'mermaid'],
  locks: ['text', 'json'],
  tenants: ['text', 'json'],
  explain: ['text', ...PLAN_FORMATS],
  sql: ['text', 'json'],
  rules: ['text', 'json'],
};

interface Option {
  readonly type: 'boolean' | 'string';
  /** One letter that means the same. */
  readonly short?: string;
  /** What the help calls its value. */
  readonly value?: string;
  /** The commands that take it. */
  readonly of: readonly Command[];
  /** The line of the help, or one for each command where it means another thing; `null` for what people do not write. */
  readonly help: string | Readonly<Partial<Record<Command, string>>> | null;
}

/** All there is to know of an option: what is read, what is refused and the help follow from it. */
const OPTIONS = {
  'fail-on': {
    type: 'string',
    value: 'SEVERITY',
    of: ['check'],
    help: 'exit 1 at or above error, warning, info, hint; or none (error)',
  },
  hints: { type: 'boolean', of: ['check'], help: 'also report hints' },
  fix: { type: 'boolean', of: ['check'], help: 'apply safe fixes' },
  diff: { type: 'boolean', of: ['check'], help: 'print what --fix would change, and change nothing' },
  'unsafe-fixes': {
    type: 'boolean',
    of: ['check'],
    help: 'with --fix or --diff: also fixes that a person should look at',
  },
  'start-after': {
    type: 'string',
    value: 'VERSION',
    of: ['check'],
    help: 'leave migrations up to this version alone',
  },
  since: {
    type: 'string',
    value: 'REF',
    of: ['check'],
    help: 'check only what is new or changed since this commit, branch or tag of git',
  },
  staged: { type: 'boolean', of: ['check'], help: 'check only what is about to be committed' },
  'suppress-all': {
    type: 'boolean',
    of: ['check'],
    help: 'write all that is found to the file of suppressions, so that only what is new is told',
  },
  'prune-suppressions': {
    type: 'boolean',
    of: ['check'],
    help: 'take out of that file what is no longer found',
  },
  at: { type: 'string', value: 'FILE', of: ['schema'], help: 'the schema just before this migration' },
  from: {
    type: 'string',
    value: 'FILE',
    of: ['schema'],
    help: 'what has changed since just before this migration, up to --at or the end',
  },
  history: {
    type: 'string',
    value: 'NAME',
    of: ['schema'],
    help: 'of several histories in the folder, this one',
  },
  sql: {
    type: 'string',
    value: 'TEXT',
    of: ['explain'],
    help: 'explain this text instead of FILE:LINE, - for standard input',
  },
  database: {
    type: 'string',
    value: 'DATABASE',
    of: ['schema', 'explain', 'statistics'],
    help: {
      schema:
        'the schema of this database, and no migrations: a URL, the name of a connection, or config/dev.exs',
      statistics:
        'whose statistics are exported: a URL, the name of a connection, or config/dev.exs; else DATABASE_URL or PG*',
      explain:
        'on this server: a URL, the name of a connection, or config/dev.exs; else DATABASE_URL or PG*; else on the embedded PostgreSQL',
    },
  },
  values: {
    type: 'string',
    value: 'JSON',
    of: ['explain'],
    help: 'for these values of its parameters: [42, "open", null], or {"$1": 42, "org.id": 7} by their names',
  },
  statistics: {
    type: 'string',
    value: 'FILE',
    of: ['explain'],
    help: 'plan for the sizes and values that this file tells of production',
  },
  redact: {
    type: 'string',
    value: 'LEVEL',
    of: ['statistics'],
    help: 'values of rows that stay out: none, text (those of all but simple types) or all (text)',
  },
  keep: {
    type: 'string',
    value: 'COLUMNS',
    of: ['statistics'],
    help: 'with --redact text, values of these may be told: orders.status,orders.kind',
  },
  out: { type: 'string', value: 'FILE', of: ['statistics'], help: 'write there instead of standard output' },
  advise: {
    type: 'boolean',
    of: ['explain'],
    help: 'try indexes for the query, or for all queries of FILE, on the embedded PostgreSQL',
  },
  analyze: { type: 'boolean', of: ['explain'], help: 'run the query and measure it' },
  'analyze-writes': {
    type: 'boolean',
    of: ['explain'],
    help: 'as --analyze, also what changes rows, which is rolled back; not on production',
  },
  plan: {
    type: 'string',
    value: 'FILE',
    of: ['explain'],
    help: 'a plan that was saved, as text, JSON or a log; FILE:LINE for one of several, - for standard input',
  },
  compare: {
    type: 'string',
    value: 'FILE',
    of: ['explain'],
    help: 'print what has changed since this plan, saved as for --plan',
  },
  config: { type: 'string', value: 'FILE', of: WORKSPACE, help: 'use this configuration' },
  postgres: {
    type: 'string',
    value: 'MAJOR',
    of: WORKSPACE,
    help: 'version of the target server, 12 to 18 (15)',
  },
  format: {
    type: 'string',
    value: 'FORMAT',
    of: COMMANDS.filter((command) => command in FORMATS),
    help: Object.fromEntries(
      Object.entries(FORMATS).map(([command, formats]) => [
        command,
        `how to print: ${orList(formats)} (${formats[0]})`,
      ]),
    ),
  },
  help: { type: 'boolean', short: 'h', of: COMMANDS, help: 'print this' },
  version: { type: 'boolean', short: 'V', of: COMMANDS, help: 'print the version' },
  // Editors give these, and the server itself reads them.
  stdio: { type: 'boolean', of: ['lsp'], help: null },
  'node-ipc': { type: 'boolean', of: ['lsp'], help: null },
  socket: { type: 'string', of: ['lsp'], help: null },
  pipe: { type: 'string', of: ['lsp'], help: null },
  clientProcessId: { type: 'string', of: ['lsp'], help: null },
} as const satisfies Readonly<Record<string, Option>>;

/** The same, where it does not matter which one it is. */
const EACH: Readonly<Record<keyof typeof OPTIONS, Option>> = OPTIONS;

export function readArguments(words: readonly string[]): Arguments | UsageError {
  const parsed = parse(words);
  if ('message' in parsed) return parsed;
  const { values, positionals } = parsed;
  const [first = 'help', ...paths] = positionals;
  const command = values.version ? 'version' : values.help ? 'help' : first;
  if (!isCommand(command)) return usage(`There is no command "${command}".${didYouMean(command, COMMANDS)}`);
  const foreign = Object.keys(values)
    .filter(isOption)
    .find((name) => !EACH[name].of.includes(command));
  if (foreign !== undefined && command !== 'help' && command !== 'version') {
    return usage(`--${foreign} is an option of ${EACH[foreign].of.join(', ')}, not of ${command}.`);
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
  if (values.statistics !== undefined && values.database !== undefined) {
    return usage('A database has statistics of its own: leave out --statistics, or --database.');
  }
  const failOn = values['fail-on'] ?? 'error';
  if (!isSeverity(failOn) && failOn !== 'none') {
    return usage(`--fail-on must be one of ${[...SEVERITIES, 'none'].join(', ')}, not "${failOn}".`);
  }
  const asked = command === 'statistics' ? wrongStatistics(paths, values) : null;
  if (asked !== null) return usage(asked);
  const redact = REDACTIONS.find((level) => level === (values.redact ?? 'text'));
  if (redact === undefined) {
    return usage(`--redact must be ${orList(REDACTIONS)}, not "${values.redact}".`);
  }
  const keep = (values.keep ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  const short = keep.find((name) => name.split('.').length < 2);
  if (short !== undefined) return usage(`--keep takes table.column or schema.table.column, not "${short}".`);
  if (keep.length > 0 && redact !== 'text') {
    return usage(
      `--keep goes with --redact text: with ${redact}, ${redact === 'all' ? 'no value is' : 'all values are'} told.`,
    );
  }
  if (values['analyze-writes'] && values.database === undefined) {
    return usage('--analyze-writes changes rows, until they are rolled back: say where with --database.');
  }
  const given = values.values === undefined ? null : readValues(values.values);
  if (given !== null && 'message' in given) return usage(given.message);
  const wrongPlan = command === 'explain' ? wrongPlanOptions(paths, values, format) : null;
  if (wrongPlan !== null) return usage(wrongPlan);
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
    values: given,
    advise: values.advise ?? false,
    analyze: values.analyze ?? values['analyze-writes'] ?? false,
    analyzeWrites: values['analyze-writes'] ?? false,
    plan: values.plan ?? null,
    compare: values.compare ?? null,
    statistics: values.statistics ?? null,
    redact,
    keep: keep.map((name) => (name.split('.').length === 2 ? `public.${name}` : name)),
    out: values.out ?? null,
  };
}

function wrongPlanOptions(
  paths: readonly string[],
  { plan, compare, ...values }: Readonly<Record<string, unknown>>,
  format: Format,
): string | null {
  const beside = ['sql', 'database', 'values', 'analyze', 'analyze-writes', 'statistics'].find(
    (name) => values[name] !== undefined,
  );
  if (plan !== undefined && beside !== undefined) {
    return `--plan prints a plan that is there, so there is nothing to plan: leave out --${beside}.`;
  }
  if (plan !== undefined && paths.length > 0)
    return `Is it the plan of --plan, or the query at ${paths[0]}? Leave out one of them.`;
  const notTried = ['plan', 'compare', 'database', 'values', 'analyze'].find(
    (name) => ({ plan, compare, ...values })[name] !== undefined,
  );
  if (values.advise !== undefined && notTried !== undefined) {
    return `--advise tries indexes on the embedded PostgreSQL for any values, and measures nothing: leave out --${notTried}.`;
  }
  if (values.advise !== undefined && format !== 'text' && format !== 'json') {
    return `What --advise finds is printed as text or json, not as ${format}.`;
  }
  if (plan === undefined && values.sql !== undefined && paths.length > 0) {
    return `Is it the text of --sql, or the query at ${paths[0]}? Leave out one of them.`;
  }
  if (paths.length > 1)
    return `Plans are made of one query at a time: leave out ${paths.slice(1).join(' ')}.`;
  if ([values.sql, plan, compare].filter((one) => one === '-').length > 1) {
    return 'Only one of --sql, --plan and --compare can be standard input.';
  }
  return compare !== undefined && format === 'html'
    ? 'What has changed is printed as text, json or markdown, not as html.'
    : null;
}

function wrongStatistics(
  [what, ...more]: readonly string[],
  { database }: { readonly database?: string | undefined },
): string | null {
  if (what !== 'export' && what !== 'script') {
    return 'It is "plumbline statistics export" to write the file, or "plumbline statistics script" for a script that does so in psql.';
  }
  if (more.length > 0) return `There are no paths to give to statistics ${what}: "${more[0]}".`;
  if (what === 'script' && database !== undefined) {
    return 'The script is run by psql, which is told the database then: leave out --database.';
  }
  return null;
}

/** `a, b or c` */
function orList(words: readonly string[], or = 'or'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${or} ${words.at(-1)}`;
}

/** The words by their names. What `parseArgs` says of wrong ones is for programmers, so they are looked at first. */
function parse(given: readonly string[]) {
  const words = withValues(given);
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

/** A value may begin as an option does when it is no word: `--sql '-- name: …'` becomes `--sql=-- name: …`, which is clear. */
function withValues(words: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (const word of words) {
    const before = joined.at(-1) ?? '';
    const name = before.slice(2);
    const wantsValue = before.startsWith('--') && isOption(name) && OPTIONS[name].type === 'string';
    const isText = /^-.*\s/s.test(word) && !isOption(word.slice(2).split('=')[0] ?? '');
    if (wantsValue && isText && !joined.includes('--')) joined[joined.length - 1] = `${before}=${word}`;
    else joined.push(word);
  }
  return joined;
}

const LONG = Object.keys(OPTIONS).map((name) => `--${name}`);
const SHORT = Object.values(EACH).flatMap(({ short }) => (short === undefined ? [] : [`-${short}`]));

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

/** The options under the commands that take them, those of one command before those of several. */
function optionsInWords(): string {
  const all = Object.entries(EACH).flatMap(([name, option]) => linesOf(name, option));
  const width = Math.max(...all.map(({ words }) => words.length));
  const groups = new Map<string, { readonly of: readonly Command[]; readonly lines: string[] }>();
  for (const { of, words, help } of all) {
    const key = of.join();
    const group = groups.get(key) ?? { of, lines: [] };
    groups.set(key, group);
    group.lines.push(`  ${words.padEnd(width)}  ${help}`);
  }
  return [...groups.values()]
    .sort((a, b) => a.of.length - b.of.length)
    .map(({ of, lines }) => {
      const whose = of.length === COMMANDS.length ? 'every command' : orList(of, 'and');
      return [`Options of ${whose}`, ...lines].join('\n');
    })
    .join('\n\n');
}

/** Commands to which it means the same share a line. */
function linesOf(name: string, { short, value, of, help }: Option) {
  const words = `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
  if (help === null) return [];
  if (typeof help === 'string') return [{ of, words, help }];
  return [...new Set(Object.values(help))].map((line) => ({
    of: of.filter((command) => help[command] === line),
    words,
    help: line,
  }));
}

export const HELP = `plumbline <command> [paths…]

Finds what will hurt in production in PostgreSQL migrations, Ecto schemas and queries.

Commands
  check              report findings (paths default to the current folder)
  schema             print the schema after replaying every migration
  locks              for each statement of the migrations: its SQL, locks, rewrites and scans
  tenants            whose rows each table holds, and whether each query keeps to one tenant
  explain FILE:LINE  the plan of the query there; of a saved plan with --plan FILE
  sql FILE[:LINE]    the SQL of the statements and Ecto queries of a file, or of the one there
  statistics export  write what a database knows of its data, for explain; "statistics script" does it by psql
  rules [ID]         list the rules, or print one rule's page
  lsp --stdio        run the language server

${optionsInWords()}

Exit status: 0 clean, 1 findings, 2 wrong usage, wrong configuration, unreadable input or our own fault.
`;
