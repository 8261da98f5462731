// What is known of the place that is mended, and a SQL statement where it stands: in a `.sql` file or in an `execute` of an
// Ecto migration. Fixes of SQL are written once, against `StatementPlace`.

import type { Catalog } from '../catalog/catalog.js';
import type { Operation } from '../catalog/operation.js';
import type { EctoSchema } from '../ecto/model.js';
import type { ReplayedMigration } from '../migrations/history.js';
import type { MigrationFile } from '../migrations/order.js';
import type { ElixirParser } from '../syntax/elixir/parse.js';
import type { SqlParser } from '../syntax/sql/parse.js';
import type { TokenText } from '../syntax/sql/segments.js';
import type { Change, TextEdit } from '../text/edits.js';
import type { SourceFile } from '../text/source-file.js';
import type { SqlStyle } from './sql-style.js';
import type { FollowUp, Reversible, Step } from './steps.js';

/** The place of a finding in its workspace. */
export interface Site {
  readonly file: SourceFile;
  /** Where in the file the spans count from that the editor is given. */
  readonly start: number;
  /** The file as a migration; `null` when it is none. */
  readonly step: ReplayedMigration | null;
  /** The migrations of the database that the file works with, in order. */
  readonly migrations: readonly MigrationFile[];
  /** The schema after all of them. */
  readonly latest: Catalog;
  /** `null` leaves the clock out of the versions of new migrations. */
  readonly now: Date | null;
  readonly parsers: { readonly sql: SqlParser; readonly elixir: ElixirParser };
  /** The text of another file; `null` when there is none. */
  textOf(path: string): string | null;
  /** The Ecto schemas of the table in the workspace. */
  schemasOf(table: {
    readonly schema: string | null;
    readonly name: string;
  }): readonly { readonly path: string; readonly schema: EctoSchema }[];
  /** The Ecto schema of that full module name; `null` when the workspace has none. */
  schemaOf(module: string): EctoSchema | null;
}

export interface StatementPlace {
  readonly statement: TokenText;
  readonly style: SqlStyle;
  /** Lines of the comments that go with it, without marks: for who takes it out and puts something else in its place. */
  readonly comments: readonly string[];
  /** The operation with spans that count from the statement's start. */
  within<O extends Operation>(operation: O): O;
  /** The place in the statement of an offset that an operation's spans count in; `null` outside of it. */
  inner(at: number): number | null;
  /** Edits of the statement as edits of its file. */
  placed(edits: readonly TextEdit[]): readonly TextEdit[];
  /** Takes the statement out of its file, and what undoes it. Its comments go with it, unless they are to stay. */
  remove(undoes: Undoes, comments: 'go' | 'stay'): Change;
  /** More statements right before it; with what undoes them, where one text holds both ways. */
  prepend(steps: readonly Reversible[]): readonly TextEdit[];
  /** The same right behind it. */
  append(steps: readonly Reversible[]): readonly TextEdit[];
  /**
   * What takes the statement out of every transaction where it stands; no edit when it is in none.
   * `null` when it has to move, because of what stands beside it.
   * @param beside what else may lose its transaction with it
   */
  outside(beside: 'anything' | 'indexes'): Change | null;
  /** The statement, edited, in a migration of its own that runs next. `null` when it cannot be moved. */
  move(edits: readonly TextEdit[], moving: Moved): Change | null;
  /**
   * What undoes it becomes CONCURRENTLY too, where the way down runs outside a transaction as well. `null` when it has to, and
   * there is no telling how.
   */
  undoConcurrently(undoes: Undoes): Change | null;
  /** Replaces what undoes it on the way down; no edit when nothing does. No steps take it out. */
  undo(undoes: Undoes, steps: readonly Step[]): Change;
  /** Migrations that run next, one after the other; `null` where its tool takes no new file. */
  next(followUps: readonly FollowUp[]): Change | null;
}

export interface Moved {
  /** Of the new migration. */
  readonly name: string;
  readonly undoes: Undoes;
  /** Whether the new migration runs outside a transaction. */
  readonly outside: boolean;
}

/** Whether an operation of the way down undoes what is mended. */
export type Undoes = (operation: Operation) => boolean;

/** All of the changes as one; `null` when one of them is not possible. Edits of one file are put together; they must not overlap. */
export function together(...changes: readonly Change[]): Change;
export function together(...changes: readonly (Change | null)[]): Change | null;
export function together(...changes: readonly (Change | null)[]): Change | null {
  const possible = changes.filter((change) => change !== null);
  if (possible.length < changes.length) return null;
  const edits = new Map<string, readonly TextEdit[]>();
  for (const change of possible) {
    for (const { path, edits: more } of change.edits) edits.set(path, [...(edits.get(path) ?? []), ...more]);
  }
  return {
    edits: [...edits].filter(([, list]) => list.length > 0).map(([path, list]) => ({ path, edits: list })),
    creates: possible.flatMap(({ creates }) => creates),
  };
}

/** The change, or `null` when it would change nothing. */
export function some(change: Change): Change | null {
  return changes(change) ? change : null;
}

export function changes({ edits, creates }: Change): boolean {
  return creates.length > 0 || edits.some((file) => file.edits.length > 0);
}

/** Several as one; `null` when one of them is not possible, two edit the same place, or more than one makes new migrations. */
export function allTogether(...parts: readonly (Change | null)[]): Change | null {
  const possible = parts.filter((part) => part !== null);
  if (possible.length < parts.length) return null;
  if (possible.filter(({ creates }) => creates.length > 0).length > 1) return null;
  const whole = together(...possible);
  return whole.edits.some(({ edits }) => overlap(edits)) ? null : whole;
}

function overlap(edits: readonly TextEdit[]): boolean {
  const ordered = [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  return ordered.some(({ span }, index) => span.start < (ordered[index - 1]?.span.end ?? 0));
}
