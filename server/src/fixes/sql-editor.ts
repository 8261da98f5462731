// The editor of `.sql` files.

import { findTable, indexLeadingWith } from '../catalog/lookup.js';
import type { Name } from '../catalog/names.js';
import { type Change, changeOf } from '../text/edits.js';
import type { Editor } from './editor.js';
import { lacksHere } from './lasting.js';
import { newScripts } from './new-migration.js';
import type { Site } from './place.js';
import { indexOn } from './plans.js';
import { securing } from './policies.js';
import { scopeSql } from './scope-sql.js';
import { some, statementFixes } from './sql-fixes.js';
import { scriptFile, sqlPlace } from './sql-place.js';
import { indentOf, sqlStyle } from './sql-style.js';
import { snakeCase } from './versions.js';

/** What cannot be done in SQL: a column cannot be mapped in code, and there is no migration lock of the runner's. */
const impossible = { keepColumnName: () => null, leaveMigrationLock: () => null };

const nowhere: Omit<Editor, 'scopeQuery' | 'addIndex'> = {
  ...impossible,
  makeIndexConcurrent: () => null,
  dropIndexConcurrently: () => null,
  leaveTransaction: () => null,
  validateLater: () => null,
  buildKeyThroughIndex: () => null,
  setNotNullThroughCheck: () => null,
  addDefaultLater: () => null,
  makeNullable: () => null,
  enableRowLevelSecurity: () => null,
  changeTypeThroughNewColumn: () => null,
};

/** Only `scopeQuery` gives anything in a file that is no migration. */
export function sqlEditor(site: Site): Editor {
  const place = sqlPlace(site);
  const queries = { scopeQuery: scopeSql(site) };
  if (place === null) return { ...nowhere, ...queries, addIndex: () => null };
  return {
    ...impossible,
    ...queries,
    ...statementFixes(site, place),
    addIndex: (table, columns, after) => addIndex(site, table, columns, after !== null),
    enableRowLevelSecurity(table, column) {
      const steps = securing(site, table, column, place.style);
      return steps === null ? null : changeOf(site.file.path, place.append(steps));
    },
  };
}

function addIndex(site: Site, table: Name, columns: readonly string[], here: boolean): Change | null {
  const place = sqlPlace(site);
  const file = site.parsers.sql.parse(site.file.text);
  const script = scriptFile(site, file);
  const known = findTable(site.latest, table);
  if (place === null || script === null) return null;
  if (known !== null && indexLeadingWith(known, columns) !== null) return null;
  const index = indexOn(site, table, columns);
  const dropping = { kind: 'drop-index', index, ifExists: false } as const;
  if (here && lacksHere(site, table, columns)) {
    const edits = place.append([{ up: { ...index, concurrently: false }, down: dropping }]);
    return some(changeOf(site.file.path, edits));
  }
  const name = snakeCase('add', index.name);
  const style = sqlStyle(site.parsers.sql, place.statement, indentOf(site.file.text));
  return newScripts(site, script, style, [{ name, outside: true, notes: [], up: [index], down: [dropping] }]);
}
