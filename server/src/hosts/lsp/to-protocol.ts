// From our words to the protocol's. Offsets become positions and paths become URIs here and nowhere else.

import { pathToFileURL } from 'node:url';
import {
  type CodeDescription,
  type Diagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
  type Position,
  type Range,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import type { PlacedFinding } from '../../lint/lint.js';
import type { Workspace } from '../../lint/workspace.js';
import unusedSuppression from '../../rules/hygiene/unused-suppression.js';
import type { Severity } from '../../rules/rule.js';
import type { Change } from '../../text/edits.js';
import type { LineIndex } from '../../text/line-index.js';
import { fileName } from '../../text/source-file.js';
import type { Span } from '../../text/span.js';

export function toUri(path: string): string {
  return pathToFileURL(path).href;
}

export function toRange(lines: LineIndex, { start, end }: Span): Range {
  return { start: lines.positionAt(start), end: lines.positionAt(end) };
}

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** Findings about things that could go without loss are shown faded. */
const UNNECESSARY: ReadonlySet<string> = new Set([unusedSuppression.id]);

/** @param hrefOf the address of a rule's page, or `null` when it has none */
export function toDiagnostic(
  workspace: Workspace,
  finding: PlacedFinding,
  lines: LineIndex,
  hrefOf: (rule: string) => string | null,
): Diagnostic {
  const href = hrefOf(finding.rule);
  const codeDescription: CodeDescription | null = href === null ? null : { href };
  const diagnostic: Diagnostic = {
    range: toRange(lines, finding.span),
    severity: SEVERITY[finding.severity],
    source: 'plumbline',
    code: finding.rule,
    message: finding.message,
  };
  if (codeDescription !== null) diagnostic.codeDescription = codeDescription;
  if (UNNECESSARY.has(finding.rule)) diagnostic.tags = [DiagnosticTag.Unnecessary];
  if (finding.related.length > 0) {
    diagnostic.relatedInformation = finding.related.flatMap(({ path, span, message }) => {
      const file = workspace.files.get(path);
      return file === undefined
        ? []
        : [{ location: { uri: toUri(path), range: toRange(file.lines, span) }, message }];
    });
  }
  return diagnostic;
}

export interface EditOptions {
  /** Versions of open documents: a change to one that has moved on is refused by the client. */
  readonly versionOf: (path: string) => number | null;
  /** The client shows annotated changes for confirmation. */
  readonly annotations: boolean;
  /** What is to be confirmed, for people; left out, only that files are made. */
  readonly confirm?: string;
}

const CONFIRMED = 'confirmed';

export function toWorkspaceEdit(workspace: Workspace, change: Change, options: EditOptions): WorkspaceEdit {
  const documentChanges: NonNullable<WorkspaceEdit['documentChanges']> = [];
  const wanted = options.confirm ?? (change.creates.length > 0 ? 'Creates a migration' : null);
  const confirm = options.annotations && wanted !== null;
  for (const { path, text } of change.creates) {
    const uri = toUri(path);
    const annotation = confirm ? { annotationId: CONFIRMED } : {};
    documentChanges.push({
      kind: 'create',
      uri,
      options: { overwrite: false, ignoreIfExists: false },
      ...annotation,
    });
    documentChanges.push({
      textDocument: { uri, version: null },
      edits: [{ range: { start: ZERO, end: ZERO }, newText: text, ...annotation }],
    });
  }
  for (const { path, edits } of change.edits) {
    const file = workspace.files.get(path);
    if (file === undefined) continue;
    documentChanges.push({
      textDocument: { uri: toUri(path), version: options.versionOf(path) },
      edits: edits.map(({ span, text }) => ({
        range: toRange(file.lines, span),
        newText: text,
        ...(confirm ? { annotationId: CONFIRMED } : {}),
      })),
    });
  }
  return {
    documentChanges,
    ...(confirm
      ? {
          changeAnnotations: {
            [CONFIRMED]: {
              label: wanted,
              needsConfirmation: true,
              description: [...(options.confirm === undefined ? [] : change.edits), ...change.creates]
                .map(({ path }) => fileName(path))
                .join(', '),
            },
          },
        }
      : {}),
  };
}

const ZERO: Position = { line: 0, character: 0 };
