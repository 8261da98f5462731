// What we tell the client that we can do, and what it told us.

import {
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import type { InitializationOptions } from './extensions.js';
import { pathOf } from './from-protocol.js';
import { FIX_ALL } from './requests/code-action.js';
import type { ClientFacts } from './session.js';

export function clientFacts(params: InitializeParams): ClientFacts {
  const { workspace, textDocument, window } = params.capabilities;
  return {
    pullsDiagnostics: textDocument?.diagnostic !== undefined,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport ?? false,
    refreshesLenses: workspace?.codeLens?.refreshSupport ?? false,
    annotatesChanges: workspace?.workspaceEdit?.changeAnnotationSupport !== undefined,
    showsProgress: window?.workDoneProgress ?? false,
    watchesFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration ?? false,
    watchesElsewhere: workspace?.didChangeWatchedFiles?.relativePatternSupport ?? false,
    changesFolders: workspace?.workspaceFolders ?? false,
    readsConfiguration: workspace?.configuration ?? false,
    options: (params.initializationOptions ?? {}) as InitializationOptions,
  };
}

/** Absolute paths of the workspace folders; a client that knows but one may name it by `rootUri`. */
export function rootsOf({ workspaceFolders, rootUri }: InitializeParams): readonly string[] {
  const uris = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri === null ? [] : [rootUri]);
  return uris.flatMap((uri) => rootOf(uri) ?? []);
}

/** Without a `/` at its end; `null` for a folder that is not on the disk. */
export function rootOf(uri: string): string | null {
  return pathOf(uri)?.replace(/\/$/, '') ?? null;
}

export function serverCapabilities(client: ClientFacts, version: string): InitializeResult {
  return {
    serverInfo: { name: 'Plumbline', version },
    capabilities: {
      positionEncoding: 'utf-16',
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      hoverProvider: true,
      completionProvider: { triggerCharacters: ['.'] },
      codeLensProvider: { resolveProvider: false },
      codeActionProvider: { codeActionKinds: ['quickfix', FIX_ALL], resolveProvider: true },
      ...(client.pullsDiagnostics
        ? { diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: false } }
        : {}),
      workspace: { workspaceFolders: { supported: true, changeNotifications: client.changesFolders } },
    },
  };
}
