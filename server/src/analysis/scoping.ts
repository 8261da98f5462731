// Whether a query can reach rows of another tenant: a verdict for each table that it reads or writes, and one for the query.

import { type Fact, factsOf } from '../queries/facts.js';
import { type Frame, framesOf, type Place, subframesOf, worldOf } from '../queries/frames.js';
import type { Names } from '../queries/names.js';
import type { Condition, Query } from '../queries/query.js';
import { type Choice, judgeRows, type RowOptions } from '../queries/rows.js';
import { blocksInCondition } from '../queries/walk.js';
import type { Span } from '../text/span.js';
import { type Member, memberAt } from './scoping/member.js';
import { better, type Reason, type Standing, standingOf, worse } from './scoping/standing.js';
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
}

/** What a rule is told of a query and tenants. */
export interface QueryScoping extends Scoping {
  readonly setting: Setting;
  /** It asks for one row: `Repo.one`, sqlc's `:one`. */
  readonly single: boolean;
  /** A Repo of the project adds the tenant to queries by itself, and this one asks it not to. */
  readonly skipsHook: boolean;
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
  readonly reason: Reason | 'given' | 'insert-without-tenant' | 'not-a-tenant-table' | 'table-not-known';
  /** Columns that the reason is about; where there is none to scope it, those that it is looked up by. */
  readonly columns: readonly string[];
  /** An OR lets rows through that another arm of it would have held back. */
  readonly throughOr: boolean;
  readonly span: Span;
}

/** What lets a filter be there that the query does not show. */
export interface ScopingOptions {
  /** Columns that a hook of the repository compares in every query, on its first relation. */
  readonly hooked: readonly string[];
}

export function scopingOf(
  query: Query,
  model: TenantModel,
  names: Names,
  options: ScopingOptions = { hooked: [] },
): Scoping {
  const context: Context = { model, names, options, ofLoaded: query.sink?.ofLoaded ?? false, relations: [] };
  const world = worldOf(names);
  lookAtBlock(context, framesOf(world, query.block, null, null), outermost);
  const relations = withNeighbours(context.relations);
  return { ...decide(relations), root: model.root ?? '', relations };
}

interface Context {
  readonly model: TenantModel;
  readonly names: Names;
  readonly options: ScopingOptions;
  readonly ofLoaded: boolean;
  readonly relations: Placed[];
}

interface Placed {
  readonly frame: Frame;
  readonly scoping: RelationScoping;
}

/** What holds around a block, for the relations in it. */
interface Surroundings {
  readonly facts: readonly Fact[];
  readonly present: readonly Place[];
  readonly branches: readonly Choice[];
  readonly filter: boolean;
  readonly top: boolean;
}

const outermost: Surroundings = { facts: [], present: [], branches: [], filter: false, top: true };

/** The branches of a block, and those whose rows do not come out. */
function lookAtBlock(context: Context, frames: readonly Frame[], around: Surroundings): void {
  for (const frame of frames) {
    lookAtFrame(context, frame, { ...around, facts: [...around.facts, ...factsOf(frame)] });
    for (const { operator, block } of frame.block.branches) {
      if (operator === 'union') continue;
      const inside = framesOf(frame.world, block, frame.parent, frame.scope);
      lookAtBlock(context, inside, { ...around, filter: true, top: false });
    }
  }
}

/** @param inside with the facts of the frame */
function lookAtFrame(context: Context, frame: Frame, inside: Surroundings): void {
  const { block } = frame;
  for (const [index, place] of frame.places.entries()) {
    const isTarget = block.verb !== 'select' && index === 0;
    const filter = inside.filter || (block.verb !== 'select' && !isTarget);
    if (place.inner.length > 0) lookInside(context, place, { ...inside, filter, top: false });
    else
      context.relations.push({
        frame,
        scoping: scopeOfPlace(context, place, { ...inside, filter }, isTarget),
      });
  }
  const below: Surroundings = { ...inside, top: false };
  for (const condition of [block.where, ...block.relations.map(({ on }) => on)]) {
    lookAtSubqueries(context, frame, condition, { ...below, filter: true });
  }
  for (const subquery of block.subqueries) lookAtBlock(context, subframesOf(frame, subquery), below);
  if (block.insert?.from) {
    lookAtBlock(context, subframesOf(frame, block.insert.from), { ...outermost, top: false });
  }
  for (const cte of block.ctes) {
    // One that writes does so whether it is read or not; one that only reads is looked at where it is read.
    if (cte.block.verb !== 'select') {
      lookAtBlock(context, framesOf(frame.world, cte.block, frame.parent, frame.scope), {
        ...outermost,
        top: false,
      });
    }
  }
}

/** A subquery or common table expression in FROM, whose facts are among those around it. */
function lookInside(context: Context, place: Place, around: Surroundings): void {
  place.inner.forEach((frame, arm) => {
    if (frame.block.verb !== 'select') return;
    const branches =
      place.inner.length > 1 ? [...around.branches, { of: place, condition: null, arm }] : around.branches;
    lookAtFrame(context, frame, { ...around, branches, present: [...around.present, place] });
  });
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

function scopeOfPlace(
  context: Context,
  place: Place,
  around: Surroundings,
  isTarget: boolean,
): RelationScoping {
  const { model, names } = context;
  const role = isTarget ? 'target' : around.filter ? 'filter' : 'rows';
  const member = memberAt(place, model);
  const column = member?.tenant.column ?? null;
  const base = {
    alias: place.relation.alias,
    table: nameOf(place),
    class: member?.tenant.class ?? ('unknown' as const),
    column,
    field: column === null ? null : names.fieldOf(place.source, column),
    nullable: member?.tenant.nullable ?? false,
    complete: place.table?.complete ?? false,
    through: member?.tenant.through ?? null,
    role,
    beside: false,
    throughOr: false,
    columns: [],
    span: place.relation.span,
  } as const;
  if (place.source.kind === 'values' || isCatalog(place)) {
    return { ...base, class: 'system', verdict: 'global', reason: 'not-a-tenant-table' };
  }
  if (member === null) return { ...base, ...unknownTable(place) };
  if (member.tenant.class === 'global' || member.tenant.class === 'system') {
    return { ...base, verdict: 'global', reason: 'not-a-tenant-table' };
  }
  if (context.ofLoaded) return { ...base, verdict: 'scoped', reason: 'loaded' };
  if (isTarget && place.frame.block.verb === 'insert') return { ...base, ...insertVerdict(member) };
  if (around.top && isFirst(place) && column !== null && context.options.hooked.includes(column)) {
    return { ...base, verdict: 'scoped', reason: 'tenant', columns: [column] };
  }
  return { ...base, ...readVerdict(context, member, around) };
}

function isFirst(place: Place): boolean {
  return place.frame.places[0] === place;
}

function unknownTable({ source, path }: Place): Pick<RelationScoping, 'verdict' | 'reason'> {
  if (source.kind === 'opaque' && path !== null && path.from === null) {
    return { verdict: 'scoped', reason: 'loaded' };
  }
  return { verdict: 'unknown', reason: 'table-not-known' };
}

function readVerdict(
  { model }: Context,
  member: Member,
  around: Surroundings,
): Pick<RelationScoping, 'verdict' | 'reason' | 'columns' | 'throughOr'> {
  const standing = lookAt(around, member, model, { switchedOn: false, bestArm: false });
  const { reason, columns } = standing;
  if (standing.verdict === 'absent' || standing.verdict === 'scoped') {
    return { verdict: 'scoped', reason, columns, throughOr: false };
  }
  const on = lookAt(around, member, model, { switchedOn: true, bestArm: false });
  if (on.verdict === 'scoped') {
    return { verdict: 'optional', reason: on.reason, columns: on.columns, throughOr: false };
  }
  // A table of tenants that is read as a whole lists the tenants: there is nothing to scope it by.
  if (member.tenant.class === 'root' && standing.verdict === 'unscoped') {
    return { verdict: 'global', reason: 'nothing', columns: [], throughOr: false };
  }
  const best = lookAt(around, member, model, { switchedOn: true, bestArm: true });
  const throughOr = standing.verdict === 'unscoped' && best.verdict === 'scoped';
  return { verdict: standing.verdict, reason, columns, throughOr };
}

/** The worst that can be said of the relation's rows. */
function lookAt(
  { facts, present, branches }: Surroundings,
  member: Member,
  model: TenantModel,
  options: Pick<RowOptions, 'switchedOn' | 'bestArm'>,
): Standing {
  return judgeRows(
    facts,
    [...present, member.place],
    { ...options, branches },
    {
      of: (row) => standingOf(row, member, model),
      isBest: ({ verdict }) => verdict === 'scoped' || verdict === 'absent',
      worse,
      better,
    },
  );
}

/** An INSERT is scoped when it says whose the row is. */
function insertVerdict({
  place,
  table,
  tenant,
}: Member): Pick<RelationScoping, 'verdict' | 'reason' | 'columns'> {
  const columns = place.frame.block.insert?.columns ?? null;
  if (tenant.class === 'root') return { verdict: 'scoped', reason: 'given', columns: [] };
  if (columns === null) return { verdict: 'unknown', reason: 'unread', columns: [] };
  const given = (column: string | null) =>
    columns.some(({ name }) => place.frame.world.names.columnOf(place.source, name) === column);
  if (tenant.column === null) return { verdict: 'by-key', reason: 'parent', columns: [] };
  if (given(tenant.column)) return { verdict: 'scoped', reason: 'given', columns: [tenant.column] };
  const filled =
    table.columns.find(({ name }) => name === tenant.column)?.default !== null || table.triggers.length > 0;
  if (filled) return { verdict: 'unknown', reason: 'unread', columns: [] };
  return { verdict: 'unscoped', reason: 'insert-without-tenant', columns: [tenant.column] };
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
  const held = ({ verdict }: RelationScoping) =>
    verdict === 'scoped' || verdict === 'by-key' || verdict === 'optional';
  return relations.map(({ frame, scoping }) => {
    const join = frame.block.relations.find(({ alias }) => alias === scoping.alias)?.join;
    const joined = join === 'inner' || join === 'left' || join === 'cross';
    const open = scoping.verdict === 'unscoped' || scoping.verdict === 'unknown';
    const beside = open && joined && relations.some((other) => other.frame === frame && held(other.scoping));
    return { ...scoping, beside };
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
