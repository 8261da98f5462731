// A client of the language server over stdio, for tests: it awaits messages, and never time.

import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import picomatch from 'picomatch';
import {
  type ClientCapabilities,
  type CodeAction,
  type ConfigurationParams,
  createProtocolConnection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type FileSystemWatcher,
  type InitializeResult,
  type Position,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type Range,
  type RegistrationParams,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { STATUS, type Status } from '../../server/src/hosts/lsp/extensions.js';

const root = join(import.meta.dirname, '../..');

export interface StartOptions {
  /** Files to be written into an empty folder, or a folder to be copied. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly copyOf?: string;
  /** Puts more into the folder before the server starts. */
  readonly prepare?: (folder: string) => void;
  /** Added to, or taken from, what a client that pulls diagnostics can do. */
  readonly capabilities?: ClientCapabilities;
  /** For all, or by the URI that they are asked for; {@link DEFAULT_SETTINGS} when not given. */
  readonly settings?: unknown;
  readonly settingsOf?: (scopeUri: string | undefined) => unknown;
  /** Folders inside of the one that holds the files, as workspace folders instead of it. */
  readonly folders?: readonly string[];
  /** Requests of the server that are answered with an error. */
  readonly refuses?: readonly string[];
  readonly initializationOptions?: object;
}

/** The rule that says something of nearly every migration is off: tests of the protocol are not about it. */
export const DEFAULT_SETTINGS = { rules: { 'lock-without-timeout': 'off' } };

/** What a client that pulls diagnostics can do. */
export const PULLING: ClientCapabilities = {
  textDocument: {
    diagnostic: {},
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source.fixAll'] } },
      dataSupport: true,
      resolveSupport: { properties: ['edit'] },
    },
  },
  workspace: {
    configuration: true,
    workspaceEdit: {
      documentChanges: true,
      resourceOperations: ['create'],
      changeAnnotationSupport: { groupsOnLabel: true },
    },
  },
};

export class LanguageClient {
  private constructor(
    readonly folder: string,
    private readonly process: ChildProcess,
    readonly connection: ProtocolConnection,
    readonly server: InitializeResult,
    private readonly messages: Messages,
  ) {}

  static async start(options: StartOptions = {}): Promise<LanguageClient> {
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-lsp-'));
    if (options.copyOf !== undefined) cpSync(options.copyOf, folder, { recursive: true });
    for (const [path, text] of Object.entries(options.files ?? {})) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    options.prepare?.(folder);
    const child = spawn(process.execPath, [join(root, 'dist/cli.cjs'), 'lsp', '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    const messages = listen(connection, options);
    connection.listen();
    const uri = pathToFileURL(folder).href;
    const folders = options.folders?.map((path) => pathToFileURL(join(folder, path)).href) ?? [uri];
    const server: InitializeResult = await connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: uri,
      workspaceFolders: folders.map((one) => ({ uri: one, name: 'test' })),
      capabilities: options.capabilities ?? PULLING,
      initializationOptions: options.initializationOptions ?? {},
    });
    await connection.sendNotification('initialized', {});
    return new LanguageClient(folder, child, connection, server, messages);
  }

  uri(path: string): string {
    return pathToFileURL(join(this.folder, path)).href;
  }

  /** The next status, or one that came already, for which it holds. */
  status(holds: (status: Status) => boolean): Promise<Status> {
    return this.messages.statuses.next(holds);
  }

  /** Diagnostics that the server pushed. */
  pushed(holds: (params: PublishDiagnosticsParams) => boolean): Promise<PublishDiagnosticsParams> {
    return this.messages.published.next(holds);
  }

  /** The server says that what it answered before may be wrong now. */
  async refreshed(): Promise<void> {
    await this.messages.refreshes.next(() => true);
  }

  /** How many of these nobody has waited for. */
  get refreshes(): number {
    return this.messages.refreshes.count;
  }

  /** The server says that the code lenses may be others now. */
  async lensesRefreshed(): Promise<void> {
    await this.messages.lensRefreshes.next(() => true);
  }

  progress(holds: (progress: Progress) => boolean): Promise<Progress> {
    return this.messages.progress.next(holds);
  }

  /** Resolves once the server has asked that the file be watched, as this client understands globs. */
  async watches(path: string): Promise<void> {
    const absolute = join(this.folder, path);
    await this.messages.watchers.next((watchers) =>
      watchers.some(({ globPattern: glob }) => {
        const base = typeof glob === 'string' ? this.folder : fileURLToPath(String(glob.baseUri));
        const pattern = typeof glob === 'string' ? glob : glob.pattern;
        return picomatch.isMatch(relative(base, absolute), pattern);
      }),
    );
  }

  async open(path: string, text: string, version = 1): Promise<void> {
    const languageId = path.endsWith('.sql') ? 'sql' : path.endsWith('.jsonc') ? 'jsonc' : 'elixir';
    const textDocument = { uri: this.uri(path), languageId, version, text };
    await this.connection.sendNotification('textDocument/didOpen', { textDocument });
  }

  /** Replaces a range, or the whole text without one. */
  async change(path: string, version: number, text: string, range?: Range): Promise<void> {
    const contentChanges = [range === undefined ? { text } : { range, text }];
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: this.uri(path), version },
      contentChanges,
    });
  }

  async close(path: string): Promise<void> {
    await this.connection.sendNotification('textDocument/didClose', {
      textDocument: { uri: this.uri(path) },
    });
  }

  /** Tells the server that files have changed on the disk. */
  async filesChanged(paths: readonly string[]): Promise<void> {
    await this.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: paths.map((path) => ({ uri: this.uri(path), type: 2 })),
    });
  }

  async diagnostics(path: string): Promise<readonly Diagnostic[]> {
    const report = await this.report(path);
    return report.kind === 'full' ? report.items : [];
  }

  report(path: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
    return this.connection.sendRequest('textDocument/diagnostic', {
      textDocument: { uri: this.uri(path) },
      ...(previousResultId === undefined ? {} : { previousResultId }),
    });
  }

  codeActions(path: string, range: Range, only?: readonly string[]): Promise<readonly CodeAction[]> {
    const context = { diagnostics: [], ...(only === undefined ? {} : { only: [...only] }) };
    return this.connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri: this.uri(path) },
      range,
      context,
    });
  }

  resolve(action: CodeAction): Promise<CodeAction> {
    return this.connection.sendRequest('codeAction/resolve', action);
  }

  request<T>(method: string, params: unknown): Promise<T> {
    return this.connection.sendRequest(method, params);
  }

  /** Ends the server as a client does; fails when it does not end by itself. */
  async stop(): Promise<void> {
    const ended = new Promise<number | null>((resolve) => this.process.once('exit', resolve));
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    await ended;
    this.connection.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Of a request with a token of its own. */
export interface Progress {
  readonly token: string | number;
  readonly value: { readonly kind: string; readonly message?: string };
}

/** What the server sends by itself. */
interface Messages {
  readonly statuses: Waiting<Status>;
  readonly published: Waiting<PublishDiagnosticsParams>;
  readonly refreshes: Waiting<null>;
  readonly lensRefreshes: Waiting<null>;
  readonly progress: Waiting<Progress>;
  /** Of one registration each. */
  readonly watchers: Waiting<readonly FileSystemWatcher[]>;
}

function listen(connection: ProtocolConnection, options: StartOptions): Messages {
  const messages: Messages = {
    statuses: new Waiting(),
    published: new Waiting(),
    refreshes: new Waiting(),
    lensRefreshes: new Waiting(),
    progress: new Waiting(),
    watchers: new Waiting(),
  };
  connection.onNotification(STATUS, (status: Status) => messages.statuses.add(status));
  connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) =>
    messages.published.add(params),
  );
  connection.onNotification('$/progress', (progress: Progress) => messages.progress.add(progress));
  const settingsOf = options.settingsOf ?? (() => options.settings ?? DEFAULT_SETTINGS);
  const answers: Readonly<Record<string, (params: never) => unknown>> = {
    'workspace/configuration': ({ items }: ConfigurationParams) =>
      items.map(({ scopeUri }) => settingsOf(scopeUri)),
    'workspace/diagnostic/refresh': () => {
      messages.refreshes.add(null);
      return null;
    },
    'workspace/codeLens/refresh': () => {
      messages.lensRefreshes.add(null);
      return null;
    },
    'client/registerCapability': ({ registrations }: RegistrationParams) => {
      for (const { registerOptions } of registrations) messages.watchers.add(registerOptions?.watchers ?? []);
      return null;
    },
    'client/unregisterCapability': () => null,
    'window/workDoneProgress/create': () => null,
  };
  for (const [method, answer] of Object.entries(answers)) {
    const refused = options.refuses?.includes(method);
    connection.onRequest(method, refused ? () => new ResponseError(-32603, 'refused') : answer);
  }
  return messages;
}

/** Messages that came, and those who wait for one. */
class Waiting<T> {
  private readonly came: T[] = [];
  private readonly waiting: { holds: (one: T) => boolean; resolve: (one: T) => void }[] = [];

  get count(): number {
    return this.came.length;
  }

  add(one: T): void {
    const index = this.waiting.findIndex(({ holds }) => holds(one));
    if (index < 0) this.came.push(one);
    else this.waiting.splice(index, 1)[0]?.resolve(one);
  }

  next(holds: (one: T) => boolean): Promise<T> {
    const index = this.came.findIndex(holds);
    const [found] = index < 0 ? [] : this.came.splice(index, 1);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve) => this.waiting.push({ holds, resolve }));
  }
}

/** Where the first `part` of a text stands. */
export function rangeOf(text: string, part: string): Range {
  const at = text.indexOf(part);
  if (at < 0) throw new Error(`there is no ${part}`);
  return { start: positionOf(text, at), end: positionOf(text, at + part.length) };
}

function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}
