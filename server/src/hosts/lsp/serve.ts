// Wires a connection to the sessions. Each request is decoded, asks one feature of the session whose folder it is about, and
// is encoded.

import {
  type CancellationToken,
  type Connection,
  LSPErrorCodes,
  RequestType,
  ResponseError,
} from 'vscode-languageserver/node';
import { printCatalog } from '../../catalog/print/sql.js';
import { DEFAULT_CONFIG } from '../../lint/config.js';
import { readConfig } from '../../lint/config-reading.js';
import { RULE_IDS } from '../../lint/rule-ids.js';
import { catalogFor } from '../../lint/workspace.js';
import { reportBugsTo } from '../../text/bug.js';
import { anyFileIn } from '../../text/source-file.js';
import { loadParsers } from '../parsers.js';
import { readRulePage } from '../rule-pages.js';
import { VERSION } from '../version.js';
import { Announcer } from './announcer.js';
import { clientFacts, rootOf, rootsOf, serverCapabilities } from './capabilities.js';
import { connectionsFor } from './connect.js';
import { reportFor } from './diagnostics.js';
import { EmbeddedEngine } from './embedded-engine.js';
import {
  ADVISE_INDEXES,
  type AdviseIndexesParams,
  type AdviseIndexesResult,
  CONNECTIONS,
  type ConnectionsParams,
  EXPLAIN,
  EXPORT_STATISTICS,
  type ExplainParams,
  type ExplainResult,
  type ExportStatisticsParams,
  type ExportStatisticsResult,
  INDEX_MIGRATION,
  type IndexMigrationParams,
  type IndexMigrationResult,
  PLAN_REPORT,
  type PlanReportParams,
  READ_PLANS,
  type ReadPlansParams,
  type ReadPlansResult,
  RULE_PAGE,
  type RulePageParams,
  SAFE_PATH,
  type SafePathParams,
  type SafePathResult,
  SCHEMA,
  type SchemaParams,
  STATISTICS_SCRIPT,
  type StatisticsScriptParams,
  TENANT_MODEL,
  type TenantModelParams,
  TRACE_LOCKS,
  TRUSTED,
  type TraceLocksParams,
  type TraceLocksResult,
  USE_STATISTICS,
  type UseStatisticsParams,
  type UseStatisticsResult,
} from './extensions.js';
import { type Folder, Folders } from './folders.js';
import { pathOf } from './from-protocol.js';
import { adviseIndexesOf, indexMigrationOf } from './requests/advise-indexes.js';
import { codeAction, pathOfAction, resolveCodeAction } from './requests/code-action.js';
import { codeLenses } from './requests/code-lens.js';
import { completion } from './requests/completion.js';
import { explainOf } from './requests/explain.js';
import { hoverAt } from './requests/hover.js';
import { safePathOf } from './requests/safe-path.js';
import { planReportOf, readPlansOf } from './requests/saved-plans.js';
import { exportStatisticsOf, statisticsScriptOf, useStatisticsOf } from './requests/statistics.js';
import { tenantModelOf } from './requests/tenant-model.js';
import { traceLocksOf } from './requests/trace-locks.js';
import { type ClientFacts, Session } from './session.js';
import { toUri } from './to-protocol.js';
import { Watching } from './watching.js';

interface Running {
  readonly client: ClientFacts;
  readonly folders: Folders;
  readonly watching: Watching;
  readonly announcer: Announcer;
  /** To be called after every change of a folder, and when folders have come or gone. */
  readonly changed: () => void;
}

/** Answers on the connection until it ends. */
export function serve(connection: Connection, assets: string): void {
  let running: Running | null = null;
  reportBugsTo((message, details) =>
    connection.console.error(`Plumbline is wrong here: ${message}\n${String(details)}`),
  );

  connection.onInitialize(async (params) => {
    const client = clientFacts(params);
    const parsers = await loadParsers(assets);
    const watching = new Watching(connection, client);
    const announcer = new Announcer(connection, client, () => folders);
    const changed = () => {
      announcer.changed();
      watching.follow(folders.all().map(({ session }) => session));
    };
    const folders = new Folders(rootsOf(params), (root) => {
      const session = new Session(connection, client, root, parsers, assets);
      const engine = new EmbeddedEngine(session, () => announcer.statusChanged());
      session.onChange(changed);
      return { session, engine, stop: new AbortController() };
    });
    running = { client, folders, watching, announcer, changed };
    return serverCapabilities(client, VERSION);
  });

  connection.onInitialized(async () => {
    if (running === null) return;
    const { client, folders, watching } = running;
    if (client.changesFolders) followFolders(connection, running);
    await watching.start();
    await readFolders(connection, folders.all());
  });

  connection.onShutdown(async () => {
    running?.announcer.close();
    await running?.folders.close();
  });

  connection.onDidChangeConfiguration(async () => {
    for (const { session } of running?.folders.all() ?? []) await readSettings(session);
  });
  connection.onDidChangeWatchedFiles(async ({ changes }) => {
    const paths = changes.flatMap(({ uri }) => pathOf(uri) ?? []);
    for (const { session } of running?.folders.all() ?? []) await session.filesChanged(paths);
  });
  connection.onDidOpenTextDocument(({ textDocument: { uri, version, text } }) => {
    const path = pathOf(uri);
    if (path !== null) running?.folders.of(path).session.openDocument(uri, path, version, text);
  });
  connection.onDidChangeTextDocument(({ textDocument, contentChanges }) => {
    const path = pathOf(textDocument.uri);
    if (path === null) return;
    running?.folders.of(path).session.changeDocument(path, textDocument.version, contentChanges);
  });
  connection.onDidCloseTextDocument(({ textDocument }) => {
    const path = pathOf(textDocument.uri);
    return path === null ? undefined : running?.folders.of(path).session.closeDocument(path);
  });
  connection.onNotification(TRUSTED, () => running?.folders.trust());

  const folderOf = (path: string | null): Folder => {
    if (running === null) throw new ResponseError(LSPErrorCodes.ServerCancelled, 'not initialized');
    return running.folders.of(path);
  };

  /** Answers when the folder has been read; a request that is cancelled meanwhile costs nothing. */
  const answer =
    <P, R>(pathIn: (params: P) => string | null, work: (folder: Folder, params: P) => R) =>
    async (params: P, token: CancellationToken): Promise<R> => {
      const folder = folderOf(pathIn(params));
      if (!(await folder.session.giveWay(token))) {
        throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
      }
      return work(folder, params);
    };
  const answerAbout = <P extends { readonly textDocument: { readonly uri: string } }, R>(
    work: (session: Session, params: P) => R,
  ) =>
    answer(
      ({ textDocument }: P) => pathOf(textDocument.uri),
      ({ session }, params) => work(session, params),
    );

  connection.languages.diagnostics.on(
    answerAbout((session, params) => reportFor(session, params.textDocument.uri, params.previousResultId)),
  );
  connection.onCodeAction(answerAbout(codeAction));
  connection.onCodeActionResolve(
    answer(pathOfAction, ({ session }, action) => resolveCodeAction(session, action)),
  );
  connection.onHover(answerAbout(hoverAt));
  connection.onCodeLens(answerAbout(codeLenses));
  connection.onCompletion(answerAbout(completion));
  connection.onRequest(
    SCHEMA,
    answer(
      ({ textDocument }: SchemaParams) => (textDocument === null ? null : pathOf(textDocument.uri)),
      ({ session }, { textDocument }) => {
        const path = textDocument === null ? null : pathOf(textDocument.uri);
        return { sql: printCatalog(catalogFor(session.workspace, path ?? anyFileIn(session.root))) };
      },
    ),
  );
  connection.onRequest(
    TENANT_MODEL,
    answer(
      ({ textDocument }: TenantModelParams) => (textDocument === null ? null : pathOf(textDocument.uri)),
      ({ session }, params) => tenantModelOf(session, params),
    ),
  );
  connection.onRequest(
    CONNECTIONS,
    answer(
      ({ textDocument }: ConnectionsParams) => pathOf(textDocument.uri),
      ({ session }, { textDocument }) => connectionsFor(session, pathOf(textDocument.uri) ?? session.root),
    ),
  );
  connection.onRequest(
    new RequestType<SafePathParams, SafePathResult, void>(SAFE_PATH),
    answerAbout(safePathOf),
  );
  connection.onRequest(STATISTICS_SCRIPT, (params: StatisticsScriptParams) => statisticsScriptOf(params));
  connection.onRequest(
    new RequestType<UseStatisticsParams, UseStatisticsResult, void>(USE_STATISTICS),
    answerAbout(useStatisticsOf),
  );
  connection.onRequest(
    new RequestType<ReadPlansParams, ReadPlansResult, void>(READ_PLANS),
    answer(
      ({ textDocument }: ReadPlansParams) => (textDocument === null ? null : pathOf(textDocument.uri)),
      ({ session }, params) => readPlansOf(session, params),
    ),
  );
  connection.onRequest(PLAN_REPORT, (params: PlanReportParams) => planReportOf(params));
  connection.onRequest(RULE_PAGE, ({ rule }: RulePageParams) => readRulePage(assets, rule));
  /** For a request that says meanwhile what it does, and can be cancelled. */
  const atLength =
    <P extends LongParams, R>(
      doing: string,
      work: (folder: Folder, params: P, signal: AbortSignal, report: (message: string) => void) => Promise<R>,
    ) =>
    async (params: P, token: CancellationToken): Promise<R> => {
      const folder = folderOf(pathOf(params.textDocument.uri));
      await folder.session.whenIndexed();
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      const progress = connection.window.attachWorkDoneProgress(params.workDoneToken);
      progress.begin(`Plumbline: ${doing}`);
      try {
        return await work(folder, params, stop.signal, (message) => progress.report(message));
      } finally {
        progress.done();
      }
    };
  connection.onRequest(
    new RequestType<ExplainParams, ExplainResult, void>(EXPLAIN),
    atLength('explaining', ({ session, engine }, ...asked) => explainOf(session, engine, ...asked)),
  );
  connection.onRequest(
    new RequestType<TraceLocksParams, TraceLocksResult, void>(TRACE_LOCKS),
    atLength('tracing locks', ({ session, engine }, ...asked) => traceLocksOf(session, engine, ...asked)),
  );
  connection.onRequest(
    new RequestType<ExportStatisticsParams, ExportStatisticsResult, void>(EXPORT_STATISTICS),
    atLength('exporting statistics', ({ session }, ...asked) => exportStatisticsOf(session, ...asked)),
  );
  connection.onRequest(
    new RequestType<AdviseIndexesParams, AdviseIndexesResult, void>(ADVISE_INDEXES),
    atLength('trying indexes', ({ session, engine }, ...asked) => adviseIndexesOf(session, engine, ...asked)),
  );
  connection.onRequest(
    new RequestType<IndexMigrationParams, IndexMigrationResult, void>(INDEX_MIGRATION),
    answerAbout(indexMigrationOf),
  );
}

interface LongParams {
  readonly textDocument: { readonly uri: string };
  readonly workDoneToken?: string | number;
}

/** Reads folders that are added to the workspace, and forgets those that are taken away. */
function followFolders(connection: Connection, { folders, changed }: Running): void {
  const rootsAt = (changes: readonly { readonly uri: string }[]) =>
    changes.flatMap(({ uri }) => rootOf(uri) ?? []);
  connection.workspace.onDidChangeWorkspaceFolders(async ({ added, removed }) => {
    const fresh = folders.change(rootsAt(added), rootsAt(removed));
    changed();
    await readFolders(connection, fresh);
  });
}

async function readFolders(connection: Connection, folders: readonly Folder[]): Promise<void> {
  await Promise.all(
    folders.map(async ({ session, stop }) => {
      await readSettings(session);
      await indexWithProgress(connection, session, stop.signal);
    }),
  );
}

/** The editor's settings have the shape of the configuration file, below `plumbline`. Without an answer there are none. */
async function readSettings(session: Session): Promise<void> {
  const { connection, client, root } = session;
  if (!client.readsConfiguration) return;
  const item = { section: 'plumbline', ...(root === '' ? {} : { scopeUri: toUri(root) }) };
  const settings: unknown = await connection.workspace.getConfiguration(item).catch(() => null);
  const known = Object.keys(DEFAULT_CONFIG);
  const own = Object.entries(settings ?? {}).filter(([key, value]) => known.includes(key) && value !== null);
  session.configure(readConfig(JSON.stringify(Object.fromEntries(own)), RULE_IDS, DEFAULT_CONFIG).config);
}

/** A client that shows progress may yet refuse to: then there is none. */
async function indexWithProgress(
  connection: Connection,
  session: Session,
  signal: AbortSignal,
): Promise<void> {
  const { showsProgress } = session.client;
  const progress = showsProgress ? await connection.window.createWorkDoneProgress().catch(() => null) : null;
  progress?.begin('Plumbline: reading the workspace', 0, undefined, false);
  await session.index((read, total) => {
    progress?.report(total === 0 ? 100 : Math.round((read / total) * 100), `${read} of ${total} files`);
  }, signal);
  progress?.done();
}
