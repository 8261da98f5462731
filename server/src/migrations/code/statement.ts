// The operations of a statement with what its code does in place of the code.

import type { Catalog } from '../../catalog/catalog.js';
import type { Operation } from '../../catalog/operation.js';
import type { SqlParser } from '../../syntax/sql/parse.js';
import { shift } from '../../text/span.js';
import type { MigrationStatement } from '../migration.js';
import { type CodePlace, Run } from './run.js';

/** @param catalog just before the statement */
export function withoutCode(
  { operations, toSource }: MigrationStatement,
  catalog: Catalog,
  place: CodePlace,
  parser: SqlParser | null,
): readonly Operation[] {
  if (parser === null || !operations.some(isCode)) return operations;
  const run = new Run(catalog, parser, place);
  for (const operation of operations) {
    if (operation.kind === 'unknown' && operation.code !== undefined) {
      run.code(operation, operation.code, (span) => toSource?.(span) ?? shift(span, 0));
    } else run.plain(operation);
  }
  return run.operations;
}

/** Whether it runs code, which depends on the schema in ways of its own. */
export function holdsCode({ operations }: MigrationStatement): boolean {
  return operations.some(isCode);
}

function isCode(operation: Operation): boolean {
  return operation.kind === 'unknown' && operation.code !== undefined;
}
