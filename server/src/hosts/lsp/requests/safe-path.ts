// plumbline/safePath: what a fix of several steps would do, and the edit that does it.

import { resolveFix } from '../../../features/code-actions.js';
import { safePath, safePathPage } from '../../../features/safe-path.js';
import { lintFile } from '../../../lint/lint.js';
import type { SafePathParams, SafePathResult } from '../extensions.js';
import { failed } from '../failed.js';
import { pathOf, spanOfRange } from '../from-protocol.js';
import type { Session } from '../session.js';
import { toWorkspaceEdit } from '../to-protocol.js';
import { editOptions } from './code-action.js';

export function safePathOf(session: Session, params: SafePathParams): SafePathResult {
  const { textDocument, rule, range, fix } = params;
  const { workspace } = session;
  const path = pathOf(textDocument.uri);
  const file = path === null ? undefined : workspace.files.get(path);
  if (path === null || file === undefined || session.versionOf(path) !== textDocument.version) {
    return failed('The document has changed since this was offered.', 'Ask for it again.');
  }
  const span = spanOfRange(file.lines, range);
  const change = resolveFix(workspace, path, rule, span, fix);
  const finding = lintFile(workspace, path).find(
    (one) => one.rule === rule && one.span.start === span.start && one.span.end === span.end,
  );
  const title = finding?.fixes[fix]?.title;
  if (change === null || title === undefined) return failed('This fix cannot be made here.');
  return {
    kind: 'path',
    title,
    markdown: safePathPage(title, safePath(workspace, change)),
    edit: toWorkspaceEdit(workspace, change, editOptions(session)),
  };
}
