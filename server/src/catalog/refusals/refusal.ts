// What the server says when it refuses an operation, and how we word it.
// Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html

import { nearest } from '../../text/similar.js';
import type { Span } from '../../text/span.js';
import { displayName } from '../names.js';
import type { Operation } from '../operation.js';

export type RefusalKind =
  /** A table, view, sequence or index that is not there. */
  | 'missing-relation'
  /** A column of a table that is there. */
  | 'missing-column'
  /** All else that is not there. */
  | 'missing-object'
  /** It is there already. */
  | 'exists'
  /** It is there, and is something else. */
  | 'wrong-kind'
  /** Others depend on it, and CASCADE is not said. */
  | 'dependents'
  /** A foreign key to what no key makes unique. */
  | 'no-unique-key'
  /** Runs outside a transaction only. */
  | 'in-transaction'
  /** It can be done, but not CONCURRENTLY. */
  | 'not-concurrently'
  /** An index of which no constraint can be made. */
  | 'unfit-index'
  /** It is there, and does not allow this. */
  | 'not-allowed';

export type ObjectKind =
  | 'table'
  | 'view'
  | 'materialized view'
  | 'sequence'
  | 'index'
  | 'column'
  | 'constraint'
  | 'trigger'
  | 'policy'
  | 'type'
  | 'value'
  | 'function'
  | 'schema'
  | 'extension'
  | 'attribute'
  | 'statistics'
  | 'publication'
  | 'rule'
  | 'event trigger';

export interface Refusal {
  readonly kind: RefusalKind;
  /** SQLSTATE. */
  readonly code: string;
  /** A sentence without its full stop, in lower case: `there is no table "userz"`. */
  readonly message: string;
  /** What makes it so, relative to the statement. */
  readonly at: Span;
  readonly object: RefusedObject;
  /** Names that were perhaps meant, the nearest first. */
  readonly candidates: readonly string[];
  /**
   * True when it rests on no operation having made the object: a database that had a schema before these migrations may hold it.
   * Whether one had is for migrations/beginning.ts to say.
   */
  readonly restsOnAbsence: boolean;
  /** True when an extension is there that may bring it; then only what the history does to the name can tell. */
  readonly mayBeBrought: boolean;
}

export interface RefusedObject {
  readonly kind: ObjectKind;
  /** Where it is looked for first; `null` for what belongs to no schema. */
  readonly schema: string | null;
  readonly name: string;
}

/** How it is known that something is missing which a database may have had before its migrations. */
export type EvidenceKind =
  /** It was there, and has gone. */
  | 'gone'
  /** It is made later. */
  | 'later'
  /** Nothing else in the history has this name, and something has one that is very like it. */
  | 'misspelt'
  /** The history makes all else that it uses. */
  | 'complete';

/** What an operation is judged with besides the catalog. */
export interface RefusalContext {
  /** Major version of the server. */
  readonly postgres: number;
  /** All operations of its statement: the server takes what DROP names, or the actions of ALTER TABLE, together. */
  readonly statement: readonly Operation[];
}

/** `table "users"`. */
export function called({ kind, schema, name }: RefusedObject): string {
  return `${kind} "${displayName({ schema, name })}"`;
}

export function missing(
  kind: 'missing-relation' | 'missing-column' | 'missing-object',
  code: string,
  object: RefusedObject,
  at: Span,
  known: Iterable<string>,
  {
    of = '',
    restsOnAbsence = false,
    mayBeBrought = false,
  }: { readonly of?: string; readonly restsOnAbsence?: boolean; readonly mayBeBrought?: boolean } = {},
): Refusal {
  return {
    kind,
    code,
    message: `there is no ${called(object)}${of}`,
    at,
    object,
    candidates: nearest(object.name, known, slips),
    restsOnAbsence,
    mayBeBrought,
  };
}

/** Of short names one slip is much already. */
function slips({ length }: string): number {
  return Math.max(1, Math.floor(length / 4));
}

export function exists(code: string, object: RefusedObject, at: Span, of = ''): Refusal {
  return refusal(
    'exists',
    code,
    `there is ${article(object.kind)} ${called(object)}${of} already`,
    object,
    at,
  );
}

export function article(word: string): 'a' | 'an' {
  return /^[aeiou]/.test(word) ? 'an' : 'a';
}

export function refusal(
  kind: RefusalKind,
  code: string,
  message: string,
  object: RefusedObject,
  at: Span,
): Refusal {
  return { kind, code, message, at, object, candidates: [], restsOnAbsence: false, mayBeBrought: false };
}

/** The first refusal of those that are looked for, in the order in which the server would. */
export function firstOf(...looks: readonly (() => Refusal | null)[]): Refusal | null {
  for (const look of looks) {
    const found = look();
    if (found !== null) return found;
  }
  return null;
}

export function firstIn<T>(all: Iterable<T>, look: (one: T) => Refusal | null): Refusal | null {
  for (const one of all) {
    const found = look(one);
    if (found !== null) return found;
  }
  return null;
}
