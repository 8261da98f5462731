// The state of a workspace folder in a running language server: its files as they are now, and what of them is open in the
// editor. All else is derived.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  CancellationToken,
  Connection,
  TextDocumentContentChangeEvent,
} from 'vscode-languageserver/node';
import { type Config, DEFAULT_CONFIG } from '../../lint/config.js';
import { lintFile, type PlacedFinding } from '../../lint/lint.js';
import { type Parsers, type Reading, readFile } from '../../lint/reading.js';
import type { Base } from '../../lint/released.js';
import { RULE_IDS } from '../../lint/rule-ids.js';
import {
  configFor,
  createWorkspace,
  type FileChange,
  updateWorkspace,
  type Workspace,
  type WorkspaceOptions,
} from '../../lint/workspace.js';
import { sameData } from '../../text/same-data.js';
import { anyFileIn, type Language, languageOf, sourceFile } from '../../text/source-file.js';
import { findFiles, isConcerned, readSource, type Unreadable } from '../files.js';
import { readBase } from '../git.js';
import { unreadableFinding } from '../unreadable.js';
import type { InitializationOptions } from './extensions.js';
import { applyContentChanges } from './from-protocol.js';

/** What the client said it can do. */
export interface ClientFacts {
  readonly pullsDiagnostics: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly refreshesLenses: boolean;
  readonly annotatesChanges: boolean;
  readonly showsProgress: boolean;
  readonly watchesFiles: boolean;
  /** Also files outside of the workspace folders. */
  readonly watchesElsewhere: boolean;
  /** It tells when workspace folders come and go. */
  readonly changesFolders: boolean;
  readonly readsConfiguration: boolean;
  readonly options: InitializationOptions;
}

export interface OpenDocument {
  readonly uri: string;
  readonly version: number;
  /** What a client that pulls diagnostics was last told; `null` when it has not asked. */
  readonly answered: { readonly version: number; readonly resultId: string } | null;
}

export class Session {
  /** Never changed in place: a request that keeps it gives an answer that is at worst late. */
  workspace: Workspace;
  /** What stopped the workspace from being read; `null` when nothing did. */
  failure: string | null = null;
  /** What of the disk could not be read, by path. */
  readonly unreadable = new Map<string, Unreadable>();
  trusted: boolean;
  private readonly documents = new Map<string, OpenDocument>();
  private readonly indexed: Promise<void>;
  isIndexed = false;
  private markIndexed: () => void = () => {};
  private readonly listeners: (() => void)[] = [];

  constructor(
    readonly connection: Connection,
    readonly client: ClientFacts,
    /** Absolute path of the folder; `''` when no folder is open. */
    readonly root: string,
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
      if (this.root !== '') await this.read(report, signal);
    } catch (error) {
      if (!signal.aborted) this.failure = error instanceof Error ? error.message : String(error);
    } finally {
      this.isIndexed = true;
      this.markIndexed();
      this.changed();
    }
  }

  private async read(report: (read: number, total: number) => void, signal: AbortSignal): Promise<void> {
    const found = await findFiles(this.root, { signal });
    for (const one of found.unreadable) this.unreadable.set(one.path, one);
    const readings = new Map<string, Reading>();
    for (const [index, file] of found.files.entries()) {
      const reading = readFile(file, this.root, this.parsers, null);
      if (reading !== null) readings.set(file.path, reading);
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
    await this.readBase();
  }

  /** The user trusts the workspace: programs may read more of it than its files. */
  trust(): void {
    this.trusted = true;
    void this.readBase();
  }

  /** What the git reference of the configuration holds. git does what a repository tells it to, so that has to be trusted. */
  private async readBase(): Promise<void> {
    const { since } = configFor(this.workspace, anyFileIn(this.root));
    const wanted = this.root === '' || !this.trusted ? null : since;
    const base = wanted === null ? null : await readBase(this.root, wanted);
    if (isSameBase(this.workspace.options.base, base)) return;
    this.workspace = { ...this.workspace, options: { ...this.workspace.options, base } };
    this.changed();
  }

  private workspaceOptions(projectRoots: readonly string[], defaults: Config): WorkspaceOptions {
    return {
      root: this.root,
      parsers: this.parsers,
      ruleIds: RULE_IDS,
      projectRoots,
      defaults,
      enforced: {},
      onlyConfig: null,
      asMigrations: new Set(),
      reads: () => true,
      base: this.workspace?.options.base ?? null,
      showsReleased: true,
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
    if (this.isIndexed) void this.readNamedFiles().then(() => this.readBase());
  }

  openDocument(uri: string, path: string, version: number, text: string): void {
    this.documents.set(path, { uri, version, answered: null });
    this.update([{ path, file: sourceFile(path, text, this.languageOf(path)) }]);
  }

  /** False when the document is not open, or nothing of it is kept. */
  changeDocument(path: string, version: number, changes: readonly TextDocumentContentChangeEvent[]): boolean {
    const document = this.documents.get(path);
    const file = this.workspace.files.get(path);
    if (document === undefined || file === undefined) return false;
    this.documents.set(path, { ...document, version });
    const text = applyContentChanges(file.text, file.lines, changes);
    this.update([{ path, file: sourceFile(path, text, file.language) }]);
    return true;
  }

  /** The disk has the last word about a closed document. */
  async closeDocument(path: string): Promise<void> {
    this.documents.delete(path);
    if (isConcerned(path) || this.isNamed(path)) await this.readAgain([path]);
  }

  /** Gives an open document over to the session of another folder. */
  moveDocument(path: string, to: Session): void {
    const document = this.documents.get(path);
    const file = this.workspace.files.get(path);
    if (document === undefined || file === undefined) return;
    this.documents.delete(path);
    this.update([{ path, file: null }]);
    to.documents.set(path, document);
    to.update([{ path, file }]);
  }

  /** Remembers what the client was told about a document as it is now. */
  markAnswered(path: string, resultId: string): void {
    const document = this.documents.get(path);
    if (document === undefined) return;
    this.documents.set(path, { ...document, answered: { version: document.version, resultId } });
  }

  /** What changed on the disk, here or in other folders. */
  async filesChanged(paths: readonly string[]): Promise<void> {
    await this.readAgain(
      paths.filter((path) => (isConcerned(path) && this.holds(path)) || this.isNamed(path)),
    );
  }

  /** The texts of open documents are not touched: the editor has the last word about them. */
  private async readAgain(paths: readonly string[]): Promise<void> {
    const read = await Promise.all(
      paths.map(async (path) => ({ path, ...(await readSource(path, this.languageOf(path))) })),
    );
    for (const { path, unreadable } of read) {
      if (unreadable === null || unreadable.gone) this.unreadable.delete(path);
      else this.unreadable.set(path, unreadable);
    }
    // It may have been opened while it was read.
    const closed = read.filter(({ path }) => !this.documents.has(path));
    if (read.length > 0) this.update(closed.map(({ path, file }) => ({ path, file })));
    await this.readBase();
  }

  private update(changes: readonly FileChange[]): void {
    const { configs } = this.workspace;
    this.workspace = updateWorkspace(this.workspace, changes);
    this.changed();
    if (this.workspace.configs !== configs) void this.readNamedFiles().then(() => this.readBase());
  }

  /** Files that a configuration has begun to name. */
  private async readNamedFiles(): Promise<void> {
    const read = await Promise.all(
      [...this.workspace.configs.missing].map((path) => readSource(path, 'data')),
    );
    const files = read
      .flatMap(({ file }) => file ?? [])
      .filter(({ path }) => !this.workspace.files.has(path));
    if (files.length > 0) this.update(files.map((file) => ({ path: file.path, file })));
  }

  /** Whether the path is inside of the folder; any path is when no folder is open. */
  holds(path: string): boolean {
    return this.root === '' || path.startsWith(`${this.root}/`);
  }

  /** Paths that are read as configurations, or would be if there were a file. */
  configurations(): readonly string[] {
    const { problems, missing } = this.workspace.configs;
    return [...problems.keys(), ...missing];
  }

  private isNamed(path: string): boolean {
    const { problems, missing } = this.workspace.configs;
    return problems.has(path) || missing.has(path);
  }

  /** What a configuration names is no source, whatever its name. */
  private languageOf(path: string): Language {
    if (this.workspace.files.get(path)?.language === 'dependency') return 'dependency';
    return this.isNamed(path) ? 'data' : languageOf(path);
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }

  versionOf(path: string): number | null {
    return this.documents.get(path)?.version ?? null;
  }

  openDocuments(): readonly (OpenDocument & { readonly path: string })[] {
    return [...this.documents].map(([path, document]) => ({ path, ...document }));
  }

  findings(path: string): readonly PlacedFinding[] {
    const findings = lintFile(this.workspace, path);
    const unreadable = this.unreadable.get(path);
    // The editor may have decoded it by itself; what reads it next will not.
    return unreadable === undefined || unreadable.offset === null
      ? findings
      : [unreadableFinding(unreadable), ...findings];
  }
}

function isSameBase(one: Base | null, other: Base | null): boolean {
  if (one === null || other === null || one.kind === 'missing' || other.kind === 'missing') {
    return sameData(one, other);
  }
  const same = (a: ReadonlySet<string>, b: ReadonlySet<string>) =>
    a.size === b.size && [...a].every((path) => b.has(path));
  return one.ref === other.ref && same(one.files, other.files) && same(one.changed, other.changed);
}
