// Tells the client what changed: at once what is wrong now, if it does not ask itself; when it is quiet, what the status item
// shows, and that a client that asks for diagnostics or lenses should ask again.

import { CodeLensRefreshRequest, type Connection, DiagnosticSeverity } from 'vscode-languageserver/node';
import { tenantsOf } from '../../features/tenant-model.js';
import { diagnosticsOf, isOutdated, pushAll } from './diagnostics.js';
import { STATUS, type Status } from './extensions.js';
import type { Folder, Folders } from './folders.js';
import { lensesAreOutdated } from './requests/code-lens.js';
import type { ClientFacts } from './session.js';

const QUIET_MS = 200;

export class Announcer {
  private pushing = false;
  private closed = false;
  private quiet: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly client: ClientFacts,
    private readonly folders: () => Folders,
  ) {}

  /** To be called when what the status item shows has changed. */
  statusChanged(): void {
    if (this.closed) return;
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.whenQuiet(), QUIET_MS);
  }

  /** To be called after every change of a workspace folder. */
  changed(): void {
    this.statusChanged();
    if (this.pushing || this.client.pullsDiagnostics) return;
    this.pushing = true;
    setImmediate(async () => {
      this.pushing = false;
      for (const { session } of this.folders().all()) await pushAll(session);
    });
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.quiet);
  }

  private whenQuiet(): void {
    const folders = this.folders().all();
    const open = folders.flatMap(({ session }) =>
      session
        .openDocuments()
        .map((document) => ({ document, diagnostics: diagnosticsOf(session, document.path) })),
    );
    const all = open.flatMap(({ diagnostics }) => diagnostics);
    const count = (of: DiagnosticSeverity) => all.filter(({ severity }) => severity === of).length;
    const status: Status = {
      ...statusOf(folders),
      errors: count(DiagnosticSeverity.Error),
      warnings: count(DiagnosticSeverity.Warning),
    };
    void this.connection.sendNotification(STATUS, status);
    if (this.client.refreshesLenses && folders.some(({ session }) => lensesAreOutdated(session))) {
      this.connection.sendRequest(CodeLensRefreshRequest.type).catch(() => {});
    }
    if (!this.client.refreshesDiagnostics) return;
    if (!open.some(({ document, diagnostics }) => isOutdated(document, diagnostics))) return;
    // A client that refuses asks in its own time.
    this.connection.languages.diagnostics.refresh().catch(() => {});
  }
}

/** The sum of all folders. */
function statusOf(folders: readonly Folder[]): Omit<Status, 'errors' | 'warnings'> {
  const sessions = folders.map(({ session }) => session);
  const histories = sessions.flatMap(({ workspace }) => workspace.histories.map(({ history }) => history));
  const failures = sessions.flatMap(({ failure }) => failure ?? []);
  const unreadable = sessions.flatMap((session) => [...session.unreadable.values()]);
  return {
    state:
      failures.length > 0 ? 'failed' : sessions.every(({ isIndexed }) => isIndexed) ? 'ready' : 'indexing',
    files: sum(sessions.map(({ workspace }) => workspace.files.size)),
    migrations: sum(histories.map(({ migrations }) => migrations.length)),
    tenants: [...new Set(sessions.flatMap(({ workspace }) => tenantsOf(workspace)))],
    tables: sum(histories.map(({ latest }) => latest.relations.count(({ kind }) => kind === 'table'))),
    engine: engineOf(folders),
    message: (failures.length > 0
      ? failures
      : unreadable.map(({ path, message }) => `${path}: ${message}`)
    ).join('\n'),
  };
}

/** Each folder has one; the first of these states that one of them is in. */
const STATES: readonly Status['engine'][] = ['starting', 'failed', 'ready'];

function engineOf(folders: readonly Folder[]): Status['engine'] {
  return STATES.find((state) => folders.some(({ engine }) => engine.state === state)) ?? 'off';
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
