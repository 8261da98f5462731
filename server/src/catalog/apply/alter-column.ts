// What ALTER COLUMN does: types, defaults, NOT NULL, identity, expressions. Tables below follow unless ONLY keeps them out.
// Source: ATExecAlterColumnType, ATExecColumnDefault, ATExecAddIdentity and their neighbours in tablecmds.c.

import type { Catalog, Column, Table } from '../catalog.js';
import { columnOf, sequencesOwnedBy } from '../lookup.js';
import type {
  AlterColumnType,
  AlterTableOther,
  DropDefault,
  DropNotNull,
  SetDefault,
  SetNotNull,
} from '../operation.js';
import { resolveType } from '../type-lookup.js';
import type { TypeName } from '../types.js';
import { dropNotNull } from './change-constraints.js';
import { changeColumn, changeColumns, keptDefault, keptSetting, keptStorage } from './columns.js';
import { addNotNull, plainNotNull } from './not-null.js';
import { type Context, existingTable, putRelation, removeRelation } from './relations.js';
import { addOwnedSequence, changedOptions, sequenceDrawnFrom } from './sequences.js';

export function alterColumn(
  catalog: Catalog,
  operation: AlterColumnType | SetDefault | DropDefault | SetNotNull | DropNotNull,
  context: Context,
): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  if (table === null) return present;
  const { name } = operation.column;
  const recurse = !operation.only;
  switch (operation.kind) {
    case 'alter-column-type': {
      const type = resolveType(present, operation.type);
      const { collation } = operation;
      // The default is cast to the new type; the storage is that of the new type.
      const retyped = changeColumns(present, table.id, name, true, (column) => ({
        ...column,
        type: { ...type, serial: false },
        collation,
        storage: null,
      }));
      return retypeIdentity(retyped, table, name, type);
    }
    case 'set-default': {
      const sequence = sequenceDrawnFrom(present, operation.value);
      return changeColumns(present, table.id, name, recurse, (column) => {
        const value = keptDefault(operation.value, column.type);
        return { ...column, default: value, serial: false, sequence };
      });
    }
    case 'drop-default':
      return changeColumns(present, table.id, name, recurse, (column) => ({
        ...column,
        default: column.generated === null ? null : column.default,
        serial: false,
        sequence: column.identity === null ? null : column.sequence,
      }));
    case 'set-not-null':
      return addNotNull(present, table.id, plainNotNull(name, context), recurse, context);
    case 'drop-not-null':
      return dropNotNull(present, table.id, name, recurse);
  }
}

/** The sequence of an identity is of the column's type. */
function retypeIdentity(catalog: Catalog, table: Table, name: string, type: TypeName): Catalog {
  const column = columnOf(table, name);
  const sequence = column?.sequence == null ? undefined : catalog.relations.get(column.sequence);
  if (column?.identity == null || sequence?.kind !== 'sequence') return catalog;
  return putRelation(catalog, { ...sequence, options: changedOptions(sequence.options, { type }) });
}

/** Those of ALTER COLUMN that have no operation of their own; `null` for what is not about a column. */
export function alterColumnOther(
  catalog: Catalog,
  table: Table,
  operation: AlterTableOther,
  context: Context,
): Catalog | null {
  const { action, identity, onColumn, only, expression, value } = operation;
  const column = onColumn === null ? null : columnOf(table, onColumn.name);
  if (onColumn === null) return null;
  if (column === null) return catalog;
  const { name } = column;
  const changeAll = (change: Partial<Column>, recurse = !only) =>
    changeColumns(catalog, table.id, name, recurse, (one) => ({ ...one, ...change }));
  switch (action) {
    case 'AddIdentity': {
      const sequence = catalog.sequence;
      const drawn = addOwnedSequence(catalog, table, column, operation.sequence, context);
      return changeColumns(drawn, table.id, name, table.partitioned, (one) => ({
        ...one,
        identity,
        sequence,
      }));
    }
    case 'SetIdentity': {
      const changed = identity === null ? catalog : changeAll({ identity }, table.partitioned);
      const sequence = column.sequence === null ? undefined : changed.relations.get(column.sequence);
      if (operation.sequence === null || sequence?.kind !== 'sequence') return changed;
      const options = changedOptions(sequence.options, operation.sequence.options);
      return putRelation(changed, { ...sequence, options });
    }
    case 'DropIdentity':
      if (column.identity === null) return catalog;
      return sequencesOwnedBy(catalog, table, name).reduce<Catalog>(
        removeRelation,
        changeAll({ identity: null, sequence: null }, table.partitioned),
      );
    case 'DropExpression':
      return column.generated === null ? catalog : changeAll({ generated: null, default: null });
    case 'SetExpression':
      return expression === null ? catalog : changeAll({ default: expression }, true);
    case 'SetStorage':
      return changeAll({ storage: keptStorage(value, column.type) });
    case 'SetCompression':
      return changeColumn(catalog, table.id, name, (one) => ({ ...one, compression: keptSetting(value) }));
    default:
      return catalog;
  }
}
