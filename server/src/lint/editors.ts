// The editor that fixes of a file are given: SQL or Ecto, with what it has to know of the workspace.

import { findTable, type Reference } from '../catalog/lookup.js';
import { ectoEditor } from '../fixes/ecto-editor.js';
import type { Editor } from '../fixes/editor.js';
import type { Site } from '../fixes/place.js';
import { sqlEditor } from '../fixes/sql-editor.js';
import { sourceFile } from '../text/source-file.js';
import { byPath, type Parsers } from './reading.js';
import { catalogFor, historyFor, migrationAt, type Workspace } from './workspace.js';

/**
 * @param start where in the file the statement of the finding starts: spans given to the editor count from there
 */
export function editorFor(workspace: Workspace, path: string, start: number): Editor {
  const site = siteAt(workspace, path, start);
  return site.file.language === 'elixir' ? ectoEditor(site) : sqlEditor(site);
}

/** @param start as for {@link editorFor} */
export function siteAt(workspace: Workspace, path: string, start: number): Site {
  const { files, options } = workspace;
  const found = migrationAt(workspace, path);
  const history = found?.history ?? historyFor(workspace, path);
  const latest = found?.history.history.latest ?? catalogFor(workspace, path);
  return {
    file: files.get(path) ?? sourceFile(path, ''),
    start,
    step: found?.step ?? null,
    migrations: history?.set.files ?? [],
    latest,
    now: options.now === null ? null : options.now(),
    parsers: rememberingParsers(options.parsers),
    textOf: (other) => files.get(other)?.text ?? null,
    schemasOf(table: Reference) {
      const name = findTable(latest, table) ?? table;
      return schemasIn(workspace).filter(
        ({ schema }) => schema.table?.name === name.name && sameSchema(schema.prefix, name.schema),
      );
    },
    schemaOf: (module) => schemasIn(workspace).find(({ schema }) => schema.module === module)?.schema ?? null,
  };
}

const remembering = new WeakMap<Parsers, Parsers>();

/** The fixes of one file read it again and again, and the files around it. */
function rememberingParsers(parsers: Parsers): Parsers {
  let found = remembering.get(parsers);
  if (found === undefined) {
    const { sql, elixir } = parsers;
    const sqlFile = latestOf((text) => sql.parse(text));
    const elixirFile = latestOf((text) => elixir.parse(text));
    found = {
      sql: { ...sql, parse: (text, previous) => (previous ? sql.parse(text, previous) : sqlFile(text)) },
      elixir: { parse: (text, previous) => (previous ? elixir.parse(text, previous) : elixirFile(text)) },
    };
    remembering.set(parsers, found);
  }
  return found;
}

/** The same result for the same text, as long as it is one of the latest few. */
function latestOf<T>(parse: (text: string) => T): (text: string) => T {
  const latest = new Map<string, T>();
  return (text) => {
    const found = latest.get(text) ?? parse(text);
    latest.delete(text);
    latest.set(text, found);
    const [oldest] = latest.keys();
    if (latest.size > FEW && oldest !== undefined) latest.delete(oldest);
    return found;
  };
}

/** An up and a down script, and a follow-up with its own. */
const FEW = 4;

function schemasIn({ readings }: Workspace) {
  return [...readings.values()]
    .filter((reading) => reading.kind === 'elixir' && reading.schemas.length > 0)
    .sort(byPath)
    .flatMap((reading) =>
      reading.kind === 'sql' ? [] : reading.schemas.map((schema) => ({ path: reading.file.path, schema })),
    );
}

/** An Ecto schema without a prefix reads what the search path gives, which is `public` unless told otherwise. */
function sameSchema(prefix: string | null, schema: string | null): boolean {
  return (prefix ?? 'public') === (schema ?? 'public');
}
