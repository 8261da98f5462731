// The contract of a rule. A rule looks at one operation, query or schema at the moment it happens, and yields what is wrong.
// It knows no parser, no protocol, no file and no clock, and keeps nothing between calls.

import type { EctoCode } from '../analysis/ecto-code.js';
import type { Callers, LookupHabit } from '../analysis/key-lookups.js';
import type { LockFacts } from '../analysis/locks.js';
import type { QueryScoping } from '../analysis/scoping.js';
import type { TenantModel } from '../analysis/tenancy.js';
import type { Use } from '../analysis/uses.js';
import type { WayDownFacts } from '../analysis/way-down.js';
import type { MigrationStep, WholeMigration } from '../analysis/whole-migration.js';
import type { Catalog, Column, Origin, Table } from '../catalog/catalog.js';
import type { Knowledge } from '../catalog/knowledge.js';
import type { Reference } from '../catalog/lookup.js';
import type { Operation, OperationKind, OperationOf } from '../catalog/operation.js';
import type { EvidenceKind, Refusal } from '../catalog/refusals.js';
import type { EctoChangeset } from '../ecto/changesets.js';
import type { EctoSchema } from '../ecto/model.js';
import type { Editor } from '../fixes/editor.js';
import type { Query } from '../queries/query.js';
import type { RawSql } from '../queries/raw-sql.js';
import type { QueryWrapper } from '../queries/wrappers.js';
import type { Problem } from '../syntax/problem.js';
import type { Change } from '../text/edits.js';
import type { Span } from '../text/span.js';

/** Loudest first. */
export const SEVERITIES = ['error', 'warning', 'info', 'hint'] as const;
export type Severity = (typeof SEVERITIES)[number];

export type Subject =
  | Operation
  | Query
  | RawSql
  | EctoChangeset
  | QueryWrapper
  | EctoSchema
  | Problem
  | MigrationFileFacts
  | WholeMigration
  | EctoCode
  | WayDownFacts;
export type SubjectKind = Subject['kind'];
export type SubjectOf<K extends SubjectKind> =
  | (K extends OperationKind ? OperationOf<K> : never)
  | (K extends 'query' ? Query : never)
  | (K extends 'raw-sql' ? RawSql : never)
  | (K extends 'changeset' ? EctoChangeset : never)
  | (K extends 'query-wrapper' ? QueryWrapper : never)
  | (K extends 'schema' ? EctoSchema : never)
  | (K extends 'problem' ? Problem : never)
  | (K extends 'migration-file' ? MigrationFileFacts : never)
  | (K extends 'migration' ? WholeMigration : never)
  | (K extends 'ecto-migration' ? EctoCode : never)
  | (K extends 'way-down' ? WayDownFacts : never);

/** A file among migrations, as a file. Only those of which there is something to say are looked at. */
export interface MigrationFileFacts {
  readonly kind: 'migration-file';
  /** Its first line. */
  readonly span: Span;
  /** Why its runner passes over it, as a clause for people; `null` when it runs it. */
  readonly notRun: string | null;
  /** Names of other files of its folder with the same version. */
  readonly sameVersion: readonly string[];
  /** Names of others with the same name after another version, where the runner minds. */
  readonly sameName: readonly string[];
  /** What the runner does about them, as a clause for people. */
  readonly runner: string;
  /** False when other runners, which may do otherwise, read such files as well. */
  readonly runnerIsKnown: boolean;
  /** The git reference by which it has been released, and where it reads otherwise; `null` when it is as it was, or is new. */
  readonly changedSince: string | null;
  /** Commands of psql in it, each on one line, where its runner is another program that sends what it reads to the server. */
  readonly psqlCommands: readonly { readonly span: Span; readonly command: string }[];
  /** Of a migration that is new since a git reference: the newest released one that comes after it. */
  readonly behind: { readonly name: string; readonly reference: string } | null;
}

export interface Finding {
  /**
   * The smallest thing that makes it true, on one line where possible. Relative to the statement of its `step`, or of the
   * subject; in the file, when there is neither.
   */
  readonly at: Span;
  /**
   * The step of a whole migration that it is about. Of what a library does nothing is said, and code in a body is not
   * rewritten, so such findings are dropped, or lose their fixes.
   */
  readonly step?: MigrationStep;
  /** What, for this case: names the table and the lock. One or two plain sentences. */
  readonly message: string;
  /** When this case is louder or quieter than the rule usually is. */
  readonly severity?: Severity;
  /**
   * The table whose size decides how long others wait: the one that is read, written anew or indexed. Where sizes are known
   * they are told, and make the finding louder or quieter.
   */
  readonly weighs?: Reference;
  readonly related?: readonly Related[];
  /** Best first. */
  readonly fixes?: readonly Fix[];
}

export interface Related {
  /** What made something, a step of the same migration, or a place that counts from where the finding's own does. */
  readonly at: Origin | MigrationStep | Span;
  readonly message: string;
}

export interface Fix {
  /** An imperative: `Build the index concurrently`. */
  readonly title: string;
  /** `safe` keeps the meaning and may be applied to many files at once; all else a person looks at. */
  readonly safety: 'safe' | 'needs-review';
  /** Computed when asked for. `null` when it turns out not to be possible here. */
  edit(editor: Editor): Change | null;
}

/**
 * What a rule may ask about the instant just before its subject.
 * For a query or a schema that instant is the end of the history.
 */
export interface Moment {
  /** The schema just before the operation. */
  readonly before: Schema;
  /** The schema after the whole migration that holds the operation. */
  readonly afterMigration: Schema;
  /** The schema after every migration. */
  readonly latest: Schema;
  /** Major version of the target server. */
  readonly postgres: number;
  readonly migration: MigrationFacts | null;
  readonly tenancy: TenantModel;
  /** Whose rows the query can reach; `null` when there are no tenants. */
  scoping(query: Query): QueryScoping | null;
  /** Those who call the function that the query stands in; `null` when nobody is known to. */
  callersOf(query: Query): Callers | null;
  /** The name of a query of the same file that finds the same and compares the tenant; `null` for none. */
  scopedTwin(query: Query): string | null;
  /** How the code of the workspace finds one row of a tenant by its id. */
  lookupHabit(): LookupHabit;
  /**
   * True when the table was made by this migration, so that nobody else can see it yet, or by an earlier one that has not run
   * in production either and no row has been written since: its locks block nobody.
   */
  tableIsNew(table: Reference): boolean;
  /** True when the type was made by this migration: no running release knows it. */
  typeIsNew(type: Reference): boolean;
  /** The same of functions and procedures of that name, and of a schema. */
  functionIsNew(name: Reference): boolean;
  schemaIsNew(name: string): boolean;
  /** True when the column of that name was added by this migration: no running release knows it. */
  columnIsNew(table: Reference, column: string): boolean;
  /** True when the constraint of that name was made by this migration. */
  constraintIsNew(table: Reference, constraint: string): boolean;
  /** False when the constraint was there before the script began its present transaction, which holds no lock for it then. */
  constraintIsHeld(table: Reference, constraint: string): boolean;
  /** `unknown` where the layout does not say whether its runner opens a transaction. */
  inTransaction(): boolean | 'unknown';
  locksOf(operation: Operation): LockFacts;
  /** Why the server would refuse the operation; `null` when it takes it, or when nothing is known. */
  refusalOf(operation: Operation): RefusedOperation | null;
  /** Schemas and queries of the workspace, and views of that moment, that use the table, or the column when one is given. */
  usesOf(table: Reference, column?: string): readonly Use[];
  /** True when the workspace holds code (Ecto schemas or queries) from which uses can be known. */
  readonly usesAreKnown: boolean;
  /** Whether row-level security of the table keeps the command to rows of one tenant, whatever a query says. */
  keepsToTenant(table: Reference, command: 'select' | 'insert' | 'update' | 'delete'): boolean;
  /** Of the tables in that schema that hold rows of tenants: how many there are, and how many have row-level security. */
  protectedTables(schema: string): { readonly all: number; readonly protected: number };
}

export interface RefusedOperation {
  readonly refusal: Refusal;
  /** False when the database may hold what the migrations do not make; then it is not to be reported. */
  readonly isCertain: boolean;
  /** Of something that is missing: how that is known. */
  readonly evidence: EvidenceKind | null;
  /** What took it away, or makes it later. */
  readonly at: Origin | null;
}

/** A catalog as rules ask it. What is asked is remembered, so that an answer is asked for again only when it could differ. */
export interface Schema {
  table(name: Reference): Knowledge<Table>;
  column(table: Reference, column: string): Knowledge<Column>;
  tableById(id: number): Table | null;
  /** The table that the index belongs to. */
  tableOfIndex(index: Reference): Knowledge<Table>;
  /** For analyses that need all of it; asking makes the answer depend on every change of the schema. */
  whole(): Catalog;
}

export interface MigrationFacts {
  readonly layout: string;
  /** The name of its folder of migrations: `migrations`, `data_migrations`. */
  readonly folder: string;
  /** Ecto's `@disable_migration_lock true`, a repository with `migration_lock: :pg_advisory_lock`, or a runner without a lock of its own. */
  readonly holdsMigrationLock: boolean;
  /** `lock_timeout` comes with the connection: as the configuration tells, or that of the Ecto repository. */
  readonly lockTimeoutIsSet: boolean;
}

export interface Example {
  /** JSON is the configuration, at `plumbline.jsonc`. */
  readonly language: 'sql' | 'elixir' | 'json';
  /** With squiggle lines: `^^^^ rule-id` under what is reported. */
  readonly source: string;
  /** Where the file would stand; by default in a folder of migrations of its language. */
  readonly path?: string;
  /** Files that come earlier in the history, or that use what this one changes. */
  readonly given?: readonly Example[];
}

export interface RuleDocs {
  /** What it finds, in one sentence. */
  readonly what: string;
  /** Why that hurts: names the lock and what waits behind it, or what goes wrong. */
  readonly why: string;
  readonly instead: string;
  /** When it is fine to leave things as they are, and when the rule is silent: a paragraph, or the sentences of a list. */
  readonly unless: string | readonly string[];
  readonly references: readonly string[];
}

export interface RuleSpec<K extends SubjectKind> {
  /** Also the name of its file, page, fixture, setting and suppression. */
  readonly id: string;
  readonly severity: Severity | 'off';
  /** Said before there is a configuration to go by, or whatever it says: it has no setting, and no comment silences it. */
  readonly isFixed?: boolean;
  /** It says how a query stands to tenants: annotations such as `# tenant: global (reason)` silence it, too. */
  readonly about?: 'tenants';
  readonly docs: RuleDocs;
  readonly examples: { readonly bad: readonly Example[]; readonly good: readonly Example[] };
  /** Which rows of the catalogue of checks it answers, wholly or with others (docs/coverage.md is written from this). */
  readonly covers?: readonly string[];
  /** Ids of other tools for the same thing: their suppressions are honoured. */
  readonly aliases?: readonly string[];
  readonly on: readonly K[];
  check(subject: SubjectOf<K>, moment: Moment): Iterable<Finding>;
}

export type Rule = RuleSpec<SubjectKind>;

/** Gives `check` the type of the subjects named in `on`. */
export function rule<const K extends SubjectKind>(spec: RuleSpec<K>): Rule {
  return spec as unknown as Rule;
}

type Tag = (strings: TemplateStringsArray) => Example;

/** An example in a SQL migration. */
export const sql: Tag = (strings) => ({ language: 'sql', source: dedent(strings.raw.join('')) });

/** An example in a file of queries. */
export const query: Tag = (strings) => ({
  language: 'sql',
  source: dedent(strings.raw.join('')),
  path: 'db/queries/example.sql',
});

/** An example inside `def change do … end` of an Ecto migration. */
export const migration: Tag = (strings) => ({
  language: 'elixir',
  source: [
    'defmodule Shop.Repo.Migrations.Example do',
    '  use Ecto.Migration',
    '',
    '  def change do',
    ...indent(dedent(strings.raw.join('')), 4),
    '  end',
    'end',
    '',
  ].join('\n'),
});

/** An example in an Elixir file of the application. */
export const elixir: Tag = (strings) => ({
  language: 'elixir',
  source: dedent(strings.raw.join('')),
  path: 'lib/shop/example.ex',
});

/** The same example in a workspace that also holds these files. */
export function given(files: readonly Example[], example: Example): Example {
  return { ...example, given: files };
}

function dedent(text: string): string {
  const lines = text.replace(/^\n|\n\s*$/g, '').split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const margin = Math.min(...indents);
  return lines.map((line) => line.slice(margin)).join('\n');
}

function indent(text: string, by: number): string[] {
  return text.split('\n').map((line) => (line === '' ? '' : ' '.repeat(by) + line));
}
