// What was called otherwise at an earlier moment of a history: names of what has no identity but its name.

import { type Catalog, nameKey, type RelationId } from '../catalog/catalog.js';
import type { MemberKind, Renames } from '../catalog/diff.js';
import { findRelation, findType } from '../catalog/lookup.js';
import type { Operation } from '../catalog/operation.js';
import { catalogsWithin, type ReplayedMigration, stateBefore } from './history.js';

/** The renames that the migrations have made. */
export function renamesIn(steps: readonly ReplayedMigration[], postgres: number): Renames {
  // By their first names; `null` when it was dropped.
  const members = new Map<string, string | null>();
  const types = new Map<string, string | null>();
  for (const step of steps) {
    for (const [index, { operations }] of step.migration.statements.entries()) {
      if (
        !operations.some((operation) =>
          /^(?:rename-|drop-|set-type-schema|alter-policy)/.test(operation.kind),
        )
      )
        continue;
      const { catalog } = stateBefore(step, index);
      const place = { path: step.migration.file.path, statement: index, postgres };
      const catalogs = catalogsWithin(operations, catalog, place);
      for (const [at, operation] of operations.entries()) {
        const now = catalogs[at] ?? catalog;
        const member = memberRenamed(now, operation);
        if (member !== null)
          follow(members, memberKeyOf(member.relation, member.kind), member.from, member.to);
        for (const [from, to] of typesRenamed(now, operation)) follow(types, '', from, to);
      }
    }
  }
  return {
    member: (relation, kind, name) => {
      const later = members.get(memberKeyOf(relation, kind) + name);
      return later === undefined ? name : later;
    },
    type: (schema, name) => {
      const key = nameKey(schema, name);
      const later = types.get(key);
      return later === undefined ? key : later;
    },
  };
}

function memberKeyOf(relation: RelationId, kind: MemberKind): string {
  return `${relation} ${kind} `;
}

/** @param within what the names are of, as a prefix of keys */
function follow(all: Map<string, string | null>, within: string, from: string, to: string | null): void {
  const first = [...all].find(([key, later]) => key.startsWith(within) && later === from)?.[0];
  if (first !== undefined) all.set(first, to);
  // A name that was dropped or given away before is that of something new by now.
  else if (!all.has(within + from)) all.set(within + from, to);
}

interface MemberRenamed {
  readonly relation: RelationId;
  readonly kind: MemberKind;
  readonly from: string;
  /** `null` when it is dropped. */
  readonly to: string | null;
}

function memberRenamed(catalog: Catalog, operation: Operation): MemberRenamed | null {
  if (!('table' in operation) || operation.table === null) return null;
  const relation = findRelation(catalog, operation.table)?.id;
  if (relation === undefined) return null;
  switch (operation.kind) {
    case 'rename-column':
      return { relation, kind: 'column', from: operation.column.name, to: operation.to.name };
    case 'drop-column':
      return { relation, kind: 'column', from: operation.column.name, to: null };
    case 'rename-constraint':
      return { relation, kind: 'constraint', from: operation.constraint.name, to: operation.to.name };
    case 'drop-constraint':
      return { relation, kind: 'constraint', from: operation.constraint.name, to: null };
    case 'rename-trigger':
      return { relation, kind: 'trigger', from: operation.trigger.name, to: operation.to.name };
    case 'drop-trigger':
      return { relation, kind: 'trigger', from: operation.trigger.name, to: null };
    case 'alter-policy':
      return operation.to === null
        ? null
        : { relation, kind: 'policy', from: operation.policy.name, to: operation.to.name };
    case 'drop-policy':
      return { relation, kind: 'policy', from: operation.policy.name, to: null };
    default:
      return null;
  }
}

function typesRenamed(catalog: Catalog, operation: Operation): readonly (readonly [string, string | null])[] {
  switch (operation.kind) {
    case 'rename-type':
    case 'set-type-schema':
    case 'drop-type': {
      const type = findType(catalog, operation.type);
      if (type === null) return [];
      const from = nameKey(type.schema, type.name);
      if (operation.kind === 'drop-type') return [[from, null]];
      const to = operation.to.name;
      return [[from, operation.kind === 'rename-type' ? nameKey(type.schema, to) : nameKey(to, type.name)]];
    }
    case 'rename-schema':
      return [...catalog.types.values()].flatMap(({ schema, name }) =>
        schema === operation.schema.name
          ? [[nameKey(schema, name), nameKey(operation.to.name, name)] as const]
          : [],
      );
    default:
      return [];
  }
}
