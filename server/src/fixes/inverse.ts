// SQL that undoes an operation, where that follows from the operation and from the schema before it.

import type { Catalog } from '../catalog/catalog.js';
import { quoteName } from '../catalog/keywords.js';
import { columnOf, constraintOf, doubtAbout, findIndex, findTable } from '../catalog/lookup.js';
import { quotedName } from '../catalog/names.js';
import type { Operation } from '../catalog/operation.js';
import { constraintDefinition, indexDefinition } from '../catalog/print/sql-table.js';
import { quoted } from '../text/quoted.js';
import type { Step, TableName } from './steps.js';

/** The statement; `''` when there is nothing to undo, `null` when it is not known how. */
export function inverseOf(operation: Operation, before: Catalog): Step | '' | null {
  switch (operation.kind) {
    case 'set-parameter':
    case 'validate-constraint':
    case 'maintenance':
      return '';
    case 'create-extension':
      // Another migration may have made it, and what uses it would go with it.
      return operation.ifNotExists ? '' : words(`drop extension ${quoted(operation.extension.name)}`);
    case 'create-schema':
      return operation.ifNotExists ? null : words(`drop schema ${quoted(operation.schema.name)}`);
    case 'create-sequence':
      return operation.ifNotExists ? null : words(`drop sequence ${quotedName(operation.sequence)}`);
    case 'create-enum':
      return words(`drop type ${quotedName(operation.type)}`);
    case 'create-type': {
      const kind = operation.definition.kind === 'domain' ? 'domain' : 'type';
      return words(`drop ${kind} ${quotedName(operation.type)}`);
    }
    case 'create-view': {
      if (operation.orReplace || operation.ifNotExists) return null;
      const kind = operation.materialized ? 'materialized view' : 'view';
      return words(`drop ${kind} ${quotedName(operation.view)}`);
    }
    case 'create-trigger':
      if (operation.orReplace) return null;
      return words(`drop trigger ${quoted(operation.trigger.name)} on ${quotedName(operation.table)}`);
    case 'create-policy':
      return { kind: 'drop-policy', table: operation.table, policy: operation.policy.name };
    case 'create-index': {
      const { index, concurrently, ifNotExists, table } = operation;
      if (index === null || ifNotExists) return null;
      const how = concurrently === null ? '' : 'concurrently ';
      return words(`drop index ${how}${quotedName({ schema: table.schema, name: index.name })}`);
    }
    default:
      return inverseOfTable(operation, before);
  }
}

function inverseOfTable(operation: Operation, before: Catalog): Step | null {
  switch (operation.kind) {
    case 'add-column': {
      const { table, column, ifNotExists } = operation;
      return ifNotExists ? null : { kind: 'drop-column', table, column: column.name.name };
    }
    case 'add-constraint': {
      const { table, constraint } = operation;
      if (constraint.name === null) return null;
      return { kind: 'drop-constraint', table, constraint: constraint.name.name };
    }
    case 'set-not-null': {
      const { table, column } = operation;
      const was = columnBefore(before, table, column.name);
      return was === null || was.notNull ? null : { kind: 'drop-not-null', table, column: column.name };
    }
    case 'drop-not-null': {
      const { table, column } = operation;
      const was = columnBefore(before, table, column.name);
      return was?.notNull === true ? { kind: 'set-not-null', table, column: column.name } : null;
    }
    case 'set-default':
    case 'drop-default': {
      const { table, column } = operation;
      const was = columnBefore(before, table, column.name);
      if (was === null || was.serial || was.generated !== null) return null;
      const { default: value } = was;
      if (value !== null) return { kind: 'set-default', table, column: column.name, value: value.text };
      return operation.kind === 'set-default' ? { kind: 'drop-default', table, column: column.name } : null;
    }
    case 'rename-column': {
      const { table, column, to } = operation;
      const names = `${quoted(to.name)} to ${quoted(column.name)}`;
      return words(`alter table ${quotedName(table)} rename column ${names}`);
    }
    case 'rename-table': {
      const { table, to } = operation;
      const now = quotedName({ schema: table.schema, name: to.name });
      return words(`alter table ${now} rename to ${quoted(table.name)}`);
    }
    case 'rename-constraint': {
      const { table, constraint, to } = operation;
      const names = `${quoted(to.name)} to ${quoted(constraint.name)}`;
      return words(`alter table ${quotedName(table)} rename constraint ${names}`);
    }
    case 'rename-index': {
      const { index, to } = operation;
      const now = quotedName({ schema: index.schema, name: to.name });
      return words(`alter index ${now} rename to ${quoted(index.name)}`);
    }
    case 'drop-constraint':
      return operation.cascade ? null : constraintAgain(before, operation.table, operation.constraint.name);
    case 'drop-index': {
      const found = findIndex(before, operation.index);
      if (found === null || operation.together > 1 || operation.cascade) return null;
      if (doubtAbout(before, found.table) !== null || found.index.constraint !== null) return null;
      const made = indexDefinition(found.table, found.index);
      const how = operation.concurrently === null ? made : made.replace(' INDEX ', ' INDEX CONCURRENTLY ');
      return { kind: 'sql', sql: how };
    }
    default:
      return null;
  }
}

/** The constraint as it was. One that rests on an index of its own is not made again at once. */
export function constraintAgain(before: Catalog, name: TableName, constraint: string): Step | null {
  const table = findTable(before, name);
  const was = table === null ? null : constraintOf(table, constraint);
  if (table === null || was === null || doubtAbout(before, table) !== null) return null;
  if (was.kind !== 'check' && was.kind !== 'foreign-key') return null;
  const made = constraintDefinition(before, table, was);
  const altered = [name.schema, name.name]
    .flatMap((part) => (part === null ? [] : quoteName(part)))
    .join('.');
  return { kind: 'sql', sql: `ALTER TABLE ${altered} ADD ${made}` };
}

function columnBefore(before: Catalog, name: TableName, column: string) {
  const table = findTable(before, name);
  return table === null || doubtAbout(before, table) !== null ? null : columnOf(table, column);
}

function words(sql: string): Step {
  return { kind: 'words', sql };
}
