// What Plumbline's language server speaks beyond LSP. Shared with the client as types; described in docs/lsp-extensions.md.
// Types and names only: both sides can import this file without the other's code.

import type { WorkspaceEdit } from 'vscode-languageserver/node';
import type { Plan } from '../../database/plan.js';

export type {
  Actual,
  Buffers,
  Condition,
  Executed,
  Misestimate,
  Plan,
  PlanNode,
  PlanRelation,
} from '../../database/plan.js';

/** What the client tells the server at start. */
export interface InitializationOptions {
  /** The scheme of URIs that open a rule's page: `vscode` gives `vscode://plumbline.plumbline/rules/<id>`. */
  readonly ruleUriScheme?: string;
  /** Commands that the client has, so that code actions and lenses may call them. */
  readonly commands?: readonly string[];
  /** Where data may be kept between sessions: the replayed schema of the embedded Postgres. */
  readonly cacheFolder?: string;
  /** False until the user trusts the workspace: then nothing connects to a database. */
  readonly trusted?: boolean;
}

/** Server → client, notification: what the status item shows. */
export const STATUS = 'plumbline/status';
export interface Status {
  readonly state: 'indexing' | 'ready' | 'failed';
  readonly files: number;
  readonly migrations: number;
  readonly tables: number;
  /** Tables of tenants with the columns that name one: `organizations (organization_id)`. Usually one, or none. */
  readonly tenants: readonly string[];
  /** In open documents. */
  readonly errors: number;
  readonly warnings: number;
  readonly engine: 'off' | 'starting' | 'ready' | 'failed';
  /** What failed, for people; empty when nothing did. */
  readonly message: string;
}

/** Client → server, request: the plan of the statement at a place, or of a text. */
export const EXPLAIN = 'plumbline/explain';
export interface ExplainParams {
  readonly textDocument: { readonly uri: string };
  /** 0-based, as in LSP. */
  readonly position: { readonly line: number; readonly character: number };
  /** Name of a connection; `null` for the embedded Postgres. */
  readonly connection: string | null;
  /** Runs the statement to measure it. */
  readonly analyze: boolean;
  /** As in LSP: where to report, in words, what takes long, such as the start of the embedded Postgres. */
  readonly workDoneToken?: string | number;
}
export type ExplainResult = PlanResult | FailedResult;
export interface PlanResult {
  readonly kind: 'plan';
  readonly sql: string;
  /** Where the statement stands in the document. */
  readonly range: Range;
  readonly source: {
    readonly kind: 'embedded' | 'database';
    readonly name: string;
    readonly postgres: string;
    readonly statistics: string;
  };
  readonly plan: Plan;
  /** EXPLAIN (FORMAT JSON) as Postgres gave it. */
  readonly json: unknown;
  /** What a reader should know: statements that were skipped, extensions that were made up. */
  readonly notes: readonly string[];
}
export interface FailedResult {
  readonly kind: 'failed';
  readonly message: string;
  readonly whatToDo: string;
  /** Where in the document, when the server pointed at it. */
  readonly range: Range | null;
}
export interface Range {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

/** Client → server, request: connections that the configuration names. */
export const CONNECTIONS = 'plumbline/connections';
export interface ConnectionsParams {
  readonly textDocument: { readonly uri: string };
}
export interface ConnectionInfo {
  readonly name: string;
  /** `user@host:port/database`, without a secret. */
  readonly description: string;
  readonly production: boolean;
}

/**
 * Server → client, request: the password of a connection, `null` to go without. The first time only a password that is
 * known; after the server of the database refused, one from the user.
 */
export const PASSWORD = 'plumbline/password';
export interface PasswordParams {
  /** As {@link ConnectionInfo} has them. A password is kept by `description`: a name alone could be given to another host. */
  readonly connection: string;
  readonly description: string;
  /** The last one, or none, was refused: ask the user. */
  readonly again: boolean;
}

/** Client → server, notification: the user trusts the workspace now. */
export const TRUSTED = 'plumbline/trusted';

/** Client → server, request: the schema after all migrations, as SQL. */
export const SCHEMA = 'plumbline/schema';
export interface SchemaParams {
  readonly textDocument: { readonly uri: string } | null;
}
export interface SchemaResult {
  readonly sql: string;
}

/** Client → server, request: what a migration locks on the embedded PostgreSQL beside what is predicted, in Markdown. */
export const TRACE_LOCKS = 'plumbline/traceLocks';
export interface TraceLocksParams {
  readonly textDocument: { readonly uri: string };
  /** As in LSP: where to report, in words, what takes long. */
  readonly workDoneToken?: string | number;
}
export type TraceLocksResult = { readonly kind: 'traced'; readonly markdown: string } | FailedResult;

/** Client → server, request: what a fix of several steps would do, in Markdown, and the edit that does it. */
export const SAFE_PATH = 'plumbline/safePath';
export interface SafePathParams {
  readonly textDocument: { readonly uri: string; readonly version: number | null };
  /** The finding's. */
  readonly rule: string;
  readonly range: Range;
  /** Index among the finding's fixes. */
  readonly fix: number;
}
export type SafePathResult =
  | {
      readonly kind: 'path';
      readonly title: string;
      readonly markdown: string;
      /** To be confirmed by the user. */
      readonly edit: WorkspaceEdit;
    }
  | FailedResult;

/** Client → server, request: how tables belong to tenants, and how that is known, in Markdown. */
export const TENANT_MODEL = 'plumbline/tenantModel';
export interface TenantModelParams {
  /** Whose configuration and schema hold; `null` for those of the first workspace folder. */
  readonly textDocument: { readonly uri: string } | null;
}
export interface TenantModelResult {
  readonly markdown: string;
}

/** Client → server, request: the page of a rule, in Markdown; `null` when there is no such rule. */
export const RULE_PAGE = 'plumbline/rulePage';
export interface RulePageParams {
  readonly rule: string;
}

/** Commands of the client that code actions and code lenses of the server name. */
export const COMMANDS = {
  /** Arguments: {@link SuppressArguments}. Asks for a reason, then writes the comment. */
  suppress: 'plumbline.suppress',
  /** Arguments: {@link ExplainParams} without `connection` and `analyze`. */
  explain: 'plumbline.explainQuery',
  /** Arguments: {@link SafePathParams}. Shows the steps. */
  safePath: 'plumbline.explainSafePath',
  /** Arguments: {@link ShowScopeArguments}. Goes to the query and shows its hover, which says what ties it to a tenant. */
  showScope: 'plumbline.showScope',
} as const;

export interface SuppressArguments {
  readonly uri: string;
  /** Of the question for the reason. */
  readonly title: string;
  /** The comment goes above this line. */
  readonly line: number;
  /** What it says before the reason, with the indentation, and behind it. */
  readonly before: string;
  readonly after: string;
}

/** Where the query stands whose lens was pressed. */
export interface ShowScopeArguments {
  readonly uri: string;
  readonly position: Range['start'];
}
