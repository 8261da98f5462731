// What may come next in SQL that is being written: keywords from the grammar, names from the replayed schema. No database is asked.

import type { Catalog, Table } from '../catalog/catalog.js';
import { findTable, tablesOf } from '../catalog/lookup.js';
import { formatType } from '../catalog/types.js';
import type { SqlReading } from '../lint/reading.js';
import { catalogFor, migrationAt, type Workspace } from '../lint/workspace.js';
import { stateBefore } from '../migrations/history.js';
import { type Expected, expectedAt } from '../syntax/sql/incomplete.js';
import { tokenize } from '../syntax/sql/lexer.js';
import { identifierAt, nameAt, type TokenText, wordAt } from '../syntax/sql/segments.js';

export interface Completion {
  readonly kind: 'keyword' | 'table' | 'column' | 'type';
  readonly label: string;
  /** A few words beside the label: a column's type and table. */
  readonly detail: string;
}

/** Nothing outside SQL files, in strings and comments, and where what stands before is wrong already. */
export function completions(workspace: Workspace, path: string, offset: number): readonly Completion[] {
  const reading = workspace.readings.get(path);
  if (reading?.kind !== 'sql') return [];
  const { text, start } = statementAround(reading, offset);
  const expected = expectedAt(workspace.options.parsers.sql, text, offset - start);
  const catalog = catalogBefore(workspace, path, offset);
  return expected.flatMap((one) => completionsFor(one, catalog, text));
}

/** From the end of the statement before the offset: a half-typed statement may not be one yet. */
function statementAround({ file, sql }: SqlReading, offset: number): { text: string; start: number } {
  const before = sql.statements.findLast(({ start, statement }) => start + statement.text.length < offset);
  const holding = sql.statements.find(
    ({ start, statement }) => start <= offset && offset <= start + statement.text.length,
  );
  if (holding !== undefined) return { text: holding.statement.text, start: holding.start };
  if (before === undefined) return { text: file.text.slice(0, offset), start: 0 };
  const end = before.start + before.statement.text.length;
  const ended = file.text.slice(end, offset).includes(';');
  const start = ended ? file.text.indexOf(';', end) + 1 : before.start;
  return { text: file.text.slice(start, offset), start };
}

/** In a migration the schema at that statement, else the schema after all. */
function catalogBefore(workspace: Workspace, path: string, offset: number): Catalog {
  const found = migrationAt(workspace, path);
  if (found === null) return catalogFor(workspace, path);
  const { statements } = found.step.migration;
  const index = statements.findIndex(({ start, sql }) => offset <= start + sql.length);
  return stateBefore(found.step, index < 0 ? statements.length : index).catalog;
}

function completionsFor(expected: Expected, catalog: Catalog, text: string): readonly Completion[] {
  if (expected.kind === 'keyword') return [{ kind: 'keyword', label: expected.word, detail: '' }];
  switch (expected.of) {
    case 'table':
      return tablesOf(catalog).map((table) => ({
        kind: 'table',
        label: table.schema === 'public' ? table.name : `${table.schema}.${table.name}`,
        detail: `${table.columns.length} columns`,
      }));
    case 'column':
      return tablesNamed(catalog, text).flatMap((table) =>
        table.columns.map((column) => ({
          kind: 'column' as const,
          label: column.name,
          detail: `${formatType(column.type)} of ${table.name}`,
        })),
      );
    case 'type':
      return [...catalog.types.values()].map(({ kind, name }) => ({
        kind: 'type',
        label: name,
        detail: kind,
      }));
    case 'index':
    case 'constraint':
    case 'new':
      return [];
  }
}

/** The tables that the statement names so far: after FROM, JOIN, INTO, UPDATE, TABLE, ON, or anywhere. */
function tablesNamed(catalog: Catalog, text: string): readonly Table[] {
  const of: TokenText = { text, tokens: tokenize(text) };
  const found = new Map<number, Table>();
  for (let i = 0; i < of.tokens.length; i++) {
    if (identifierAt(of, i) === null || wordAt(of, i - 1) === 'as') continue;
    const name = nameAt(of, i);
    const table = name === null ? null : findTable(catalog, name);
    if (table !== null) found.set(table.id, table);
  }
  return [...found.values()];
}
