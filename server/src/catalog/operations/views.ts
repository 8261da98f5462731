// Operations on views. See ../operation.ts.

import type { Name } from '../names.js';
import type { Located } from './located.js';

export interface CreateView extends Located {
  readonly kind: 'create-view';
  readonly view: Name;
  readonly materialized: boolean;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  /** Tables and views that its query names, with the columns it names of them where that is plain to see. */
  readonly reads: readonly RelationRead[];
}

export interface RelationRead {
  readonly relation: Name;
  /** Those that are certainly of this relation; a name alone, in a query of several, may be of another one. */
  readonly columns: readonly string[];
  /** By `*`. */
  readonly all: boolean;
}

export interface DropView extends Located {
  readonly kind: 'drop-view';
  readonly view: Name;
  readonly materialized: boolean;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}
