// plumbline.jsonc. What is wrong in it is a problem at its place; the rest of it holds.

import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { ADVICE_RULES } from '../advice/index.js';
import type { Threshold } from '../advice/rule.js';
import type { TenancyOptions } from '../analysis/tenancy.js';
import { LAYOUTS } from '../migrations/layouts/index.js';
import type { LayoutId } from '../migrations/layouts/layout.js';
import { SEVERITIES, type Severity } from '../rules/rule.js';
import type { Problem } from '../syntax/problem.js';
import { isRecord } from '../text/is-record.js';
import { didYouMean } from '../text/similar.js';
import type { Span } from '../text/span.js';
import type { TableSize } from './sizes.js';

export type RuleLevel = Severity | 'off';

export interface Config {
  /** Major version of the target server. */
  readonly postgres: number;
  readonly layout: LayoutId | null;
  /** Folders, relative to the folder of the file. Empty: recognised. */
  readonly migrations: readonly string[];
  /** The file with the schema that the migrations begin with, relative likewise. `null`: recognised. */
  readonly baseline: string | null;
  /** Migrations up to and including this version are not linted. */
  readonly startAfter: string | null;
  readonly rules: Readonly<Record<string, RuleLevel>>;
  /** Thresholds of advice on plans, by rule and name. */
  readonly advice: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly overrides: readonly Override[];
  readonly tenancy: TenancyOptions;
  readonly connections: Readonly<Record<string, Connection>>;
  /** A git reference: migrations that are there are released, and not linted. */
  readonly since: string | null;
  /** A file of production statistics, relative to the folder of the file. */
  readonly statistics: string | null;
  /** Sizes of tables in production, by `schema.name` or name; they win over those of `statistics`. */
  readonly tables: Readonly<Record<string, TableSize>>;
  readonly transactions: 'auto' | 'per-file' | 'none';
  readonly timeouts: 'migration' | 'runner';
  /** Whether the way down is linted too. */
  readonly checkDown: boolean;
}

export interface Override {
  readonly files: readonly string[];
  readonly rules: Readonly<Record<string, RuleLevel>>;
}

export interface Connection {
  readonly host: string | null;
  readonly port: number | null;
  readonly database: string | null;
  readonly user: string | null;
  readonly ssl: 'require' | 'verify' | 'off' | null;
  readonly production: boolean;
}

export const DEFAULT_CONFIG: Config = {
  postgres: 15,
  layout: null,
  migrations: [],
  baseline: null,
  startAfter: null,
  rules: {},
  advice: {},
  overrides: [],
  tenancy: {
    root: null,
    column: null,
    columnAliases: {},
    subTenants: [],
    globalTables: [],
    ignoreTables: [],
    hook: [],
    skipOptions: [],
    wrappers: [],
  },
  connections: {},
  since: null,
  statistics: null,
  tables: {},
  transactions: 'auto',
  timeouts: 'migration',
  checkDown: false,
};

export const CONFIG_FILE = 'plumbline.jsonc';

/** What a value must be. The JSON schema that editors use is written from this too. */
export type Shape =
  | { readonly kind: 'string'; readonly values?: readonly string[] }
  | { readonly kind: 'number'; readonly minimum?: number; readonly maximum?: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'record'; readonly of: Shape; readonly keys?: 'rules' }
  | {
      readonly kind: 'object';
      readonly properties: Readonly<Record<string, Property>>;
      /** Without these it says nothing. */
      readonly required?: readonly string[];
    };

export interface Property {
  readonly shape: Shape;
  readonly description: string;
}

const string: Shape = { kind: 'string' };
const strings: Shape = { kind: 'list', of: string };
const level: Shape = { kind: 'string', values: [...SEVERITIES, 'off'] };
const levels: Shape = { kind: 'record', of: level, keys: 'rules' };

/** What of each advice rule can be set. */
function adviceThresholds(): Readonly<Record<string, Property>> {
  return Object.fromEntries(
    ADVICE_RULES.filter(({ thresholds }) => Object.keys(thresholds).length > 0).map(
      ({ id, thresholds, docs }) => [
        id,
        {
          shape: {
            kind: 'object',
            properties: Object.fromEntries(
              Object.entries<Threshold>(thresholds).map(([name, { value, means }]) => [
                name,
                {
                  shape: { kind: 'number', minimum: 0 },
                  description: `${means.charAt(0).toUpperCase()}${means.slice(1)}. Usually: ${value}.`,
                },
              ]),
            ),
          },
          description: docs.what,
        },
      ],
    ),
  );
}

export const CONFIG_SHAPE: Extract<Shape, { kind: 'object' }> = {
  kind: 'object',
  properties: {
    $schema: { shape: string, description: 'The JSON schema of this file.' },
    extends: { shape: strings, description: 'Other configuration files that this one builds on.' },
    postgres: {
      shape: { kind: 'number', minimum: 12, maximum: 18 },
      description: 'Major version of the PostgreSQL server that the migrations run on (12 to 18).',
    },
    layout: {
      shape: {
        kind: 'string',
        values: LAYOUTS.map(({ id }) => id),
      },
      description: 'The migration tool, where it is not recognised by itself.',
    },
    migrations: {
      shape: strings,
      description:
        'Folders of migrations, whose scripts need no number then. When given, no other folder is looked at.',
    },
    baseline: {
      shape: string,
      description:
        'The file with the schema that the migrations begin with, such as the output of pg_dump. Migrations that it lists are not replayed.',
    },
    startAfter: {
      shape: string,
      description: 'Migrations up to and including this version are replayed but not linted.',
    },
    rules: { shape: levels, description: 'Severity of rules, by id; "off" turns a rule off.' },
    advice: {
      shape: { kind: 'object', properties: adviceThresholds() },
      description: 'From which numbers on there is advice on a plan, by rule. `rules` turns advice off.',
    },
    overrides: {
      shape: {
        kind: 'list',
        of: {
          kind: 'object',
          properties: {
            files: { shape: strings, description: 'Globs of files.' },
            rules: { shape: levels, description: 'Severities that hold for these files.' },
          },
        },
      },
      description: 'Other severities for some files. Later entries win.',
    },
    tenancy: {
      shape: {
        kind: 'object',
        properties: {
          root: { shape: string, description: 'The table whose rows are the tenants.' },
          column: { shape: string, description: 'The column by which tables belong to a tenant.' },
          columnAliases: {
            shape: { kind: 'record', of: string },
            description: 'Tables that call that column otherwise.',
          },
          subTenants: {
            shape: strings,
            description: 'Tables that divide a tenant further, such as projects.',
          },
          globalTables: { shape: strings, description: 'Tables that all tenants share.' },
          ignoreTables: { shape: strings, description: 'Tables about which nothing is said.' },
          hook: {
            shape: strings,
            description:
              'Repos that add the tenant to every query, where their "prepare_query" does not show it: "Shop.Repo".',
          },
          skipOptions: {
            shape: strings,
            description:
              'Options of a call with which such a Repo leaves the tenant out: "skip_tenant". Those that "prepare_query" looks at are found.',
          },
          wrappers: {
            shape: {
              kind: 'list',
              of: {
                kind: 'object',
                properties: {
                  module: { shape: string, description: 'The module, by its full name: "Shop.Safe".' },
                  scoped: {
                    shape: strings,
                    description:
                      'Its functions that take a query and whose it is: what then runs the query adds the tenant.',
                  },
                  unscoped: {
                    shape: strings,
                    description: 'Its functions that say that a query is for all tenants.',
                  },
                },
                required: ['module'],
              },
            },
            description:
              'Modules through which queries are run, where their code does not show that they add the tenant.',
          },
        },
      },
      description: 'How rows belong to tenants, where that is not found out by itself.',
    },
    connections: {
      shape: {
        kind: 'record',
        of: {
          kind: 'object',
          properties: {
            host: { shape: string, description: 'Host name.' },
            port: { shape: { kind: 'number', minimum: 1, maximum: 65535 }, description: 'Port.' },
            database: { shape: string, description: 'Name of the database.' },
            user: { shape: string, description: 'Name of the user.' },
            ssl: {
              shape: { kind: 'string', values: ['require', 'verify', 'off'] },
              description:
                'TLS: "verify" checks the certificate (default for hosts that are not local), "require" does not, "off" does without TLS.',
            },
            production: { shape: { kind: 'boolean' }, description: 'Never run ANALYZE on it.' },
          },
        },
      },
      description: 'Databases for plans, by name. Passwords are never kept here.',
    },
    since: {
      shape: string,
      description:
        'A git reference such as "origin/main": migrations that are there already have run, are replayed but not linted.',
    },
    statistics: {
      shape: string,
      description:
        'A file of production statistics, made by Export Statistics or by hand: plans are made for it, and sizes of tables make findings louder or quieter.',
    },
    tables: {
      shape: {
        kind: 'record',
        of: {
          kind: 'object',
          properties: {
            rows: { shape: { kind: 'number', minimum: 0 }, description: 'How many rows it holds.' },
            bytes: {
              shape: { kind: 'number', minimum: 0 },
              description: 'How much it takes on the disk, with its indexes.',
            },
          },
        },
      },
      description: 'Sizes of tables in production, by name, where there are no statistics.',
    },
    transactions: {
      shape: { kind: 'string', values: ['auto', 'per-file', 'none'] },
      description: 'Whether the runner wraps each file in a transaction, where its layout does not say.',
    },
    timeouts: {
      shape: { kind: 'string', values: ['migration', 'runner'] },
      description:
        'Who sets lock_timeout: each migration (default), or the runner, its connection or its role, of which nothing is seen here.',
    },
    checkDown: {
      shape: { kind: 'boolean' },
      description:
        'Whether the way down is checked too, against the schema after the migration: down/0, change/0 turned round, .down.sql files, sections that undo.',
    },
  },
};

/** A file that `extends` names. */
export interface Extended {
  /** As written: relative to the folder of the file that names it. */
  readonly path: string;
  readonly span: Span;
}

export interface ReadConfig {
  readonly config: Config;
  readonly extends: readonly Extended[];
  readonly problems: readonly Problem[];
}

/**
 * @param ruleIds the ids that `rules` may name
 * @param base what holds where the text says nothing
 */
export function readConfig(
  text: string,
  ruleIds: ReadonlySet<string>,
  base: Config = DEFAULT_CONFIG,
): ReadConfig {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const problems = errors.map((error) =>
    problem(
      { start: error.offset, end: error.offset + Math.max(error.length, 1) },
      `This is not JSON: ${spaced(printParseErrorCode(error.error))}.`,
    ),
  );
  if (tree === undefined) return { config: base, extends: [], problems };
  const valid = check(tree, CONFIG_SHAPE, [], problems, ruleIds);
  const value = isRecord(valid) ? valid : {};
  return { config: merge(base, value), extends: extendedBy(tree), problems };
}

function extendedBy(tree: Node): readonly Extended[] {
  const node = findNodeAtLocation(tree, ['extends']);
  const named = node?.type === 'array' ? (node.children ?? []) : node === undefined ? [] : [node];
  return named.flatMap(({ type, value, offset, length }) =>
    type === 'string' ? [{ path: String(value), span: { start: offset, end: offset + length } }] : [],
  );
}

function merge(base: Config, value: Record<string, unknown>): Config {
  const {
    $schema: _schema,
    extends: _extends,
    rules,
    advice,
    overrides,
    tenancy,
    connections,
    tables,
    ...plain
  } = value;
  return {
    ...base,
    ...plain,
    rules: { ...base.rules, ...(isRecord(rules) ? rules : {}) },
    advice: withThresholds(base.advice, advice),
    overrides: [...base.overrides, ...asOverrides(overrides)],
    tenancy: {
      ...base.tenancy,
      ...(isRecord(tenancy) ? { ...tenancy, ...asWrappers(tenancy.wrappers) } : {}),
    },
    connections: { ...base.connections, ...asConnections(connections) },
    tables: { ...base.tables, ...asTables(tables) },
  } as Config;
}

/** A rule keeps what only the base says of it. */
function withThresholds(base: Config['advice'], value: unknown): Config['advice'] {
  if (!isRecord(value)) return base;
  const own = Object.entries(value).map(([rule, thresholds]) => [
    rule,
    { ...base[rule], ...(isRecord(thresholds) ? thresholds : {}) },
  ]);
  return { ...base, ...Object.fromEntries(own) };
}

function asOverrides(value: unknown): readonly Override[] {
  if (!Array.isArray(value)) return [];
  return value.map((entry: Record<string, unknown>) => ({
    files: listOf(entry.files),
    rules: (isRecord(entry.rules) ? entry.rules : {}) as Override['rules'],
  }));
}

/** Nothing when they are not there: then those of the base hold. */
function asWrappers(value: unknown): Partial<Pick<TenancyOptions, 'wrappers'>> {
  if (!Array.isArray(value)) return {};
  const wrappers = value.map((entry: Record<string, unknown>) => ({
    module: String(entry.module),
    scoped: listOf(entry.scoped),
    unscoped: listOf(entry.unscoped),
  }));
  return { wrappers };
}

function asConnections(value: unknown): Record<string, Connection> {
  const none: Connection = {
    host: null,
    port: null,
    database: null,
    user: null,
    ssl: null,
    production: false,
  };
  return mapRecord(value, (entry) => ({ ...none, ...entry }));
}

function asTables(value: unknown): Record<string, TableSize> {
  return mapRecord(value, (entry) => ({ rows: null, bytes: null, ...entry }));
}

function mapRecord<T>(value: unknown, map: (entry: object) => T): Record<string, T> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, map(entry as object)]));
}

/** The valid part of a value; what is not valid is left out and said in `problems`. */
function check(
  node: Node,
  shape: Shape,
  path: readonly string[],
  problems: Problem[],
  ruleIds: ReadonlySet<string>,
): unknown {
  const at = { start: node.offset, end: node.offset + node.length };
  const name = path.length === 0 ? 'The configuration' : `"${path.join('.')}"`;
  const wrong = (expected: string): undefined => {
    problems.push(problem(at, `${name} must be ${expected}.`));
    return undefined;
  };
  switch (shape.kind) {
    case 'string':
      if (node.type !== 'string') return wrong('a text');
      if (shape.values !== undefined && !shape.values.includes(node.value)) {
        return wrong(`one of ${shape.values.map((value) => `"${value}"`).join(', ')}`);
      }
      return node.value;
    case 'number': {
      if (node.type !== 'number' || !Number.isInteger(node.value)) return wrong('a whole number');
      const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = shape;
      if (node.value >= minimum && node.value <= maximum) return node.value;
      return wrong(shape.maximum === undefined ? `at least ${minimum}` : `between ${minimum} and ${maximum}`);
    }
    case 'boolean':
      return node.type === 'boolean' ? node.value : wrong('true or false');
    case 'list': {
      // One value stands for a list of one.
      if (node.type !== 'array') return single(check(node, shape.of, path, problems, ruleIds));
      return (node.children ?? []).flatMap((child, index) =>
        single(check(child, shape.of, [...path, String(index)], problems, ruleIds)),
      );
    }
    case 'record':
    case 'object': {
      if (node.type !== 'object') return wrong('an object');
      const valid = checkEntries(node, shape, path, problems, ruleIds);
      const missing =
        shape.kind === 'object' ? (shape.required ?? []).filter((key) => !hasKey(node, key)) : [];
      for (const key of missing) problems.push(problem(at, `${name} must say "${key}".`));
      return missing.length > 0 ? undefined : valid;
    }
  }
}

function checkEntries(
  node: Node,
  shape: Extract<Shape, { kind: 'record' | 'object' }>,
  path: readonly string[],
  problems: Problem[],
  ruleIds: ReadonlySet<string>,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const entry of node.children ?? []) {
    const [key, value] = entry.children ?? [];
    if (key === undefined || value === undefined) continue;
    const name = String(key.value);
    const keySpan = { start: key.offset, end: key.offset + key.length };
    const inner = shape.kind === 'record' ? shape.of : shape.properties[name]?.shape;
    if (inner === undefined) {
      const known = shape.kind === 'object' ? Object.keys(shape.properties) : [];
      problems.push(
        problem(keySpan, `There is no setting "${[...path, name].join('.')}".${didYouMean(name, known)}`),
      );
      continue;
    }
    if (shape.kind === 'record' && shape.keys === 'rules' && !ruleIds.has(name)) {
      problems.push(problem(keySpan, `There is no rule "${name}".${didYouMean(name, [...ruleIds])}`));
      continue;
    }
    const checked = check(value, inner, [...path, name], problems, ruleIds);
    if (checked !== undefined) result[name] = checked;
  }
  return result;
}

function hasKey(node: Node, key: string): boolean {
  return (node.children ?? []).some((entry) => entry.children?.[0]?.value === key);
}

function single(value: unknown): unknown[] {
  return value === undefined ? [] : [value];
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function problem(span: Span, message: string): Problem {
  return { kind: 'problem', span, message };
}

function spaced(code: string): string {
  return code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
