// The parts of a printed schema, each a few statements, in an order in which a server can run them: what something needs
// comes before it, and beyond that the order is one that people like to read.

import type { Catalog, RelationId } from '../catalog.js';
import { nameKey } from '../catalog.js';
import type { Expression } from '../expression.js';
import { changeTree } from '../expression-tree.js';
import { findRelation, findType } from '../lookup.js';
import type { Reference } from '../names.js';
import type { TypeName } from '../types.js';
import { compareText } from './names.js';

export interface Unit {
  /** What it makes; others need it by this. */
  readonly key: string;
  readonly needs: readonly string[];
  /** Where it would like to stand: compared part by part. */
  readonly place: readonly (string | number)[];
  /** Units of one block that follow each other have no empty line between them. */
  readonly block: string;
  readonly text: string;
  /** Its text is a comment: what it would make is not there, and neither is what needs that. */
  readonly missing?: true;
}

/** What comes first, beyond what needs what. */
export const RANK = {
  schema: 0,
  extension: 1,
  type: 2,
  sequence: 3,
  routine: 4,
  table: 5,
  view: 6,
  foreignKey: 7,
  partition: 8,
  trigger: 9,
  security: 10,
  attachment: 11,
} as const;

/** @param texts statements without their semicolons */
export function unit(
  key: string,
  place: Unit['place'],
  texts: readonly string[],
  needs: readonly string[] = [],
): Unit {
  return { key, place, needs, block: key, text: texts.map((text) => `${text};`).join('\n') };
}

/** Says what is there and cannot be written. */
export function gap(key: string, place: Unit['place'], text: string): Unit {
  return { key, place, needs: [], block: key, text: commented(text), missing: true };
}

export function keyOfRelation(id: RelationId): string {
  return `relation ${id}`;
}

export function keyOfType(schema: string, name: string): string {
  return `type ${nameKey(schema, name)}`;
}

export function keyOfFunction(id: number): string {
  return `function ${id}`;
}

/** What has to be there before the type can be named: itself, or the table whose rows it is. */
export function needsOfType(catalog: Catalog, type: TypeName): readonly string[] {
  const found = findType(catalog, type);
  if (found !== null) {
    const range = found.kind === 'other' ? found.rangeName : null;
    return [keyOfType(found.schema, range ?? found.name)];
  }
  const relation = findRelation(catalog, type);
  if (relation !== null) return [keyOfRelation(relation.id)];
  return type.schema === null ? [] : needsOfSchema(type.schema);
}

function keyOfSchema(name: string): string {
  return `schema ${name}`;
}

/** One that no migration makes, as `auth` of Supabase, is not there. */
function needsOfSchema(schema: string): readonly string[] {
  return /^(?:pg_|information_schema$|public$)/.test(schema) ? [] : [keyOfSchema(schema)];
}

/** The functions that it calls; every one of that name, since which it is depends on the arguments. */
export function needsOfExpression(catalog: Catalog, expression: Expression | null): readonly string[] {
  const calls = expression === null ? [] : callsIn(expression);
  if (calls.length === 0) return [];
  const names = new Set(calls.map(({ name }) => name.toLowerCase()));
  const called = [...catalog.functions.values()]
    .flat()
    .filter(({ name }) => names.has(name.toLowerCase()))
    .map(({ id }) => keyOfFunction(id));
  return [...called, ...calls.flatMap(({ schema }) => (schema === null ? [] : needsOfSchema(schema)))];
}

/** By their present names where we know what the expression says. */
function callsIn({ tree, functions }: Expression): readonly Reference[] {
  if (tree === null) {
    return functions.map((name) => {
      const [schema = '', ...rest] = name.split('.');
      return rest.length === 1 ? { schema, name: rest[0] ?? '' } : { schema: null, name };
    });
  }
  const calls: Reference[] = [];
  changeTree(tree, (node) => {
    if (node.kind === 'call') calls.push({ schema: node.schema, name: node.name });
    return node;
  });
  return calls;
}

/** What needs something that cannot be written cannot run: it becomes a comment, too. */
export function withoutWhatCannotRun(units: readonly Unit[]): readonly Unit[] {
  const missing = new Set<string>();
  const made = new Set(units.map(({ key }) => key));
  const isMissing = (need: string) =>
    missing.has(need) || (need.startsWith(keyOfSchema('')) && !made.has(need));
  return units.map((unit) => {
    if (unit.missing) missing.add(unit.key);
    else if (unit.needs.some(isMissing)) {
      missing.add(unit.key);
      return { ...unit, text: commented(unit.text), missing: true };
    }
    return unit;
  });
}

export function commented(text: string): string {
  return text
    .split(/\r\n|[\r\n]/)
    .map((line) => `-- ${line}`.trimEnd())
    .join('\n');
}

/** Where two need each other, as a server never has it, one of them comes first all the same. */
export function inOrder(units: readonly Unit[]): readonly Unit[] {
  const sorted = [...units].sort((a, b) => comparePlaces(a.place, b.place));
  const makers = new Map<string, Unit[]>();
  for (const unit of sorted) makers.set(unit.key, [...(makers.get(unit.key) ?? []), unit]);
  const done = new Set<Unit>();
  const ordered: Unit[] = [];
  const visit = (unit: Unit) => {
    if (done.has(unit)) return;
    done.add(unit);
    for (const need of unit.needs) for (const maker of makers.get(need) ?? []) visit(maker);
    ordered.push(unit);
  };
  sorted.forEach(visit);
  return ordered;
}

function comparePlaces(a: Unit['place'], b: Unit['place']): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : compareText(`${left}`, `${right}`);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
