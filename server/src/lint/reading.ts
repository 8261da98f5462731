// What one file says, read once. What a SQL statement says is kept with the statement, which lives on across edits elsewhere
// in its file; an Elixir file is read anew. Trees are large: only that of a file that is being edited is kept.

import type { Operation } from '../catalog/operation.js';
import { changesetsIn, type EctoChangeset } from '../ecto/changesets.js';
import type { EctoRepo, EctoSchema, RepoConfig, SchemaWrapper } from '../ecto/model.js';
import { repoConfigsIn } from '../ecto/repo-config.js';
import { reposIn } from '../ecto/repos.js';
import { schemasIn, schemaWrappersIn } from '../ecto/schemas.js';
import { type EctoCode, ectoCodeIn, plainCode } from '../migrations/from-ecto/code.js';
import { nothingAround, type Surroundings } from '../migrations/from-ecto/surroundings.js';
import { type EctoMigration, ectoMigrationIn } from '../migrations/from-ecto.js';
import { operationsOf } from '../migrations/from-sql.js';
import { withSemicolons } from '../migrations/layouts/delimiters.js';
import { codeIn, type ModuleCode } from '../queries/from-ecto/code.js';
import { projectOf } from '../queries/from-ecto/project.js';
import { ectoQueriesOf } from '../queries/from-ecto.js';
import { queriesOf } from '../queries/from-sql.js';
import type { Query } from '../queries/query.js';
import { type RawSql, rawSqlIn } from '../queries/raw-sql.js';
import { type RepoPart, repoPartsIn } from '../queries/repo-hooks.js';
import { type SqlText, sqlTextsIn } from '../queries/sql-texts.js';
import { type QueryWrapper, queryWrappersIn } from '../queries/wrappers.js';
import { binaryProblem } from '../syntax/binary.js';
import type { ElixirFile } from '../syntax/elixir/nodes.js';
import type { ElixirParser } from '../syntax/elixir/parse.js';
import type { Problem } from '../syntax/problem.js';
import { isNamedForOtherDatabase, speaksOtherDialect } from '../syntax/sql/dialect.js';
import type { SqlParser } from '../syntax/sql/parse.js';
import type { SqlFile, SqlStatement } from '../syntax/sql/statement.js';
import { relativePath, type SourceFile } from '../text/source-file.js';
import { type Suppression, suppressionsIn } from './suppressions.js';
import { annotatedInElixir, tenantAnnotationsIn, tenantAttributesIn } from './tenant-annotations.js';

export interface Parsers {
  readonly sql: SqlParser;
  readonly elixir: ElixirParser;
}

export type Reading = SqlReading | ElixirReading;

export interface SqlReading {
  readonly kind: 'sql';
  readonly file: SourceFile;
  readonly sql: SqlFile;
  readonly suppressions: readonly Suppression[];
}

export interface ElixirReading {
  readonly kind: 'elixir';
  readonly file: SourceFile;
  readonly schemas: readonly EctoSchema[];
  readonly wrappers: readonly SchemaWrapper[];
  readonly repos: readonly EctoRepo[];
  readonly configs: readonly RepoConfig[];
  /** What may give or run queries; what it runs is told by `queriesOf` in `queries.ts`, since that rests on other files. */
  readonly modules: readonly ModuleCode[];
  /** SQL statements in its strings. */
  readonly sqlTexts: readonly SqlText[];
  /** SQL with values put into its text. */
  readonly rawSql: readonly RawSql[];
  readonly changesets: readonly EctoChangeset[];
  /** Repos, and what they have their hooks from. */
  readonly repoParts: readonly RepoPart[];
  readonly prefixes: Prefixes;
  /** Modules of the file that run queries for others, and add the tenant to them. */
  readonly queryWrappers: readonly QueryWrapper[];
  /** Problems of its syntax, where the file is one that is linted. */
  readonly problems: readonly Problem[];
  readonly suppressions: readonly Suppression[];
  /**
   * What it is as a migration under that configuration; `null` when it holds none.
   *
   * @param around what it may ask; left out, it is what it was read as last
   */
  migration(config: RepoConfig | null, around?: Surroundings): EctoMigration | null;
  /** What there is to say of it as code; read anew each time. `null` when it holds no migration. */
  code(config: RepoConfig | null, around: Surroundings): EctoCode | null;
  /** The statements of its way down; read anew each time. */
  down(config: RepoConfig | null, around: Surroundings): EctoMigration | null;
  /** What the next edit starts from; `null` for a file that has not been edited. */
  readonly tree: ElixirFile | null;
}

/** For lists of readings: what follows from all of them must not depend on the order in which the files came. */
export function byPath(a: Reading, b: Reading): number {
  return a.file.path < b.file.path ? -1 : 1;
}

/** Full names of what a module of the file uses. */
export function usedBy(reading: Reading | undefined, module: string | null): readonly string[] {
  if (reading?.kind !== 'elixir' || module === null) return [];
  const references = reading.modules.find(({ name }) => name === module)?.references ?? [];
  return references.flatMap((one) => (one.kind === 'use' ? [one.module] : []));
}

/** What a SQL statement says. Spans are relative to it. */
export interface StatementFacts {
  readonly operations: readonly Operation[];
  readonly queries: readonly Query[];
}

const facts = new WeakMap<SqlStatement, StatementFacts>();

export function factsOf(statement: SqlStatement): StatementFacts {
  let found = facts.get(statement);
  if (found === undefined) {
    found = { operations: operationsOf(statement), queries: queriesOf(statement) };
    facts.set(statement, found);
  }
  return found;
}

/**
 * `null` for what is no code for PostgreSQL: settings, and SQL of other databases.
 *
 * @param root of the workspace, without a `/` at its end
 * @param previous the reading of the same file before an edit: what has not changed in it is taken over
 */
export function readFile(
  file: SourceFile,
  root: string,
  parsers: Parsers,
  previous: Reading | null,
): Reading | null {
  switch (file.language) {
    case 'data':
      return null;
    case 'elixir':
      return readElixir(file, parsers, previous?.kind === 'elixir' ? previous : null);
    case 'dependency':
      return readDependency(file, parsers);
    case 'sql':
      return readSql(file, root, parsers, previous?.kind === 'sql' ? previous : null);
  }
}

function readSql(file: SourceFile, root: string, parsers: Parsers, previous: SqlReading | null) {
  if (isNamedForOtherDatabase(relativePath(root, file.path))) return null;
  const sql = parsers.sql.parse(withSemicolons(file.text), previous?.sql);
  for (const { statement } of sql.statements) factsOf(statement);
  if (sql.statements.some(({ statement }) => speaksOtherDialect(statement))) return null;
  const annotations = tenantAnnotationsIn(file, sql.comments, () =>
    sql.statements.map(({ statement, start }) => {
      const span = { start, end: start + statement.text.length };
      return { head: span, spans: [span] };
    }),
  );
  const suppressions = [...suppressionsIn(file, sql.comments), ...annotations];
  return { kind: 'sql', file, sql, suppressions } as const;
}

/** Many files of an application have nothing to do with the database; only those that may are parsed. */
const CONCERNS_DATABASE =
  /\bEcto\b|\bRepo\b|(?:\b|_)schema\s*\(?\s*["@]|\bfrom\b[^\n]*\bin\b|Migration\b|\bmigration_|\.(?:all|one!?|\w+_all)\(/;
/** What clients ask for comes in here, controllers, pages, resolvers, jobs; or what others call goes through it. */
const LEADS_THERE =
  /\bdefp? \w+[?!]?\((?:_?conn\b|%)|\bdef (?:handle_\w+|mount|perform|join)\(|context:|\bresolution\b|\b_?stream\) do|\b__using__\b|\bdefdelegate\b|&[A-Z][\w.]*\.\w+[?!]?\/\d/;

function concernsUs(text: string): boolean {
  return CONCERNS_DATABASE.test(text) || LEADS_THERE.test(text) || binaryProblem(text) !== null;
}

const nothing: ElixirFile = { items: [], comments: [], problems: [] };

/** How much of the file's code chooses the schema that its queries run in. */
export interface Prefixes {
  /** It calls a library that does so for each tenant. */
  readonly library: boolean;
  /** Queries that are run, and those of them that are given a `prefix`. */
  readonly run: number;
  readonly prefixed: number;
}

const RUNS =
  /Repo\.(?:all|all_by|one!?|get!?|get_by!?|exists\?|aggregate|stream|update_all|delete_all|insert_all)\b/g;

/** A Repo, or what one uses. */
const MAKES_REPO = /\b(?:prepare_query|default_options)\b|\buse\s+[\w.]*Repo|\bdefmodule\s+[\w.]*Repo/;

/** One that is always the same is a place, and no tenant's. */
const COMPUTED_PREFIX = /\bprefix:\s*\^?[a-z_]/g;

/** @param queries those of the file, as far as it tells itself; asked only where it speaks of prefixes */
function prefixesIn(text: string, queries: () => readonly Query[]): Prefixes {
  const library = /triplex/i.test(text) && /^[^#\n"]*(?:\bTriplex\.[a-z]|\{:triplex\b)/m.test(text);
  const computed = text.match(COMPUTED_PREFIX)?.length ?? 0;
  if (computed === 0) return { library, run: text.match(RUNS)?.length ?? 0, prefixed: 0 };
  const sinks = queries().flatMap(({ sink }) => (sink === null || sink.ofLoaded ? [] : [sink]));
  const prefixed = sinks.filter(({ options }) => options.includes('prefix')).length;
  return {
    library,
    run: sinks.length,
    prefixed: Math.min(prefixed, computed),
  };
}

/** What it gives to those who use it: what else it does is not this project's. */
function readDependency(file: SourceFile, parsers: Parsers): ElixirReading {
  const { wrappers, modules } = readElixir(file, parsers, null);
  const nothingElse = readElixir({ ...file, text: '' }, parsers, null);
  return { ...nothingElse, file, wrappers, modules };
}

interface Migrated {
  readonly config: RepoConfig | null;
  readonly migration: EctoMigration | null;
}

function readElixir(file: SourceFile, parsers: Parsers, previous: ElixirReading | null): ElixirReading {
  const { elixir: parser, sql } = parsers;
  const elixir = concernsUs(file.text)
    ? parser.parse(file.text, previous === null ? undefined : (previous.tree ?? nothing))
    : nothing;
  const tree = previous === null ? null : elixir;
  let migrated: Migrated | undefined;
  // Until it has been read as a migration, which is soon, where it looks like one.
  let awaited = /\bMigration\b/.test(file.text) ? elixir : null;
  const modules = codeIn(elixir, file.text);
  const ownQueries = () => ectoQueriesOf(modules, projectOf(modules), sql).queries;
  const sqlTexts = sqlTextsIn(elixir, sql);
  return {
    kind: 'elixir',
    file,
    schemas: schemasIn(elixir),
    wrappers: schemaWrappersIn(elixir),
    repos: reposIn(elixir),
    configs: /\bconfig\b/.test(file.text) ? repoConfigsIn(elixir, file.path) : [],
    modules,
    sqlTexts,
    rawSql: rawSqlIn(elixir, file.text, sql),
    changesets: file.text.includes('cast(') ? changesetsIn(elixir) : [],
    repoParts: MAKES_REPO.test(file.text) ? repoPartsIn(elixir, sql) : [],
    prefixes: prefixesIn(file.text, ownQueries),
    queryWrappers: queryWrappersIn(modules, sql),
    problems: elixir.problems,
    suppressions: [
      ...suppressionsIn(file, elixir.comments),
      ...tenantAnnotationsIn(file, elixir.comments, () =>
        annotatedInElixir(
          elixir,
          [...ownQueries(), ...sqlTexts].map(({ span }) => span),
        ),
      ),
      ...tenantAttributesIn(file, elixir),
    ],
    migration(config, around) {
      if (migrated === undefined || migrated.config !== config || around !== undefined) {
        const read = awaited ?? tree ?? parser.parse(file.text);
        const options = { around: around ?? nothingAround };
        migrated = { config, migration: ectoMigrationIn(read, config, sql, options) };
        awaited = null;
      }
      return migrated.migration;
    },
    code(config, around) {
      const up = migrated?.config === config ? migrated.migration : null;
      const plain = up === null ? null : plainCode(file.text, up);
      return plain ?? ectoCodeIn(tree ?? parser.parse(file.text), { config, sql, around, up });
    },
    down: (config, around) =>
      ectoMigrationIn(tree ?? parser.parse(file.text), config, sql, { around, direction: 'down' }),
    tree,
  };
}
