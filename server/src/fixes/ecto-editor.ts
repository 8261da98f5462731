// The editor of Elixir files: Ecto migrations, schemas, and queries.

import { findTable, indexLeadingWith } from '../catalog/lookup.js';
import type { Name } from '../catalog/names.js';
import type { Operation } from '../catalog/operation.js';
import { compareVersions } from '../migrations/order.js';
import { type Change, changeOf, type TextEdit } from '../text/edits.js';
import type { Span } from '../text/span.js';
import { snakeCase } from '../text/words.js';
import { type EctoFile, ectoFile, insertAfter, itemAt, setAttributes } from './ecto-file.js';
import { ectoFixes } from './ecto-fixes.js';
import { tidied } from './ecto-layout.js';
import { neighbourOf } from './ecto-move.js';
import { type EctoNeighbour, newEctoMigrations, writerLike } from './ecto-new.js';
import { ectoPlace } from './ecto-place.js';
import { wayFixes } from './ecto-ways.js';
import type { Editor } from './editor.js';
import { editorOf, type StatementFixes } from './every-fix.js';
import { keepColumnName } from './keep-column.js';
import { lacksHere } from './lasting.js';
import { newScripts } from './new-migration.js';
import { type Site, some } from './place.js';
import { ectoIndexOn } from './plans.js';
import { securing } from './policies.js';
import { replaceName } from './replace-name.js';
import { scopeEcto } from './scope-ecto.js';
import { statementFixes } from './sql-fixes.js';
import { scriptLike } from './sql-place.js';
import { sqlStyle } from './sql-style.js';
import type { FollowUp } from './steps.js';
import { codesIn } from './steps-ecto.js';
import { takeAwayInEcto } from './take-away.js';

/** In a file that is no migration, only `addIndex` and what scopes queries give anything. */
export function ectoEditor(site: Site): Editor {
  const file = site.step === null ? null : ectoFile(site, site.file.text);
  const like = file === null ? null : neighbourOf(site, file);
  const everywhere = {
    ...scopeEcto(site),
    writeCode: (edits: readonly TextEdit[]) => some(changeOf(site.file.path, edits)),
    addIndex: (table: Name, columns: readonly string[], after: Span | null) =>
      addIndex(site, file, table, columns, after),
  };
  if (file === null || like === null) return editorOf(everywhere);
  const dsl = ectoFixes(site, file, like);
  /** SQL in an `execute` is mended as SQL. */
  const at = (operation: Operation): StatementFixes => {
    const place = ectoPlace(site, file, operation);
    return place === null ? dsl : statementFixes(site, place);
  };
  // Laid out as the formatter would.
  const tidy = (change: Change | null) =>
    change === null ? null : tidied(file, site.file.path, site.parsers.elixir, change);
  const own: Partial<Editor> = {
    ...everywhere,
    leaveTransaction: () => tidy(dsl.leaveTransaction()),
    leaveMigrationLock: () => some(changeOf(site.file.path, setAttributes(file, ['disable_migration_lock']))),
    ...wayFixes(site, file, tidy),
    takeAwayOnTheWayDown: (left) => tidy(takeAwayInEcto(site, file, left)),
    keepColumnName: (operation) => keepColumnName(site, file, operation),
    replaceName: (at, within, from, to) => replaceName(site, at, within, from, to),
    enableRowLevelSecurity(table, column, after) {
      const item = itemAt(file, after);
      const writer = writerLike(site, file);
      const steps = item === null ? null : securing(site, table, column, writer.sql);
      if (item === null || steps === null) return null;
      return changeOf(site.file.path, insertAfter(file, item.expr, codesIn(item.callback, steps, writer)));
    },
    runLater: (followUps) => some(newEctoMigrations(site, like, followUps)),
  };
  return editorOf(own, (operation, of) => tidy(of(at(operation))));
}

function addIndex(
  site: Site,
  file: EctoFile | null,
  table: Name,
  columns: readonly string[],
  after: Span | null,
): Change | null {
  const known = findTable(site.latest, table);
  if (known !== null && indexLeadingWith(known, columns) !== null) return null;
  const index = ectoIndexOn(site, table, columns);
  const dropping = { kind: 'drop-index', index, ifExists: false } as const;
  const item = file === null || after === null ? null : itemAt(file, after);
  if (file !== null && item !== null && lacksHere(site, table, columns)) {
    const step = { up: { ...index, concurrently: false }, down: dropping };
    const code = codesIn(item.callback, [step], writerLike(site, file));
    return changeOf(site.file.path, insertAfter(file, item.expr, code));
  }
  const followUp: FollowUp = {
    name: snakeCase('index', columns.join('_and_'), 'of', table.name),
    outside: true,
    notes: [],
    up: [index],
    down: [dropping],
  };
  return newMigrationAnywhere(site, file, followUp);
}

/** Beside the migration of the site; for a schema beside the newest migration, which may be a SQL script. */
function newMigrationAnywhere(site: Site, file: EctoFile | null, followUp: FollowUp): Change | null {
  const own = file === null ? null : neighbourOf(site, file);
  if (own !== null) return newEctoMigrations(site, own, [followUp]);
  const newest = [...site.migrations].sort((a, b) => compareVersions(b.role.version, a.role.version));
  for (const { path, layout, role } of newest) {
    const text = site.textOf(path);
    if (layout !== 'ecto' || text === null) continue;
    const neighbour = ectoFile(site, text);
    if (neighbour === null) continue;
    const like: EctoNeighbour = { file: neighbour, folder: role.folder, version: role.version };
    return newEctoMigrations(site, like, [followUp]);
  }
  const [script] = newest;
  const like = script === undefined ? null : scriptLike(site, script);
  if (like === null) return null;
  const { statements } = site.parsers.sql.parse(like.text);
  const style = sqlStyle(site.parsers.sql, statements[0]?.statement ?? null);
  return newScripts(site, like, style, [followUp]);
}
