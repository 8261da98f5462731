// Wires a connection to the session. Each request is decoded, asks one feature, and is encoded.

import {
  type CancellationToken,
  type Connection,
  DidChangeWatchedFilesNotification,
  LSPErrorCodes,
  RequestType,
  ResponseError,
} from 'vscode-languageserver/node';
import { printCatalog } from '../../catalog/print-sql.js';
import { CONFIG_SHAPE, DEFAULT_CONFIG, readConfig } from '../../lint/config.js';
import { catalogFor } from '../../lint/workspace.js';
import { RULES } from '../../rules/index.js';
import { reportBugsTo } from '../../text/bug.js';
import { loadParsers } from '../parsers.js';
import { readRulePage } from '../rule-pages.js';
import { VERSION } from '../version.js';
import { clientFacts, serverCapabilities } from './capabilities.js';
import { pushAll, reportFor } from './diagnostics.js';
import { Explainer } from './explainer.js';
import {
  CONNECTIONS,
  type ConnectionsParams,
  EXPLAIN,
  type ExplainParams,
  type ExplainResult,
  RULE_PAGE,
  type RulePageParams,
  SCHEMA,
  type SchemaParams,
  STATUS,
  type Status,
  TRUSTED,
} from './extensions.js';
import { pathOf } from './from-protocol.js';
import { codeAction, resolveCodeAction } from './requests/code-action.js';
import { codeLenses } from './requests/code-lens.js';
import { completion } from './requests/completion.js';
import { hoverAt } from './requests/hover.js';
import { Session } from './session.js';

interface Running {
  readonly session: Session;
  readonly explainer: Explainer;
  readonly stop: AbortController;
}

/** Answers on the connection until it ends. */
export function serve(connection: Connection, assets: string): void {
  let running: Running | null = null;
  reportBugsTo((message, details) =>
    connection.console.error(`Plumbline is wrong here: ${message}\n${String(details)}`),
  );

  connection.onInitialize(async (params) => {
    const client = clientFacts(params);
    const session = new Session(connection, client, await loadParsers(assets), assets);
    const explainer = new Explainer(session, () => sendStatus(session, explainer));
    running = { session, explainer, stop: new AbortController() };
    return serverCapabilities(client, VERSION);
  });

  connection.onInitialized(async () => {
    if (running === null) return;
    const { session, explainer, stop } = running;
    session.onChange(announcer(session, explainer));
    await watch(session);
    await readSettings(session);
    await indexWithProgress(session, stop.signal);
  });

  connection.onShutdown(async () => {
    running?.stop.abort();
    await running?.explainer.close();
  });

  connection.onDidChangeConfiguration(() => (running === null ? undefined : readSettings(running.session)));
  connection.onDidChangeWatchedFiles(({ changes }) =>
    running?.session.filesChanged(changes.flatMap(({ uri }) => pathOf(uri) ?? [])),
  );
  connection.onDidOpenTextDocument(({ textDocument }) => {
    const path = pathOf(textDocument.uri);
    if (path !== null)
      running?.session.openDocument(textDocument.uri, path, textDocument.version, textDocument.text);
  });
  connection.onDidChangeTextDocument(({ textDocument, contentChanges }) => {
    const path = pathOf(textDocument.uri);
    if (path !== null) running?.session.changeDocument(path, textDocument.version, contentChanges);
  });
  connection.onDidCloseTextDocument(({ textDocument }) => {
    const path = pathOf(textDocument.uri);
    return path === null ? undefined : running?.session.closeDocument(path);
  });
  connection.onNotification(TRUSTED, () => {
    if (running !== null) running.session.trusted = true;
  });

  /** Answers when the workspace has been read; a request that is cancelled meanwhile costs nothing. */
  const answer =
    <P, R>(work: (session: Session, params: P) => R) =>
    async (params: P, token: CancellationToken): Promise<R> => {
      if (running === null) throw new ResponseError(LSPErrorCodes.ServerCancelled, 'not initialized');
      const { session } = running;
      if (!(await session.giveWay(token))) {
        throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
      }
      return work(session, params);
    };

  connection.languages.diagnostics.on(
    answer((session, params) => reportFor(session, params.textDocument.uri, params.previousResultId)),
  );
  connection.onCodeAction(answer(codeAction));
  connection.onCodeActionResolve(answer(resolveCodeAction));
  connection.onHover(answer(hoverAt));
  connection.onCodeLens(answer(codeLenses));
  connection.onCompletion(answer(completion));
  connection.onRequest(
    SCHEMA,
    answer((session, { textDocument }: SchemaParams) => {
      const path = textDocument === null ? null : pathOf(textDocument.uri);
      return { sql: printCatalog(catalogFor(session.workspace, path ?? `${session.client.root}/x`)) };
    }),
  );
  connection.onRequest(
    CONNECTIONS,
    answer(
      (_, { textDocument }: ConnectionsParams) => running?.explainer.connections(textDocument.uri) ?? [],
    ),
  );
  connection.onRequest(RULE_PAGE, ({ rule }: RulePageParams) => readRulePage(assets, rule));
  connection.onRequest(
    new RequestType<ExplainParams, ExplainResult, void>(EXPLAIN),
    async (params, token) => {
      if (running === null) throw new ResponseError(LSPErrorCodes.ServerCancelled, 'not initialized');
      const { session, explainer } = running;
      await session.whenIndexed();
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      const progress = connection.window.attachWorkDoneProgress(params.workDoneToken);
      progress.begin('Plumbline: explaining');
      try {
        return await explainer.explain(params, stop.signal, (message) => progress.report(message));
      } finally {
        progress.done();
      }
    },
  );
}

/** Tells the client of a change: at once what is wrong now, if it does not ask itself; what the status item shows when it is quiet. */
function announcer(session: Session, explainer: Explainer): () => void {
  let pushing = false;
  let quiet: NodeJS.Timeout | undefined;
  return () => {
    clearTimeout(quiet);
    quiet = setTimeout(() => sendStatus(session, explainer), QUIET_MS);
    if (pushing || session.client.pullsDiagnostics) return;
    pushing = true;
    setImmediate(async () => {
      pushing = false;
      await pushAll(session);
    });
  };
}

const QUIET_MS = 200;

function sendStatus(session: Session, { engine }: Explainer): void {
  const { workspace, failure } = session;
  const open = session.openDocuments().flatMap(({ path }) => session.findings(path));
  const migrations = workspace.histories.reduce((sum, { history }) => sum + history.migrations.length, 0);
  const tables = workspace.histories.reduce(
    (sum, { history }) => sum + history.latest.relations.count((relation) => relation.kind === 'table'),
    0,
  );
  const status: Status = {
    state: failure !== null ? 'failed' : session.isIndexed ? 'ready' : 'indexing',
    files: workspace.files.size,
    migrations,
    tables,
    errors: open.filter(({ severity }) => severity === 'error').length,
    warnings: open.filter(({ severity }) => severity === 'warning').length,
    engine,
    message:
      failure ??
      [...session.unreadable.values()].map(({ path, message }) => `${path}: ${message}`).join('\n'),
  };
  void session.connection.sendNotification(STATUS, status);
}

async function watch({ connection, client }: Session): Promise<void> {
  if (!client.watchesFiles) return;
  await connection.client.register(DidChangeWatchedFilesNotification.type, {
    watchers: [{ globPattern: '**/*.{sql,ex,exs}' }, { globPattern: '**/plumbline.jsonc' }],
  });
}

/** The editor's settings have the shape of the configuration file, below `plumbline`. */
async function readSettings(session: Session): Promise<void> {
  if (!session.client.readsConfiguration) return;
  const settings: unknown = await session.connection.workspace.getConfiguration('plumbline');
  const known = Object.keys(CONFIG_SHAPE.properties);
  const own = Object.entries(settings ?? {}).filter(([key, value]) => known.includes(key) && value !== null);
  const ids = new Set(RULES.map(({ id }) => id));
  session.configure(readConfig(JSON.stringify(Object.fromEntries(own)), ids, DEFAULT_CONFIG).config);
}

async function indexWithProgress(session: Session, signal: AbortSignal): Promise<void> {
  const { connection, client } = session;
  const progress = client.showsProgress ? await connection.window.createWorkDoneProgress() : null;
  progress?.begin('Plumbline: reading the workspace', 0, undefined, false);
  await session.index((read, total) => {
    progress?.report(total === 0 ? 100 : Math.round((read / total) * 100), `${read} of ${total} files`);
  }, signal);
  progress?.done();
}
