// A `.sql` text as a list of statements. Each is parsed alone, so that a broken one hides no neighbour, and everything in it
// counts from its own start, so that an edit elsewhere in the file leaves it as it is.

import type { Span } from '../../text/span.js';
import type { Problem } from '../problem.js';
import type { Node } from './nodes.js';
import type { Token } from './lexer.js';

/** One statement, without the `;` that ends it. */
export interface SqlStatement {
  /** From its first token to its last. */
  readonly text: string;
  /** As read by PostgreSQL's own grammar; `null` when it does not parse. Locations in it are UTF-16 offsets into `text`. */
  readonly node: Node | null;
  /** Relative to `text`. At most one: the grammar stops at the first error. */
  readonly problems: readonly Problem[];
  /** Comments left out. Computed when first asked for. */
  readonly tokens: readonly Token[];
}

export interface PlacedStatement {
  /** Where `statement.text` starts in the file. */
  readonly start: number;
  readonly statement: SqlStatement;
  /** Which script of a two-way file it belongs to (goose, dbmate and sql-migrate directives). */
  readonly section: 'up' | 'down';
}

export interface SqlFile {
  readonly text: string;
  readonly statements: readonly PlacedStatement[];
  readonly comments: readonly Comment[];
  /** Directives of migration tools: `-- +goose NO TRANSACTION`, `-- migrate:up transaction:false`, `\c`, … */
  readonly directives: readonly Directive[];
  /** Problems that belong to no statement, relative to the file. */
  readonly problems: readonly Problem[];
}

export interface Comment {
  readonly span: Span;
  /** Without `--` or `/*` and its end. */
  readonly text: string;
}

export interface Directive {
  readonly span: Span;
  readonly kind: 'goose' | 'dbmate' | 'sql-migrate' | 'psql';
  /** What follows the tool's prefix, lower case: `up`, `no transaction`, `up transaction:false`, `\\i`. */
  readonly text: string;
}
