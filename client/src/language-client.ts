// The language server as the rest of the client sees it: started, restarted and stopped here, and every request of our own
// as a function. Findings, fixes, hovers and the like need nothing here: vscode-languageclient shows them.

import { join } from 'node:path';
import * as vscode from 'vscode';
import {
  CodeLensRequest,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  type ServerOptions,
  State,
  TransportKind,
  WorkDoneProgress,
} from 'vscode-languageclient/node';
import {
  ADVISE_INDEXES,
  type AdviseIndexesParams,
  type AdviseIndexesResult,
  COMMANDS,
  CONNECTIONS,
  type ConnectionInfo,
  type ConnectionsParams,
  EXPLAIN,
  EXPORT_STATISTICS,
  type ExplainParams,
  type ExplainResult,
  type ExportStatisticsParams,
  type ExportStatisticsResult,
  type FailedResult,
  INDEX_MIGRATION,
  type IndexMigrationParams,
  type IndexMigrationResult,
  type InitializationOptions,
  MAY_RUN,
  type MayRunParams,
  PASSWORD,
  type PasswordParams,
  PLAN_REPORT,
  type PlanReportParams,
  type PlanReportResult,
  READ_PLANS,
  type ReadPlansParams,
  type ReadPlansResult,
  type Redaction,
  SAFE_PATH,
  type SafePathParams,
  type SafePathResult,
  SCHEMA,
  type SchemaParams,
  type SchemaResult,
  STATISTICS_SCRIPT,
  STATUS,
  type StatisticsScriptParams,
  type StatisticsScriptResult,
  type Status,
  TENANT_MODEL,
  type TenantModelParams,
  type TenantModelResult,
  TRACE_LOCKS,
  TRUSTED,
  type TraceLocksParams,
  type TraceLocksResult,
  USE_STATISTICS,
  type UseStatisticsParams,
  type UseStatisticsResult,
} from '../../server/src/hosts/lsp/extensions.js';
import { mayRun } from './may-run.js';
import type { Passwords } from './passwords.js';
import { traceText } from './trace-text.js';

/** Of the extensions for SQL each has a word of its own for it. */
const LANGUAGES = ['sql', 'postgres', 'pgsql', 'plpgsql', 'elixir'];

export const DOCUMENTS = [
  ...LANGUAGES.map((language) => ({ scheme: 'file', language })),
  { scheme: 'file', pattern: '**/plumbline.jsonc' },
];

const STOP_TIMEOUT_MS = 5000;

export class LanguageServer {
  /** `null` when it is not running or is being started. */
  readonly onStatus: vscode.Event<Status | null>;
  private readonly statusChanged = new vscode.EventEmitter<Status | null>();
  private readonly client: LanguageClient;
  private requests = 0;

  constructor(
    context: vscode.ExtensionContext,
    private readonly output: vscode.LogOutputChannel,
    passwords: Passwords,
  ) {
    this.onStatus = this.statusChanged.event;
    this.client = new LanguageClient(
      'plumbline',
      'Plumbline',
      serverOptions(context),
      clientOptions(context, output),
    );
    this.client.onNotification(STATUS, (status: Status) => this.statusChanged.fire(status));
    this.client.onRequest(PASSWORD, (params: PasswordParams) => passwords.answer(params));
    this.client.onRequest<boolean, void>(MAY_RUN, (params: MayRunParams) => mayRun(params));
    this.client.onDidChangeState(({ newState }) => {
      if (newState !== State.Running) this.statusChanged.fire(newState === State.Starting ? null : STOPPED);
    });
    context.subscriptions.push(
      this.statusChanged,
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.trust()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (Object.values(LENSES).some((name) => change.affectsConfiguration(name))) this.refreshCodeLenses();
      }),
    );
  }

  /** Does not reject: a server that does not start is shown by its status, and the log says why. */
  async start(): Promise<void> {
    try {
      await this.client.start();
    } catch (error) {
      this.log(error);
      this.statusChanged.fire(STOPPED);
    }
  }

  async restart(): Promise<void> {
    if (this.client.isRunning()) await this.client.stop(STOP_TIMEOUT_MS);
    await this.start();
  }

  async stop(): Promise<void> {
    if (this.client.isRunning()) await this.client.stop(STOP_TIMEOUT_MS);
  }

  /** A server that is started later is told at its start. */
  private async trust(): Promise<void> {
    if (this.client.isRunning()) await this.client.sendNotification(TRUSTED);
  }

  private refreshCodeLenses(): void {
    const feature = this.client.getFeature(CodeLensRequest.method);
    for (const { document } of vscode.window.visibleTextEditors) {
      feature.getProvider(document)?.onDidChangeCodeLensEmitter.fire();
    }
  }

  /**
   * Does not reject: whatever goes wrong is an answer.
   * @param report is told what takes long, in words
   */
  explain(params: ExplainParams, token: vscode.CancellationToken, report: Report): Promise<ExplainResult> {
    return this.long<ExplainResult>(EXPLAIN, params, token, report);
  }

  /** The plans in a text. Does not reject. */
  readPlans(params: ReadPlansParams): Promise<ReadPlansResult> {
    return this.answer<ReadPlansResult>(READ_PLANS, params);
  }

  planReport(params: PlanReportParams): Promise<PlanReportResult> {
    return this.client.sendRequest(PLAN_REPORT, params);
  }

  /** The same for what a migration locks on the embedded PostgreSQL. */
  traceLocks(
    params: TraceLocksParams,
    token: vscode.CancellationToken,
    report: Report,
  ): Promise<TraceLocksResult> {
    return this.long<TraceLocksResult>(TRACE_LOCKS, params, token, report);
  }

  /** The same for the file of statistics of a connection's database. */
  exportStatistics(
    params: ExportStatisticsParams,
    token: vscode.CancellationToken,
    report: Report,
  ): Promise<ExportStatisticsResult> {
    return this.long<ExportStatisticsResult>(EXPORT_STATISTICS, params, token, report);
  }

  /** The same for indexes that are tried for queries. */
  adviseIndexes(
    params: AdviseIndexesParams,
    token: vscode.CancellationToken,
    report: Report,
  ): Promise<AdviseIndexesResult> {
    return this.long<AdviseIndexesResult>(ADVISE_INDEXES, params, token, report);
  }

  /** The edit that writes a migration which makes the index, or why there is none. Does not reject. */
  async indexMigration(params: IndexMigrationParams): Promise<vscode.WorkspaceEdit | FailedResult> {
    const result = await this.answer<IndexMigrationResult>(INDEX_MIGRATION, params);
    if (result.kind === 'failed') return result;
    return (await this.client.protocol2CodeConverter.asWorkspaceEdit(result.edit)) ?? NO_ANSWER;
  }

  statisticsScript(redact: Redaction): Promise<StatisticsScriptResult> {
    const params: StatisticsScriptParams = { redact };
    return this.client.sendRequest(STATISTICS_SCRIPT, params);
  }

  /** The edit by which the configuration names the file, or `null` when it does already. */
  async useStatistics(uri: string, file: string): Promise<vscode.WorkspaceEdit | null> {
    const params: UseStatisticsParams = { textDocument: { uri }, file };
    const { edit } = await this.client.sendRequest<UseStatisticsResult>(USE_STATISTICS, params);
    return (await this.client.protocol2CodeConverter.asWorkspaceEdit(edit)) ?? null;
  }

  private async long<R>(
    method: string,
    params: object,
    token: vscode.CancellationToken,
    report: Report,
  ): Promise<R | FailedResult> {
    const workDoneToken = `plumbline-${++this.requests}`;
    const progress = this.client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
      const message = value.message ?? (value.kind === 'begin' ? value.title : undefined);
      if (message !== undefined) report(message);
    });
    try {
      return await this.answer<R>(method, { ...params, workDoneToken }, token);
    } finally {
      progress.dispose();
    }
  }

  /** Does not reject: what goes wrong is logged, and is an answer. */
  private async answer<R>(
    method: string,
    params: object,
    token?: vscode.CancellationToken,
  ): Promise<R | FailedResult> {
    try {
      // An absent token would count as a parameter.
      return await (token === undefined
        ? this.client.sendRequest<R>(method, params)
        : this.client.sendRequest<R>(method, params, token));
    } catch (error) {
      if (token?.isCancellationRequested === true) return CANCELLED;
      this.log(error);
      return NO_ANSWER;
    }
  }

  private log(error: unknown): void {
    this.output.error(error instanceof Error ? error : String(error));
  }

  /** What a fix of several steps would do. Does not reject. */
  safePath(params: SafePathParams): Promise<SafePathResult> {
    return this.answer<SafePathResult>(SAFE_PATH, params);
  }

  connections(uri: string): Promise<readonly ConnectionInfo[]> {
    const params: ConnectionsParams = { textDocument: { uri } };
    return this.client.sendRequest(CONNECTIONS, params);
  }

  /** @param uri of a document, where a workspace has several schemas; `null` for whichever there is */
  schema(uri: string | null): Promise<SchemaResult> {
    const params: SchemaParams = { textDocument: uri === null ? null : { uri } };
    return this.client.sendRequest(SCHEMA, params);
  }

  /** @param uri as for {@link schema} */
  tenantModel(uri: string | null): Promise<TenantModelResult> {
    const params: TenantModelParams = { textDocument: uri === null ? null : { uri } };
    return this.client.sendRequest(TENANT_MODEL, params);
  }
}

type Report = (message: string) => void;

/** The settings that turn lenses off, by the command of the lenses. */
const LENSES: Readonly<Record<string, string>> = {
  [COMMANDS.explain]: 'plumbline.codeLens',
  [COMMANDS.showScope]: 'plumbline.tenantCodeLens',
};

const STOPPED: Status = {
  state: 'failed',
  files: 0,
  migrations: 0,
  tables: 0,
  tenants: [],
  errors: 0,
  warnings: 0,
  engine: 'off',
  message: 'The language server is not running.',
};

const CANCELLED: FailedResult = {
  kind: 'failed',
  message: 'Stopped before there was an answer.',
  whatToDo: '',
  range: null,
};

const NO_ANSWER: FailedResult = {
  kind: 'failed',
  message: 'The language server gave no answer.',
  whatToDo: 'Its output says why. "Plumbline: Restart Language Server" starts it anew.',
  range: null,
};

function serverOptions(context: vscode.ExtensionContext): ServerOptions {
  const program = { module: join(context.extensionPath, 'dist/server.cjs'), transport: TransportKind.ipc };
  return {
    run: program,
    debug: { ...program, options: { execArgv: ['--nolazy', '--inspect=6009'] } },
  };
}

/** The same channel, for the trace. */
function withoutPasswords(channel: vscode.LogOutputChannel): vscode.LogOutputChannel {
  return Object.create(channel, { trace: { value: (line: string) => channel.trace(traceText(line)) } });
}

function clientOptions(
  context: vscode.ExtensionContext,
  outputChannel: vscode.LogOutputChannel,
): LanguageClientOptions {
  return {
    documentSelector: DOCUMENTS,
    outputChannel,
    traceOutputChannel: withoutPasswords(outputChannel),
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    synchronize: { configurationSection: 'plumbline' },
    middleware: {
      provideCodeLenses: async (document, token, next) => {
        const settings = vscode.workspace.getConfiguration('', document);
        const isOn = ({ command }: vscode.CodeLens) =>
          settings.get(LENSES[command?.command ?? ''] ?? '') === true;
        return (await next(document, token))?.filter(isOn);
      },
    },
    // Asked for at every start: trust may have been given since the last one.
    initializationOptions: (): InitializationOptions => ({
      ruleUriScheme: vscode.env.uriScheme,
      commands: Object.values(COMMANDS),
      cacheFolder: context.globalStorageUri.fsPath,
      trusted: vscode.workspace.isTrusted,
    }),
  };
}
