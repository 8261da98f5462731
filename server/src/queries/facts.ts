// What a block says of its rows, as facts that hold where certain relations have a row: the ON of a LEFT JOIN says something
// of the right side's rows and nothing of the left side's.

import type { Key } from './closure.js';
import { type Frame, ownKey, type Place, subframesOf } from './frames.js';
import type { Condition, OpaqueCondition, Operand } from './query.js';

/** Each of these groups must have a relation with a row. */
export type Needs = readonly (readonly Place[])[];

export type Fact = { readonly needs: Needs } & (
  | { readonly kind: 'condition'; readonly frame: Frame; readonly condition: Condition }
  /** Columns of two relations are equal, so both have a row. */
  | { readonly kind: 'equal'; readonly left: PlacedColumn; readonly right: PlacedColumn }
  /** A column is given a value: by INSERT. */
  | {
      readonly kind: 'value';
      readonly key: Key;
      readonly frame: Frame;
      readonly value: Operand;
      readonly list: boolean;
    }
  /** The rows of an INSERT are those of its SELECT. */
  | {
      readonly kind: 'inserted';
      readonly place: Place;
      readonly columns: readonly string[];
      readonly from: Frame;
    }
  /** The relation has a row. */
  | { readonly kind: 'present'; readonly place: Place }
  /** The relation's rows are those of one of its branches. */
  | { readonly kind: 'branches'; readonly place: Place }
);

/** By its name in the database. */
interface PlacedColumn {
  readonly place: Place;
  readonly column: string;
}

const known = new WeakMap<Frame, readonly Fact[]>();

/** What holds of every row that comes out of the frame, and of the rows inside it. */
export function factsOf(frame: Frame): readonly Fact[] {
  let facts = known.get(frame);
  if (facts === undefined) {
    facts = [
      ...joinFacts(frame),
      condition(frame, frame.block.where),
      ...insertFacts(frame),
      ...(frame.block.opaque === null ? [] : [condition(frame, unreadable(frame))]),
      ...frame.places.flatMap(insideFacts),
    ];
    known.set(frame, facts);
  }
  return facts;
}

function condition(frame: Frame, that: Condition): Fact {
  return { kind: 'condition', frame, condition: that, needs: [] };
}

function withNeeds(fact: Fact, groups: Needs): Fact {
  return groups.length === 0 ? fact : { ...fact, needs: [...fact.needs, ...groups] };
}

/** A part that we could not read may say anything. */
function unreadable({ block }: Frame): OpaqueCondition {
  return { kind: 'opaque', what: 'runtime', columns: [], blocks: [], span: block.span };
}

/** The conditions of joins, and which relations surely have a row. */
function joinFacts(frame: Frame): readonly Fact[] {
  let facts: Fact[] = [];
  let before: readonly Place[] = [];
  const missing = new Set<Place>();
  for (const place of frame.places) {
    const own = [condition(frame, place.relation.on), ...linkFacts(place)];
    const add = (needs: Needs) => facts.push(...own.map((fact) => withNeeds(fact, needs)));
    switch (place.relation.join) {
      case 'left':
        add([[place]]);
        missing.add(place);
        break;
      case 'right':
      case 'full': {
        const left = before;
        const full = place.relation.join === 'full';
        facts = facts.map((fact) => withNeeds(fact, [left]));
        add(full ? [left, [place]] : [left]);
        for (const other of full ? [...left, place] : left) missing.add(other);
        break;
      }
      default:
        add([]);
    }
    before = [...before, place];
  }
  const present = frame.places.flatMap((place): Fact[] =>
    missing.has(place) ? [] : [{ kind: 'present', place, needs: [] }],
  );
  return [...facts, ...present];
}

/** The equalities by which an association joins. */
function linkFacts({ path }: Place): readonly Fact[] {
  let from = path?.from ?? null;
  const facts: Fact[] = [];
  for (const step of path?.steps ?? []) {
    facts.push({ kind: 'present', place: step.place, needs: [] });
    if (from !== null) {
      const left = { place: from, column: step.from };
      facts.push({ kind: 'equal', left, right: { place: step.place, column: step.to }, needs: [] });
    }
    from = step.place;
  }
  return facts;
}

/** Where a relation is a subquery and has a row, what the subquery says holds. */
function insideFacts(place: Place): readonly Fact[] {
  const [only, ...more] = place.inner;
  if (only === undefined) return [];
  if (more.length > 0) return [{ kind: 'branches', place, needs: [[place]] }];
  return factsInside(place, only);
}

/** The facts of a frame inside the place. Where a relation inside has a row, so has the place. */
export function factsInside(place: Place, frame: Frame): readonly Fact[] {
  return factsOf(frame).map((fact) => (fact.needs.length === 0 ? withNeeds(fact, [[place]]) : fact));
}

/** What the rows are that an INSERT writes. */
function insertFacts(frame: Frame): readonly Fact[] {
  const { insert } = frame.block;
  const [target] = frame.places;
  if (frame.block.verb !== 'insert' || insert?.columns == null || target === undefined) return [];
  const { columns, rows, from } = insert;
  const [source, ...more] = from === null ? [] : subframesOf(frame, from);
  if (source !== undefined && more.length === 0) {
    const names = columns.map(({ name }) => name);
    return [{ kind: 'inserted', place: target, columns: names, from: source, needs: [] }];
  }
  if (rows === null) return [];
  return columns.flatMap(({ name }, index): Fact[] => {
    const values = rows.map((row) => row[index]);
    const [first] = values;
    const alike = values.length === 1 || values.every((value) => value?.kind === 'outer');
    if (first === undefined || !alike) return [];
    const list = values.length > 1;
    return [{ kind: 'value', key: ownKey(target, name), frame, value: first, list, needs: [] }];
  });
}
