// What the way up makes and the way down leaves, taken away first thing on the way down.

import { quotedName } from '../catalog/names.js';
import { layoutNamed } from '../migrations/layouts/index.js';
import { type Change, changeOf } from '../text/edits.js';
import { type EctoFile, insertFirstDown } from './ecto-file.js';
import { writerLike } from './ecto-new.js';
import type { Left } from './editor.js';
import { type Site, some } from './place.js';
import { insertBefore } from './sql-lines.js';
import { sqlStyle } from './sql-style.js';
import type { Step } from './steps.js';
import { codeOf } from './steps-ecto.js';
import { sqlOf } from './steps-sql.js';

export function takeAwayInEcto(site: Site, file: EctoFile, left: Left): Change | null {
  const edits = insertFirstDown(file, codeOf(takingAway(left), writerLike(site, file)));
  return some(changeOf(site.file.path, edits));
}

/** In the section of the script that undoes, or in the file beside it. */
export function takeAwayInSql(site: Site, left: Left): Change | null {
  const { layout } = site.step?.migration ?? {};
  const beside = layout === undefined ? null : layoutNamed(layout).downPath(site.file.path);
  const path = beside ?? site.file.path;
  const text = beside === null ? site.file.text : site.textOf(beside);
  if (text === null) return null;
  const file = site.parsers.sql.parse(text);
  const first = file.statements.find(({ section }) => beside !== null || section === 'down');
  if (first === undefined) return null;
  const style = sqlStyle(site.parsers.sql, first.statement, text);
  return some(changeOf(path, insertBefore(file, first, [sqlOf(takingAway(left), style)])));
}

function takingAway({ object, name, table }: Left): Step {
  switch (object) {
    case 'column':
      return { kind: 'drop-column', table, column: name };
    case 'constraint':
      return { kind: 'drop-constraint', table, constraint: name };
    default:
      return { kind: 'words', sql: `drop ${object} ${quotedName({ schema: table.schema, name })}` };
  }
}
