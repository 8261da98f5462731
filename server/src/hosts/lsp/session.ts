// The state of a running language server: the workspace as it is now, and what is open in the editor. All else is derived.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  CancellationToken,
  Connection,
  TextDocumentContentChangeEvent,
} from 'vscode-languageserver/node';
import { type Config, DEFAULT_CONFIG } from '../../lint/config.js';
import { lintFile, type PlacedFinding } from '../../lint/lint.js';
import { type Parsers, prepare, type Reading, readFile } from '../../lint/reading.js';
import {
  createWorkspace,
  type FileChange,
  updateWorkspace,
  type Workspace,
  type WorkspaceOptions,
} from '../../lint/workspace.js';
import { RULES } from '../../rules/index.js';
import { sourceFile } from '../../text/source-file.js';
import { findFiles, isConcerned, readSource, type Unreadable } from '../files.js';
import type { InitializationOptions } from './extensions.js';
import { applyContentChanges } from './from-protocol.js';

/** What the client said it can do, and where it works. */
export interface ClientFacts {
  /** Absolute path of the first workspace folder; `''` without one. */
  readonly root: string;
  readonly pullsDiagnostics: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly annotatesChanges: boolean;
  readonly showsProgress: boolean;
  readonly watchesFiles: boolean;
  readonly readsConfiguration: boolean;
  readonly options: InitializationOptions;
}

interface OpenDocument {
  readonly uri: string;
  readonly version: number;
}

export class Session {
  /** Never changed in place: a request that keeps it gives an answer that is at worst late. */
  workspace: Workspace;
  /** What stopped the workspace from being read; `null` when nothing did. */
  failure: string | null = null;
  unreadable: readonly Unreadable[] = [];
  trusted: boolean;
  private readonly documents = new Map<string, OpenDocument>();
  private readonly indexed: Promise<void>;
  isIndexed = false;
  private markIndexed: () => void = () => {};
  private readonly listeners: (() => void)[] = [];

  constructor(
    readonly connection: Connection,
    readonly client: ClientFacts,
    private readonly parsers: Parsers,
    /** The folder of the bundle, where the files that it needs at run time are. */
    readonly assets: string,
  ) {
    this.trusted = client.options.trusted ?? true;
    this.workspace = createWorkspace(this.workspaceOptions([], DEFAULT_CONFIG), []);
    this.indexed = new Promise((resolve) => {
      this.markIndexed = resolve;
    });
  }

  /** Resolves once the workspace has been read, or could not be. */
  whenIndexed(): Promise<void> {
    return this.indexed;
  }

  /** Called after every change of the workspace. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Gives way to messages that have arrived, so that one that cancels this work is heard before the work begins. */
  async giveWay(token: CancellationToken): Promise<boolean> {
    await this.indexed;
    await nextTurn();
    return !token.isCancellationRequested;
  }

  /** Reads the workspace from the disk. Documents that are open meanwhile keep the text of the editor. */
  async index(report: (read: number, total: number) => void, signal: AbortSignal): Promise<void> {
    try {
      if (this.client.root !== '') await this.read(report, signal);
    } catch (error) {
      if (!signal.aborted) this.failure = error instanceof Error ? error.message : String(error);
    } finally {
      this.isIndexed = true;
      this.markIndexed();
      this.changed();
    }
  }

  private async read(report: (read: number, total: number) => void, signal: AbortSignal): Promise<void> {
    const found = await findFiles(this.client.root, { signal });
    this.unreadable = found.unreadable;
    const readings = new Map<string, Reading>();
    for (const [index, file] of found.files.entries()) {
      const reading = readFile(file, this.parsers, null);
      if (reading !== null) {
        prepare(reading);
        readings.set(file.path, reading);
      }
      if (index % 50 !== 0) continue;
      report(index, found.files.length);
      await nextTurn();
      signal.throwIfAborted();
    }
    const options = this.workspaceOptions(found.projectRoots, this.workspace.options.defaults);
    const open = this.workspace.files;
    const indexed = createWorkspace(options, found.files, readings);
    this.workspace = updateWorkspace(
      indexed,
      [...open.values()].map((file) => ({ path: file.path, file })),
    );
  }

  private workspaceOptions(projectRoots: readonly string[], defaults: Config): WorkspaceOptions {
    return {
      root: this.client.root,
      parsers: this.parsers,
      ruleIds: new Set(RULES.map((rule) => rule.id)),
      projectRoots,
      defaults,
      asMigrations: new Set(),
      now: () => new Date(),
    };
  }

  /** The editor's settings: they hold where no configuration file says otherwise. */
  configure(defaults: Config): void {
    const { options, files } = this.workspace;
    this.workspace = createWorkspace(
      { ...options, defaults },
      [...files.values()],
      new Map(this.workspace.readings),
    );
    this.changed();
  }

  openDocument(uri: string, path: string, version: number, text: string): void {
    this.documents.set(path, { uri, version });
    this.update([{ path, file: sourceFile(path, text) }]);
  }

  /** False when the document is not open, or nothing of it is kept. */
  changeDocument(path: string, version: number, changes: readonly TextDocumentContentChangeEvent[]): boolean {
    const document = this.documents.get(path);
    const file = this.workspace.files.get(path);
    if (document === undefined || file === undefined) return false;
    this.documents.set(path, { ...document, version });
    const text = applyContentChanges(file.text, file.lines, changes);
    this.update([{ path, file: sourceFile(path, text) }]);
    return true;
  }

  /** The disk has the last word about a closed document. */
  async closeDocument(path: string): Promise<void> {
    this.documents.delete(path);
    await this.filesChanged([path]);
  }

  /** What changed on the disk. Open documents are not touched: the editor has the last word about them. */
  async filesChanged(paths: readonly string[]): Promise<void> {
    const closed = paths.filter((path) => isConcerned(path) && !this.documents.has(path));
    const changes = await Promise.all(
      closed.map(async (path): Promise<FileChange> => {
        const read = await readSource(path);
        return { path, file: 'message' in read ? null : read };
      }),
    );
    // It may have been opened while it was read.
    const still = changes.filter(({ path }) => !this.documents.has(path));
    if (still.length > 0) this.update(still);
  }

  private update(changes: readonly FileChange[]): void {
    this.workspace = updateWorkspace(this.workspace, changes);
    this.changed();
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }

  versionOf(path: string): number | null {
    return this.documents.get(path)?.version ?? null;
  }

  openDocuments(): readonly { readonly path: string; readonly uri: string; readonly version: number }[] {
    return [...this.documents].map(([path, document]) => ({ path, ...document }));
  }

  findings(path: string): readonly PlacedFinding[] {
    return lintFile(this.workspace, path);
  }
}
