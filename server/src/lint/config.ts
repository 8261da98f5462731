// What can be said in plumbline.jsonc: the one list of its settings. What they are by default, the types of the configuration, the
// JSON schema that editors use and the settings of the editor follow from it.

import { ADVICE_RULES } from '../advice/index.js';
import type { Threshold } from '../advice/rule.js';
import { MOST_ROWS } from '../catalog/statistics.js';
import { LAYOUTS } from '../migrations/layouts/index.js';
import { SEVERITIES, type Severity } from '../rules/rule.js';

export const CONFIG_FILE = 'plumbline.jsonc';

/** What a value must be. */
export type Shape =
  | { readonly kind: 'string'; readonly values?: readonly string[] }
  | { readonly kind: 'number'; readonly minimum?: number; readonly maximum?: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'record'; readonly of: Shape; readonly keys?: 'rules' }
  | ObjectShape;

export interface ObjectShape {
  readonly kind: 'object';
  readonly properties: Readonly<Record<string, Property>>;
}

export interface Property {
  readonly shape: Shape;
  readonly description: string;
  /** What holds where nothing is said; of an object without it, what holds of its properties. */
  readonly default?: unknown;
  /** Without it the object says nothing. */
  readonly required?: true;
  /** Of a list: its entries come after those that the files hold that the file extends, rather than instead of them. */
  readonly adds?: true;
}

/** What is read by a shape. */
type ValueOf<S> = S extends { readonly kind: 'string'; readonly values: readonly (infer V)[] }
  ? V
  : S extends { readonly kind: 'string' }
    ? string
    : S extends { readonly kind: 'number' }
      ? number
      : S extends { readonly kind: 'boolean' }
        ? boolean
        : S extends { readonly kind: 'list'; readonly of: infer Of }
          ? readonly ValueOf<Of>[]
          : S extends { readonly kind: 'record'; readonly of: infer Of }
            ? Readonly<Record<string, ValueOf<Of>>>
            : S extends { readonly kind: 'object'; readonly properties: infer P }
              ? { readonly [K in keyof P]: PropertyValue<P[K]> }
              : never;

type PropertyValue<P> = P extends { readonly shape: infer S }
  ? ValueOf<S> | (P extends { readonly default: null } ? null : never)
  : never;

const string = { kind: 'string' } as const;
const strings = { kind: 'list', of: string } as const;
const level = { kind: 'string', values: [...SEVERITIES, 'off'] } as const;
const levels = { kind: 'record', of: level, keys: 'rules' } as const;

/** What of each advice rule can be set. Nothing is said of what holds where it is not: the rule has that. */
function adviceShape() {
  const able = ADVICE_RULES.filter(({ thresholds }) => Object.keys(thresholds).length > 0);
  const properties = Object.fromEntries(
    able.map(({ id, thresholds, docs }) => {
      const shape = { kind: 'object', properties: thresholdShapes(thresholds) } as const;
      return [id, { shape, description: docs.what }];
    }),
  );
  return { kind: 'object', properties } as const;
}

function thresholdShapes(thresholds: Readonly<Record<string, Threshold>>) {
  const shape = { kind: 'number', minimum: 0 } as const;
  return Object.fromEntries(
    Object.entries(thresholds).map(([name, { value, means }]) => {
      const description = `${means.charAt(0).toUpperCase()}${means.slice(1)}. Usually: ${value}.`;
      return [name, { shape, description }];
    }),
  );
}

const CONFIG_SHAPE = {
  kind: 'object',
  properties: {
    postgres: {
      shape: { kind: 'number', minimum: 12, maximum: 18 },
      description: 'Major version of the PostgreSQL server that the migrations run on (12 to 18).',
      default: 15,
    },
    layout: {
      shape: {
        kind: 'string',
        values: LAYOUTS.map(({ id }) => id),
      },
      description: 'The migration tool, where it is not recognised by itself.',
      default: null,
    },
    /** Relative to the folder of the file. Empty: recognised. */
    migrations: {
      shape: strings,
      description:
        'Folders of migrations, whose scripts need no number then. When given, no other folder is looked at.',
      default: [],
    },
    /** Relative likewise. `null`: recognised. */
    baseline: {
      shape: string,
      description:
        'The file with the schema that the migrations begin with, such as the output of pg_dump. Migrations that it lists are not replayed.',
      default: null,
    },
    startAfter: {
      shape: string,
      description: 'Migrations up to and including this version are replayed but not linted.',
      default: null,
    },
    rules: {
      shape: levels,
      description: 'Severity of rules, by id; "off" turns a rule off.',
      default: {},
    },
    advice: {
      shape: adviceShape(),
      description: 'From which numbers on there is advice on a plan, by rule. `rules` turns advice off.',
      default: {},
    },
    overrides: {
      shape: {
        kind: 'list',
        of: {
          kind: 'object',
          properties: {
            files: { shape: strings, description: 'Globs of files.', default: [] },
            rules: { shape: levels, description: 'Severities that hold for these files.', default: {} },
          },
        },
      },
      description: 'Other severities for some files. Later entries win.',
      default: [],
      adds: true,
    },
    tenancy: {
      shape: {
        kind: 'object',
        properties: {
          root: { shape: string, description: 'The table whose rows are the tenants.', default: null },
          column: {
            shape: string,
            description: 'The column by which tables belong to a tenant.',
            default: null,
          },
          columnAliases: {
            shape: { kind: 'record', of: string },
            description: 'Tables that call that column otherwise.',
            default: {},
          },
          subTenants: {
            shape: strings,
            description: 'Tables that divide a tenant further, such as projects.',
            default: [],
          },
          globalTables: { shape: strings, description: 'Tables that all tenants share.', default: [] },
          ignoreTables: { shape: strings, description: 'Tables about which nothing is said.', default: [] },
          hook: {
            shape: strings,
            description:
              'Repos that add the tenant to every query, where their "prepare_query" does not show it: "Shop.Repo".',
            default: [],
          },
          skipOptions: {
            shape: strings,
            description:
              'Options of a call with which such a Repo leaves the tenant out: "skip_tenant". Those that "prepare_query" looks at are found.',
            default: [],
          },
          wrappers: {
            shape: {
              kind: 'list',
              of: {
                kind: 'object',
                properties: {
                  module: {
                    shape: string,
                    description: 'The module, by its full name: "Shop.Safe".',
                    required: true,
                  },
                  scoped: {
                    shape: strings,
                    description:
                      'Its functions that take a query and whose it is: what then runs the query adds the tenant.',
                    default: [],
                  },
                  unscoped: {
                    shape: strings,
                    description: 'Its functions that say that a query is for all tenants.',
                    default: [],
                  },
                },
              },
            },
            description:
              'Modules through which queries are run, where their code does not show that they add the tenant.',
            default: [],
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
            host: { shape: string, description: 'Host name.', default: null },
            port: {
              shape: { kind: 'number', minimum: 1, maximum: 65535 },
              description: 'Port.',
              default: null,
            },
            database: { shape: string, description: 'Name of the database.', default: null },
            user: { shape: string, description: 'Name of the user.', default: null },
            ssl: {
              shape: { kind: 'string', values: ['require', 'verify', 'off'] },
              description:
                'TLS: "verify" checks the certificate (default for hosts that are not local), "require" does not, "off" does without TLS.',
              default: null,
            },
            production: {
              shape: { kind: 'boolean' },
              description:
                'Whether it is production, where nothing is measured, by whatever name it is asked for. Left out: when its name, host or database says so.',
              default: null,
            },
          },
        },
      },
      description: 'Databases for plans, by name. Passwords are never kept here.',
      default: {},
    },
    since: {
      shape: string,
      description:
        'A git reference such as "origin/main": migrations that are there already have run, are replayed but not linted.',
      default: null,
    },
    /** Relative to the folder of the file. */
    statistics: {
      shape: string,
      description:
        'A file of production statistics, made by Export Statistics or by hand: plans are made for it, and sizes of tables make findings louder or quieter.',
      default: null,
    },
    /** They win over those of `statistics`. */
    tables: {
      shape: {
        kind: 'record',
        of: {
          kind: 'object',
          properties: {
            rows: {
              shape: { kind: 'number', minimum: 0, maximum: MOST_ROWS },
              description: 'How many rows it holds.',
              default: null,
            },
            bytes: {
              shape: { kind: 'number', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
              description: 'How much it takes on the disk, with its indexes.',
              default: null,
            },
          },
        },
      },
      description: 'Sizes of tables in production, by name, where there are no statistics.',
      default: {},
    },
    transactions: {
      shape: { kind: 'string', values: ['auto', 'per-file', 'none'] },
      description: 'Whether the runner wraps each file in a transaction, where its layout does not say.',
      default: 'auto',
    },
    timeouts: {
      shape: { kind: 'string', values: ['migration', 'runner'] },
      description:
        'Who sets lock_timeout: each migration (default), or the runner, its connection or its role, of which nothing is seen here.',
      default: 'migration',
    },
    checkDown: {
      shape: { kind: 'boolean' },
      description:
        'Whether the way down is checked too, against the schema after the migration: down/0, change/0 turned round, .down.sql files, sections that undo.',
      default: false,
    },
  },
} as const satisfies ObjectShape;

/** What the file itself may say besides. */
export const CONFIG_FILE_SHAPE: ObjectShape = {
  kind: 'object',
  properties: {
    $schema: { shape: string, description: 'The JSON schema of this file.' },
    extends: { shape: strings, description: 'Other configuration files that this one builds on.' },
    ...CONFIG_SHAPE.properties,
  },
};

/** Each setting is described where its shape is. */
export interface Config extends ValueOf<typeof CONFIG_SHAPE> {}
export type RuleLevel = Severity | 'off';
export type Override = Config['overrides'][number];
export type Connection = Config['connections'][string];
/** `null` for what is not known. */
export type TableSize = Config['tables'][string];

/** What holds where nothing is said. */
export const DEFAULT_CONFIG = defaultsOf(CONFIG_SHAPE) as Config;

/** Of each property; without those that may be absent. */
export function defaultsOf({ properties }: ObjectShape): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([key, property]) => {
      if (property.default !== undefined) return [[key, property.default]];
      return property.shape.kind === 'object' ? [[key, defaultsOf(property.shape)]] : [];
    }),
  );
}
