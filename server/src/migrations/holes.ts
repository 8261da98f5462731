// What an operation may change when a part of its SQL is not known (an interpolation, a template), or when it is not certain
// that it runs: as little as can be. The parser has made-up names where it knows nothing: what has one of them is left out, or
// in doubt.

import type { LocalName, Name } from '../catalog/names.js';
import type { ColumnDefinition, CreateTable, Operation, Touch } from '../catalog/operation.js';
import {
  changesNoSchema,
  targetOf,
  touchesOf,
  touchOfUnnamed,
  unknownFrom,
  withoutTarget,
} from '../catalog/operation-target.js';
import { isSpan, overlaps, type Span } from '../text/span.js';

/** A part of a SQL text that is not known; an empty span where nothing is written for it. */
export interface Hole {
  readonly span: Span;
  /** For people, as a clause. */
  readonly reason: string;
}

/** The table that a statement is about, where its SQL does not say it: that of an index. */
export interface Subject {
  readonly schema: string | null;
  readonly name: string;
}

/** Rows are written all the same where only the number of times is not known. */
export const HOW_OFTEN = 'what it is repeated for is known at run time alone';

/** The operation if it is not certain that it runs. */
export function doubted(operation: Operation, reason: string, subject: Subject | null): readonly Operation[] {
  if (changesNoSchema(operation)) {
    const certain = operation.kind !== 'write-rows' || reason === HOW_OFTEN;
    return certain ? [withoutTrace(operation)] : [unknownFrom(operation, reason, { kind: 'rows' })];
  }
  if (operation.kind === 'unknown') return [operation];
  return touchesOf(operation, ownerOf(operation, subject)).map((touches) =>
    unknownFrom(operation, reason, touches),
  );
}

/** The table of an index, which the SQL does not name. */
function ownerOf({ span }: Operation, subject: Subject | null): Name | null {
  return subject === null ? null : { ...subject, span };
}

/** The same without what it leaves on objects: a comment, rights. */
function withoutTrace(operation: Operation): Operation {
  if (operation.kind === 'comment') return { ...operation, on: null, text: null };
  return operation.kind === 'other' ? { ...operation, change: null } : operation;
}

/**
 * What is left of an operation of whose SQL some parts are not known: the operation, what it may touch, or both.
 *
 * @param text the SQL that the spans count in
 * @param words what the parser took for a hole, where that is not the hole's own text
 */
export function withHoles(
  operation: Operation,
  holes: readonly Hole[],
  text: string,
  subject: Subject | null,
  words: readonly string[] = [],
): readonly Operation[] {
  const target = targetOf(operation);
  // The table of an action of ALTER TABLE stands before the action.
  const places = target === null ? [operation.span] : [operation.span, target.span];
  const inside = holes.filter((hole) => places.some((place) => overlaps(hole.span, place)));
  const [first] = inside;
  if (first === undefined) return [operation];
  const written = holes.map(({ span }) => text.slice(span.start, span.end).toLowerCase());
  const unknown: Parts = {
    holes: inside,
    words: [...new Set([...written, ...words])].filter((word) => word !== ''),
    reason: first.reason,
    text,
  };
  return remaining(operation, target, unknown, subject).flatMap((made) =>
    madeKnown(withoutSecrets(made, holes), operation, unknown),
  );
}

/** What is put in at run time is not written out. */
function withoutSecrets(operation: Operation, holes: readonly Hole[]): Operation {
  const { secrets } = operation;
  if (secrets === undefined) return operation;
  return { ...operation, secrets: secrets.filter((one) => !holes.some(({ span }) => overlaps(span, one))) };
}

/** The parts of an operation that are not known. */
interface Parts {
  readonly holes: readonly Hole[];
  /** What stands for them where they have become parts of names; lower case. */
  readonly words: readonly string[];
  readonly reason: string;
  readonly text: string;
}

function remaining(
  operation: Operation,
  target: Name | null,
  unknown: Parts,
  subject: Subject | null,
): readonly Operation[] {
  const { reason } = unknown;
  const isTarget = target !== null && isHit(unknown, target.span) && operation.kind !== 'comment';
  if (changesNoSchema(operation)) {
    return [isTarget ? withoutTarget(operation, reason) : withoutUnknown(operation, unknown)];
  }
  if (!isTarget) return withDetailsUnknown(operation, unknown, subject);
  // In whichever schema it is: the table of that name is the likeliest that we know.
  const onlySchema = target.schema !== null && !speaksOf(target.name, unknown);
  if (onlySchema && speaksOf(target.schema, unknown)) return doubted(operation, reason, subject);
  const owner = ownerOf(operation, subject);
  return [
    unknownFrom(
      operation,
      reason,
      owner === null ? touchOfUnnamed(operation) : { kind: 'relation', relation: owner },
    ),
  ];
}

/** Of what changes no table or type: it is done, to what we know of it. */
function withoutUnknown(operation: Operation, unknown: Parts): Operation {
  // From here on names may mean what is in another schema.
  if (operation.kind === 'set-parameter' && operation.parameter === 'search_path') {
    return unknownFrom(operation, unknown.reason, { kind: 'new-objects' });
  }
  if (operation.kind === 'prepare') return unknownFrom(operation, unknown.reason, { kind: 'rows' });
  const isKnown = (name: Name | null) => !speaksOf(name, unknown);
  switch (operation.kind) {
    case 'comment': {
      const { relation } = operation;
      return { ...operation, relation: isKnown(relation) ? relation : null, on: null, text: null };
    }
    case 'other':
      return {
        ...operation,
        locks: operation.locks.filter(({ relation }) => isKnown(relation)),
        change: null,
      };
    default:
      return operation;
  }
}

/** The name of what it is about is known. */
function withDetailsUnknown(
  operation: Operation,
  unknown: Parts,
  subject: Subject | null,
): readonly Operation[] {
  const { holes, reason } = unknown;
  const doubts = doubted(operation, reason, subject);
  switch (operation.kind) {
    case 'create-table':
      return tableWithHoles(operation, unknown);
    case 'create-index': {
      const { index } = operation;
      if (index === null || !isHit(unknown, index.span)) break;
      // An index of another name may be there, and only the name of this one may be unknown.
      const isNew = unknownFrom(operation, reason, { kind: 'new-objects' });
      const rest = { ...unknown, holes: holes.filter(({ span }) => !overlaps(span, index.span)) };
      const isKept = rest.holes.length === 0 || onlyInExpressions(operation, rest);
      return [...(isKept ? [operation] : []), ...doubts, isNew];
    }
    case 'create-function':
      return speaksOf({ ...operation, body: null }, unknown) ? doubts : [{ ...operation, body: null }];
    case 'add-column': {
      const isNamed = !isHit(unknown, operation.column.name.span);
      return isNamed ? [{ ...operation, column: knownColumn(operation.column, unknown) }, ...doubts] : doubts;
    }
    default:
      break;
  }
  return onlyInExpressions(operation, unknown) ? [operation, ...doubts] : doubts;
}

/** Columns and constraints of which a name is not known are left out. */
function tableWithHoles(operation: CreateTable, unknown: Parts): readonly Operation[] {
  const { table, partitionOf } = operation;
  const isKnown = (part: unknown) => !speaksOf(part, unknown);
  const hit = operation.columns.filter(({ span }) => isHit(unknown, span));
  const isNamed = ({ name }: { readonly name: LocalName }) => !isHit(unknown, name.span);
  const isOfColumns = unknown.holes.every((hole) => hit.some(({ span }) => overlaps(hole.span, span)));
  const touches: readonly Touch[] =
    isOfColumns && hit.every(isNamed)
      ? hit.map(({ name }) => ({ kind: 'column', relation: table, column: name.name }))
      : [{ kind: 'relation', relation: table }];
  const made: CreateTable = {
    ...operation,
    columns: operation.columns.filter(isNamed).map((column) => knownColumn(column, unknown)),
    constraints: operation.constraints.filter(isKnown),
    inherits: operation.inherits.filter(isKnown),
    like: operation.like.filter(isKnown),
    partitionOf: isKnown(partitionOf) ? partitionOf : null,
  };
  return [made, ...touches.map((touch) => unknownFrom(operation, unknown.reason, touch))];
}

/** Its type is called what is written, where that is not known. */
function knownColumn(column: ColumnDefinition, unknown: Parts): ColumnDefinition {
  const { type } = column;
  const written = unknown.text.slice(type.span.start, type.span.end);
  return {
    ...column,
    type:
      isHit(unknown, type.span) && written !== ''
        ? { ...type, schema: null, name: written, modifiers: [] }
        : type,
    constraints: column.constraints.filter((constraint) => !speaksOf(constraint, unknown)),
  };
}

/** Whether it says all but what is in its expressions, which are texts to us. */
function onlyInExpressions(operation: Operation, { holes }: Parts): boolean {
  const spans = expressionsIn(operation);
  return holes.every(
    ({ span }) =>
      span.start < span.end && spans.some((one) => one.start <= span.start && span.end <= one.end),
  );
}

function expressionsIn(value: unknown): readonly Span[] {
  if (Array.isArray(value)) return value.flatMap(expressionsIn);
  if (typeof value !== 'object' || value === null) return [];
  if ('mentions' in value && 'span' in value) return isSpan(value.span) ? [value.span] : [];
  return Object.values(value).flatMap(expressionsIn);
}

function isHit({ holes }: Parts, span: Span): boolean {
  return holes.some((hole) => overlaps(hole.span, span));
}

/** Operations that leave nothing behind, or that were dealt with part by part. */
const SPARED: ReadonlySet<Operation['kind']> = new Set([
  'create-table',
  'add-column',
  'create-index',
  'write-rows',
  'maintenance',
  'set-parameter',
  'transaction',
  'comment',
  'other',
]);

/** Without names that stand for what is not known, in the operation as in what it is said to touch. */
function madeKnown(made: Operation, { span, keyword }: Operation, unknown: Parts): readonly Operation[] {
  if (made.kind === 'unknown') return [{ ...made, touches: knownTouch(made.touches, unknown) }];
  if (SPARED.has(made.kind) || !speaksOf(made, unknown)) return [made];
  return doubted(made, unknown.reason, null).map((doubt) =>
    doubt.kind === 'unknown'
      ? { ...doubt, touches: knownTouch(doubt.touches, unknown) }
      : { kind: 'unknown', span, keyword, reason: unknown.reason, touches: { kind: 'rows' } },
  );
}

function knownTouch(touches: Touch, unknown: Parts): Touch {
  const known = <T extends Name>(name: T): T =>
    speaksOf(name.schema, unknown) ? { ...name, schema: null } : name;
  switch (touches.kind) {
    case 'column':
      return speaksOf(touches.column, unknown)
        ? { kind: 'relation', relation: known(touches.relation) }
        : { ...touches, relation: known(touches.relation) };
    case 'relation':
      return speaksOf(touches.relation.name, unknown)
        ? { kind: 'everything' }
        : { ...touches, relation: known(touches.relation) };
    case 'type':
      return { ...touches, type: known(touches.type) };
    default:
      return touches;
  }
}

/** Whether a name that stands for what is not known has become a part of it. In expressions it may. */
function speaksOf(value: unknown, unknown: Parts): boolean {
  if (typeof value === 'string') {
    const text = value.toLowerCase();
    return unknown.words.some((word) => text.includes(word));
  }
  if (Array.isArray(value)) return value.some((item) => speaksOf(item, unknown));
  if (typeof value !== 'object' || value === null || 'mentions' in value) return false;
  return Object.values(value).some((part) => speaksOf(part, unknown));
}
