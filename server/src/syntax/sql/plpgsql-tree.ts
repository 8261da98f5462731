// The tree of a PL/pgSQL body, as `plpgsql.ts` reads it. Expressions and SQL statements are pieces of its text: who needs them
// has them read by the grammar.

import type { Span } from '../../text/span.js';

/** A part of the body. `at` is where it begins there. What is not SQL in it (INTO and its targets) is blanks. */
export interface Piece {
  readonly text: string;
  readonly at: number;
}

export interface Block {
  readonly kind: 'block';
  readonly label: string | null;
  readonly declarations: readonly Declaration[];
  readonly statements: readonly PlpgsqlStatement[];
  readonly handlers: readonly Handler[];
  readonly span: Span;
}

export interface Declaration {
  readonly name: string;
  /** As written; empty for cursors and aliases. */
  readonly type: string;
  readonly value: Piece | null;
  /** `ALIAS FOR`: the other name. */
  readonly alias: string | null;
}

/** `WHEN a OR b THEN …` of EXCEPTION. */
export interface Handler {
  /** Names in lower case, or codes of five characters. */
  readonly conditions: readonly string[];
  readonly statements: readonly PlpgsqlStatement[];
}

export interface Branch {
  readonly condition: Piece;
  readonly statements: readonly PlpgsqlStatement[];
}

/** A variable, or a field of one. */
export interface Target {
  readonly name: string;
  readonly field: string | null;
  /** An element of it is set. */
  readonly indexed: boolean;
}

interface Loop {
  readonly label: string | null;
  readonly body: readonly PlpgsqlStatement[];
  readonly span: Span;
}

export interface ForLoop extends Loop {
  readonly kind: 'for';
  readonly targets: readonly string[];
  readonly over:
    | {
        readonly kind: 'range';
        readonly from: Piece;
        readonly to: Piece;
        readonly by: Piece | null;
        readonly reverse: boolean;
      }
    | { readonly kind: 'query'; readonly query: Piece }
    | { readonly kind: 'dynamic'; readonly text: Piece; readonly using: readonly Piece[] }
    | { readonly kind: 'array'; readonly array: Piece };
}

export type PlpgsqlStatement =
  | Block
  | {
      readonly kind: 'if';
      readonly branches: readonly Branch[];
      readonly otherwise: readonly PlpgsqlStatement[];
      readonly span: Span;
    }
  | {
      readonly kind: 'case';
      readonly subject: Piece | null;
      readonly branches: readonly Branch[];
      readonly otherwise: readonly PlpgsqlStatement[] | null;
      readonly span: Span;
    }
  | (Loop & { readonly kind: 'loop'; readonly condition: Piece | null })
  | ForLoop
  | {
      readonly kind: 'leave';
      readonly how: 'exit' | 'continue';
      readonly label: string | null;
      readonly when: Piece | null;
      readonly span: Span;
    }
  | { readonly kind: 'return'; readonly value: Piece | null; readonly span: Span }
  | {
      readonly kind: 'raise';
      readonly isError: boolean;
      readonly condition: string | null;
      readonly span: Span;
    }
  | { readonly kind: 'assign'; readonly target: Target; readonly value: Piece; readonly span: Span }
  | {
      readonly kind: 'execute';
      readonly text: Piece;
      readonly using: readonly Piece[];
      readonly into: readonly Target[];
      readonly span: Span;
    }
  /** PERFORM: `SELECT` is to be put before its query. */
  | { readonly kind: 'perform'; readonly query: Piece; readonly span: Span }
  | { readonly kind: 'sql'; readonly sql: Piece; readonly into: readonly Target[]; readonly span: Span }
  /** Changes nothing but these variables: GET DIAGNOSTICS, FETCH. */
  | { readonly kind: 'sets'; readonly targets: readonly Target[]; readonly span: Span };
