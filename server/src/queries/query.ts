// One query, whichever language it was written in. SQL and Ecto are read into the same blocks, relations and conditions,
// so that what follows from them (which column is pinned to which value) is computed once.
//
// Nothing is resolved here: a relation may name a table or an Ecto schema, and a column of an Ecto schema is the name of its
// field. What could not be read is `opaque`: it never pins and never unpins.

import type { Name } from '../catalog/names.js';
import type { Span } from '../text/span.js';

export interface Query {
  readonly kind: 'query';
  readonly language: 'sql' | 'ecto';
  /** The statement, or the Ecto expression from its source to its sink. Relative to the statement that holds it. */
  readonly span: Span;
  /** What findings about the query as a whole point at: the verb in SQL, the sink's or source's name in Ecto. */
  readonly keyword: Span;
  /** How an Ecto query reaches the database; `null` in SQL, and where it is built but not run here. */
  readonly sink: Sink | null;
  readonly block: Block;
  /** The function that holds it, as `name/arity`; `null` in SQL. */
  readonly within: string | null;
}

export interface Sink {
  /** As written: `Repo.all`, `Repo.update_all`. */
  readonly name: string;
  readonly effect: 'read' | 'write';
  readonly span: Span;
}

export interface Block {
  readonly verb: 'select' | 'insert' | 'update' | 'delete' | 'merge';
  readonly span: Span;
  /** In the order in which they are written. For a write, the first is the target. */
  readonly relations: readonly Relation[];
  /** WHERE. HAVING, and the conditions of joins, are not part of it. */
  readonly where: Condition;
  readonly ctes: readonly Cte[];
  /** Further branches of UNION, INTERSECT and EXCEPT. */
  readonly branches: readonly {
    readonly operator: 'union' | 'intersect' | 'except';
    readonly block: Block;
  }[];
  /** What it gives to an outer block; `null` when not known or `*`. */
  readonly output: readonly OutputColumn[] | null;
  /** Subqueries outside WHERE and FROM: in the select list, in assigned values. */
  readonly subqueries: readonly Block[];
  readonly insert: Insert | null;
  /** UPDATE … SET. */
  readonly assignments: readonly Assignment[];
  /** Why a part of it could not be read; `null` when all of it was. */
  readonly opaque: string | null;
}

export interface OutputColumn {
  readonly name: string;
  /** `null` when it is not a plain column. */
  readonly from: ColumnOperand | null;
}

export interface Cte {
  readonly name: string;
  readonly recursive: boolean;
  readonly block: Block;
}

export interface Relation {
  /** What columns name it by; in Ecto a positional binding that has no name gets `#0`, `#1`, … */
  readonly alias: string;
  readonly source: RelationSource;
  readonly join: 'from' | 'inner' | 'left' | 'right' | 'full' | 'cross';
  readonly lateral: boolean;
  readonly on: Condition;
  readonly span: Span;
}

export type RelationSource =
  | { readonly kind: 'table'; readonly table: Name }
  /** An Ecto schema by its full module name. */
  | { readonly kind: 'schema'; readonly module: string }
  /** `assoc(p, :comments)`. */
  | { readonly kind: 'association'; readonly of: string; readonly name: string }
  | { readonly kind: 'cte'; readonly name: string }
  | { readonly kind: 'block'; readonly block: Block }
  /** A function, VALUES, or an expression that we could not read. */
  | { readonly kind: 'opaque'; readonly reason: string };

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'equal'; readonly left: Operand; readonly right: Operand; readonly span: Span }
  /** `x IN (…)`, `x = ANY (…)`, `x in ^list`. */
  | { readonly kind: 'in'; readonly left: Operand; readonly values: readonly Operand[]; readonly span: Span }
  | { readonly kind: 'null'; readonly operand: Operand; readonly negated: boolean; readonly span: Span }
  | { readonly kind: 'exists'; readonly block: Block; readonly span: Span }
  /** Any other condition. It reads these columns and pins none. */
  | {
      readonly kind: 'opaque';
      readonly columns: readonly ColumnOperand[];
      readonly blocks: readonly Block[];
      readonly span: Span;
    };

/** The condition of no condition: true. */
export const always: Condition = { kind: 'and', of: [] };

export type Operand =
  | ColumnOperand
  | OuterOperand
  | { readonly kind: 'block'; readonly block: Block; readonly span: Span }
  | { readonly kind: 'row'; readonly of: readonly Operand[]; readonly span: Span }
  | { readonly kind: 'opaque'; readonly columns: readonly ColumnOperand[]; readonly span: Span };

export interface ColumnOperand {
  readonly kind: 'column';
  /** `null` when it is not qualified. */
  readonly alias: string | null;
  readonly column: string;
  readonly span: Span;
}

/** A value that comes from outside the query. */
export interface OuterOperand {
  readonly kind: 'outer';
  /** `$1`, `:id`, `^org.id` are parameters; `current_setting('…')` and `auth.uid()` are session values. */
  readonly source: 'parameter' | 'literal' | 'session';
  readonly text: string;
  readonly span: Span;
}

export interface Insert {
  /** `null` when the statement names no columns, or they are computed at run time. */
  readonly columns: readonly { readonly name: string; readonly span: Span }[] | null;
  /** Values by column where each row is written out and they are plain; else `null`. */
  readonly rows: readonly (readonly Operand[])[] | null;
  readonly from: Block | null;
  readonly conflict: {
    readonly target: readonly string[] | null;
    readonly assignments: readonly Assignment[];
  } | null;
}

export interface Assignment {
  readonly column: string;
  readonly value: Operand;
  readonly span: Span;
}
