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
  const uri = params.workspaceFolders?.[0]?.uri ?? params.rootUri ?? '';
  return {
    root: (pathOf(uri) ?? '').replace(/\/$/, ''),
    pullsDiagnostics: textDocument?.diagnostic !== undefined,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport ?? false,
    annotatesChanges: workspace?.workspaceEdit?.changeAnnotationSupport !== undefined,
    showsProgress: window?.workDoneProgress ?? false,
    watchesFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration ?? false,
    readsConfiguration: workspace?.configuration ?? false,
    options: (params.initializationOptions ?? {}) as InitializationOptions,
  };
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
      workspace: { workspaceFolders: { supported: true, changeNotifications: false } },
    },
  };
}
