// Diagnostics, pulled by clients that pull, pushed to all others.

import { pathToFileURL } from 'node:url';
import type { Diagnostic, DocumentDiagnosticReport } from 'vscode-languageserver/node';
import { rulePagePath } from '../rule-pages.js';
import { pathOf } from './from-protocol.js';
import type { OpenDocument, Session } from './session.js';
import { toDiagnostic } from './to-protocol.js';

/** The address of a rule's page: inside the editor where the client opens such addresses, else the packaged file. */
export function ruleHref({ client, assets }: Session): (rule: string) => string | null {
  const scheme = client.options.ruleUriScheme;
  return (rule) =>
    scheme === undefined
      ? pathToFileURL(rulePagePath(assets, rule)).href
      : `${scheme}://plumbline.plumbline/rules/${rule}`;
}

export function diagnosticsOf(session: Session, path: string): Diagnostic[] {
  const file = session.workspace.files.get(path);
  if (file === undefined) return [];
  const href = ruleHref(session);
  return session.findings(path).map((finding) => toDiagnostic(session.workspace, finding, file.lines, href));
}

/** The answer to a pull: the result id is a digest of the items, so that the same items are not sent twice. */
export function reportFor(
  session: Session,
  uri: string,
  previous: string | undefined,
): DocumentDiagnosticReport {
  const path = pathOf(uri);
  const items = path === null ? [] : diagnosticsOf(session, path);
  const resultId = digest(items);
  if (path !== null) session.markAnswered(path, resultId);
  return resultId === previous ? { kind: 'unchanged', resultId } : { kind: 'full', resultId, items };
}

/**
 * Whether the client shows something else than what it would be told now, and has no reason of its own to ask: a document
 * that was edited since is asked about anyway, and one that was never asked about shows nothing.
 */
export function isOutdated({ version, answered }: OpenDocument, now: readonly Diagnostic[]): boolean {
  return answered !== null && answered.version === version && answered.resultId !== digest(now);
}

function digest(items: readonly Diagnostic[]): string {
  const text = JSON.stringify(items);
  let hash = 5381;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 33) ^ text.charCodeAt(i)) | 0;
  return `${items.length}.${hash >>> 0}`;
}

/** Sends the diagnostics of every open document, for clients that do not pull. */
export async function pushAll(session: Session): Promise<void> {
  for (const { path, uri, version } of session.openDocuments()) {
    const diagnostics = diagnosticsOf(session, path);
    await session.connection.sendDiagnostics({ uri, version, diagnostics });
  }
}
