// Writes that give rows to another tenant: they set the column that says whose a row is.

import { constraintOf } from '../../catalog/lookup.js';
import { keyOf, meaningOf } from '../../queries/frames.js';
import type { Assignment, ColumnOperand, Condition, Conflict, Operand } from '../../queries/query.js';
import type { Row } from '../../queries/rows.js';
import { columnsInOperand } from '../../queries/walk.js';
import type { Span } from '../../text/span.js';
import { type Member, namesTenant } from './member.js';

export interface TenantMove {
  /** `upsert` for ON CONFLICT DO UPDATE, else UPDATE or MERGE. */
  readonly by: 'update' | 'upsert';
  /** The tenant's column in the database. */
  readonly column: string;
  /** Of the column where it is set; of the written relation where every column is. */
  readonly span: Span;
  /** For an upsert, the columns by which it finds the row that is there. */
  readonly target: readonly string[] | null;
}

/** ON CONFLICT DO UPDATE. */
export interface Upsert {
  /** The columns by which it finds the row that is there; `null` when they are not known. */
  readonly target: readonly string[] | null;
  /**
   * They hold the tenant, so that row is one of the same tenant; `null` when they are not known, and when they name a row of a tenant on
   * which both hang.
   */
  readonly holdsTenant: boolean | null;
}

export function upsertOf(member: Member): Upsert | null {
  const conflict = conflictOf(member);
  if (conflict === null) return null;
  const target = targetOf(conflict, member);
  if (target === null) return { target, holdsTenant: null };
  const holdsTenant = namesTenant(target, member.tenant);
  return { target, holdsTenant: holdsTenant || !hangsOn(target, member) ? holdsTenant : null };
}

/** The key is a foreign key, or one to rows of several tables (`source_type`, `source_id`): what it refers to has a tenant of its own. */
function hangsOn(target: readonly string[], { tenant }: Member): boolean {
  return target.some(
    (column) =>
      (tenant.parents.includes(column) && column !== tenant.person) ||
      (column.endsWith('_id') && target.includes(column.replace(/_id$/, '_type'))),
  );
}

/**
 * The columns by which an upsert finds and changes a row that may be another tenant's, which stays with that tenant; `null` when
 * it does not, or when they are not known.
 */
export function foreignTargetOf(member: Member): readonly string[] | null {
  const { column, class: kind } = member.tenant;
  const conflict = conflictOf(member);
  const upsert = upsertOf(member);
  if (column === null || kind === 'root' || conflict === null || upsert?.holdsTenant !== false) return null;
  if (staysWithTenant(member, column, conflict.where) || upsertMove(member, column) !== null) return null;
  return upsert.target;
}

/** @param row what is known of the rows that are written */
export function moveOf(member: Member, row: Row): TenantMove | null {
  const { column, class: kind } = member.tenant;
  if (column === null || kind === 'root') return null;
  return upsertMove(member, column) ?? updateMove(member, column, row);
}

function upsertMove(member: Member, column: string): TenantMove | null {
  const conflict = conflictOf(member);
  const upsert = upsertOf(member);
  if (conflict === null || upsert?.holdsTenant !== false) return null;
  if (staysWithTenant(member, column, conflict.where)) return null;
  const set = conflict.assignments.find((one) => sets(member, column, one));
  const setsAll = conflict.allBut !== null && !conflict.allBut.some((name) => names(member, name, column));
  const span = set?.span ?? (setsAll ? member.place.relation.span : null);
  return span === null ? null : { by: 'upsert', column, span, target: upsert.target };
}

function updateMove(member: Member, column: string, row: Row): TenantMove | null {
  const { block } = member.place.frame;
  const set = block.assignments.find((one) => sets(member, column, one));
  if (set === undefined || isSame(member, column, row, set.value)) return null;
  // What an UPDATE takes from a row beside it fills in what that row says already.
  if (block.verb === 'update' && set.value.kind !== 'outer') return null;
  return { by: 'update', column, span: set.span, target: null };
}

function conflictOf({ place }: Member): Conflict | null {
  const conflict = place.frame.block.insert?.conflict ?? null;
  return conflict?.action === 'update' ? conflict : null;
}

function targetOf({ target, constraint }: Conflict, { place, table }: Member): readonly string[] | null {
  if (target !== null) return target.map((name) => place.frame.world.names.columnOf(place.source, name));
  const named = constraint === null ? null : constraintOf(table, constraint);
  return named?.kind === 'unique' || named?.kind === 'primary-key' ? named.columns : null;
}

function names({ place }: Member, field: string, column: string): boolean {
  return place.frame.world.names.columnOf(place.source, field) === column;
}

/** It sets the column, and to something that is not made of what is there already. */
function sets(member: Member, column: string, { column: field, value }: Assignment): boolean {
  return names(member, field, column) && !columnsInOperand(value).some((one) => isOwn(member, column, one));
}

function isOwn(member: Member, column: string, one: ColumnOperand): boolean {
  const { alias } = member.place.relation;
  return (one.alias ?? alias) === alias && names(member, one.column, column);
}

/** `WHERE posts.org_id = excluded.org_id` */
function staysWithTenant(member: Member, column: string, where: Condition): boolean {
  if (where.kind === 'and') return where.of.some((part) => staysWithTenant(member, column, part));
  if (where.kind !== 'equal') return false;
  return [where.left, where.right].some((side) => side.kind === 'column' && isOwn(member, column, side));
}

/** The rows that are written have that value already. */
function isSame({ place }: Member, column: string, { equalities }: Row, value: Operand): boolean {
  const key = keyOf(place, column);
  const pin = equalities.pinOf(key);
  if (value.kind === 'outer') return pin !== null && !pin.list && pin.value.text === value.text;
  const meaning = value.kind === 'column' ? meaningOf(place.frame, value) : null;
  return meaning?.kind === 'key' ? equalities.same(key, meaning.key) : pin?.value === meaning?.value;
}
