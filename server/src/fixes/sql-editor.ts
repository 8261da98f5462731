// The editor of `.sql` files.

import { findTable, indexLeadingWith } from '../catalog/lookup.js';
import type { Name } from '../catalog/names.js';
import type { Operation } from '../catalog/operation.js';
import { stateBefore } from '../migrations/history.js';
import { type Change, changeOf } from '../text/edits.js';
import { snakeCase } from '../text/words.js';
import type { Editor } from './editor.js';
import { editorOf } from './every-fix.js';
import { lacksHere, statementOf } from './lasting.js';
import { newScripts } from './new-migration.js';
import { type Site, some } from './place.js';
import { indexOn } from './plans.js';
import { securing } from './policies.js';
import { replaceName } from './replace-name.js';
import { scopeSql } from './scope-sql.js';
import { statementFixes } from './sql-fixes.js';
import { scriptFile, sqlPlace } from './sql-place.js';
import { sqlStyle } from './sql-style.js';
import { takeAwayInSql } from './take-away.js';

/** Only what scopes queries gives anything in a file that is no migration. */
export function sqlEditor(site: Site): Editor {
  const script = scriptFile(site);
  const scoping = scopeSql(site);
  if (script === null) return editorOf(scoping);
  const place = sqlPlace(site);
  const own: Partial<Editor> = {
    ...scoping,
    leaveTransaction: () => mended(site, (fixes) => fixes.leaveTransaction()),
    replaceName: (at, within, from, to) => replaceName(site, at, within, from, to),
    takeAwayOnTheWayDown: (left) => takeAwayInSql(site, left),
    addIndex: (table, columns, after) => addIndex(site, table, columns, after !== null),
    enableRowLevelSecurity(table, column) {
      const steps = place === null ? null : securing(site, table, column, place.style);
      return steps === null || place === null ? null : changeOf(site.file.path, place.append(steps));
    },
    runLater(followUps) {
      const { text } = site.file;
      const [first] = site.parsers.sql.parse(text).statements;
      const style = place?.style ?? sqlStyle(site.parsers.sql, first?.statement ?? null, text);
      return some(newScripts(site, script, style, followUps));
    },
  };
  return editorOf(own, (operation, of) => mended(siteOf(site, operation), of));
}

/** The place of the statement that holds the operation. */
function siteOf(site: Site, operation: Operation): Site {
  const start = statementOf(site, operation)?.start ?? site.start;
  return start === site.start ? site : { ...site, start };
}

function mended(site: Site, of: (fixes: ReturnType<typeof statementFixes>) => Change | null): Change | null {
  const place = sqlPlace(site);
  const change = place === null ? null : of(statementFixes(site, place));
  return change !== null && change.creates.length > 0 && !findsNamesLater(site) ? null : change;
}

/** Whether names without a schema mean in a new migration what they mean at the site, so far as the search path goes. */
function findsNamesLater({ step, start }: Site): boolean {
  if (step === null) return true;
  const index = step.migration.statements.findIndex((statement) => statement.start === start);
  const { catalog } = stateBefore(step, Math.max(0, index));
  return catalog.searchPath.join('\0') === step.before.searchPath.join('\0');
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
  const style = sqlStyle(site.parsers.sql, place.statement, site.file.text);
  return newScripts(site, script, style, [{ name, outside: true, notes: [], up: [index], down: [dropping] }]);
}
