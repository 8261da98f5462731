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
  COMMANDS,
  CONNECTIONS,
  type ConnectionInfo,
  type ConnectionsParams,
  EXPLAIN,
  type ExplainParams,
  type ExplainResult,
  type FailedResult,
  type InitializationOptions,
  PASSWORD,
  type PasswordParams,
  SAFE_PATH,
  type SafePathParams,
  type SafePathResult,
  SCHEMA,
  type SchemaParams,
  type SchemaResult,
  STATUS,
  type Status,
  TENANT_MODEL,
  type TenantModelParams,
  type TenantModelResult,
  TRACE_LOCKS,
  TRUSTED,
  type TraceLocksParams,
  type TraceLocksResult,
} from '../../server/src/hosts/lsp/extensions.js';
import type { Passwords } from './passwords.js';

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
      this.output.error(error instanceof Error ? error : String(error));
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

  /** The same for what a migration locks on the embedded PostgreSQL. */
  traceLocks(
    params: TraceLocksParams,
    token: vscode.CancellationToken,
    report: Report,
  ): Promise<TraceLocksResult> {
    return this.long<TraceLocksResult>(TRACE_LOCKS, params, token, report);
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
      return await this.client.sendRequest<R>(method, { ...params, workDoneToken }, token);
    } catch (error) {
      if (!token.isCancellationRequested) this.output.error(error instanceof Error ? error : String(error));
      return token.isCancellationRequested ? CANCELLED : NO_ANSWER;
    } finally {
      progress.dispose();
    }
  }

  /** What a fix of several steps would do. Does not reject. */
  async safePath(params: SafePathParams): Promise<SafePathResult> {
    try {
      return await this.client.sendRequest<SafePathResult>(SAFE_PATH, params);
    } catch (error) {
      this.output.error(error instanceof Error ? error : String(error));
      return NO_ANSWER;
    }
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

function clientOptions(
  context: vscode.ExtensionContext,
  outputChannel: vscode.LogOutputChannel,
): LanguageClientOptions {
  return {
    documentSelector: DOCUMENTS,
    outputChannel,
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
