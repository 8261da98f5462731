// What a fix may ask for. A rule says what is to become of an operation; the SQL and the Ecto editor know how that is written,
// in the style of the file, with comments and layout kept.
//
// Every method gives `null` when it cannot be done here: then the fix is not offered.

import type { Name } from '../catalog/names.js';
import type {
  AddColumn,
  AddConstraint,
  AlterColumnType,
  CreateIndex,
  DetachPartition,
  DropIndex,
  Maintenance,
  Operation,
  RenameColumn,
  SetNotNull,
  WriteRows,
} from '../catalog/operation.js';
import type { Irreversible } from '../migrations/from-ecto/run.js';
import type { Query, Relation } from '../queries/query.js';
import type { Change, TextEdit } from '../text/edits.js';
import type { Span } from '../text/span.js';
import type { FollowUp, Postponed, Reversible } from './steps.js';

export type { FollowUp, Postponed, Reversible, Step } from './steps.js';

export interface Editor extends MigrationEditor, QueryEditor {}

export interface MigrationEditor {
  /**
   * CONCURRENTLY, outside a transaction. Where the migration does more than that, the index moves to a migration of its own
   * that runs next; in Ecto both module attributes are set. For REINDEX, too.
   */
  makeIndexConcurrent(index: CreateIndex | Maintenance): Change | null;
  /** The same for DROP INDEX. */
  dropIndexConcurrently(index: DropIndex): Change | null;
  /** The same for DETACH PARTITION. */
  detachConcurrently(detach: DetachPartition): Change | null;
  /**
   * A statement that refuses a transaction comes out of it: the runner is told not to open one for this migration, and the
   * script's own BEGIN and COMMIT around it alone go. Where others need the transaction, the statement, with what undoes it,
   * moves to a migration of its own that runs next; `null` when something that runs before then needs it.
   */
  leaveTransaction(): Change | null;
  /** Ecto: `@disable_migration_lock true`. */
  leaveMigrationLock(): Change | null;
  /**
   * NOT VALID (`validate: false`) here, and a migration that runs next and validates.
   * @param at the constraint's own span: in an ADD COLUMN or ADD CONSTRAINT
   * @param name the name that it has or that the server will give it
   */
  validateLater(operation: AddConstraint | AddColumn, at: Span, name: string): Change | null;
  /** A unique index built concurrently in a migration before, and the constraint made from it USING INDEX. */
  buildKeyThroughIndex(operation: AddConstraint, name: string): Change | null;
  /** A CHECK that is NOT VALID here; next, its validation, SET NOT NULL, and the CHECK's end. */
  setNotNullThroughCheck(operation: SetNotNull): Change | null;
  /** PostgreSQL 18 and later: NOT NULL as a constraint that is NOT VALID here; next, its validation. */
  setNotNullThroughConstraint(operation: SetNotNull): Change | null;
  /** The column without its default; the default set for new rows; next, a migration that fills old rows in batches. */
  addDefaultLater(operation: AddColumn): Change | null;
  /** The column without NOT NULL. */
  makeNullable(operation: AddColumn): Change | null;
  /**
   * An index on these columns: right behind the operation where its table is new, else concurrently in a migration that runs next.
   * @param after span of the operation, or `null` when there is none in this file (the fix of a schema)
   */
  addIndex(table: Name, columns: readonly string[], after: Span | null): Change | null;
  /** ENABLE ROW LEVEL SECURITY and a policy that compares the column with a session setting, behind the table's creation. */
  enableRowLevelSecurity(table: Name, column: string, after: Span): Change | null;
  /** Instead of the rename: the Ecto field reads the old column by `source:`. */
  keepColumnName(operation: RenameColumn): Change | null;
  /** Instead of the rename: a column of the new name, filled step by step from the old one. SQL alone. */
  renameThroughNewColumn(operation: RenameColumn): Change | null;
  /**
   * Another name where this one stands: in the first span, else in the second, if it stands there once.
   * Not done for a name that would need quotes which are not there.
   */
  replaceName(at: Span, within: Span, from: string, to: string): Change | null;
  /** What else is set on the column, without its type. */
  keepType(operation: AlterColumnType): Change | null;
  /** Another built-in type where one is written, without length or precision. */
  replaceType(operation: Operation, at: Span, type: string): Change | null;
  /** A new column of the new type, filled step by step, instead of a rewrite. */
  changeTypeThroughNewColumn(operation: AlterColumnType): Change | null;

  /**
   * Ecto: what `change/0` cannot turn round is told how: `from:` of `modify`, the type of `remove`, a second text of `execute`;
   * `drop constraint` becomes SQL.
   */
  giveWayBack(command: Irreversible): Change | null;
  /** Ecto: a `down/0` that raises; `change/0` becomes `up/0`. */
  refuseWayBack(): Change | null;
  /** Ecto: `up/0` becomes `change/0`. */
  callItChange(): Change | null;
  /** First thing on the way down, takes away what the way up makes. */
  takeAwayOnTheWayDown(left: Left): Change | null;
  /** Ecto: `flush()` before the expression of the callback that holds the place. */
  flushBefore(at: Span): Change | null;
  /** Ecto: that expression in an `execute` that does nothing on the way down. */
  runOnTheWayUp(at: Span): Change | null;
  /** Ecto: the table's name in the place of a schema's module. */
  nameTable(at: Span, table: string): Change | null;

  // What follows is general: rules put small mends together from it.

  /**
   * SQL words put in at an offset of the operation's statement, with a space on either side where one is wanted, in the case
   * in which the file writes keywords. A name is given in double quotes, and has them only where it needs them or the author
   * always writes them. For operations that are written in SQL.
   */
  insertWords(operation: Operation, at: number, words: string): Change | null;
  /** The same in the place of other words; `''` takes them out, with the space that they leave. */
  replaceWords(operation: Operation, at: Span, words: string): Change | null;
  /** Words right before and right behind others, which stay as they are: `(select ` and `)`. */
  wrapWords(operation: Operation, at: Span, before: string, after: string): Change | null;
  /**
   * IF EXISTS or IF NOT EXISTS put in, or taken out; in Ecto `create_if_not_exists` in the place of `create`, and so on. A table,
   * an index and what else is made or dropped by itself; of columns in SQL alone.
   */
  guard(operation: Operation, isGuarded: boolean): Change | null;
  /** Ecto: an option of the innermost command of the DSL around the span, new or changed; `null` as value takes it out. */
  setOption(operation: Operation, at: Span, option: string, value: string | null): Change | null;
  /**
   * Takes the operation out: the command of the DSL, the whole statement, or its action of an ALTER TABLE; with what undoes it.
   * Comments stay. `null` where the code does more than this.
   */
  removeOperation(operation: Operation): Change | null;
  /**
   * An UPDATE that fills a column leaves this migration, and one that runs next fills it in batches, outside a transaction.
   * `null` when it does more than that, when what follows may need it, or when nothing else stands in the migration.
   */
  fillInBatches(operation: WriteRows): Change | null;
  /**
   * Statements right before the operation's own, in the same migration and its language. What undoes them is written where one
   * text holds both ways (`change/0`).
   */
  runBefore(operation: Operation, steps: readonly Reversible[]): Change | null;
  /** The same right behind it. */
  runAfter(operation: Operation, steps: readonly Reversible[]): Change | null;
  /** The operation's statement as it is, in a migration of its own that runs next. `null` when what follows may need it. */
  runAlone(operation: Operation, name: string): Change | null;
  /**
   * The operation's statement in a migration that runs next, between other steps; in its place here come the steps `here`.
   * `null` when what follows may need it. For operations that are written in SQL.
   */
  postpone(operation: Operation, here: readonly Reversible[], next: Postponed): Change | null;
  /** Migrations that run next, one after the other; this one is left as it is. */
  runLater(followUps: readonly FollowUp[]): Change | null;
  /** Code in the place of other code of an Elixir file, where what is known of that code says what it becomes. Spans are those of the file. */
  writeCode(edits: readonly TextEdit[]): Change | null;
  /** Several mends as one; `null` when one is not possible, two edit the same place, or more than one makes new migrations. */
  together(...changes: readonly (Change | null)[]): Change | null;
}

export interface Left {
  readonly object: 'table' | 'column' | 'index' | 'constraint' | 'view' | 'type';
  readonly name: string;
  /** The table that it is a part of; of all else the schema alone counts. */
  readonly table: { readonly schema: string | null; readonly name: string };
}

export interface QueryEditor {
  /**
   * Adds `relation.column = <tenant value>` to the query: to the condition of the join by which the relation comes in, else
   * to its WHERE, else as a column of its INSERT. The value is one that is in scope there, or that the query compares the
   * column of another relation with; where there is none, it is a new parameter in SQL and a new variable in Ecto, for which
   * the caller has to be changed (in Elixir it does not compile until then).
   * @param relation one of the query or of a block inside it
   * @param column the column as the language names it (the field in Ecto)
   */
  scopeQuery(query: Query, relation: Relation, column: string): Change | null;
  /**
   * Makes a comparison of the tenant that an OR escapes hold in every case: parentheses around the OR, or, in Ecto, the
   * comparison behind the last `or_where`. Where that is not possible, the tenant is compared once more, with all of it.
   */
  scopeEveryArm(query: Query, relation: Relation, column: string): Change | null;
}
