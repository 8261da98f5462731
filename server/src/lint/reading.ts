// What one file says, read once. What a SQL statement says is kept with the statement, which lives on across edits elsewhere
// in its file; an Elixir file is read anew. Trees are large: only that of a file that is being edited is kept.

import type { Operation } from '../catalog/operation.js';
import type { EctoRepo, EctoSchema, RepoConfig, SchemaWrapper } from '../ecto/model.js';
import { repoConfigsIn } from '../ecto/repo-config.js';
import { reposIn } from '../ecto/repos.js';
import { schemasIn, schemaWrappersIn } from '../ecto/schemas.js';
import { type EctoCode, ectoCodeIn, plainCode } from '../migrations/from-ecto/code.js';
import { nothingAround, type Surroundings } from '../migrations/from-ecto/surroundings.js';
import { type EctoMigration, ectoMigrationIn } from '../migrations/from-ecto.js';
import { operationsOf } from '../migrations/from-sql.js';
import { withSemicolons } from '../migrations/layouts/delimiters.js';
import { queriesIn } from '../queries/from-ecto.js';
import { queriesOf } from '../queries/from-sql.js';
import type { Query } from '../queries/query.js';
import { type RepoHook, repoHooksIn } from '../queries/repo-hooks.js';
import { type SqlText, sqlTextsIn } from '../queries/sql-texts.js';
import { binaryProblem } from '../syntax/binary.js';
import type { ElixirFile } from '../syntax/elixir/nodes.js';
import type { ElixirParser } from '../syntax/elixir/parse.js';
import type { Problem } from '../syntax/problem.js';
import { isNamedForOtherDatabase, speaksOtherDialect } from '../syntax/sql/dialect.js';
import type { SqlParser } from '../syntax/sql/parse.js';
import type { SqlFile, SqlStatement } from '../syntax/sql/statement.js';
import { relativePath, type SourceFile } from '../text/source-file.js';
import { type Suppression, suppressionsIn } from './suppressions.js';

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
  readonly queries: readonly Query[];
  /** SQL statements in its strings. */
  readonly sqlTexts: readonly SqlText[];
  readonly hooks: readonly RepoHook[];
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
    case 'sql':
      return readSql(file, root, parsers, previous?.kind === 'sql' ? previous : null);
  }
}

function readSql(file: SourceFile, root: string, parsers: Parsers, previous: SqlReading | null) {
  if (isNamedForOtherDatabase(relativePath(root, file.path))) return null;
  const sql = parsers.sql.parse(withSemicolons(file.text), previous?.sql);
  for (const { statement } of sql.statements) factsOf(statement);
  if (sql.statements.some(({ statement }) => speaksOtherDialect(statement))) return null;
  return { kind: 'sql', file, sql, suppressions: suppressionsIn(file, sql.comments) } as const;
}

/** Most files of an application have nothing to do with the database; only those that may are parsed. */
const CONCERNS_DATABASE =
  /\bEcto\b|\bRepo\b|\bschema\s*\(?\s*"|\bfrom\b[^\n]*\bin\b|Migration\b|\bmigration_/;

function concernsUs(text: string): boolean {
  return CONCERNS_DATABASE.test(text) || binaryProblem(text) !== null;
}

const nothing: ElixirFile = { items: [], comments: [], problems: [] };

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
  return {
    kind: 'elixir',
    file,
    schemas: schemasIn(elixir),
    wrappers: schemaWrappersIn(elixir),
    repos: reposIn(elixir),
    configs: /\bconfig\b/.test(file.text) ? repoConfigsIn(elixir, file.path) : [],
    queries: queriesIn(elixir, sql),
    sqlTexts: sqlTextsIn(elixir, sql),
    hooks: file.text.includes('prepare_query') ? repoHooksIn(elixir, sql) : [],
    problems: elixir.problems,
    suppressions: suppressionsIn(file, elixir.comments),
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
