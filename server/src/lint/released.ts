// Which migrations have run in production: those up to `startAfter`, and those that a git reference holds. They are replayed,
// and left alone; what the others make, nobody uses yet.

import type { Relation, Table } from '../catalog/catalog.js';
import { findTable } from '../catalog/lookup.js';
import type { Operation } from '../catalog/operation.js';
import { type History, type ReplayedMigration, stateBefore } from '../migrations/history.js';
import { compareVersions } from '../migrations/order.js';
import { configFor, migrationAt, type Workspace } from './workspace.js';

/** What a git reference holds. */
export type Base =
  | {
      readonly kind: 'known';
      /** As it was given: `origin/main`. */
      readonly ref: string;
      /** Absolute paths of the files that are there. */
      readonly files: ReadonlySet<string>;
      /** Of the files here, those that are new or otherwise than there. */
      readonly changed: ReadonlySet<string>;
    }
  | { readonly kind: 'missing'; readonly ref: string; readonly message: string };

/** As words after "left alone": `up to 20240101000000`. */
export type Release = { readonly kind: 'start-after' | 'reference'; readonly until: string };

/** Why the migration at the path is left alone; `null` when it is checked, and for what is no migration. */
export function releaseOf(workspace: Workspace, path: string): Release | null {
  const found = migrationAt(workspace, path);
  if (found === null || found.step.migration.isBaseline) return null;
  const { startAfter } = configFor(workspace, path);
  if (startAfter !== null && compareVersions(found.step.migration.version, startAfter) <= 0) {
    return { kind: 'start-after', until: startAfter };
  }
  const { base } = workspace.options;
  if (base?.kind !== 'known' || !base.files.has(path) || base.changed.has(path)) return null;
  return { kind: 'reference', until: base.ref };
}

/** Whether the migration of that path is known not to have run in production; false where nothing tells. */
function isUnreleased(workspace: Workspace, path: string): boolean {
  const { base } = workspace.options;
  const { startAfter } = configFor(workspace, path);
  if (base?.kind === 'known') return !base.files.has(path);
  if (startAfter === null) return false;
  const found = migrationAt(workspace, path);
  return found !== null && !found.step.migration.isBaseline && releaseOf(workspace, path) === null;
}

/**
 * Whether a migration makes the table that has not run in production yet, and none has filled it since: then it holds no row,
 * and nobody waits for it.
 */
export function isNewInRelease(workspace: Workspace, history: History, table: Table, now: string): boolean {
  return newInRelease(workspace, history, [table], now).length > 0;
}

const NONE: ReadonlySet<number> = new Set();

/** Ids of the tables of which that is so when the migration begins. */
export function unusedTables(
  workspace: Workspace,
  history: History,
  { before, migration }: ReplayedMigration,
): ReadonlySet<number> {
  const now = migration.file.path;
  if (workspace.options.base?.kind !== 'known' && configFor(workspace, now).startAfter === null) return NONE;
  const found = newInRelease(workspace, history, before.relations.values(), now);
  return new Set(found.map(({ id }) => id));
}

function newInRelease(
  workspace: Workspace,
  history: History,
  relations: Iterable<Relation>,
  now: string,
): readonly Relation[] {
  const unreleased = new Map<string, boolean>([[now, false]]);
  const candidates = [...relations].filter((relation) => {
    if (relation.kind !== 'table' || relation.origin === null) return false;
    const { path } = relation.origin;
    const known = unreleased.get(path) ?? isUnreleased(workspace, path);
    unreleased.set(path, known);
    return known;
  });
  if (candidates.length === 0) return [];
  const filled = firstFills(history);
  const here = history.migrations.findIndex(({ migration }) => migration.file.path === now);
  return candidates.filter(({ id }) => here < (filled.get(id) ?? Number.POSITIVE_INFINITY));
}

const fills = new WeakMap<History, ReadonlyMap<number, number>>();

/** By the id of a table, the first migration that may write rows into it, by its place in the history. */
function firstFills(history: History): ReadonlyMap<number, number> {
  let found = fills.get(history);
  if (found === undefined) {
    const first = new Map<number, number>();
    for (const [place, step] of history.migrations.entries()) {
      for (const id of filledBy(step)) if (!first.has(id)) first.set(id, place);
    }
    found = first;
    fills.set(history, found);
  }
  return found;
}

function* filledBy(step: ReplayedMigration): Iterable<number> {
  for (const [index, { operations }] of step.migration.statements.entries()) {
    const after = step.states[index]?.catalog ?? stateBefore(step, index).catalog;
    for (const name of operations.flatMap(writtenBy)) {
      if (name !== 'any') {
        const table = findTable(after, name);
        if (table !== null) yield table.id;
        continue;
      }
      for (const relation of after.relations.values()) if (relation.kind === 'table') yield relation.id;
    }
  }
}

type Written = { readonly schema: string | null; readonly name: string };

function writtenBy(operation: Operation): readonly (Written | 'any')[] {
  switch (operation.kind) {
    case 'write-rows': {
      if (operation.verb === 'delete' || operation.verb === 'truncate') return [];
      return [operation.table ?? 'any'];
    }
    case 'create-table':
      return operation.fromQuery && operation.withData ? [operation.table] : [];
    case 'unknown': {
      const { touches } = operation;
      if (touches.kind === 'relation' || touches.kind === 'column') return [touches.relation];
      return touches.kind === 'everything' || touches.kind === 'rows' ? ['any'] : [];
    }
    default:
      return [];
  }
}
