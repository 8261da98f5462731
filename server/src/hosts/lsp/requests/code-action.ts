// textDocument/codeAction: fixes are named now and computed when one is chosen.

import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Diagnostic,
} from 'vscode-languageserver/node';
import {
  type Action,
  type ConfigureAction,
  codeActions,
  type ExplainAction,
  type FixAction,
  resolveFix,
  type SuppressAction,
  safeFixes,
  suppressionText,
} from '../../../features/code-actions.js';
import { insertAt } from '../../../text/edits.js';
import type { Span } from '../../../text/span.js';
import { ruleHref } from '../diagnostics.js';
import { COMMANDS, type SafePathParams, type SuppressArguments } from '../extensions.js';
import { pathOf, spanOfRange } from '../from-protocol.js';
import type { Session } from '../session.js';
import { toDiagnostic, toUri, toWorkspaceEdit } from '../to-protocol.js';

export const FIX_ALL = `${CodeActionKind.SourceFixAll}.plumbline`;

/** What a code action carries until it is resolved. */
interface FixData {
  readonly path: string;
  readonly version: number | null;
  readonly rule: string;
  readonly span: Span;
  readonly fix: number;
}

export function codeAction(session: Session, params: CodeActionParams): CodeAction[] {
  const path = pathOf(params.textDocument.uri);
  const file = path === null ? undefined : session.workspace.files.get(path);
  if (path === null || file === undefined) return [];
  const { only } = params.context;
  const wants = (kind: string) =>
    only === undefined || only.some((asked) => kind === asked || kind.startsWith(`${asked}.`));
  const actions: CodeAction[] = [];
  if (wants(CodeActionKind.QuickFix)) {
    const span = spanOfRange(file.lines, params.range);
    for (const action of codeActions(session.workspace, path, span)) {
      const made = quickFix(session, path, action);
      if (made !== null) actions.push(made);
    }
  }
  // Only when asked for: as a quick fix it would stand in every menu.
  if (only !== undefined && wants(FIX_ALL)) {
    const edits = safeFixes(session.workspace, path);
    if (edits.length > 0) {
      actions.push({
        title: 'Apply all safe fixes of Plumbline',
        kind: FIX_ALL,
        edit: toWorkspaceEdit(
          session.workspace,
          { edits: [{ path, edits }], creates: [] },
          editOptions(session),
        ),
      });
    }
  }
  return actions;
}

function quickFix(session: Session, path: string, action: Action): CodeAction | null {
  const file = session.workspace.files.get(path);
  if (file === undefined) return null;
  const diagnostic = toDiagnostic(session.workspace, action.finding, file.lines, ruleHref(session));
  switch (action.kind) {
    case 'fix':
      return fixAction(session, path, action, diagnostic);
    case 'explain':
      return explainAction(session, path, action, diagnostic);
    case 'suppress':
      return suppressAction(session, path, action, diagnostic);
    case 'configure':
      return configureAction(session, action, diagnostic);
  }
}

function configureAction(
  session: Session,
  { title, change }: ConfigureAction,
  diagnostic: Diagnostic,
): CodeAction {
  const options = { ...editOptions(session), confirm: 'Changes the configuration' };
  const edit = toWorkspaceEdit(session.workspace, change, options);
  return { title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], edit };
}

/** `null` for a client that has no page to show it on. */
function explainAction(
  session: Session,
  path: string,
  { title, finding, fix }: ExplainAction,
  diagnostic: Diagnostic,
): CodeAction | null {
  if (!session.client.options.commands?.includes(COMMANDS.safePath)) return null;
  const argument: SafePathParams = {
    textDocument: { uri: toUri(path), version: session.versionOf(path) },
    rule: finding.rule,
    range: diagnostic.range,
    fix,
  };
  const command = { title, command: COMMANDS.safePath, arguments: [argument] };
  return { title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], command };
}

function fixAction(session: Session, path: string, action: FixAction, diagnostic: Diagnostic): CodeAction {
  const data: FixData = {
    path,
    version: session.versionOf(path),
    rule: action.finding.rule,
    span: action.finding.span,
    fix: action.fix,
  };
  return {
    title: action.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    isPreferred: action.preferred,
    data,
  };
}

function suppressAction(
  session: Session,
  path: string,
  { title, suppression }: SuppressAction,
  diagnostic: Diagnostic,
): CodeAction | null {
  const file = session.workspace.files.get(path);
  if (file === undefined) return null;
  const base = { title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic] };
  if (session.client.options.commands?.includes(COMMANDS.suppress)) {
    const argument: SuppressArguments = {
      uri: toUri(path),
      title,
      line: file.lines.positionAt(suppression.offset).line,
      before: suppression.before,
      after: suppression.after,
    };
    return { ...base, command: { title, command: COMMANDS.suppress, arguments: [argument] } };
  }
  const text = suppressionText(suppression, 'say why this is fine');
  const change = { edits: [{ path, edits: [insertAt(suppression.offset, text)] }], creates: [] };
  return { ...base, edit: toWorkspaceEdit(session.workspace, change, editOptions(session)) };
}

/** The document that the action is for; `null` when it is none of ours that has yet to be computed. */
export function pathOfAction({ data }: CodeAction): string | null {
  return (data as FixData | undefined)?.path ?? null;
}

/** Computes the edit. Refused when the document has changed since: then its places are not those of the fix. */
export function resolveCodeAction(session: Session, action: CodeAction): CodeAction {
  const data = action.data as FixData | undefined;
  if (data === undefined) return action;
  const reason = 'The document has changed since this fix was offered. Ask for it again.';
  if (session.versionOf(data.path) !== data.version) return { ...action, disabled: { reason } };
  const change = resolveFix(session.workspace, data.path, data.rule, data.span, data.fix);
  if (change === null) return { ...action, disabled: { reason: 'This fix cannot be made here.' } };
  return { ...action, edit: toWorkspaceEdit(session.workspace, change, editOptions(session)) };
}

export function editOptions(session: Session) {
  return {
    versionOf: (path: string) => session.versionOf(path),
    annotations: session.client.annotatesChanges,
  };
}
