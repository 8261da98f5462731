// textDocument/codeLens: "Explain" over every query that may be explained, but those of migrations, which run once; and over
// functions with queries, what ties these to a tenant.

import type { CodeLens, CodeLensParams } from 'vscode-languageserver/node';
import { explainPlaces } from '../../../features/explain-places.js';
import { tenantLenses } from '../../../features/tenant-scope.js';
import { COMMANDS, type ShowScopeArguments } from '../extensions.js';
import { pathOf } from '../from-protocol.js';
import type { Session } from '../session.js';
import { toRange, toUri } from '../to-protocol.js';

export function codeLenses(session: Session, { textDocument }: CodeLensParams): CodeLens[] {
  const path = pathOf(textDocument.uri);
  if (path === null) return [];
  const lenses = codeLensesOf(session, path);
  const version = session.versionOf(path);
  if (version !== null) answersOf(session).set(path, { version, lenses: JSON.stringify(lenses) });
  return lenses;
}

interface Answer {
  readonly version: number;
  readonly lenses: string;
}

/** What the client was told last of each document that was open then. */
const answers = new WeakMap<Session, Map<string, Answer>>();

function answersOf(session: Session): Map<string, Answer> {
  const known = answers.get(session) ?? new Map<string, Answer>();
  answers.set(session, known);
  return known;
}

/**
 * Whether an open document shows other lenses than it should, for what has changed elsewhere: of one that was edited since the
 * client asks by itself.
 */
export function lensesAreOutdated(session: Session): boolean {
  const known = answersOf(session);
  return session.openDocuments().some(({ path, version }) => {
    const answer = known.get(path);
    return answer?.version === version && answer.lenses !== JSON.stringify(codeLensesOf(session, path));
  });
}

/** Only what the client has a command for. */
function codeLensesOf(session: Session, path: string): CodeLens[] {
  const { workspace, client } = session;
  const file = workspace.files.get(path);
  if (file === undefined || workspace.migrationFiles.has(path)) return [];
  const has = (command: string) => client.options.commands?.includes(command) ?? false;
  const uri = toUri(path);
  const explained = has(COMMANDS.explain) ? explainPlaces(workspace, path) : [];
  const scoped = has(COMMANDS.showScope) ? tenantLenses(workspace, path) : [];
  return [
    ...explained.map((span) => {
      const range = toRange(file.lines, span);
      const argument = { textDocument: { uri }, position: range.start };
      return { range, command: { title: 'Explain', command: COMMANDS.explain, arguments: [argument] } };
    }),
    ...scoped.map(({ span, title, at }) => {
      const argument: ShowScopeArguments = { uri, position: toRange(file.lines, at).start };
      const command = { title, command: COMMANDS.showScope, arguments: [argument] };
      return { range: toRange(file.lines, span), command };
    }),
  ];
}
