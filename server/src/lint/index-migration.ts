// The migration that makes an index which a plan asks for, as the workspace writes migrations, and the name that the index gets
// there.

import type { WishedIndex, WishedKey } from '../advice/advice.js';
import { indexCall, indexDefinition } from '../advice/wish.js';
import type { Catalog } from '../catalog/catalog.js';
import { tablesOf } from '../catalog/lookup.js';
import { utf8Length } from '../catalog/names.js';
import { chooseName, columnsPart } from '../catalog/server-names.js';
import { quoteIdentifier } from '../catalog/types.js';
import { ectoFile } from '../fixes/ecto-file.js';
import { newModules } from '../fixes/ecto-new.js';
import { newScripts } from '../fixes/new-migration.js';
import { scriptLike } from '../fixes/sql-place.js';
import { sqlStyle } from '../fixes/sql-style.js';
import type { FollowUp } from '../fixes/steps.js';
import type { MigrationFile } from '../migrations/order.js';
import type { Change } from '../text/edits.js';
import { snakeCase } from '../text/words.js';
import { siteAt } from './editors.js';
import { historyFor, type Workspace } from './workspace.js';

/** As NAMEDATALEN allows. */
const LONGEST_NAME = 63;

/**
 * The name that Ecto or the server would give it by itself, or the next one that is free.
 * @param path of a file that works with the database
 */
export function indexNameFor(workspace: Workspace, path: string, index: WishedIndex): string {
  const history = historyFor(workspace, path);
  const catalog = history?.history.latest ?? null;
  return lastMigration(workspace, path)?.layout === 'ecto'
    ? ectoName(catalog, index)
    : serverName(catalog, index);
}

/** Why there can be no migration, for people. */
export interface NoMigration {
  readonly kind: 'none';
  readonly message: string;
  readonly whatToDo: string;
}

export function indexMigration(workspace: Workspace, path: string, index: WishedIndex): Change | NoMigration {
  const like = lastMigration(workspace, path);
  if (like === null) {
    return none('There is no migration beside which a new one could go.', 'Copy the statement instead.');
  }
  const site = siteAt(workspace, like.path, 0);
  const name = indexNameFor(workspace, path, index);
  const title = snakeCase('add', name);
  const extension = missingExtension(site.latest, index);
  if (like.layout === 'ecto') {
    const file = ectoFile(site, site.file.text);
    if (file === null)
      return none(`The last migration cannot be read: ${like.path}.`, 'Copy the migration instead.');
    const given = name === defaultEctoName(index) ? null : name;
    return newModules(site, { file, folder: like.role.folder, version: like.role.version }, [
      ...(extension === null
        ? []
        : [
            {
              name: snakeCase('enable', extension),
              outside: false,
              written: callback([
                `execute "CREATE EXTENSION IF NOT EXISTS ${extension}", "DROP EXTENSION IF EXISTS ${extension}"`,
              ]),
            },
          ]),
      { name: title, outside: !index.partitioned, written: callback([`create ${indexCall(index, given)}`]) },
    ]);
  }
  const script = scriptLike(site, like);
  if (script === null || !script.rules.canAdd) {
    return none(
      'The tool of these migrations takes no file that is written by hand.',
      'Copy the statement instead.',
    );
  }
  const concurrently = index.partitioned ? '' : 'CONCURRENTLY ';
  const schema = index.table.schema === null ? '' : `${quoteIdentifier(index.table.schema)}.`;
  const create = `CREATE INDEX ${concurrently}${quoteIdentifier(name)} ${indexDefinition(index)}`;
  const drop = `DROP INDEX ${concurrently}${schema}${quoteIdentifier(name)}`;
  const style = sqlStyle(workspace.options.parsers.sql, null, script.text);
  return newScripts(site, script, style, [
    ...(extension === null
      ? []
      : [
          followUp(
            snakeCase('enable', extension),
            false,
            `CREATE EXTENSION IF NOT EXISTS ${extension}`,
            null,
          ),
        ]),
    followUp(title, !index.partitioned, create, drop),
  ]);
}

/** The extension that the index needs and the schema lacks. */
export function missingExtension(catalog: Catalog | null, { keys }: WishedIndex): string | null {
  const needs = keys.some(({ operatorClass }) => operatorClass === 'gin_trgm_ops');
  return needs && catalog?.extensions.has('pg_trgm') !== true ? 'pg_trgm' : null;
}

function lastMigration(workspace: Workspace, path: string): MigrationFile | null {
  const history = historyFor(workspace, path);
  return history?.set.files.findLast(({ path: one }) => workspace.files.has(one)) ?? null;
}

function callback(lines: readonly string[]) {
  return {
    imports: [],
    attributes: [],
    callbacks: ['def change do', ...lines.map((line) => `  ${line}`), 'end'],
  };
}

function followUp(name: string, outside: boolean, up: string, down: string | null): FollowUp {
  return {
    name,
    outside,
    notes: [],
    up: [{ kind: 'sql', sql: up }],
    down: down === null ? [] : [{ kind: 'sql', sql: down }],
  };
}

function ectoName(catalog: Catalog | null, index: WishedIndex): string {
  const own = defaultEctoName(index);
  const taken = namesIn(catalog);
  if (!taken.has(own) && utf8Length(own) <= LONGEST_NAME) return own;
  return chooseName(index.table.name, columnsPart(labelsOf(index)), 'index', (one) => taken.has(one));
}

/** As Ecto.Migration makes it (default_index_name): what is no letter of a name becomes `_`. */
function defaultEctoName({ table, keys }: WishedIndex): string {
  const texts = keys.map(
    ({ expression, operatorClass, descending }) =>
      `${expression}${operatorClass === null ? '' : ` ${operatorClass}`}${descending ? ' DESC' : ''}`,
  );
  return [table.name, ...texts, 'index'].map((part) => part.replace(/\W/g, '_').replace(/_+$/, '')).join('_');
}

function serverName(catalog: Catalog | null, index: WishedIndex): string {
  const taken = namesIn(catalog);
  const ending = (words: string) => [...taken].filter((one) => one.endsWith(words)).length;
  // As the other indexes of the schema are called.
  const label = ending('_index') > ending('_idx') ? 'index' : 'idx';
  return chooseName(index.table.name, columnsPart(labelsOf(index)), label, (one) => taken.has(one));
}

/** As ChooseIndexColumnNames calls them. */
function labelsOf({ keys, include }: WishedIndex): readonly string[] {
  const labels: string[] = [];
  for (const label of [...keys.map(labelOf), ...include]) {
    let free = label;
    for (let pass = 1; labels.includes(free); pass += 1) free = `${label}${pass}`;
    labels.push(free);
  }
  return labels;
}

function labelOf({ expression, isColumn }: WishedKey): string {
  if (isColumn) return expression.replace(/^"|"$/g, '').replaceAll('""', '"');
  return /^(\w+)\(/.exec(expression)?.[1] ?? 'expr';
}

function namesIn(catalog: Catalog | null): ReadonlySet<string> {
  const tables = catalog === null ? [] : tablesOf(catalog);
  return new Set(tables.flatMap(({ indexes }) => indexes.map(({ name }) => name)));
}

function none(message: string, whatToDo: string): NoMigration {
  return { kind: 'none', message, whatToDo };
}
