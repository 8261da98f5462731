// textDocument/codeLens: "Explain" over every query that can be explained, but those of migrations, which run once.

import type { CodeLens, CodeLensParams } from 'vscode-languageserver/node';
import { explainTargets } from '../../../features/explain-target.js';
import { COMMANDS } from '../extensions.js';
import { pathOf } from '../from-protocol.js';
import type { Session } from '../session.js';
import { toRange } from '../to-protocol.js';

export function codeLenses(session: Session, { textDocument }: CodeLensParams): CodeLens[] {
  if (!session.client.options.commands?.includes(COMMANDS.explain)) return [];
  const path = pathOf(textDocument.uri);
  const file = path === null ? undefined : session.workspace.files.get(path);
  if (path === null || file === undefined || session.workspace.migrationFiles.has(path)) return [];
  return explainTargets(session.workspace, path).map(({ span }) => {
    const range = toRange(file.lines, span);
    const argument = { textDocument: { uri: textDocument.uri }, position: range.start };
    return { range, command: { title: 'Explain', command: COMMANDS.explain, arguments: [argument] } };
  });
}
