// What of a migration takes as long as there are rows.

import type { RelationName } from '../catalog/names.js';
import type { Operation } from '../catalog/operation.js';
import type { MigrationStep, WholeMigration } from './whole-migration.js';

export interface SlowWork {
  /** As the beginning of a sentence. */
  readonly what: string;
  /** Whose rows; `null` for the rows of a query. */
  readonly table: RelationName | null;
  /** The statement itself makes others wait for that table, and a rule of its own says so. */
  readonly isSaid: boolean;
  /** For a migration that does nothing else. */
  readonly name: string;
}

/** `null` for what is done at once, for changes of rows on tables that others use, and for what is not known. */
export function slowWork({ steps }: WholeMigration, index: number): SlowWork | null {
  const step = steps[index];
  if (step === undefined || step.operation.maybe !== undefined) return null;
  const { operation, facts } = step;
  if (operation.kind === 'write-rows') return filling(step);
  if (fillsFromQuery(operation)) {
    return { what: 'This stores the result of a query', table: null, isSaid: false, name: 'fill' };
  }
  if (operation.kind === 'maintenance' && operation.action === 'refresh') return refreshing(operation);
  // VACUUM and the like are no part of a transaction, and what they do to their table is said of them.
  const [rewrite] = facts.rewrites;
  const [scan] = facts.scans;
  const table = (rewrite ?? scan)?.relation;
  if (table === undefined || operation.kind === 'maintenance') return null;
  const isBuild = operation.kind === 'create-index';
  const doing = isBuild
    ? `This builds an index on "${table.name}"`
    : rewrite !== undefined
      ? `This writes every row of "${table.name}" anew`
      : `This reads every row of "${table.name}"`;
  return {
    what: doing,
    table,
    isSaid: operation.kind !== 'validate-constraint',
    name:
      operation.kind === 'validate-constraint'
        ? `validate_${operation.constraint.name}`
        : `${isBuild ? 'index' : 'change'}_${table.name}`,
  };
}

/** A table of the migration's own that is filled from others. */
function filling({ operation, facts }: MigrationStep): SlowWork | null {
  if (operation.kind !== 'write-rows' || operation.table === null) return null;
  const { verb, rows, narrowed, table } = operation;
  if (verb !== 'insert' || rows === 'given' || narrowed === true) return null;
  if (facts.locks.some(({ mode }) => mode === 'RowExclusiveLock')) return null;
  return { what: `This fills "${table.name}"`, table: null, isSaid: false, name: `fill_${table.name}` };
}

function fillsFromQuery(operation: Operation): boolean {
  return (
    (operation.kind === 'create-table' && operation.fromQuery && operation.withData) ||
    (operation.kind === 'create-view' && operation.materialized && operation.populated)
  );
}

function refreshing(operation: Extract<Operation, { kind: 'maintenance' }>): SlowWork | null {
  if (operation.relation === null || !operation.withData) return null;
  const { name } = operation.relation;
  return { what: `This refreshes "${name}"`, table: null, isSaid: false, name: `refresh_${name}` };
}
