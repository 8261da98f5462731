// The server half of the placeholder extension: one finding, a fix for it, and an edit that makes a file.

import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  createConnection,
  type Diagnostic,
  DiagnosticSeverity,
  ProposedFeatures,
  type Range,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';

const texts = new Map<string, string>();
const connection = createConnection(ProposedFeatures.all);

connection.onInitialize(() => ({
  capabilities: {
    textDocumentSync: TextDocumentSyncKind.Full,
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorExtract] },
  },
}));
connection.onDidOpenTextDocument(({ textDocument: { uri, text } }) => publish(uri, text));
connection.onDidChangeTextDocument(({ textDocument: { uri }, contentChanges }) => {
  publish(uri, contentChanges[0]?.text ?? '');
});
connection.onCodeAction((params) => [
  ...params.context.diagnostics.map(addIfExists(params)),
  moveLine(params),
]);
connection.listen();

function publish(uri: string, text: string): void {
  texts.set(uri, text);
  const lines = text.split('\n');
  const diagnostics = lines.flatMap((content, line): Diagnostic[] => {
    const character = content.toLowerCase().search(/drop table (?!if exists)/);
    if (character === -1) return [];
    const range = { start: { line, character }, end: { line, character: character + 'drop table'.length } };
    const severity = DiagnosticSeverity.Warning;
    return [{ range, severity, source: 'placeholder', code: 'drop', message: 'This table may not exist.' }];
  });
  connection.sendDiagnostics({ uri, diagnostics });
}

function addIfExists({ textDocument: { uri } }: CodeActionParams) {
  return (diagnostic: Diagnostic): CodeAction => ({
    title: 'Add IF EXISTS',
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    edit: {
      changes: {
        [uri]: [
          { range: at(diagnostic.range.end.line, diagnostic.range.end.character), newText: ' if exists' },
        ],
      },
    },
  });
}

/** Moves a line into a new file, after the user has agreed to both. */
function moveLine({ textDocument: { uri }, range: { start } }: CodeActionParams): CodeAction {
  const line = texts.get(uri)?.split('\n')[start.line] ?? '';
  const created = uri.replace(/[^/]+$/, 'moved.sql');
  const whole = { start: { line: start.line, character: 0 }, end: { line: start.line + 1, character: 0 } };
  return {
    title: 'Move to a new migration',
    kind: CodeActionKind.RefactorExtract,
    edit: {
      changeAnnotations: { move: { label: 'Move to moved.sql', needsConfirmation: true } },
      documentChanges: [
        { kind: 'create', uri: created, annotationId: 'move' },
        {
          textDocument: { uri: created, version: null },
          edits: [{ range: at(0, 0), newText: `${line}\n`, annotationId: 'move' }],
        },
        {
          textDocument: { uri, version: null },
          edits: [{ range: whole, newText: '', annotationId: 'move' }],
        },
      ],
    },
  };
}

function at(line: number, character: number): Range {
  return { start: { line, character }, end: { line, character } };
}
