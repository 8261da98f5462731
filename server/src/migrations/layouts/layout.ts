// How a migration tool lays out its files, and what its runner does with them.

import type { SourceFile } from '../../text/source-file.js';
import type { RunnerTransaction } from '../migration.js';
import type { ScriptRules, ScriptText } from './scripts.js';

export type LayoutId =
  | 'ecto'
  | 'supabase'
  | 'sqitch'
  | 'liquibase'
  | 'drizzle'
  | 'prisma'
  | 'hasura'
  | 'diesel'
  | 'flyway'
  | 'goose'
  | 'dbmate'
  | 'sql-migrate'
  | 'node-pg-migrate'
  | 'atlas'
  | 'rails'
  | 'up-down'
  | 'plain';

export interface Layout {
  readonly id: LayoutId;
  /** For people. */
  readonly title: string;
  /** What the file is in this layout, by its name and its own text; `null` when it is none of it. */
  recognize(file: SourceFile): FileRole | null;
  /**
   * True when the runner sends a script as one text and no BEGIN: `per-file` is then the server's own transaction, until the script
   * begins one. https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT
   */
  readonly transactionIsImplicit: boolean;
  /** What the runner does with the script. */
  transaction(script: Script): RunnerTransaction;
  /** The file beside a script that says how it is run; absent where the tool knows none. */
  settingsOf?(path: string): string;
  /**
   * The path of a migration to be added.
   * @param neighbour the path of another one in the folder, for the spelling of versions
   */
  pathOf(folder: string, version: string, name: string, neighbour: string): string;
  /** Where the way down of the migration at that path has its file; `null` where it has none of its own. */
  downPath(path: string): string | null;
  /** What the tool asks of its SQL scripts; the one that is given tells tools apart that share the layout. */
  scripts(like: ScriptText): ScriptRules;
}

export interface FileRole {
  /** The folder of migrations. */
  readonly folder: string;
  readonly version: string;
  readonly name: string;
  /** `both`: directives in the file part the way up from the way down. */
  readonly side: 'up' | 'down' | 'both';
  /** Its place in the tool's own list of files; what has none goes by version, before all that has one. */
  readonly place?: number;
}

/** What of a SQL file a runner looks at when it decides about transactions. */
export interface Script {
  readonly statements: number;
  /** How many of them refuse to run in a transaction (CONCURRENTLY, VACUUM, …). */
  readonly outsideOnly: number;
  /** Texts of the tool's directives and of the comments at the top, lower case. */
  readonly directives: readonly string[];
  /** The text of the file that says how it is run; `null` where there is none. */
  readonly settings: string | null;
}

/** Leading number and the rest of a file's name: `0007_add_users.sql` gives `0007` and `add_users`. */
export function numbered(
  name: string,
  ending: string,
): { readonly version: string; readonly name: string } | null {
  if (!name.endsWith(ending)) return null;
  const match = /^(\d+)(?:[_.-]+(.*))?$/.exec(name.slice(0, name.length - ending.length));
  if (match === null) return null;
  const [, version = '', rest = ''] = match;
  return { version, name: rest };
}

/** The runner sends the file as one text: several statements are one transaction, a single one is not in any. */
export function implicitTransaction({ statements }: Script): RunnerTransaction {
  return statements > 1 ? 'per-file' : 'none';
}
