// A `.sql` text as a list of statements. Each is parsed alone, so that a broken one hides no neighbour, and everything in it
// counts from its own start, so that an edit elsewhere in the file leaves it as it is: the same object stands in the next
// version of the file, and what is read from it can be kept in a WeakMap.

import type { Span } from '../../text/span.js';
import type { Problem } from '../problem.js';
import type { Token } from './lexer.js';
import type { Node } from './nodes.js';
import type { Hole } from './templates.js';

/** One statement, without the `;` that ends it. */
export interface SqlStatement {
  /** From its first token to its last. */
  readonly text: string;
  /**
   * As read by PostgreSQL's own grammar; `null` when it does not parse or is {@link unread}. Locations in it are UTF-16
   * offsets into `text`. A tree takes many times the memory of its text, so only those asked for last are kept: take what
   * you need from it and let it go. Asked for before `problems`, it gives both for the price of one parse.
   */
  readonly node: Node | null;
  /** Relative to `text`. At most one: the grammar stops at the first error. */
  readonly problems: readonly Problem[];
  /**
   * Comments left out. A placeholder of a template is the token that it was taken for. Not kept either. Of a statement that
   * is too large to be parsed, only those of its beginning.
   */
  readonly tokens: readonly Token[];
  /** What another program fills in before the server sees it, in order. A name that touches one is not known. */
  readonly holes: readonly Hole[];
  /** Why it was not parsed though nothing is known to be wrong with it, as a clause for people. */
  readonly unread: string | null;
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
  /** All but directives, wherever they stand. */
  readonly comments: readonly Comment[];
  /** Directives of migration tools: `-- +goose NO TRANSACTION`, `-- migrate:up transaction:false`, `\c`, … */
  readonly directives: readonly Directive[];
  /** Problems that belong to no statement, or lie between two, relative to the file. */
  readonly problems: readonly Problem[];
}

export interface Comment {
  readonly span: Span;
  /** Without `--` or `/*` and its end; white space is kept, so that places in it can be told. */
  readonly text: string;
}

export interface Directive {
  readonly span: Span;
  readonly kind:
    | 'goose'
    | 'dbmate'
    | 'sql-migrate'
    | 'node-pg-migrate'
    | 'liquibase'
    | 'drizzle'
    | 'atlas'
    | 'psql';
  /**
   * What follows the tool's prefix, lower case, with single blanks: `up`, `no transaction`, `up transaction:false`.
   * A psql command and a change set of Liquibase are kept as written: `\i Users.sql`, `changeset Ann:1 runInTransaction:false`.
   */
  readonly text: string;
}
