// What IF EXISTS and IF NOT EXISTS leave undone, where it is certain that the object is there, or is not.

import type {
  AddColumn,
  CreateIndex,
  CreateTable,
  DropColumn,
  DropTable,
  RenameTable,
} from '../catalog/operation.js';
import type { Schema } from './rule.js';

/** @param before the schema just before the operation */
export function doesNothing(
  operation: AddColumn | CreateIndex | CreateTable | DropColumn | DropTable | RenameTable,
  before: Schema,
): boolean {
  switch (operation.kind) {
    case 'create-table':
      return operation.ifNotExists && before.table(operation.table).kind === 'known';
    case 'create-index': {
      const { index, table, ifNotExists } = operation;
      // IF NOT EXISTS goes by the name alone, whatever the index of that name is.
      const name = index === null ? null : { schema: table.schema, name: index.name };
      return ifNotExists && name !== null && before.tableOfIndex(name).kind === 'known';
    }
    case 'add-column':
      return (
        operation.ifNotExists && before.column(operation.table, operation.column.name.name).kind === 'known'
      );
    case 'drop-column':
      return operation.ifExists && before.column(operation.table, operation.column.name).kind === 'absent';
    case 'drop-table':
    case 'rename-table':
      return operation.ifExists && before.table(operation.table).kind === 'absent';
  }
}
