// textDocument/hover

import type { Hover, HoverParams } from 'vscode-languageserver/node';
import { hover } from '../../../features/hover.js';
import { offsetOf, pathOf } from '../from-protocol.js';
import type { Session } from '../session.js';
import { toRange } from '../to-protocol.js';

export function hoverAt(session: Session, { textDocument, position }: HoverParams): Hover | null {
  const path = pathOf(textDocument.uri);
  const file = path === null ? undefined : session.workspace.files.get(path);
  if (path === null || file === undefined) return null;
  const found = hover(session.workspace, path, offsetOf(file.lines, position));
  if (found === null) return null;
  return { contents: { kind: 'markdown', value: found.markdown }, range: toRange(file.lines, found.span) };
}
