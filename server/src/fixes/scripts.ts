// The SQL script that is mended, with what its tool asks of scripts, and new scripts made like it.

import { layoutNamed } from '../migrations/layouts/index.js';
import type { Layout } from '../migrations/layouts/layout.js';
import type { NewFile, NewScript, ScriptRules, ScriptText } from '../migrations/layouts/scripts.js';
import type { MigrationFile } from '../migrations/order.js';
import type { Site } from './place.js';

export interface ScriptFile extends ScriptText {
  readonly layout: Layout;
  readonly rules: ScriptRules;
  /** The folder of migrations. */
  readonly folder: string;
  /** The file with the way down, where it is a file of its own and exists. */
  readonly downPath: string | null;
}

export function scriptFileOf(
  site: Site,
  text: string,
  { path, layout: id, role }: MigrationFile,
): ScriptFile {
  const { directives } = site.parsers.sql.parse(text);
  const { folder, version } = role;
  const script: ScriptText = { path, text, version, directives };
  const layout = layoutNamed(id);
  const down = layout.downPath(path);
  const downPath = down !== null && site.textOf(down) !== null ? down : null;
  return { ...script, layout, rules: layout.scripts(script), folder, downPath };
}

/** The files of a new migration, with `\n` as line ends. */
export function newScriptFiles(
  like: ScriptFile,
  version: string,
  name: string,
  script: NewScript,
): readonly NewFile[] {
  const { layout, rules, folder, downPath } = like;
  if (!rules.canAdd) return [];
  const path = layout.pathOf(folder, version, name, like.path);
  return rules.files(like, path, downPath === null ? null : layout.downPath(path), script);
}
