// What a migration that runs next is to do, before it is written down in SQL or in Ecto.

/** A table's name as data; `schema: null` leaves it to the search path. */
export interface TableName {
  readonly schema: string | null;
  readonly name: string;
}

/** A migration to be made. */
export interface FollowUp {
  /** In snake_case; a number is added where the folder has that name already. */
  readonly name: string;
  /** Runs outside a transaction: indexes are built and dropped concurrently, batches are committed one by one. */
  readonly outside: boolean;
  /** Lines for people above its statements, without comment marks: what has to have happened before it runs. */
  readonly notes: readonly string[];
  readonly up: readonly Step[];
  /** Empty when there is nothing to undo. */
  readonly down: readonly Step[];
}

/** The migration into which a statement moves, and what runs right before and behind it. */
export interface Postponed extends Pick<FollowUp, 'name' | 'notes' | 'down'> {
  /** Migrations that run before that one. */
  readonly before?: readonly FollowUp[];
  readonly first: readonly Step[];
  readonly last: readonly Step[];
}

/** A step and what undoes it; `null` when nothing has to. */
export interface Reversible {
  readonly up: Step;
  readonly down: Step | null;
}

export type Step =
  | { readonly kind: 'validate-constraint'; readonly table: TableName; readonly constraint: string }
  | { readonly kind: 'drop-constraint'; readonly table: TableName; readonly constraint: string }
  /** NOT VALID. */
  | {
      readonly kind: 'add-check';
      readonly table: TableName;
      readonly constraint: string;
      readonly sql: string;
    }
  | { readonly kind: 'set-not-null' | 'drop-not-null'; readonly table: TableName; readonly column: string }
  | {
      readonly kind: 'set-default';
      readonly table: TableName;
      readonly column: string;
      /** An SQL expression. */
      readonly value: string;
    }
  | { readonly kind: 'drop-default'; readonly table: TableName; readonly column: string }
  | { readonly kind: 'drop-column'; readonly table: TableName; readonly column: string }
  | IndexStep
  | { readonly kind: 'drop-index'; readonly index: IndexStep; readonly ifExists: boolean }
  | Backfill
  | { readonly kind: 'row-level-security'; readonly table: TableName; readonly on: boolean }
  | { readonly kind: 'drop-policy'; readonly table: TableName; readonly policy: string }
  /** One statement, without its `;`, that is to be written as the author writes SQL: names are given in double quotes. */
  | { readonly kind: 'words'; readonly sql: string }
  /** One statement, without its `;`, as it is. */
  | { readonly kind: 'sql'; readonly sql: string }
  /** A statement with its `;` and its comments, as it stood elsewhere in a `.sql` file. */
  | { readonly kind: 'moved'; readonly text: string };

export interface IndexStep {
  readonly kind: 'create-index';
  readonly table: TableName;
  readonly columns: readonly string[];
  readonly unique: boolean;
  readonly name: string;
  /** `null` for the name that the language gives by itself to an index on these columns. */
  readonly given: string | null;
  readonly concurrently: boolean;
}

/** Gives old rows a value, batch by batch along the primary key. */
export interface Backfill {
  readonly kind: 'backfill';
  readonly table: TableName;
  readonly column: string;
  /** An SQL expression; it may read other columns of the row. */
  readonly value: string;
  /** The column that the value comes from: where it is NULL there is nothing to fill. `null` when it comes from none. */
  readonly source: string | null;
  /** The primary key's columns; empty when the table has none. */
  readonly key: readonly string[];
  /** False when the history does not tell the key and `id` is a guess. */
  readonly keyIsKnown: boolean;
}
