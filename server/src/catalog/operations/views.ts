// Operations on views. See ../operation.ts.

import type { Span } from '../../text/span.js';
import type { LocalName, Name } from '../names.js';
import type { Located } from './located.js';
import type { QueryShape } from './query-shape.js';

export interface CreateView extends Located {
  readonly kind: 'create-view';
  readonly view: Name;
  readonly materialized: boolean;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly temporary: boolean;
  /** Names for its first columns; empty when none are given. */
  readonly columns: readonly string[];
  readonly query: QueryShape;
  /** `null` when its text cannot be told apart from the rest. */
  readonly text: QueryText | null;
  readonly options: readonly ViewOption[];
  /** False for WITH NO DATA. */
  readonly populated: boolean;
  /** Tables and views that its query names, with the columns it names of them where that is plain to see. */
  readonly reads: readonly RelationRead[];
}

/** A query in the words of its author. Spans are those of its text. */
export interface QueryText {
  readonly text: string;
  /** Every place where it names a relation, in the order in which they are found. */
  readonly relations: readonly RelationMention[];
  /** The first `*` in what the outermost SELECT gives; `null` when it has none. */
  readonly star: StarMention | null;
  /** How many `*` for columns it holds anywhere. */
  readonly stars: number;
}

export interface RelationMention {
  readonly relation: Name;
  readonly alias: { readonly name: string; readonly end: number; readonly hasColumns: boolean } | null;
}

export interface StarMention {
  readonly span: Span;
  /** How many outputs are written before and after it. */
  readonly before: number;
  readonly after: number;
}

/** `security_barrier`, `security_invoker`, `check_option` of a view; storage parameters of a materialized view. */
export interface ViewOption {
  readonly name: string;
  /** `true` when none is given. */
  readonly value: string;
}

export interface RelationRead {
  readonly relation: Name;
  /** Those that are certainly of this relation; a name alone, in a query of several, may be of another one. */
  readonly columns: readonly string[];
  /** By `*`. */
  readonly all: boolean;
}

/** ALTER VIEW and ALTER MATERIALIZED VIEW; a new name or schema of the view itself is a `rename-table` or `set-schema`. */
export interface AlterView extends Located {
  readonly kind: 'alter-view';
  readonly view: Name;
  readonly ifExists: boolean;
  readonly action:
    | { readonly kind: 'rename-column'; readonly column: LocalName; readonly to: LocalName }
    | { readonly kind: 'set-options'; readonly options: readonly ViewOption[] }
    | { readonly kind: 'reset-options'; readonly names: readonly string[] }
    /** A column's default or storage, a materialized view's CLUSTER ON: nothing that the catalog holds. */
    | { readonly kind: 'other'; readonly light: boolean };
}

export interface DropView extends Located {
  readonly kind: 'drop-view';
  readonly view: Name;
  readonly materialized: boolean;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}
