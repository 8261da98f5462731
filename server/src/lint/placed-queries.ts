// The queries of a file that are looked at, and where their spans count from.

import { functionsNamed } from '../catalog/lookup.js';
import { queriesOfFunction } from '../queries/from-sql/functions.js';
import type { Query } from '../queries/query.js';
import type { SqlStatement } from '../syntax/sql/statement.js';
import { queriesOf } from './queries.js';
import { type ElixirReading, factsOf, type Reading } from './reading.js';
import { catalogFor, migrationAt, type Workspace } from './workspace.js';

/** A query and where in its file its spans count from. */
export interface PlacedQuery {
  readonly query: Query;
  readonly start: number;
}

/**
 * The queries of a file, also of SQL in its strings; those of a migration run once and are not looked at, and nothing is said of those
 * in a function that is half typed.
 */
export function queriesOfFile(workspace: Workspace, reading: Reading): readonly PlacedQuery[] {
  if (isMigration(workspace, reading.file.path)) return [];
  if (reading.kind === 'elixir') {
    const texts = reading.sqlTexts.map(({ query }) => query);
    const isBroken = brokenFunctions(reading);
    return [...queriesOf(workspace, reading.file.path), ...texts]
      .filter(({ keyword }) => !isBroken(keyword.start))
      .map((query) => ({ query, start: 0 }));
  }
  return reading.sql.statements.flatMap(({ statement, start }) =>
    factsOf(statement).queries.map((query) => ({ query, start })),
  );
}

const DEFINITION = /^[ \t]*def(?:p|macrop?)?\b/gm;

/** Whether the function at an offset is half typed: what its queries compare may just be missing yet. */
function brokenFunctions({ problems, file }: ElixirReading): (offset: number) => boolean {
  if (problems.length === 0) return () => false;
  const definitions = [...file.text.matchAll(DEFINITION)].map(({ index }) => index);
  const functionAt = (offset: number) => definitions.filter((start) => start <= offset).length;
  const broken = new Set(problems.map(({ span }) => functionAt(span.start)));
  return (offset) => broken.has(functionAt(offset));
}

const inFunctions = new WeakMap<SqlStatement, readonly Query[]>();

/** The queries in functions that the file makes and that no later migration makes anew. */
export function queriesInFunctions(workspace: Workspace, reading: Reading): readonly PlacedQuery[] {
  if (reading.kind !== 'sql') return [];
  const catalog = catalogFor(workspace, reading.file.path);
  return reading.sql.statements.flatMap(({ statement, start }) => {
    const [made] = factsOf(statement).operations;
    if (made?.kind !== 'create-function' || made.body === null) return [];
    const { body } = made;
    if (!functionsNamed(catalog, made.function).some((known) => known.body === body)) return [];
    let queries = inFunctions.get(statement);
    if (queries === undefined) {
      queries = queriesOfFunction(statement, workspace.options.parsers.sql);
      inFunctions.set(statement, queries);
    }
    return queries.map((query) => ({ query, start }));
  });
}

/** A migration, or one that a baseline has taken the place of. */
export function isMigration(workspace: Workspace, path: string): boolean {
  return migrationAt(workspace, path) !== null || isContained(workspace, path);
}

/** Whether a baseline has taken the place of the file, which was a migration. */
function isContained({ histories }: Workspace, path: string): boolean {
  return histories.some(({ set }) => set.contained.includes(path));
}
