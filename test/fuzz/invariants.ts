// What must hold for every file of a workspace, whatever stands in it.

import assert from 'node:assert/strict';
import { lintFile, type PlacedFinding } from '../../server/src/lint/lint.js';
import { updateWorkspace, type Workspace } from '../../server/src/lint/workspace.js';
import { applyEdits, type Change } from '../../server/src/text/edits.js';
import { sourceFile } from '../../server/src/text/source-file.js';
import type { Span } from '../../server/src/text/span.js';

/** Lints all files and checks every finding, every fix and every statement. */
export function checkWorkspace(workspace: Workspace): void {
  for (const [path, { text }] of workspace.files) {
    checkStatements(workspace, path);
    const findings = lintFile(workspace, path);
    for (const finding of findings) checkFinding(workspace, finding, text);
  }
}

/** Fixes of all findings in the file: each can be applied, and makes no syntax error where there was none. */
export function checkFixes(workspace: Workspace, path: string): void {
  for (const finding of lintFile(workspace, path)) {
    for (const fix of finding.fixes) {
      const change = fix.change();
      if (change !== null) checkChange(workspace, change, path, `"${fix.title}" of ${finding.rule}`);
    }
  }
}

export function checkSpan({ start, end }: Span, text: string, what: string): void {
  const place = `${what} at ${start}-${end} of ${text.length}`;
  assert.ok(Number.isInteger(start) && Number.isInteger(end), `no numbers: ${place}`);
  assert.ok(0 <= start && start <= end && end <= text.length, `outside the text: ${place}`);
  assert.ok(!splitsPair(text, start) && !splitsPair(text, end), `inside a surrogate pair: ${place}`);
}

function splitsPair(text: string, offset: number): boolean {
  return (text.codePointAt(offset - 1) ?? 0) > 0xffff;
}

function checkStatements({ readings }: Workspace, path: string): void {
  const reading = readings.get(path);
  if (reading?.kind !== 'sql') return;
  const { text } = reading.file;
  let end = 0;
  for (const { start, statement } of reading.sql.statements) {
    assert.ok(start >= end, `statements overlap at ${start} in ${path}`);
    end = start + statement.text.length;
    assert.equal(text.slice(start, end), statement.text);
    checkSpan({ start, end }, text, `a statement in ${path}`);
  }
}

function checkFinding({ files }: Workspace, finding: PlacedFinding, text: string): void {
  checkSpan(finding.span, text, `${finding.rule} in ${finding.path}`);
  assert.notEqual(finding.message, '');
  for (const { path, span } of finding.related) {
    const file = files.get(path);
    assert.ok(file !== undefined, `${finding.rule} is related to ${path}, which does not exist`);
    checkSpan(span, file.text, `related to ${finding.rule} in ${path}`);
  }
}

/** @param origin the file of the finding: what is copied from it into new files may be broken there already */
function checkChange(workspace: Workspace, change: Change, origin: string, title: string): void {
  const { files } = workspace;
  const changes = change.edits.map(({ path, edits }) => {
    const file = files.get(path);
    assert.ok(file !== undefined, `${title} edits ${path}, which does not exist`);
    for (const { span } of edits) checkSpan(span, file.text, `${title} in ${path}`);
    return { path, file: sourceFile(path, applyEdits(file.text, edits)) };
  });
  assert.equal(new Set(changes.map(({ path }) => path)).size, changes.length, `${title} edits a file twice`);
  for (const { path, text } of change.creates) {
    assert.ok(!files.has(path), `${title} creates ${path}, which exists`);
    changes.push({ path, file: sourceFile(path, text) });
  }
  const mended = updateWorkspace(workspace, changes);
  for (const { path, file } of changes) {
    if (syntaxErrors(workspace, files.has(path) ? path : origin).length > 0) continue;
    const made = syntaxErrors(mended, path);
    assert.deepEqual(made, [], `${title} breaks ${path}:\n${file.text}`);
  }
}

function syntaxErrors(workspace: Workspace, path: string): readonly string[] {
  return lintFile(workspace, path)
    .filter(({ rule }) => rule === 'syntax-error')
    .map(({ message }) => message);
}

/** All that is said of the file, in plain data; paths are relative to the root. */
export function saidOf(workspace: Workspace, path: string): object {
  const told = lintFile(workspace, path).map(({ fixes, ...finding }) => ({
    ...finding,
    fixes: fixes.map((fix) => ({ title: fix.title, safety: fix.safety, change: fix.change() })),
  }));
  return JSON.parse(JSON.stringify(told).replaceAll(`${workspace.root}/`, ''));
}
