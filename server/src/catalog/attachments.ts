// What hangs on the objects of a catalog: comments, owners, rights. Nothing depends on it, and it goes with its object.
// It is kept beside the objects, by keys, so that what has nothing of it costs nothing.

import type { Map as ImmutableMap } from 'immutable';
import type { RelationId } from './catalog.js';
import type { Expression } from './expression.js';

export interface Attached {
  readonly comment?: string;
  /** Absent for the role that ran the migration. */
  readonly owner?: string;
  readonly rights?: readonly GrantedRight[];
}

export interface GrantedRight {
  /** `public` for everybody. */
  readonly role: string;
  /** `select`, `usage`, … */
  readonly right: string;
  /** `null` for the whole object. */
  readonly column: string | null;
  readonly grantOption: boolean;
}

/** By the keys below. */
export type Attachments = ImmutableMap<string, Attached>;

export interface StatisticsObject {
  readonly schema: string;
  readonly name: string;
  readonly table: RelationId;
  /** `null` for an expression. */
  readonly columns: readonly (string | null)[];
  /** One for each `null` among them. */
  readonly expressions: readonly Expression[];
  /** `ndistinct`, `dependencies`, `mcv`; empty for all. */
  readonly kinds: readonly string[];
}

export interface Publication {
  readonly name: string;
  readonly allTables: boolean;
  readonly tables: readonly RelationId[];
  readonly schemas: readonly string[];
}

/** What ALTER DEFAULT PRIVILEGES gives to objects that are made from then on. */
export interface DefaultRight extends Omit<GrantedRight, 'column'> {
  readonly objects: string;
  /** `null` for every schema. */
  readonly schema: string | null;
}

export type MemberKind = 'column' | 'constraint' | 'policy' | 'trigger';

export function relationKey(id: RelationId): string {
  return `relation\0${id}`;
}

export function memberKey(id: RelationId, kind: MemberKind, name: string): string {
  return `${kind}\0${id}\0${name}`;
}

export function namedKey(kind: 'type' | 'statistics', schema: string, name: string): string {
  return `${kind}\0${schema}\0${name}`;
}

/** @param id `FunctionFacts.id` */
export function functionKey(id: number): string {
  return `function\0${id}`;
}

export function globalKey(kind: 'schema' | 'extension', name: string): string {
  return `${kind}\0${name}`;
}
