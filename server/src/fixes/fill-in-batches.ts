// An UPDATE that fills a column, in a migration of its own that runs next and commits batch by batch.

import { findTable, meansSame } from '../catalog/lookup.js';
import type { WriteRows } from '../catalog/operation.js';
import type { Change } from '../text/edits.js';
import { snakeCase } from '../text/words.js';
import { runsOften } from './lasting.js';
import { mayRunLast, standsAlone, undoingOf } from './moving.js';
import { type Site, type StatementPlace, together } from './place.js';
import { backfill } from './plans.js';

export function fillInBatches(site: Site, place: StatementPlace, operation: WriteRows): Change | null {
  const { table, fills } = operation;
  if (table === null || fills === undefined || runsOften(site, operation)) return null;
  // Batches fill what is NULL, which has to be all that the statement would write.
  if (!fills.onlyNull && !isMadeEmpty(site, table, fills.column)) return null;
  if (standsAlone(site) || !mayRunLast(site, operation)) return null;
  const { column, value, source } = fills;
  const fill = {
    name: snakeCase('backfill', column, 'of', table.name),
    outside: true,
    notes: place.comments,
    up: [backfill(site, table, column, value, source)],
    down: [],
  };
  return together(place.remove(undoingOf(site, operation), 'go'), place.next([fill]));
}

/** Whether the migration itself makes the column, without a value. */
function isMadeEmpty({ step }: Site, name: NonNullable<WriteRows['table']>, column: string): boolean {
  if (step === null || findTable(step.before, name)?.columns.some((one) => one.name === column) !== false)
    return false;
  const all = step.migration.statements.flatMap(({ operations }) => operations);
  const made = all.find(
    (one) =>
      one.kind === 'add-column' && meansSame(step.after, one.table, name) && one.column.name.name === column,
  );
  return made?.kind === 'add-column' && made.column.default === null && made.maybe === undefined;
}
