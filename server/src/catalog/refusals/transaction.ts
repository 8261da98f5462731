// What runs outside a transaction only.

import type { Catalog } from '../catalog.js';
import { findIndex, findTable } from '../lookup.js';
import type { Maintenance, Operation } from '../operation.js';

/** True for what the server refuses inside a transaction block (error 25001), whatever the schema. */
export function refusesTransaction(operation: Operation): boolean {
  switch (operation.kind) {
    case 'create-index':
    case 'drop-index':
    case 'detach-partition':
      return operation.concurrently !== null;
    case 'maintenance':
      return maintenanceRefuses(operation);
    case 'other':
      return operation.outsideOnly === true;
    default:
      return false;
  }
}

function maintenanceRefuses({ action, concurrently, relation, reindexes }: Maintenance): boolean {
  switch (action) {
    case 'vacuum':
    case 'vacuum-full':
      return true;
    case 'reindex':
      // Of a schema or a database it commits after every table.
      return concurrently !== null || (reindexes !== 'index' && reindexes !== 'table');
    case 'cluster':
      // Every table that was clustered before, one by one.
      return relation === null;
    default:
      return false;
  }
}

/** The same, and what is refused of partitioned tables: REINDEX and CLUSTER commit after every partition. */
export function isRefusedInTransaction(operation: Operation, catalog: Catalog): boolean {
  return (
    refusesTransaction(operation) ||
    (operation.kind === 'maintenance' && goesThroughPartitions(operation, catalog))
  );
}

function goesThroughPartitions({ action, relation }: Maintenance, catalog: Catalog): boolean {
  if (relation === null || (action !== 'reindex' && action !== 'cluster')) return false;
  const table = findTable(catalog, relation) ?? findIndex(catalog, relation)?.table;
  return table?.partitioned === true;
}
