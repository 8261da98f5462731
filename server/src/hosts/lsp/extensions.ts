// What Plumbline's language server speaks beyond LSP. Shared with the client as types; described in docs/lsp-extensions.md.
// Types and names only: both sides can import this file without the other's code.

import type { WorkspaceEdit } from 'vscode-languageserver/node';
import type { Advice, WishedIndex } from '../../advice/advice.js';
import type { Redaction } from '../../catalog/statistics.js';
import type { Failure } from '../../database/database.js';
import type { PlanFormat } from '../../features/plan-report.js';
import type { PlanParameter } from '../../plans/given-values.js';
import type { Plan } from '../../plans/plan.js';
import type { PlanSource } from '../../plans/source.js';

export type { Advice, WishedIndex } from '../../advice/advice.js';
export type { PlanParameter } from '../../plans/given-values.js';
export type {
  Actual,
  Buffers,
  Condition,
  Executed,
  Misestimate,
  Plan,
  PlanNode,
  PlanRelation,
} from '../../plans/plan.js';
export type { Redaction };

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

/** Client → server, request: the plan of the statement at a place. */
export const EXPLAIN = 'plumbline/explain';
export interface ExplainParams {
  readonly textDocument: { readonly uri: string };
  /** 0-based, as in LSP. */
  readonly position: { readonly line: number; readonly character: number };
  /** Name of a connection; `null` for the embedded Postgres. */
  readonly connection: string | null;
  /** Runs the statement to measure it; on a connection only after {@link MAY_RUN}. */
  readonly analyze: boolean;
  /** Of its parameters, for which the plan is made; `null` is NULL. Absent: the plan is the generic one. */
  readonly values?: readonly (string | null)[];
  /** As in LSP: where to report, in words, what takes long, such as the start of the embedded Postgres. */
  readonly workDoneToken?: string | number;
}
export type ExplainResult = PlanResult | FailedResult;
export interface PlanResult {
  readonly kind: 'plan';
  /** Empty for a saved plan that does not tell it. */
  readonly sql: string;
  /** Where the statement stands in the document; `null` for a plan that is of no document. */
  readonly range: Range | null;
  /** A saved plan whose source nobody wrote down is `saved`, with an empty `postgres` and `none`. */
  readonly source: PlanSource;
  /** `$1` first. */
  readonly parameters: readonly PlanParameter[];
  readonly plan: Plan;
  /** EXPLAIN (FORMAT JSON) as Postgres gave it. */
  readonly json: unknown;
  /** What a reader should know: statements that were skipped, extensions that were made up. */
  readonly notes: readonly string[];
  /** What to do about it, what saves most first. */
  readonly advice: readonly Advice[];
  /** Where in the document its nodes come from; `null` for a plan that is of no document. */
  readonly places: PlanPlaces | null;
}
export interface PlanPlaces {
  /** What stands in `range`, by which it is found again when the document has changed around it. */
  readonly text: string;
  /** By id of a node, the relation that it reads and the conditions that it checks: UTF-16 offsets in `text`. */
  readonly nodes: Readonly<Record<string, readonly { readonly start: number; readonly end: number }[]>>;
}
export interface FailedResult {
  readonly kind: 'failed';
  /** What kind of thing went wrong; left out where no database was to be asked. */
  readonly cause?: Failure['kind'];
  readonly message: string;
  readonly whatToDo: string;
  /** Where in the document, when the server pointed at it. */
  readonly range: Range | null;
}

/** Client → server, request: the plans in a text that somebody saved or pasted. */
export const READ_PLANS = 'plumbline/readPlans';
export interface ReadPlansParams {
  /** Whose configuration and schema hold for the advice; `null` for those of the first workspace folder. */
  readonly textDocument: { readonly uri: string } | null;
  readonly text: string;
  /** What people call the text: the name of its file, `clipboard`. */
  readonly name: string;
}
export type ReadPlansResult =
  | {
      readonly kind: 'plans';
      /** At least one. */
      readonly plans: readonly {
        readonly title: string;
        readonly description: string;
        readonly result: PlanResult;
      }[];
    }
  | FailedResult;

/** Client → server, request: a plan as a text to keep or to show. */
export const PLAN_REPORT = 'plumbline/planReport';
export interface PlanReportParams {
  readonly format: PlanFormat;
  readonly plan: Pick<PlanResult, 'sql' | 'source' | 'parameters' | 'json' | 'notes' | 'advice'>;
}
export interface PlanReportResult {
  readonly text: string;
}

export interface Range {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

/** Client → server, request: the databases that there are for a file: of the configuration, the environment and Repos. */
export const CONNECTIONS = 'plumbline/connections';
export interface ConnectionsParams {
  readonly textDocument: { readonly uri: string };
}
export interface ConnectionInfo {
  readonly name: string;
  /** `user@host:port/database`, without a secret. */
  readonly description: string;
  /** By its setting, or by the name of the connection, the host or the database. Nothing is run there. */
  readonly production: boolean;
  /** Why it cannot be used, for people, or `null`. */
  readonly problem: string | null;
}

/**
 * Server → client, request: may a statement be run there to measure it? Asked before each run; only `true` counts as yes.
 * What writes is rolled back.
 */
export const MAY_RUN = 'plumbline/mayRun';
export interface MayRunParams {
  readonly connection: string;
  readonly description: string;
  readonly host: string;
  readonly database: string;
  readonly statement: string;
  /** Whether it changes rows. */
  readonly writes: boolean;
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

/** Client → server, request: the file of statistics of a connection's database. */
export const EXPORT_STATISTICS = 'plumbline/exportStatistics';
export interface ExportStatisticsParams {
  /** Whose configuration names the connection. */
  readonly textDocument: { readonly uri: string };
  readonly connection: string;
  readonly redact: Redaction;
  /** `schema.table.column`: with `text`, values of these may be told. */
  readonly keep: readonly string[];
  /** As in LSP: where to report, in words, what takes long. */
  readonly workDoneToken?: string | number;
}
export type ExportStatisticsResult =
  | {
      readonly kind: 'statistics';
      /** Of the file. */
      readonly text: string;
      /** What is in it and what is not, in sentences. */
      readonly report: readonly string[];
      /** Columns as in `keep` whose values were withheld though they are few. */
      readonly fewValues: readonly string[];
    }
  | FailedResult;

/** Client → server, request: a script for psql that prints the file of statistics. */
export const STATISTICS_SCRIPT = 'plumbline/statisticsScript';
export interface StatisticsScriptParams {
  readonly redact: Redaction;
}
export interface StatisticsScriptResult {
  readonly sql: string;
}

/** Client → server, request: the edit by which the configuration names a file of statistics; `null` when it does already. */
export const USE_STATISTICS = 'plumbline/useStatistics';
export interface UseStatisticsParams {
  /** Whose configuration it is. */
  readonly textDocument: { readonly uri: string };
  /** URI of the file. */
  readonly file: string;
}
export interface UseStatisticsResult {
  readonly edit: WorkspaceEdit | null;
}

/** Client → server, request: indexes tried on the embedded PostgreSQL, for the query at a place or for all queries of a document. */
export const ADVISE_INDEXES = 'plumbline/adviseIndexes';
export interface AdviseIndexesParams {
  readonly textDocument: { readonly uri: string };
  /** `null` for all queries of the document together. */
  readonly position: Range['start'] | null;
  /** Only this one is tried, whatever it is worth. Left out: all that may help. */
  readonly index?: WishedIndex;
  /** As in LSP: where to report, in words, what takes long. */
  readonly workDoneToken?: string | number;
}
export type AdviseIndexesResult =
  | {
      readonly kind: 'index-advice';
      /** All that is said, as a page. */
      readonly markdown: string;
      /** What is advised first, then alternatives, then what is not worth it. */
      readonly indexes: readonly TriedIndexInfo[];
    }
  | FailedResult;
export interface TriedIndexInfo {
  readonly verdict: 'advised' | 'alternative' | 'little' | 'unused' | 'refused';
  /** Why, with the numbers. */
  readonly message: string;
  /** `orders (status, placed_at)` */
  readonly title: string;
  readonly sql: string;
  readonly index: WishedIndex;
  /** Of the queries that it helps, best first; of an index that was asked for, of each that it could help. */
  readonly plans: readonly {
    /** 0-based. */
    readonly line: number;
    readonly before: PlanResult;
    readonly after: PlanResult;
  }[];
}

/** Client → server, request: the edit that writes a migration which makes the index. */
export const INDEX_MIGRATION = 'plumbline/indexMigration';
export interface IndexMigrationParams {
  /** Of the query, whose database it is. */
  readonly textDocument: { readonly uri: string };
  readonly index: WishedIndex;
}
export type IndexMigrationResult =
  /** To be confirmed by the user. */
  { readonly kind: 'migration'; readonly edit: WorkspaceEdit } | FailedResult;

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
