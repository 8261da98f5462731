// The queries of a file that are looked at, and where their spans count from.

import { functionsNamed } from '../catalog/lookup.js';
import { queriesOfFunction } from '../queries/from-sql/functions.js';
import type { Query } from '../queries/query.js';
import type { SqlStatement } from '../syntax/sql/statement.js';
import { queriesOf } from './queries.js';
import { factsOf, type Reading } from './reading.js';
import { catalogFor, migrationAt, type Workspace } from './workspace.js';

/** A query and where in its file its spans count from. */
export interface PlacedQuery {
  readonly query: Query;
  readonly start: number;
}

/** The queries of a file, also of SQL in its strings; those of a migration run once and are not looked at. */
export function queriesOfFile(workspace: Workspace, reading: Reading): readonly PlacedQuery[] {
  if (isMigration(workspace, reading.file.path)) return [];
  if (reading.kind === 'elixir') {
    const texts = reading.sqlTexts.map(({ query }) => query);
    return [...queriesOf(workspace, reading.file.path), ...texts].map((query) => ({ query, start: 0 }));
  }
  return reading.sql.statements.flatMap(({ statement, start }) =>
    factsOf(statement).queries.map((query) => ({ query, start })),
  );
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
