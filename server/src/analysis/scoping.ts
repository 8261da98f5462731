// Whether a query can reach rows of another tenant: a verdict for each table that it reads or writes, and one for the query.

import type { Key, Pin } from '../queries/closure.js';
import { type Fact, factsOf } from '../queries/facts.js';
import {
  columnAt,
  columnNamesOf,
  type Frame,
  framesOf,
  keyOf,
  type Place,
  subframesOf,
  worldOf,
} from '../queries/frames.js';
import type { Names } from '../queries/names.js';
import type { Condition, Query } from '../queries/query.js';
import { type Choice, judgeRows, type Row, type RowOptions } from '../queries/rows.js';
import { blocksInCondition, columnsInCondition, spanOfCondition } from '../queries/walk.js';
import type { Span } from '../text/span.js';
import { isHalfTyped } from './scoping/half-typed.js';
import { type Member, memberAt } from './scoping/member.js';
import { foreignTargetOf, moveOf, type TenantMove, type Upsert, upsertOf } from './scoping/moves.js';
import { better, type Reason, type Standing, standingOf, worse } from './scoping/standing.js';
import { type Tie, type Tied, tieOf } from './scoping/tie.js';
import type { Setting } from './setting.js';
import { type TenantClass, type TenantModel, tenantKey } from './tenancy.js';

/** As in `plumbline tenants`. `optional`: scoped unless the caller switches the filter off. */
export type Verdict = 'scoped' | 'by-key' | 'optional' | 'global' | 'unknown' | 'unscoped';

export interface Scoping {
  readonly verdict: Verdict;
  /** The table of tenants. */
  readonly root: string;
  /** The relation that decides; `null` when the query reads none. */
  readonly decisive: RelationScoping | null;
  readonly relations: readonly RelationScoping[];
  /** The write may give a row to another tenant; `null` when it does not. */
  readonly moves: TenantMove | null;
  /** `null` when it has no ON CONFLICT DO UPDATE. */
  readonly upsert: Upsert | null;
}

/** What a rule is told of a query and tenants. */
export interface QueryScoping extends Scoping {
  readonly setting: Setting;
  /** The function that it stands in with its arity, or the name that a comment gives a SQL query; `null` for none. */
  readonly name: string | null;
  /** It asks for one row: `Repo.one`, sqlc's `:one`. */
  readonly single: boolean;
  /** A Repo of the project adds the tenant to queries by itself, and this one asks it not to. */
  readonly skipsHook: boolean;
  /** `null` where the query's Repo has no hook that adds the tenant, and in SQL files. */
  readonly hook: HookOnQuery | null;
  /** The wrapper that it went through before it was run; `null` for none. */
  readonly wrapper: WrapperOnQuery | null;
}

/** What the hook of a Repo does for a query. */
export interface HookOnQuery {
  /**
   * - `applied`: it compares the tenant's column, behind all conditions of the query.
   * - `skipped`: it would, but for an option of the call.
   * - `left-out`: it does not run for such a query, or leaves it as it is.
   */
  readonly effect: 'applied' | 'skipped' | 'left-out';
  /** The option that skips it: `skip_organization_id`; for SQL in a string, which it does not see anyway, one that is of no use. */
  readonly option: string | null;
  /** Of `left-out`: SQL in a string, rows that are inserted as they are written, a subquery in the place of a table, or another reason. */
  readonly why: 'raw-sql' | 'insert' | 'subquery' | 'other' | null;
  /** The column that it compares, and the Repo, or what the Repo has it from. */
  readonly column: string;
  readonly module: string;
}

/** `Safe.scoped(query, subject)` adds the tenant when the query is run; `Safe.unscoped(query)` says that none is meant. */
export interface WrapperOnQuery {
  readonly effect: 'scoped' | 'unscoped';
  readonly module: string;
  readonly name: string;
}

export interface RelationScoping {
  /** As the query's conditions name it. */
  readonly alias: string;
  /** The table by its key in the model; as it is written where it is not known. */
  readonly table: string;
  readonly class: TenantClass | 'unknown';
  /** The tenant's column: in the database, and as the query's language names it. */
  readonly column: string | null;
  readonly field: string | null;
  readonly nullable: boolean;
  /** All of the table's columns and keys are known. */
  readonly complete: boolean;
  /** For a transitive table, the way to the tenant: `post_id → posts`. */
  readonly through: string | null;
  /**
   * - `rows`: its rows come out.
   * - `target`: its rows are changed.
   * - `filter`: it only decides which rows come out or are changed.
   */
  readonly role: 'rows' | 'target' | 'filter';
  /** It stands behind a join, and another relation of its block is scoped or found by key. */
  readonly beside: boolean;
  readonly verdict: Verdict;
  readonly reason:
    | Reason
    | 'given'
    | 'insert-without-tenant'
    /** ON CONFLICT DO UPDATE changes a row that is found by a key without the tenant. */
    | 'conflict-without-tenant'
    | 'not-a-tenant-table'
    | 'table-not-known'
    /** A condition of the query is still being typed. */
    | 'half-typed';
  /** Columns that the reason is about; where there is none to scope it, those that it is looked up by. */
  readonly columns: readonly string[];
  /** Of `by-key`: it hangs on a row that the code has in hand, so nobody names another one. */
  readonly ofRow: boolean;
  /** An OR lets rows through that another arm of it would have held back. */
  readonly throughOr: boolean;
  /** That arm, which lets them through; of `optional`, what is asked on a way of the code that does not compare the tenant. */
  readonly escape: Span | null;
  /** Where it is unscoped and not alone in its block, how it is tied to the relations beside it. */
  readonly tie: Tie | null;
  /** Its columns that are compared with a value from outside, or given one, by their names in the database. */
  readonly pins: readonly ColumnPin[];
  readonly span: Span;
}

export interface ColumnPin extends Pin {
  readonly column: string;
}

export function scopingOf(query: Query, model: TenantModel, names: Names): Scoping {
  const ofLoaded = query.sink?.ofLoaded ?? false;
  const context: Context = { model, names, ofLoaded, relations: [], moves: [], upserts: [], halfTyped: [] };
  const world = worldOf(names);
  lookAtBlock(context, framesOf(world, query.block, null, null), outermost);
  const relations = withNeighbours(context.relations);
  if (context.halfTyped.length > 0) {
    const notYet = relations.map(unlessScoped);
    return { ...decide(notYet), root: model.root ?? '', relations: notYet, moves: null, upsert: null };
  }
  const [moves = null] = context.moves;
  const [upsert = null] = context.upserts;
  return { ...decide(relations), root: model.root ?? '', relations, moves, upsert };
}

/** What is scoped is so, whatever else is compared; of all else it cannot be told. */
function unlessScoped(relation: RelationScoping): RelationScoping {
  const { verdict } = relation;
  if (verdict === 'scoped' || verdict === 'global') return relation;
  return { ...relation, verdict: 'unknown', reason: 'half-typed', columns: [], tie: null, throughOr: false };
}

interface Context {
  readonly model: TenantModel;
  readonly names: Names;
  readonly ofLoaded: boolean;
  readonly relations: Placed[];
  readonly moves: TenantMove[];
  readonly upserts: Upsert[];
  /** Those with a condition that nobody can mean. */
  readonly halfTyped: Frame[];
}

interface Placed {
  readonly frame: Frame;
  readonly scoping: Scoped;
}

/** The verdict on a relation before it is seen beside others. */
type Scoped = Omit<RelationScoping, 'tie'> & { readonly tie: Tied | null };

/** What holds around a block, for the relations in it. */
interface Surroundings {
  readonly facts: readonly Fact[];
  readonly present: readonly Place[];
  readonly branches: readonly Choice[];
  /** The view of the query that is looked into. */
  readonly view: Place | null;
  readonly filter: boolean;
}

const outermost: Surroundings = { facts: [], present: [], branches: [], view: null, filter: false };

/** The branches of a block, and those whose rows do not come out. */
function lookAtBlock(context: Context, frames: readonly Frame[], around: Surroundings): void {
  for (const frame of frames) {
    lookAtFrame(context, frame, { ...around, facts: [...around.facts, ...factsOf(frame)] });
    lookAtBranches(context, frame, around);
  }
}

/** Of INTERSECT and EXCEPT; those of UNION are frames of their own. */
function lookAtBranches(context: Context, frame: Frame, around: Surroundings): void {
  for (const { operator, block } of frame.block.branches) {
    if (operator === 'union') continue;
    const inside = framesOf(frame.world, block, frame.parent, frame.scope);
    lookAtBlock(context, inside, { ...around, filter: around.filter || operator === 'except' });
  }
}

/** @param inside with the facts of the frame */
function lookAtFrame(context: Context, frame: Frame, inside: Surroundings): void {
  const { block } = frame;
  // Columns of a view may have got other names since it was made.
  if (inside.view === null && isHalfTyped(frame)) context.halfTyped.push(frame);
  for (const [index, place] of frame.places.entries()) {
    const isTarget = block.verb !== 'select' && index === 0;
    const filter = inside.filter || (block.verb !== 'select' && !isTarget);
    if (place.inner.length > 0) lookInside(context, place, { ...inside, filter });
    else
      context.relations.push({
        frame: inside.view?.frame ?? frame,
        scoping: scopeOfPlace(context, place, { ...inside, filter }, isTarget),
      });
  }
  for (const condition of [block.where, ...block.relations.map(({ on }) => on)]) {
    lookAtSubqueries(context, frame, condition, { ...inside, filter: true });
  }
  for (const subquery of block.subqueries) lookAtBlock(context, subframesOf(frame, subquery), inside);
  if (block.insert?.from) {
    lookAtBlock(context, subframesOf(frame, block.insert.from), outermost);
  }
  for (const cte of block.ctes) {
    // One that writes does so whether it is read or not; one that only reads is looked at where it is read.
    if (cte.block.verb !== 'select') {
      lookAtBlock(context, framesOf(frame.world, cte.block, frame.parent, frame.scope), outermost);
    }
  }
}

/** A subquery or common table expression in FROM, whose facts are among those around it. */
function lookInside(context: Context, place: Place, around: Surroundings): void {
  place.inner.forEach((frame, arm) => {
    if (frame.block.verb !== 'select') return;
    const branches =
      place.inner.length > 1 ? [...around.branches, { of: place, condition: null, arm }] : around.branches;
    const view = around.view ?? (isView(place) ? place : null);
    lookAtFrame(context, frame, { ...around, branches, view, present: [...around.present, place] });
    lookAtBranches(context, frame, { ...outermost, view, filter: around.filter });
  });
}

function isView({ source }: Place): boolean {
  return source.kind === 'table' || source.kind === 'schema';
}

/** Subqueries of a condition, with what holds beside them: in an OR, only their own arm. */
function lookAtSubqueries(context: Context, frame: Frame, condition: Condition, around: Surroundings): void {
  if (blocksInCondition(condition).length === 0) return;
  if (condition.kind === 'and' || condition.kind === 'or' || condition.kind === 'choice') {
    for (const part of condition.of) {
      const beside: Fact[] = [{ kind: 'condition', frame, condition: part, needs: [] }];
      lookAtSubqueries(context, frame, part, { ...around, facts: [...around.facts, ...beside] });
    }
    return;
  }
  for (const block of blocksInCondition(condition)) lookAtBlock(context, subframesOf(frame, block), around);
}

function scopeOfPlace(context: Context, place: Place, around: Surroundings, isTarget: boolean): Scoped {
  const { model, names } = context;
  const role = isTarget ? 'target' : around.filter ? 'filter' : 'rows';
  const member = memberAt(place, model);
  const column = member?.tenant.column ?? null;
  const { view } = around;
  const { relation } = view ?? place;
  const base = {
    alias: relation.alias,
    table: nameOf(place),
    class: member?.tenant.class ?? ('unknown' as const),
    column,
    field:
      column === null
        ? null
        : view === null
          ? names.fieldOf(place.source, column)
          : nameIn(view, keyOf(place, column)),
    nullable: member?.tenant.nullable ?? false,
    complete: place.table?.complete ?? false,
    through: member?.tenant.through ?? null,
    role,
    beside: false,
    ofRow: false,
    throughOr: false,
    escape: null,
    tie: null,
    pins: [],
    columns: [],
    span: relation.span,
  } as const;
  if (isMade(place) || isCatalog(place)) {
    return { ...base, class: 'system', verdict: 'global', reason: 'not-a-tenant-table' };
  }
  if (member === null) return { ...base, ...unknownTable(place, around, model) };
  if (member.tenant.class === 'global' || member.tenant.class === 'system') {
    return { ...base, verdict: 'global', reason: 'not-a-tenant-table' };
  }
  if (context.ofLoaded) return { ...base, verdict: 'scoped', reason: 'loaded' };
  if (isTarget) lookAtWrite(context, member, around);
  if (isTarget && place.frame.block.verb === 'insert') {
    const inserted = judged(around, member, model, strict);
    const verdict = insertVerdict(member, inserted);
    return { ...base, ...verdict, nullable: mayBeMissing(member), pins: pinsOf(inserted, member) };
  }
  const insertsToo = isTarget && place.frame.block.verb === 'merge' && place.frame.block.insert !== null;
  const found = readVerdict(context, member, around);
  if (insertsToo && found.verdict !== 'unscoped') {
    const verdict = insertVerdict(member, judged(around, member, model, strict));
    // The rows that it changes are as they are; a row that it makes may be nobody's.
    if (verdict.verdict === 'unscoped') {
      return { ...base, ...found, ...verdict, nullable: mayBeMissing(member) };
    }
  }
  return { ...base, ...found };
}

/** The name by which a view gives the column; `null` when it does not. */
function nameIn(view: Place, key: Key): string | null {
  const names = columnNamesOf(view) ?? [key.slice(key.indexOf('.') + 1)];
  const gives = (name: string) => {
    const meaning = columnAt(view, name);
    return meaning.kind === 'key' && meaning.key === key;
  };
  const name = names.find(gives);
  return name === undefined ? null : view.frame.world.names.fieldOf(view.source, name);
}

/** Of a table that is not known, what is compared by the name that the others have for their tenant tells. */
function unknownTable(
  place: Place,
  { facts, present, branches }: Surroundings,
  { column: tenant }: TenantModel,
): Pick<RelationScoping, 'verdict' | 'reason' | 'columns'> {
  const tenantColumns = () =>
    [...place.asked].filter((asked) => tenant !== null && plain(asked) === plain(tenant));
  const holds = (of: (row: Row) => boolean) =>
    judgeRows(
      facts,
      [...present, place],
      { ...strict, branches },
      {
        of: (row) => row.impossible || of(row),
        isBest: (judgement) => judgement,
        worse: (a, b) => a && b,
        better: (a, b) => a || b,
      },
    );
  if (holds(({ loaded }) => loaded.has(place))) return { verdict: 'scoped', reason: 'loaded', columns: [] };
  const pinned = holds(({ equalities }) =>
    tenantColumns().some((column) => equalities.pinOf(keyOf(place, column)) !== null),
  );
  return pinned
    ? { verdict: 'scoped', reason: 'tenant', columns: tenantColumns() }
    : { verdict: 'unknown', reason: 'table-not-known', columns: [] };
}

/** `tenant_id` and `tenantId` alike. */
function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

type ReadVerdict = Pick<
  Scoped,
  'verdict' | 'reason' | 'columns' | 'pins' | 'ofRow' | 'throughOr' | 'escape' | 'tie'
>;

function readVerdict({ model }: Context, member: Member, around: Surroundings): ReadVerdict {
  const worst = judged(around, member, model, strict);
  const { verdict, reason, columns } = worst.standing;
  const plain = {
    reason,
    columns,
    pins: pinsOf(worst, member),
    ofRow: worst.standing.ofRow === true,
    throughOr: false,
    escape: null,
    tie: null,
  };
  if (verdict === 'absent' || verdict === 'scoped') return { ...plain, verdict: 'scoped' };
  const alone = (around.view ?? member.place).frame.places.length === 1;
  const tie = () => (alone ? null : tieOf(worst.row, member));
  const isOpen = verdict === 'unscoped' || isFoundByName(worst, member);
  if (isOpen && member.tenant.class !== 'root' && escapesByOr(around, member, model)) {
    return { ...plain, verdict: 'unscoped', throughOr: true, escape: escapeOf(member, 'or'), tie: tie() };
  }
  const on = judged(around, member, model, { switchedOn: true, bestArm: false });
  if (on.standing.verdict === 'scoped') {
    const { standing } = on;
    const { reason, columns } = standing;
    const pins = pinsOf(on, member);
    const way = escapeOf(member, 'choice');
    return { ...plain, reason, columns, verdict: 'optional', pins, ofRow: false, escape: way };
  }
  if (verdict !== 'unscoped') return { ...plain, verdict };
  // A table of tenants that is read as a whole lists the tenants: there is nothing to scope it by.
  if (member.tenant.class === 'root') return { ...plain, verdict: 'global', reason: 'nothing', columns: [] };
  const best = judged(around, member, model, { switchedOn: true, bestArm: true });
  const throughOr = best.standing.verdict === 'scoped';
  return { ...plain, verdict, throughOr, escape: throughOr ? escapeOf(member, 'or') : null, tie: tie() };
}

/** One row is found by a key of its own that somebody names, or that may be so. */
function isFoundByName(judgement: Judged, member: Member): boolean {
  const { verdict, reason, columns } = judgement.standing;
  if (verdict !== 'by-key' || (reason !== 'primary-key' && reason !== 'unique-key')) return false;
  const keys = pinsOf(judgement, member).filter(({ column }) => columns.includes(column));
  return (
    keys.length > 0 &&
    keys.every(
      ({ list, value }) =>
        !list && value.source === 'parameter' && value.origin !== 'trusted' && value.ofRow !== true,
    )
  );
}

/** Whichever way the code goes, an arm of an OR compares the tenant, and on one of them another arm does not. */
function escapesByOr(around: Surroundings, member: Member, model: TenantModel): boolean {
  const holds = (bestArm: boolean) => {
    const { standing } = judged(around, member, model, { switchedOn: true, bestArm, worstWay: true });
    return standing.verdict === 'scoped' && standing.reason !== 'shared';
  };
  return holds(true) && !holds(false);
}

/** What is said of the relation's rows, and of which rows. */
interface Judged {
  readonly standing: Standing;
  readonly row: Row;
}

const strict = { switchedOn: false, bestArm: false };

/** The worst that can be said of the relation's rows. */
function judged(
  { facts, present, branches }: Surroundings,
  member: Member,
  model: TenantModel,
  options: Omit<RowOptions, 'branches'>,
): Judged {
  const among = (choose: typeof worse) => (a: Judged, b: Judged) =>
    choose(a.standing, b.standing) === a.standing ? a : b;
  return judgeRows<Judged>(
    facts,
    [...present, member.place],
    { ...options, branches },
    {
      of: (row) => ({ standing: standingOf(row, member, model), row }),
      isBest: ({ standing }) => standing.verdict === 'scoped' || standing.verdict === 'absent',
      worse: among(worse),
      better: among(better),
    },
  );
}

function pinsOf({ row: { equalities } }: Judged, { place }: Member): readonly ColumnPin[] {
  return [...place.asked].flatMap((column) => {
    const pin = equalities.pinOf(keyOf(place, column));
    return pin === null ? [] : [{ column, ...pin }];
  });
}

/** The arm by which rows escape: beside one that speaks of the tenant, the first that asks something and does not. */
function escapeOf({ place, tenant }: Member, kind: 'or' | 'choice'): Span | null {
  const { block } = place.frame;
  const speaks = (condition: Condition): boolean =>
    (condition.kind === 'opaque' && condition.what === 'loaded') ||
    columnsInCondition(condition).some(({ column }) => column === tenant.column) ||
    blocksInCondition(condition).length > 0;
  const find = (condition: Condition): Condition | null => {
    if (condition.kind === kind && condition.of.some(speaks)) {
      const silent = condition.of.find((arm) => !speaks(arm) && spanOfCondition(arm) !== null);
      if (silent !== undefined) return silent;
    }
    const inside = condition.kind === 'and' || condition.kind === 'or' || condition.kind === 'choice';
    const parts = inside ? condition.of : [];
    return parts.map(find).find((found) => found !== null) ?? null;
  };
  const found = [block.where, ...block.relations.map(({ on }) => on)].map(find).find((arm) => arm !== null);
  return found == null ? null : spanOfCondition(found);
}

function lookAtWrite(context: Context, member: Member, around: Surroundings): void {
  const { row } = judged(around, member, context.model, strict);
  const moved = moveOf(member, row);
  if (moved !== null) context.moves.push(moved);
  const upsert = upsertOf(member);
  if (upsert !== null) context.upserts.push(upsert);
}

/** An INSERT is scoped when it says whose the row is. */
function insertVerdict(
  member: Member,
  { standing }: Judged,
): Pick<RelationScoping, 'verdict' | 'reason' | 'columns'> {
  const { place, table, tenant } = member;
  if (tenant.class === 'root') return { verdict: 'scoped', reason: 'given', columns: [] };
  const columns = insertedColumns(place);
  if (columns === null) return { verdict: 'unknown', reason: 'unread', columns: [] };
  const { column } = tenant;
  // The row that it hangs on says whose it is.
  if (column === null) {
    return standing.verdict === 'scoped'
      ? { verdict: 'scoped', reason: standing.reason, columns: standing.columns }
      : { verdict: 'by-key', reason: 'parent', columns: [] };
  }
  const given = [column, ...tenant.divisions].find((name) => columns.includes(name));
  const changed = foreignTargetOf(member)?.filter((name) => columns.includes(name)) ?? [];
  // What the statement leaves out is made up anew, and is in no other row.
  if (given !== undefined && changed.length > 0) {
    return { verdict: 'by-key', reason: 'conflict-without-tenant', columns: changed };
  }
  if (given !== undefined) return { verdict: 'scoped', reason: 'given', columns: [given] };
  if (place.frame.block.insert?.more === true) return { verdict: 'unknown', reason: 'unread', columns: [] };
  const filled =
    table.columns.find(({ name }) => name === column)?.default !== null || table.triggers.length > 0;
  if (filled) return { verdict: 'unknown', reason: 'unread', columns: [] };
  return { verdict: 'unscoped', reason: 'insert-without-tenant', columns: [column] };
}

/** A row that says nothing of the tenant is nobody's, where it may be NULL. */
function mayBeMissing({ table, tenant }: Member): boolean {
  const column = table.columns.find(({ name }) => name === tenant.column);
  return tenant.nullable || (column?.notNull === false && column.origin !== null);
}

/** By their names in the database; `null` when they are not known. Without a list they are the first ones of the table. */
function insertedColumns({ frame, source, table }: Place): readonly string[] | null {
  const insert = frame.block.insert;
  if (insert?.columns != null) {
    return insert.columns.map(({ name }) => frame.world.names.columnOf(source, name));
  }
  const [row] = insert?.rows ?? [];
  if (row === undefined || table?.complete !== true) return null;
  return table.columns.slice(0, row.length).map(({ name }) => name);
}

/** The table's key in the model, or how the query calls what it reads. */
function nameOf({ table, source }: Place): string {
  if (table !== null) return tenantKey(table);
  switch (source.kind) {
    case 'table':
      return tenantKey(source.table);
    case 'schema':
      return source.table ?? source.module;
    case 'association':
    case 'cte':
      return source.name;
    default:
      return '';
  }
}

/** Its rows are made of values, or of columns that stand beside it. */
function isMade({ source }: Place): boolean {
  return source.kind === 'values' || source.kind === 'unfolded';
}

/** Tables of the server itself, and of libraries that have none of the project's rows. */
function isCatalog({ source }: Place): boolean {
  if (source.kind === 'schema') return source.module.startsWith('Oban.');
  if (source.kind !== 'table') return false;
  const { schema, name } = source.table;
  return (
    schema === 'pg_catalog' || schema === 'information_schema' || (schema === null && name.startsWith('pg_'))
  );
}

/** Marks what is unscoped and only joined to a relation of its block that is scoped or found by key. */
function withNeighbours(relations: readonly Placed[]): readonly RelationScoping[] {
  const held = ({ verdict }: Scoped) =>
    verdict === 'scoped' || verdict === 'by-key' || verdict === 'optional';
  return relations.map(({ frame, scoping }) => {
    const join = frame.block.relations.find(({ alias }) => alias === scoping.alias)?.join;
    const joined =
      join === 'inner' || join === 'left' || join === 'cross' || scoping.tie?.kind === 'key-part';
    const open = scoping.verdict === 'unscoped' || scoping.verdict === 'unknown';
    const beside = open && joined && relations.some((other) => other.frame === frame && held(other.scoping));
    const { reason, tie } = scoping;
    const columns = beside && reason === 'nothing' && tie !== null ? tie.columns : scoping.columns;
    return { ...scoping, beside, columns, tie: tie?.kind ?? null };
  });
}

/** Worst first. */
const VERDICTS: readonly Verdict[] = ['unscoped', 'unknown', 'optional', 'by-key', 'scoped', 'global'];

/** The worst verdict on what comes out or is changed; first on what is not just joined. */
function decide(relations: readonly RelationScoping[]): Pick<Scoping, 'verdict' | 'decisive'> {
  const counted = relations.filter(({ role }) => role !== 'filter');
  for (const verdict of VERDICTS) {
    const found = counted.filter((relation) => relation.verdict === verdict);
    const inFront = found.filter(({ beside }) => !beside);
    const telling = inFront.find(({ reason }) => reason !== 'nothing');
    const decisive = telling ?? inFront[0] ?? found[0];
    if (decisive !== undefined) return { verdict, decisive };
  }
  return { verdict: 'global', decisive: null };
}
