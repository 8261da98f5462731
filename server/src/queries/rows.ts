// What is known of the rows in which certain relations have a row: which columns are equal, which are pinned. OR and UNION
// make several kinds of rows; each is looked at alone, and only where looking closer can tell more.

import { type Equalities, equalities, type Key, type Pin } from './closure.js';
import { type Fact, factsInside, factsOf } from './facts.js';
import {
  columnAt,
  columnInBranch,
  columnNamesOf,
  type Frame,
  keyOf,
  type Meaning,
  meaningOf,
  meaningOfOutput,
  ownKey,
  type Place,
  storedColumnAt,
  subframesOf,
} from './frames.js';
import {
  type Block,
  type Condition,
  type OpaqueCondition,
  type Operand,
  type OuterOperand,
  PRIMARY_KEY,
} from './query.js';
import { blocksInCondition, columnsInCondition, columnsInOperand, textsInOperand } from './walk.js';

export interface Row {
  readonly present: ReadonlySet<Place>;
  readonly equalities: Equalities;
  /** Columns of which a function or an expression says something that we do not understand. */
  readonly vague: ReadonlySet<Key>;
  /** Whether the column is equal to something that is computed from other columns, or by a subquery. */
  isComputed(key: Key): boolean;
  /** Columns that are equal to something that is computed from others: `p.id = (a.data ->> 'post_id')::bigint`. */
  readonly derived: readonly Derived[];
  /** Columns of which a function is compared with a value from outside: `lower(email) = $1`. */
  readonly loose: ReadonlySet<Key>;
  /** Columns of conditions that we do not understand, each with the values from outside beside it, as they are written. */
  readonly beside: ReadonlyMap<Key, ReadonlySet<string>>;
  /** Columns that are NULL. */
  readonly missing: ReadonlySet<Key>;
  /** Relations whose rows hang on a row that is loaded already. */
  readonly loaded: ReadonlySet<Place>;
  /** The program adds something that we cannot read: it may say anything. */
  readonly runtime: boolean;
  /** There is no such row: a relation that has one would have to have none. */
  readonly impossible: boolean;
}

export interface Derived {
  readonly key: Key;
  readonly from: readonly Key[];
}

export interface RowOptions {
  /**
   * Takes a condition that can be switched off as switched on: `$1 IS NULL OR org_id = $1`, and the best arm of what the
   * code around the query decides.
   */
  readonly switchedOn: boolean;
  /** Takes the best arm of every OR: whether any of its rows are as good. */
  readonly bestArm: boolean;
  /** Takes the worst arm of what the code around the query decides, whatever the others say. Left out: no. */
  readonly worstWay?: boolean;
  /** Which branch of a UNION the rows come from, for places that are one. */
  readonly branches: readonly Choice[];
}

/** One arm of an OR, or one branch of a UNION. */
export interface Choice {
  readonly of: Place | Frame;
  /** `null` for a UNION. */
  readonly condition: Condition | null;
  readonly arm: number;
}

/** How rows are judged. More knowledge never makes a judgement worse. */
export interface Judge<J> {
  of(row: Row): J;
  /** Good enough: nothing that could still be found out would make it better. */
  isBest(judgement: J): boolean;
  worse(a: J, b: J): J;
  better(a: J, b: J): J;
}

/** Looking at more kinds of rows than this takes too long; then something unread may be said of them. */
const MOST_KINDS = 64;

/** Judges the rows in which these relations have a row: the worst judgement over all kinds of them. */
export function judgeRows<J>(
  facts: readonly Fact[],
  present: readonly Place[],
  options: RowOptions,
  judge: Judge<J>,
): J {
  let left = MOST_KINDS;
  const search = (choices: readonly Choice[]): J => {
    const { row, open } = settle(facts, present, options, choices);
    const judgement = judge.of(row);
    if (open === null || row.impossible || judge.isBest(judgement)) return judgement;
    left -= open.arms;
    if (left < 0) return judge.of({ ...row, runtime: true });
    const arms = Array.from({ length: open.arms }, (_, arm) =>
      search([...choices, { of: open.of, condition: open.condition, arm }]),
    );
    return arms.reduce(open.choosesBest ? judge.better : judge.worse);
  };
  return search(options.branches);
}

/** Arms of which none has been chosen yet. */
interface Open {
  readonly of: Place | Frame;
  readonly condition: Condition | null;
  readonly arms: number;
  readonly choosesBest: boolean;
}

interface Settled {
  readonly row: Row;
  /** The first choice that would tell more; `null` when there is none. */
  readonly open: Open | null;
}

function settle(
  facts: readonly Fact[],
  start: readonly Place[],
  options: RowOptions,
  choices: readonly Choice[],
): Settled {
  const state: State = {
    present: new Set(start),
    equalities: equalities(),
    vague: new Set(),
    computed: new Set(),
    derived: [],
    loose: new Set(),
    beside: new Map(),
    loaded: new Set(),
    runtime: false,
    never: false,
    missing: [],
    open: [],
    branches: [],
    waiting: [...facts],
    options,
    choices,
  };
  for (;;) {
    const ready = state.waiting.filter(({ needs }) =>
      needs.every((group) => group.some((place) => state.present.has(place))),
    );
    if (ready.length === 0) break;
    const done = new Set(ready);
    state.waiting = state.waiting.filter((fact) => !done.has(fact));
    for (const fact of ready) apply(state, fact);
  }
  equateBranches(state);
  markComputed(state);
  pinValues(state);
  const contradicts = state.missing.some((one) => isThere(state, one));
  const impossible = state.never || contradicts;
  const { present, equalities: equal, vague, computed, derived, loose, beside, loaded, runtime } = state;
  const missing = new Set(state.missing.map(({ place, column }) => keyOf(place, column)));
  const computedClasses = new Set([...computed].map(equal.classOf));
  const isComputed = (key: Key) => computedClasses.has(equal.classOf(key));
  return {
    row: {
      present,
      equalities: equal,
      vague,
      isComputed,
      derived,
      loose,
      beside,
      missing,
      loaded,
      runtime,
      impossible,
    },
    open: state.open[0] ?? null,
  };
}

/** A column that is said to be NULL is never so, or is equal to one that never is. */
function isThere({ present, equalities: equal }: State, { place, column }: Missing): boolean {
  if (present.has(place) && isNeverNull(place, column)) return true;
  const key = keyOf(place, column);
  return [...present].some(
    (other) =>
      other !== place &&
      [...other.asked].some((asked) => isNeverNull(other, asked) && equal.same(key, keyOf(other, asked))),
  );
}

interface Missing {
  readonly place: Place;
  readonly column: string;
}

interface State {
  readonly present: Set<Place>;
  readonly equalities: Equalities;
  readonly vague: Set<Key>;
  readonly computed: Set<Key>;
  readonly derived: Derived[];
  readonly loose: Set<Key>;
  readonly beside: Map<Key, Set<string>>;
  readonly loaded: Set<Place>;
  runtime: boolean;
  /** A condition is never true. */
  never: boolean;
  /** Columns that are NULL. */
  readonly missing: Missing[];
  readonly open: Open[];
  readonly branches: { readonly place: Place; readonly branch: number }[];
  waiting: Fact[];
  readonly options: RowOptions;
  readonly choices: readonly Choice[];
}

function apply(state: State, fact: Fact): void {
  switch (fact.kind) {
    case 'condition':
      applyCondition(state, fact.frame, fact.condition);
      break;
    case 'equal': {
      const left = storedColumnAt(fact.left.place, fact.left.column);
      const right = storedColumnAt(fact.right.place, fact.right.column);
      for (const place of [...left.through, ...right.through]) state.present.add(place);
      equate(state, left, right);
      break;
    }
    case 'value':
      give(state, fact.frame, { kind: 'key', key: fact.key, through: [] }, fact.value, fact.list);
      break;
    case 'inserted':
      applyInserted(state, fact.place, fact.columns, fact.from);
      break;
    case 'present':
      state.present.add(fact.place);
      break;
    case 'branches':
      applyBranches(state, fact.place);
      break;
  }
}

function applyInserted(state: State, place: Place, columns: readonly string[], from: Frame): void {
  state.waiting.push(...factsOf(from));
  columns.forEach((column, index) => {
    const output = from.block.output?.[index];
    const meaning = output === undefined ? null : meaningOfOutput(from, output);
    if (meaning !== null) equate(state, { kind: 'key', key: ownKey(place, column), through: [] }, meaning);
  });
}

function applyBranches(state: State, place: Place): void {
  const chosen = choiceOf(state, place, null);
  if (chosen === null) {
    state.open.push({ of: place, condition: null, arms: place.inner.length, choosesBest: false });
    return;
  }
  const frame = place.inner[chosen];
  if (frame === undefined) return;
  state.waiting.push(...factsInside(place, frame));
  state.branches.push({ place, branch: chosen });
}

function choiceOf({ choices }: State, of: Place | Frame, condition: Condition | null): number | null {
  return choices.find((choice) => choice.of === of && choice.condition === condition)?.arm ?? null;
}

/** Done last: only then is it known which columns anybody asks for. */
function equateBranches(state: State): void {
  const count = () => state.branches.reduce((sum, { place }) => sum + place.asked.size, 0);
  for (let before = -1; before !== count(); ) {
    before = count();
    for (const { place, branch } of state.branches) {
      for (const column of [...place.asked]) {
        const meaning = columnInBranch(place, branch, column);
        if (meaning?.kind === 'key') state.equalities.equate(keyOf(place, column), meaning.key);
        else if (meaning !== null) state.equalities.pin(keyOf(place, column), pinOf(meaning.value, false));
        else state.computed.add(keyOf(place, column));
      }
    }
  }
}

/** What is asked of a subquery itself, rather than of a relation in it, is computed in it. */
function markComputed({ present, computed, derived }: State): void {
  for (const place of present) {
    const [only, ...more] = place.inner;
    if (only === undefined || more.length > 0) continue;
    for (const column of [...place.asked]) {
      const key = keyOf(place, column);
      computed.add(key);
      const output = only.block.output?.find(({ name }) => name === column);
      if (output?.computed !== undefined) derived.push({ key, from: keysOfColumns(only, output.computed) });
    }
  }
}

/** Every column of rows that are made of values from outside. */
function pinValues({ present, equalities: equal }: State): void {
  for (const place of present) {
    if (place.source.kind !== 'values') continue;
    const value = { kind: 'outer', source: 'parameter', text: '', span: place.relation.span } as const;
    const pin: Pin = { value, list: true };
    for (const column of place.asked) equal.pin(keyOf(place, column), pin);
  }
}

function applyCondition(state: State, frame: Frame, condition: Condition): void {
  switch (condition.kind) {
    case 'and':
      for (const part of condition.of) applyCondition(state, frame, part);
      break;
    case 'or':
    case 'choice':
      applyAlternatives(state, frame, condition);
      break;
    case 'not':
      applyDenied(state, frame, condition.of);
      break;
    case 'equal':
      applyEqual(state, frame, condition.left, condition.right, false);
      break;
    case 'in':
      applyIn(state, frame, condition);
      break;
    case 'null':
      if (condition.negated) markPresent(state, frame, condition);
      else applyMissing(state, frame, condition.operand);
      break;
    case 'exists':
      applySubquery(state, frame, condition.block, []);
      break;
    case 'opaque':
      if (condition.what === 'loaded') {
        applyLoaded(state, frame, condition);
        break;
      }
      if (condition.what === 'runtime') state.runtime = true;
      else if (condition.what === 'natural') applyNatural(state, frame, condition);
      else if (condition.what === 'comparison') markPresent(state, frame, condition);
      else for (const key of keysIn(frame, condition)) state.vague.add(key);
      putBeside(state, keysIn(frame, condition), condition.texts ?? []);
  }
}

function applyLoaded({ loaded }: State, frame: Frame, { columns: [of] }: OpaqueCondition): void {
  const place = frame.places.find(({ relation }) => relation.alias === of?.alias);
  if (place !== undefined) loaded.add(place);
}

/** The columns that the joined relation has in common with those before it. */
function applyNatural(state: State, frame: Frame, { columns: [joined] }: OpaqueCondition): void {
  const index = frame.places.findIndex(({ relation }) => relation.alias === joined?.alias);
  const place = frame.places[index];
  const names = place === undefined ? null : columnNamesOf(place);
  const before = frame.places.slice(0, Math.max(0, index));
  if (place === undefined || names === null || before.some((other) => columnNamesOf(other) === null)) {
    state.runtime = true;
    return;
  }
  for (const name of names) {
    const other = before.find((candidate) => columnNamesOf(candidate)?.includes(name));
    if (other !== undefined) equate(state, columnAt(place, name), columnAt(other, name));
  }
}

/** An OR tells something only when each of its arms does. */
function applyAlternatives(
  state: State,
  frame: Frame,
  condition: Extract<Condition, { kind: 'or' } | { kind: 'choice' }>,
): void {
  const { switchedOn } = state.options;
  const isChoice = condition.kind === 'choice';
  if (condition.of.length === 0) state.never = true;
  const arms = switchedOn && !isChoice ? condition.of.filter((arm) => !isSwitch(arm)) : condition.of;
  const [only, ...more] = arms;
  if (only === undefined) return;
  if (more.length === 0) {
    applyCondition(state, frame, only);
    return;
  }
  const chosen = choiceOf(state, frame, condition);
  const choosesBest = choosesBestOf(condition, state.options);
  if (chosen !== null) applyCondition(state, frame, arms[chosen] ?? only);
  else if (armsTell(arms, choosesBest, state.options)) {
    state.open.push({ of: frame, condition, arms: arms.length, choosesBest });
  }
}

function choosesBestOf(
  { kind }: Extract<Condition, { kind: 'or' } | { kind: 'choice' }>,
  { switchedOn, bestArm, worstWay = false }: RowOptions,
): boolean {
  return kind === 'or' ? bestArm : (switchedOn || bestArm) && !worstWay;
}

function armsTell(arms: readonly Condition[], choosesBest: boolean, options: RowOptions): boolean {
  const tells = (arm: Condition) => tellsSomething(arm, options);
  return choosesBest ? arms.some(tells) : arms.every(tells);
}

/** It looks at values from outside alone: it is true or false for all rows alike. */
function isSwitch(condition: Condition): boolean {
  const runtime = condition.kind === 'opaque' && condition.what === 'runtime';
  return !runtime && !looksAtRows(condition);
}

/** Kept, since every step down a long chain of conditions asks it of all that is left of the chain. */
const looking = new WeakMap<Condition, boolean>();

/** Whether a column or a subquery is in it. */
function looksAtRows(condition: Condition): boolean {
  let found = looking.get(condition);
  if (found === undefined) {
    found = findsRows(condition);
    looking.set(condition, found);
  }
  return found;
}

function findsRows(condition: Condition): boolean {
  switch (condition.kind) {
    case 'and':
    case 'or':
    case 'choice':
      return condition.of.some(looksAtRows);
    case 'not':
      return looksAtRows(condition.of);
    default:
      return columnsInCondition(condition).length > 0 || blocksInCondition(condition).length > 0;
  }
}

function tellsSomething(condition: Condition, options: RowOptions): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.of.some((part) => tellsSomething(part, options));
    case 'or':
    case 'choice':
      return armsTell(condition.of, choosesBestOf(condition, options), options);
    case 'not':
      return false;
    case 'exists':
      return true;
    case 'opaque':
      return condition.what !== 'comparison';
    default:
      return !isSwitch(condition);
  }
}

/** NOT pins nothing, but what is neither true nor false where a column is NULL says that it is not. */
function applyDenied(state: State, frame: Frame, denied: Condition): void {
  switch (denied.kind) {
    case 'not':
      applyCondition(state, frame, denied.of);
      break;
    case 'or':
      for (const part of denied.of) applyDenied(state, frame, part);
      break;
    case 'null':
      if (!denied.negated) markPresent(state, frame, denied);
      break;
    case 'equal':
    case 'in':
      markPresent(state, frame, denied);
      break;
    case 'opaque':
      if (denied.what === 'comparison') markPresent(state, frame, denied);
      else if (denied.what === 'runtime') state.runtime = true;
  }
}

function markPresent(state: State, frame: Frame, condition: Condition): void {
  for (const column of columnsInCondition(condition)) {
    for (const place of meaningOf(frame, column)?.through ?? []) state.present.add(place);
  }
}

function keysIn(frame: Frame, condition: Condition): readonly Key[] {
  return keysOfColumns(frame, columnsInCondition(condition));
}

function keysOfColumns(frame: Frame, columns: ReturnType<typeof columnsInCondition>): readonly Key[] {
  return columns.flatMap((column) => {
    const meaning = meaningOf(frame, column);
    return meaning?.kind === 'key' ? [meaning.key] : [];
  });
}

function applyMissing(state: State, frame: Frame, operand: Operand): void {
  if (operand.kind !== 'column') return;
  const meaning = meaningOf(frame, operand);
  const place = meaning?.through.at(-1);
  if (meaning?.kind !== 'key' || place === undefined) return;
  state.missing.push({ place, column: meaning.key.slice(meaning.key.indexOf('.') + 1) });
}

function isNeverNull({ table, source }: Place, column: string): boolean {
  if (column === PRIMARY_KEY) return true;
  if (table === null) return (source.kind === 'table' || source.kind === 'schema') && column === 'id';
  const found = table.columns.find(({ name }) => name === column);
  const key = table.constraints.find(({ kind }) => kind === 'primary-key');
  return found?.notNull === true || (key?.kind === 'primary-key' && key.columns.includes(column));
}

function applyEqual(state: State, frame: Frame, left: Operand, right: Operand, list: boolean): void {
  if (left.kind === 'row' && right.kind === 'row') {
    left.of.forEach((part, index) => {
      const other = right.of[index];
      if (other !== undefined) applyEqual(state, frame, part, other, list);
    });
    return;
  }
  if (left.kind === 'block') {
    applySubquery(state, frame, left.block, right.kind === 'row' ? right.of : [right]);
    return;
  }
  if (right.kind === 'block') {
    applySubquery(state, frame, right.block, left.kind === 'row' ? left.of : [left]);
    return;
  }
  const meaning = left.kind === 'column' ? meaningOf(frame, left) : null;
  if (meaning !== null) give(state, frame, meaning, right, list);
  else if (right.kind === 'column') {
    const other = meaningOf(frame, right);
    if (other !== null) give(state, frame, other, left, list);
  } else applyComputed(state, frame, left, right);
}

/** Says that what a column means is equal to an operand. */
function give(state: State, frame: Frame, meaning: Meaning, value: Operand, list: boolean): void {
  for (const place of meaning.through) state.present.add(place);
  switch (value.kind) {
    case 'outer':
      if (meaning.kind === 'key') state.equalities.pin(meaning.key, pinOf(value, list));
      break;
    case 'column': {
      const other = meaningOf(frame, value);
      for (const place of other?.through ?? []) state.present.add(place);
      if (other !== null) equate(state, meaning, other);
      break;
    }
    case 'block':
      applySubqueryTo(state, frame, value.block, [meaning]);
      break;
    default:
      // What is computed from other columns may tie rows together in ways that we do not see.
      if (meaning.kind === 'key') {
        state.vague.add(meaning.key);
        state.derived.push({ key: meaning.key, from: keysOfColumns(frame, columnsInOperand(value)) });
        if (isOfOthers(frame, meaning.through.at(-1), value)) state.computed.add(meaning.key);
      }
  }
}

/** It is computed from more than the relation's own columns. */
function isOfOthers(frame: Frame, own: Place | undefined, value: Operand): boolean {
  if (value.kind !== 'opaque') return false;
  return (
    value.blocks.length > 0 ||
    value.columns.some((column) => {
      const place = meaningOf(frame, column)?.through.at(-1);
      return place !== undefined && place !== own;
    })
  );
}

function equate({ equalities: equal }: State, left: Meaning, right: Meaning): void {
  if (left.kind === 'key' && right.kind === 'key') equal.equate(left.key, right.key);
  else if (left.kind === 'key' && right.kind === 'outer') equal.pin(left.key, pinOf(right.value, true));
  else if (left.kind === 'outer' && right.kind === 'key') equal.pin(right.key, pinOf(left.value, true));
}

function pinOf(value: OuterOperand, list: boolean): Pin {
  return { value, list };
}

/** `lower(email) = $1`, and comparisons of which neither side is a column. */
function applyComputed(state: State, frame: Frame, left: Operand, right: Operand): void {
  const known = left.kind === 'outer' || right.kind === 'outer';
  const columns = [left, right].flatMap(columnsInOperand);
  const keys = keysOfColumns(frame, columns);
  for (const key of keys) {
    state.vague.add(key);
    if (known) state.loose.add(key);
  }
  putBeside(state, keys, [left, right].flatMap(textsInOperand));
}

function putBeside({ beside }: State, keys: readonly Key[], texts: readonly string[]): void {
  if (texts.length === 0) return;
  for (const key of keys) beside.set(key, new Set([...(beside.get(key) ?? []), ...texts]));
}

function applyIn(state: State, frame: Frame, condition: Extract<Condition, { kind: 'in' }>): void {
  const { left, values } = condition;
  const [first, ...more] = values;
  if (first === undefined) return;
  if (left.kind !== 'column' && left.kind !== 'row' && first.kind !== 'block') {
    const keys = keysIn(frame, condition);
    for (const key of keys) state.vague.add(key);
    putBeside(state, keys, [left, ...values].flatMap(textsInOperand));
    return;
  }
  if (more.length === 0) {
    const single = first.kind === 'outer' && first.source === 'literal';
    applyEqual(state, frame, left, first, !single);
    return;
  }
  const lefts = left.kind === 'row' ? left.of : [left];
  lefts.forEach((part, index) => {
    const parts = values.map((value) => (value.kind === 'row' ? value.of[index] : value));
    const [one] = parts;
    if (one !== undefined && parts.every((value) => value?.kind === 'outer')) {
      applyEqual(state, frame, part, one, true);
    } else if (part.kind === 'column') {
      for (const key of keysOfColumns(frame, [part])) state.vague.add(key);
    }
  });
}

/** A row of the subquery exists whose columns are equal to these. */
function applySubquery(state: State, frame: Frame, block: Block, operands: readonly Operand[]): void {
  const meanings = operands.map((operand) => (operand.kind === 'column' ? meaningOf(frame, operand) : null));
  applySubqueryTo(state, frame, block, meanings);
}

function applySubqueryTo(
  state: State,
  frame: Frame,
  block: Block,
  meanings: readonly (Meaning | null)[],
): void {
  for (const meaning of meanings) for (const place of meaning?.through ?? []) state.present.add(place);
  const frames = subframesOf(frame, block);
  const [first, ...more] = frames;
  if (first === undefined) return;
  // Of a UNION, one branch has the row.
  const branch = more.length === 0 ? 0 : choiceOf(state, first, null);
  if (branch === null) {
    state.open.push({ of: first, condition: null, arms: frames.length, choosesBest: false });
    return;
  }
  const only = frames[branch] ?? first;
  state.waiting.push(...factsOf(only));
  meanings.forEach((meaning, index) => {
    const column = only.block.output?.[index];
    const other = column === undefined ? null : meaningOfOutput(only, column);
    if (meaning === null) return;
    if (other !== null) equate(state, meaning, other);
    else if (meaning.kind === 'key') {
      state.vague.add(meaning.key);
      state.computed.add(meaning.key);
    }
  });
}
