// textDocument/completion

import { type CompletionItem, CompletionItemKind, type CompletionParams } from 'vscode-languageserver/node';
import { type Completion, completions } from '../../../features/completion.js';
import { offsetOf, pathOf } from '../from-protocol.js';
import type { Session } from '../session.js';

const KINDS: Readonly<Record<Completion['kind'], CompletionItemKind>> = {
  keyword: CompletionItemKind.Keyword,
  table: CompletionItemKind.Struct,
  column: CompletionItemKind.Field,
  type: CompletionItemKind.Enum,
};

export function completion(session: Session, { textDocument, position }: CompletionParams): CompletionItem[] {
  const path = pathOf(textDocument.uri);
  const file = path === null ? undefined : session.workspace.files.get(path);
  if (path === null || file === undefined) return [];
  return completions(session.workspace, path, offsetOf(file.lines, position)).map(
    ({ kind, label, detail }) => ({
      label,
      kind: KINDS[kind],
      detail,
      // What the schema knows comes before keywords.
      sortText: `${kind === 'keyword' ? 1 : 0}${label}`,
    }),
  );
}
