// The migration that makes an index which a plan asks for, as the workspace writes migrations, and the name that the index gets
// there. A partitioned table takes no index CONCURRENTLY: its own is made without its parts, which are built and attached.

import type { WishedIndex } from '../advice/advice.js';
import {
  createExtension,
  ectoKeys,
  indexBody,
  indexCall,
  indexInSql,
  missingExtension,
} from '../advice/index-texts.js';
import { type PartitionIndex, partitionIndexes, partitionSteps } from '../analysis/partition-indexes.js';
import { distinctLabels } from '../catalog/apply/indexes.js';
import { emptyCatalog } from '../catalog/catalog.js';
import { quoteName, quoteReference } from '../catalog/keywords.js';
import { findTable } from '../catalog/lookup.js';
import { ectoFile } from '../fixes/ecto-file.js';
import { newModules, writerLike } from '../fixes/ecto-new.js';
import { newScripts } from '../fixes/new-migration.js';
import type { Site } from '../fixes/place.js';
import { ectoIndexName, usualIndexName } from '../fixes/plans.js';
import { scriptLike } from '../fixes/sql-place.js';
import { sqlStyle } from '../fixes/sql-style.js';
import type { FollowUp } from '../fixes/steps.js';
import { writtenFollowUp } from '../fixes/steps-ecto.js';
import { siteAt } from '../lint/editors.js';
import { historyFor, type Workspace } from '../lint/workspace.js';
import { operationsOf } from '../migrations/from-sql.js';
import type { MigrationFile } from '../migrations/order.js';
import type { SqlParser } from '../syntax/sql/parse.js';
import type { Change } from '../text/edits.js';
import { snakeCase } from '../text/words.js';

/**
 * The name that Ecto or the server would give it by itself, or the next one that is free.
 * @param path of a file that works with the database
 */
export function indexNameFor(workspace: Workspace, path: string, index: WishedIndex): string {
  return namedIn(workspace, path, index).name;
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
  const { name, given } = namedIn(workspace, path, index);
  const parts = index.partitioned ? partsOf(site, index, name) : null;
  const notes =
    index.partitioned && parts === null
      ? ['Writes wait while it is built: the parts of its partitions cannot be told from the migrations.']
      : [];
  const extension = missingExtension(site.latest, index);
  const before = extension === null ? [] : [extensionFirst(extension)];
  const outside = !index.partitioned;
  const title = snakeCase('add', name);
  if (like.layout === 'ecto') {
    const file = ectoFile(site, site.file.text);
    if (file === null)
      return none(`The last migration cannot be read: ${like.path}.`, 'Copy the migration instead.');
    const writer = writerLike(site, file);
    const module = (followUp: FollowUp) => ({ ...followUp, written: writtenFollowUp(followUp, writer) });
    const how = parts !== null ? 'only' : index.partitioned ? null : 'concurrently';
    const create = [...notes.map((note) => `# ${note}`), `create ${indexCall(index, given, how)}`];
    return newModules(site, { file, folder: like.role.folder, version: like.role.version }, [
      ...before.map(module),
      { name: title, outside, written: changing(create) },
      ...partsAfter(name, parts, true).map(module),
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
  const only = parts === null ? '' : 'ONLY ';
  const create = `CREATE INDEX ${concurrently}${quoteName(name)} ON ${only}${quoteReference(index.table)}${indexBody(index)}`;
  const drop = `DROP INDEX ${concurrently}${quoteReference({ schema: index.table.schema, name })}`;
  const style = sqlStyle(workspace.options.parsers.sql, null, script.text);
  return newScripts(site, script, style, [
    ...before,
    { name: title, outside, notes, up: [{ kind: 'sql', sql: create }], down: [{ kind: 'sql', sql: drop }] },
    ...partsAfter(name, parts, false),
  ]);
}

/** What hangs on an extension is not ours alone: going down leaves it. */
function extensionFirst(extension: string): FollowUp {
  return {
    name: snakeCase('enable', extension),
    outside: false,
    notes: [],
    up: [{ kind: 'sql', sql: createExtension(extension) }],
    down: [],
  };
}

/** `null` where its partitions are not all known, or are partitioned themselves; nothing is to be built for a table without any. */
function partsOf(
  { latest, parsers }: Site,
  index: WishedIndex,
  name: string,
): readonly PartitionIndex[] | null {
  const parent = findTable(latest, index.table);
  const operation = operationIn(parsers.sql, index, name);
  return parent === null || operation === null ? null : partitionIndexes(latest, parent, operation);
}

function partsAfter(
  name: string,
  parts: readonly PartitionIndex[] | null,
  together: boolean,
): readonly FollowUp[] {
  return partitionSteps(name, parts ?? [], together).flatMap(
    ({ name: title, outside, statements }): readonly FollowUp[] =>
      statements.length === 0
        ? []
        : [
            {
              name: title,
              outside,
              notes: [],
              up: statements.map((sql) => ({ kind: 'sql', sql })),
              down: [],
            },
          ],
  );
}

/** As the server reads it. */
function operationIn(parser: SqlParser, index: WishedIndex, name: string | null) {
  const statement = parser.statement(indexInSql({ ...index, partitioned: false }, null, name));
  const [operation] = operationsOf(statement);
  return operation?.kind === 'create-index' ? operation : null;
}

function namedIn(workspace: Workspace, path: string, index: WishedIndex) {
  const catalog = historyFor(workspace, path)?.history.latest ?? emptyCatalog;
  const keys = operationIn(workspace.options.parsers.sql, index, null)?.keys ?? [];
  const labels = distinctLabels([...keys.map(({ label }) => label), ...index.include]);
  if (lastMigration(workspace, path)?.layout === 'ecto') {
    return ectoIndexName(catalog, index.table, ectoKeys(index), labels);
  }
  return { name: usualIndexName(catalog, index.table, labels), given: null };
}

function lastMigration(workspace: Workspace, path: string): MigrationFile | null {
  const history = historyFor(workspace, path);
  return history?.set.files.findLast(({ path: one }) => workspace.files.has(one)) ?? null;
}

function changing(lines: readonly string[]) {
  return {
    imports: [],
    attributes: [],
    callbacks: ['def change do', ...lines.map((line) => `  ${line}`), 'end'],
  };
}

function none(message: string, whatToDo: string): NoMigration {
  return { kind: 'none', message, whatToDo };
}
