// The editor of `.sql` files.

import { findTable, indexLeadingWith } from '../catalog/lookup.js';
import type { Name } from '../catalog/names.js';
import { stateBefore } from '../migrations/history.js';
import { type Change, changeOf } from '../text/edits.js';
import type { Editor } from './editor.js';
import { noFixes, throughEach } from './every-fix.js';
import { lacksHere } from './lasting.js';
import { newScripts } from './new-migration.js';
import type { Site } from './place.js';
import { indexOn } from './plans.js';
import { securing } from './policies.js';
import { replaceName } from './replace-name.js';
import { scopeSql } from './scope-sql.js';
import { type StatementFixes, some, statementFixes } from './sql-fixes.js';
import { scriptFile, sqlPlace } from './sql-place.js';
import { indentOf, sqlStyle } from './sql-style.js';
import { snakeCase } from './versions.js';

/** Only `scopeQuery` gives anything in a file that is no migration. */
export function sqlEditor(site: Site): Editor {
  const place = sqlPlace(site);
  const queries = { scopeQuery: scopeSql(site) };
  if (place === null) return { ...noFixes, ...queries, addIndex: () => null };
  const fixes = statementFixes(site, place);
  return {
    // A column cannot be mapped in code, and there is no migration lock of the runner's.
    ...noFixes,
    ...queries,
    ...(findsNamesLater(site) ? fixes : onlyHere(fixes)),
    replaceName: (at, within, from, to) => replaceName(site, at, within, from, to),
    addIndex: (table, columns, after) => addIndex(site, table, columns, after !== null),
    enableRowLevelSecurity(table, column) {
      const steps = securing(site, table, column, place.style);
      return steps === null ? null : changeOf(site.file.path, place.append(steps));
    },
  };
}

/** Whether names without a schema mean in a new migration what they mean at the site, so far as the search path goes. */
function findsNamesLater({ step, start }: Site): boolean {
  if (step === null) return true;
  const index = step.migration.statements.findIndex((statement) => statement.start === start);
  const { catalog } = stateBefore(step, Math.max(0, index));
  return catalog.searchPath.join('\0') === step.before.searchPath.join('\0');
}

/** The fixes, but for those that make new migrations. */
function onlyHere(fixes: StatementFixes): StatementFixes {
  return throughEach(fixes, (change) => (change.creates.length > 0 ? null : change));
}

function addIndex(site: Site, table: Name, columns: readonly string[], here: boolean): Change | null {
  const place = sqlPlace(site);
  const script = scriptFile(site);
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
