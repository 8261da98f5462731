// Whether something that no migration makes is certainly missing. A history may begin with a database that had a schema
// already; then what it uses and does not make may well be there, and nothing is wrong.
//
// This looks at the whole history, also at what comes later, so it is never part of a catalog.

import { type Catalog, nameKey, type Origin } from '../catalog/catalog.js';
import { functionsNamed } from '../catalog/lookup.js';
import type { Operation } from '../catalog/operation.js';
import { targetOf } from '../catalog/operation-target.js';
import type { EvidenceKind, Refusal, RefusedObject } from '../catalog/refusals/refusal.js';
import { editDistance } from '../text/similar.js';
import { catalogsWithin, type History, type ReplayedMigration, stateBefore } from './history.js';
import { refusalsIn } from './refusals-in.js';

/** Why something is certainly missing. */
export interface Evidence {
  readonly kind: EvidenceKind;
  /** What took it away or makes it; `null` where there is no such place. */
  readonly at: Origin | null;
}

/** What is certain of a refusal; {@link evidence} is `null` when it rests on what the catalog holds. */
export interface Verdict {
  readonly evidence: Evidence | null;
}

/** `null` when the server may take the operation after all. */
export function verdictOn(
  history: History,
  step: ReplayedMigration,
  operation: Operation,
  refusal: Refusal,
): Verdict | null {
  if (isOfSeveralDialects(history) || isSharedAmongFolders(history, step, operation, refusal)) return null;
  if (!refusal.restsOnAbsence) return { evidence: null };
  const evidence = evidenceThatMissing(history, step, refusal);
  return evidence === null ? null : { evidence };
}

/** Why the object is certainly missing for that migration of the history; `null` when the database may have had it before. */
function evidenceThatMissing(history: History, step: ReplayedMigration, refusal: Refusal): Evidence | null {
  const { object } = refusal;
  const index = history.migrations.indexOf(step);
  return (
    gone(history, index, object) ??
    madeLater(history, index, refusal) ??
    (isOfOneFolder(history) && !refusal.mayBeBrought
      ? (misspelt(history, step, refusal) ??
        (isAlone(history, index, object) ? { kind: 'complete' as const, at: null } : null))
      : null)
  );
}

const oneFolder = new WeakMap<History, boolean>();

function isOfOneFolder(history: History): boolean {
  let found = oneFolder.get(history);
  if (found === undefined) {
    found = new Set(history.migrations.map(folderGroup)).size < 2;
    oneFolder.set(history, found);
  }
  return found;
}

const dialects = new WeakMap<History, boolean>();

/** `users.postgres.up.sql` beside `users.sqlite3.up.sql`: such files take the place of each other. */
function isOfSeveralDialects(history: History): boolean {
  let found = dialects.get(history);
  if (found === undefined) {
    found = history.migrations.some(({ migration }) => isForOneDialect(migration.name));
    dialects.set(history, found);
  }
  return found;
}

/** Whether the name of a migration ends in that of a database. */
export function isForOneDialect(name: string): boolean {
  return /\.(?:postgres(?:ql)?|mysql|mariadb|sqlite3?|cockroach(?:db)?|mssql|sqlserver|oracle)(?:\.|$)/i.test(
    name,
  );
}

/**
 * Files of several folders may be run in another order, by other tools or on other databases: then what another folder names,
 * too, is not certain. A column that is missing could only come from where its own name stands.
 */
function isSharedAmongFolders(
  history: History,
  step: ReplayedMigration,
  operation: Operation,
  { kind, object }: Refusal,
): boolean {
  const folder = folderGroup(step);
  const others = history.migrations.filter((other) => folderGroup(other) !== folder);
  const holder = kind === 'missing-column' ? object.name : (targetOf(operation)?.name ?? object.name);
  const names = [object.name, holder];
  return others.some((other) => names.some((name) => namesIt(other, name)));
}

/** Folders that are called by numbers are one. */
function folderGroup({ migration }: ReplayedMigration): string {
  return migration.folder.replace(/(?:\/\d+)+$/, '');
}

/** What shares a namespace. */
type Space =
  | 'relation'
  | 'type'
  | 'function'
  | 'schema'
  | 'extension'
  | 'statistics'
  | 'publication'
  | 'event trigger';

function spaceOf({ kind }: RefusedObject): Space {
  switch (kind) {
    case 'type':
    case 'function':
    case 'schema':
    case 'extension':
    case 'statistics':
    case 'publication':
    case 'event trigger':
      return kind;
    default:
      return 'relation';
  }
}

function holds(catalog: Catalog, object: RefusedObject): boolean {
  const key = nameKey(object.schema ?? 'public', object.name);
  switch (spaceOf(object)) {
    case 'relation': {
      const relation = catalog.relations.get(catalog.names.get(key) ?? -1);
      // A stand-in for what is used and not made says nothing.
      return (
        relation !== undefined && (relation.kind !== 'table' || relation.complete || relation.origin !== null)
      );
    }
    case 'type':
      return catalog.types.has(key) || catalog.names.has(key);
    case 'function':
      return functionsNamed(catalog, object).length > 0;
    case 'schema':
      return catalog.schemas.has(object.name);
    case 'extension':
      return catalog.extensions.has(object.name);
    case 'statistics':
      return catalog.statistics.has(key);
    case 'publication':
      return catalog.publications.has(object.name);
    case 'event trigger':
      return catalog.eventTriggers.has(object.name);
  }
}

/** Held by an earlier state, and no more. */
function gone({ migrations }: History, index: number, object: RefusedObject): Evidence | null {
  for (let i = index; i >= 0; i--) {
    const step = migrations[i];
    if (step === undefined) continue;
    const held = [step.before, ...step.states.map((state) => state.catalog)];
    const last = held.findLastIndex((catalog) => holds(catalog, object));
    if (last < 0) continue;
    const next = migrations[i + 1];
    if (last === held.length - 1 && i === index) continue;
    const path = last < held.length - 1 ? step.migration.file.path : next?.migration.file.path;
    if (path === undefined) return { kind: 'gone', at: null };
    const statement = last < held.length - 1 ? last : 0;
    return { kind: 'gone', at: { path, statement, operation: 0, constraint: null } };
  }
  return null;
}

/**
 * Made after it is used, and not taken away in between: then one of the two must fail, whatever the database had before.
 * IF NOT EXISTS would not fail.
 */
function madeLater(history: History, index: number, { object }: Refusal): Evidence | null {
  for (const [offset, step] of history.migrations.slice(index).entries()) {
    const { path } = step.migration.file;
    for (const [statement, { operations }] of step.migration.statements.entries()) {
      const { catalog } = stateBefore(step, statement);
      const place = { path, statement, postgres: history.postgres };
      const catalogs = catalogsWithin(operations, catalog, place);
      for (const [at, operation] of operations.entries()) {
        const effect = effectOn(operation, catalogs[at] ?? catalog, object);
        if (effect === 'takes') return null;
        if (effect === 'makes') {
          return offset === 0
            ? null
            : { kind: 'later', at: { path, statement, operation: at, constraint: null } };
        }
      }
    }
  }
  return null;
}

/** What the operation does to the name of the object. */
function effectOn(operation: Operation, catalog: Catalog, object: RefusedObject): 'makes' | 'takes' | null {
  const space = spaceOf(object);
  const is = ({ schema, name }: { readonly schema: string | null; readonly name: string }) =>
    name === object.name && (schema ?? catalog.searchPath[0] ?? null) === (object.schema ?? 'public');
  const makes = (surely: boolean) => (surely && operation.maybe === undefined ? 'makes' : 'takes');
  switch (operation.kind) {
    case 'create-table':
      return space === 'relation' && is(operation.table)
        ? makes(!operation.ifNotExists && !operation.temporary)
        : null;
    case 'create-view':
      return space === 'relation' && is(operation.view)
        ? makes(!operation.ifNotExists && !operation.orReplace)
        : null;
    case 'create-sequence':
      return space === 'relation' && is(operation.sequence) ? makes(!operation.ifNotExists) : null;
    case 'create-enum':
    case 'create-type':
      return space === 'type' && is(operation.type) ? makes(true) : null;
    case 'create-schema':
      return space === 'schema' && operation.schema.name === object.name
        ? makes(!operation.ifNotExists)
        : null;
    case 'drop-table':
    case 'rename-table':
    case 'set-schema':
      return space === 'relation' && operation.table.name === object.name ? 'takes' : null;
    case 'drop-view':
      return space === 'relation' && operation.view.name === object.name ? 'takes' : null;
    case 'drop-sequence':
      return space === 'relation' && operation.sequence.name === object.name ? 'takes' : null;
    case 'drop-index':
    case 'rename-index':
      return space === 'relation' && operation.index.name === object.name ? 'takes' : null;
    case 'drop-type':
    case 'rename-type':
    case 'set-type-schema':
      return space === 'type' && operation.type.name === object.name ? 'takes' : null;
    case 'drop-schema':
    case 'rename-schema':
      return space === 'schema' && operation.schema.name === object.name ? 'takes' : null;
    case 'unknown':
      return operation.touches.kind === 'everything' || operation.touches.kind === 'new-objects'
        ? 'takes'
        : null;
    default:
      return null;
  }
}

/** One slip of the pen away from what is there. Names that differ in numbers alone are partitions and the like. */
function misspelt(
  history: History,
  step: ReplayedMigration,
  { object, candidates }: Refusal,
): Evidence | null {
  const [near, next] = candidates;
  if (near === undefined) return null;
  const slips = editDistance(object.name, near);
  const isClear = next === undefined || editDistance(object.name, next) > slips;
  const withoutNumbers = (name: string) => name.replace(/\d+/g, '');
  if (slips > 2 || !isClear || withoutNumbers(object.name) === withoutNumbers(near)) return null;
  return isNamedElsewhere(history, step, object.name) ? null : { kind: 'misspelt', at: null };
}

function isNamedElsewhere({ migrations }: History, step: ReplayedMigration, name: string): boolean {
  return migrations.some((other) => other !== step && namesIt(other, name));
}

function namesIt({ migration }: ReplayedMigration, name: string): boolean {
  return migration.statements.some(({ sql }) => hasWord(sql, name));
}

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!/\w/.test(text[at - 1] ?? ' ') && !/\w/.test(text[at + word.length] ?? ' ')) return true;
  }
  return false;
}

/** What a history that begins with its own tables is sure to make itself. */
const COUNTED: ReadonlySet<Space> = new Set(['relation', 'type', 'function']);

/** The only thing that the history uses and does not make, in one file alone, after a beginning. */
function isAlone(history: History, index: number, object: RefusedObject): boolean {
  const step = history.migrations[index];
  if (step === undefined || !COUNTED.has(spaceOf(object))) return false;
  if (isPartitionLike(step.before, object)) return false;
  const makesTables = [...step.before.relations.values()].some(
    (relation) => relation.kind === 'table' && relation.origin !== null,
  );
  if (!makesTables || !beginsWell(history)) return false;
  const others = unexplained(history).filter(
    (one) => one.name !== object.name || spaceOf(one) !== spaceOf(object),
  );
  return others.length === 0 && !isNamedElsewhere(history, step, object.name);
}

/** Partitions are also made by functions and by the application. */
function isPartitionLike(catalog: Catalog, { name }: RefusedObject): boolean {
  return [...catalog.relations.values()].some(
    (relation) => relation.kind === 'table' && relation.partitioned && name.startsWith(`${relation.name}_`),
  );
}

const beginnings = new WeakMap<History, boolean>();

/** The first that the history does with tables is to make one, and its first file is not numbered as a later one. */
function beginsWell(history: History): boolean {
  let found = beginnings.get(history);
  if (found === undefined) {
    found = startsAtOne(history) && makesTableFirst(history);
    beginnings.set(history, found);
  }
  return found;
}

/** Counted versions begin with 0 or 1; those of eight digits and more are dates. */
function startsAtOne({ migrations }: History): boolean {
  const [first] = migrations;
  if (first?.migration.isBaseline === true) return true;
  const version = first?.migration.version ?? '';
  const number = /^\d+/.exec(version)?.[0] ?? '';
  return number.length >= 8 || /^0*(?:[01]0*)?$/.test(number);
}

function makesTableFirst({ migrations }: History): boolean {
  for (const { migration } of migrations) {
    for (const { operations } of migration.statements) {
      for (const operation of operations) {
        if (operation.kind === 'create-table') return true;
        if ('table' in operation || operation.kind === 'drop-view') return false;
      }
    }
  }
  return false;
}

const unexplainedNames = new WeakMap<History, readonly RefusedObject[]>();

/** What the history uses, no migration makes, and nothing else speaks against. */
function unexplained(history: History): readonly RefusedObject[] {
  let found = unexplainedNames.get(history);
  if (found === undefined) {
    found = history.migrations.flatMap((step, index) =>
      refusalsIn(step, history.postgres).flatMap(({ refusal }) => {
        if (!refusal.restsOnAbsence) return [];
        const known =
          gone(history, index, refusal.object) ??
          madeLater(history, index, refusal) ??
          misspelt(history, step, refusal);
        return known === null ? [refusal.object] : [];
      }),
    );
    unexplainedNames.set(history, found);
  }
  return found;
}
