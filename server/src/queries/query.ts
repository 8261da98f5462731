// One query, whichever language it was written in. SQL and Ecto are read into the same blocks, relations and conditions,
// so that what follows from them (which column is pinned to which value) is computed once.
//
// Nothing is resolved here: a relation may name a table or an Ecto schema, and a column of an Ecto schema is the name of its
// field. What could not be read is `opaque`: it never pins and never unpins.

import type { Name } from '../catalog/names.js';
import type { Span } from '../text/span.js';
import type { Recorded } from './from-ecto/steps.js';

export interface Query {
  readonly kind: 'query';
  readonly language: 'sql' | 'ecto';
  /** The statement, or the Ecto expressions from its source to its sink. Relative to the statement that holds it. */
  readonly span: Span;
  /** What findings about the query as a whole point at: the verb in SQL, the sink's or source's name in Ecto. */
  readonly keyword: Span;
  /** How it reaches the database; `null` in SQL files, and where it is built but not run here. */
  readonly sink: Sink | null;
  readonly block: Block;
  /** The module that holds it, by its full name; `null` in SQL. */
  readonly module: string | null;
  /** The function that holds it; `null` in SQL and outside functions. */
  readonly within: EnclosingFunction | null;
  /**
   * Columns of the rows it gives that the same function compares with a value that is not its client's:
   * `%{org_id: ^org_id} <- Repo.get(Post, id)`, `if post.org_id == org.id`. Left out: none.
   */
  readonly compared?: readonly string[];
  /** Functions that decide what someone may do and that are given its rows in the same function: `Policy.authorize`. Left out: none. */
  readonly authorizedBy?: readonly string[];
  /** Of an Ecto query that was read to be written as SQL: how it was put together. */
  readonly recorded?: Recorded;
}

export interface EnclosingFunction {
  /** With its arity: `list_posts/1`. */
  readonly name: string;
  /** Its name in the head of its first clause. */
  readonly head: Span;
  /** Variables that the head of its clause binds: what its caller gives. */
  readonly params: readonly string[];
  /** Only its own module can call it. Left out: no. */
  readonly isPrivate?: boolean;
}

export interface Sink {
  /** As written: `Repo.all`, `Repo.update_all`. */
  readonly name: string;
  readonly effect: 'read' | 'write';
  readonly gives: Given;
  /** The rows hang on rows that are loaded already: `Repo.preload`, `preload:`. */
  readonly ofLoaded: boolean;
  /** Names of the options that the call passes: `prefix`, `skip_tenant`; without those that it turns off. */
  readonly options: readonly string[];
  /** Names of the options that it passes as `false` or `nil`. */
  readonly off: readonly string[];
  /** The Repo's module; `null` where it is decided at run time. */
  readonly repo: string | null;
  /**
   * The function of the module that runs the query through which it went before, and the one that runs it:
   * `Safe.scoped(query, subject) |> Safe.all()`.
   */
  readonly through: (Through & { readonly run: string }) | null;
  readonly span: Span;
}

/**
 * What is given to who runs the query.
 *
 * - `one`: a row, or none.
 * - `by-key`: the row of a primary key, or none.
 * - `whether`: whether there is such a row.
 * - `number`: something that is computed from all rows.
 * - `stream`: many rows, one after another.
 * - `many`: rows, or how many were written; also what is not known.
 */
export type Given = 'one' | 'by-key' | 'whether' | 'number' | 'stream' | 'many';

export interface Through {
  /** By its full name. */
  readonly module: string;
  readonly name: string;
}

export interface Block {
  readonly verb: 'select' | 'insert' | 'update' | 'delete' | 'merge';
  readonly span: Span;
  /** In the order in which they are written. For a write, the first is the target. */
  readonly relations: readonly Relation[];
  /**
   * WHERE, and what HAVING says of columns rather than of groups; for MERGE, its ON. The conditions of joins are not part of it.
   */
  readonly where: Condition;
  readonly ctes: readonly Cte[];
  /** Further branches of UNION, INTERSECT and EXCEPT. */
  readonly branches: readonly Branch[];
  /** What it gives to an outer block, RETURNING for a write; `null` when not known. */
  readonly output: readonly OutputColumn[] | null;
  /** Its rows are groups of rows: it has GROUP BY. */
  readonly grouped: boolean;
  /** FOR UPDATE SKIP LOCKED: it takes what nobody else works on, as a queue does. */
  readonly skipsLocked: boolean;
  /** Subqueries outside WHERE and FROM: in the select list, in assigned and inserted values. */
  readonly subqueries: readonly Block[];
  readonly insert: Insert | null;
  /** UPDATE … SET. */
  readonly assignments: readonly Assignment[];
  /** Why a part of it could not be read, as a clause for people; `null` when all of it was. */
  readonly opaque: string | null;
}

/** Why a block is opaque of which the program decides what it joins: one of its ways may tie it to a tenant. */
export const JOINS_UNKNOWN = 'what it joins is decided at run time';

export interface Branch {
  readonly operator: 'union' | 'intersect' | 'except';
  readonly block: Block;
}

export interface OutputColumn {
  /** {@link ALL_COLUMNS} for every column of one relation, or of all of them when `from` has no alias. */
  readonly name: string;
  /** `null` when it is neither a plain column nor a value from outside. */
  readonly from: ColumnOperand | OuterOperand | null;
  /** The columns that it is computed from. Left out: none. */
  readonly computed?: readonly ColumnOperand[];
}

export const ALL_COLUMNS = '*';

/** Stands for the primary key where a query names it only as such: `Repo.get(Post, id)`. No column is called so. */
export const PRIMARY_KEY = '#primary-key';

export interface Cte {
  readonly name: string;
  readonly recursive: boolean;
  readonly block: Block;
}

export interface Relation {
  /** What columns name it by; in Ecto a positional binding that has no name gets `#0`, `#1`, … */
  readonly alias: string;
  readonly source: RelationSource;
  /**
   * How it is joined to all that stands before it. A join written in brackets is laid flat: each relation in it has the
   * conditions that hold for its rows.
   */
  readonly join: 'from' | 'inner' | 'left' | 'right' | 'full' | 'cross';
  readonly lateral: boolean;
  readonly on: Condition;
  readonly span: Span;
}

export type RelationSource =
  | { readonly kind: 'table'; readonly table: Name }
  /** An Ecto schema by its full module name; `table` when the query takes it from another one: `{"archive", Post}`. */
  | { readonly kind: 'schema'; readonly module: string; readonly table: string | null }
  /**
   * `assoc(p, :comments)` by the alias of `p`; `of: null` for `Ecto.assoc(post, :comments)`, whose rows a condition ties to one that is
   * loaded already.
   */
  | { readonly kind: 'association'; readonly of: string | null; readonly name: string }
  | { readonly kind: 'cte'; readonly name: string }
  | { readonly kind: 'block'; readonly block: Block }
  /** Rows made of values from outside alone: `unnest($1)`, `json_to_recordset($1)`. */
  | { readonly kind: 'values' }
  /** Rows that a function of the server makes of columns that stand beside it: `jsonb_each(p.data)`. */
  | { readonly kind: 'unfolded' }
  /** A function of columns, a query from elsewhere, or an expression that we could not read. */
  | { readonly kind: 'opaque'; readonly reason: string };

export type Condition =
  | { readonly kind: 'and'; readonly of: readonly Condition[] }
  | { readonly kind: 'or'; readonly of: readonly Condition[] }
  /** The program decides at run time which of these holds: `if org, do: where(…), else: query`. */
  | { readonly kind: 'choice'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'equal'; readonly left: Operand; readonly right: Operand; readonly span: Span }
  /** `x IN (…)`, `x = ANY ($1)`, `x in ^list`. An array that is a column is an opaque value. */
  | { readonly kind: 'in'; readonly left: Operand; readonly values: readonly Operand[]; readonly span: Span }
  | { readonly kind: 'null'; readonly operand: Operand; readonly negated: boolean; readonly span: Span }
  | { readonly kind: 'exists'; readonly block: Block; readonly span: Span }
  | OpaqueCondition;

/** Any other condition. It reads these columns and pins none. */
export interface OpaqueCondition {
  readonly kind: 'opaque';
  /**
   * - `comparison`: `<`, LIKE, a boolean column. True only where none of its columns is NULL.
   * - `expression`: a function or another expression; what it says of its columns is not known.
   * - `runtime`: the program puts it together; it may say anything of any column.
   * - `natural`: columns of the same name are equal, those of the relation that is joined, whose {@link ALL_COLUMNS} is the only
   *   column here, and those of the relations before it.
   * - `loaded`: the rows of a relation, whose {@link ALL_COLUMNS} is the only column here, hang on a row that is loaded already.
   */
  readonly what: 'comparison' | 'expression' | 'runtime' | 'natural' | 'loaded';
  readonly columns: readonly ColumnOperand[];
  /** It is nothing but a column: `WHERE archived`. Left out: it is not. */
  readonly alone?: boolean;
  readonly blocks: readonly Block[];
  /** The values from outside that it is made with, as written: `$1`, `'org_id'`, `org.id`. Left out: none. */
  readonly texts?: readonly string[];
  readonly span: Span;
}

/** The condition of no condition: true. */
export const always: Condition = { kind: 'and', of: [] };

/** Both; what is always true is left out. */
export function both(left: Condition, right: Condition): Condition {
  if (isAlways(left)) return right;
  if (isAlways(right)) return left;
  const parts = [left, right].flatMap((part) => (part.kind === 'and' ? part.of : [part]));
  return { kind: 'and', of: parts };
}

/** Those parts of a HAVING that hold of each row of a group: comparisons of columns. */
export function ofEachRow(having: Condition): Condition {
  if (having.kind === 'and') return having.of.map(ofEachRow).reduce(both, always);
  const operands =
    having.kind === 'equal'
      ? [having.left, having.right]
      : having.kind === 'in'
        ? [having.left, ...having.values]
        : [];
  const plain = operands.every(({ kind }) => kind === 'column' || kind === 'outer');
  return operands.length > 0 && plain ? having : always;
}

export function isAlways(condition: Condition): boolean {
  return condition.kind === 'and' && condition.of.length === 0;
}

export type Operand =
  | ColumnOperand
  | OuterOperand
  | { readonly kind: 'block'; readonly block: Block; readonly span: Span }
  | { readonly kind: 'row'; readonly of: readonly Operand[]; readonly span: Span }
  | {
      readonly kind: 'opaque';
      readonly columns: readonly ColumnOperand[];
      readonly blocks: readonly Block[];
      /** As of an {@link OpaqueCondition}. */
      readonly texts?: readonly string[];
      readonly span: Span;
    };

export interface ColumnOperand {
  readonly kind: 'column';
  /** `null` when it is not qualified. */
  readonly alias: string | null;
  /** {@link PRIMARY_KEY} where the query names it only as such. */
  readonly column: string;
  readonly span: Span;
  /** Where no relation is known to have it, it is a parameter of the function around the query. Left out: it is none. */
  readonly maybeParameter?: true;
}

/** A value that comes from outside the query. */
export interface OuterOperand {
  readonly kind: 'outer';
  /** `$1`, `:id`, `^org.id` are parameters; `current_setting('…')` and `auth.uid()` are session values. */
  readonly source: 'parameter' | 'literal' | 'session';
  /** As written: `$1`, `@tenant_id`, `org.id`. */
  readonly text: string;
  readonly span: Span;
  /** Left out where it is not known, as in SQL. */
  readonly origin?: Origin;
  /** The variable of the function's head that it is, or is taken from: what its caller gives. */
  readonly param?: string;
  /** The name under which a client sends it. */
  readonly sent?: string;
  /** It is taken from a row that the code has in hand, whoever has chosen that row. Left out: it is not, or that is not known. */
  readonly ofRow?: true;
}

/**
 * Where the code has a value from:
 * - `trusted`: the code itself vouches for it: a struct that it is given, who is signed in, a row that it has loaded.
 * - `client`: someone outside sends it: parameters of a request, an event of a page, arguments of a resolver.
 * - `job`: the arguments of a background job, which our own code has written some time ago.
 */
export type Origin = 'trusted' | 'client' | 'job';

export interface Insert {
  /** `null` when the statement names no columns, or they are computed at run time. */
  readonly columns: readonly { readonly name: string; readonly span: Span }[] | null;
  /** It may give other columns as well: what a changeset changes. Left out: it gives these alone. */
  readonly more?: true;
  /** Values by column where each row is written out; else `null`. */
  readonly rows: readonly (readonly Operand[])[] | null;
  readonly from: Block | null;
  readonly conflict: Conflict | null;
}

/** ON CONFLICT. */
export interface Conflict {
  /** The columns that it names; `null` when it names none, an expression, or a constraint. */
  readonly target: readonly string[] | null;
  readonly constraint: string | null;
  readonly action: 'nothing' | 'update' | 'unknown';
  readonly assignments: readonly Assignment[];
  /** Where every column of the row is set, those that are left as they are; `null` where only the assignments say what is set. */
  readonly allBut: readonly string[] | null;
  /** Which rows are updated; what is to be inserted goes by the name of `excluded`. */
  readonly where: Condition;
}

export interface Assignment {
  readonly column: string;
  readonly value: Operand;
  readonly span: Span;
}
