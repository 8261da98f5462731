// Findings for people: the message, the place with squiggles, and what can be done.

import { isPossible, type PlacedFinding } from '../../../lint/lint.js';
import type { Workspace } from '../../../lint/workspace.js';
import { drawSnippet, printable } from '../../../text/snippet.js';
import type { Colours } from '../output.js';
import { fromHere, placeOf } from '../places.js';

export function textOf(workspace: Workspace, finding: PlacedFinding, colours: Colours): string {
  const file = workspace.files.get(finding.path);
  const place = file === undefined ? null : placeOf(file, finding.span);
  const at = place === null ? fromHere(finding.path) : `${place.path}:${place.line}:${place.column}`;
  const level = colours[finding.severity](finding.severity);
  const lines = [
    `${colours.bold(printable(at))} ${level} ${colours.dim(finding.rule)}`,
    `  ${printable(finding.message)}`,
  ];
  if (file !== undefined) lines.push(drawSnippet(file, finding.span, colours));
  for (const related of finding.related) {
    const other = workspace.files.get(related.path);
    if (other === undefined) continue;
    const { path, line, column } = placeOf(other, related.span);
    lines.push(`  ${printable(`${path}:${line}:${column} ${related.message}`)}`);
  }
  for (const fix of finding.fixes.filter(isPossible))
    lines.push(`  ${colours.dim('fix:')} ${printable(fix.title)}`);
  return `${lines.join('\n')}\n`;
}
