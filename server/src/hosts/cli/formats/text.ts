// Findings for people: the message, the place with squiggles, and what can be done.

import type { PlacedFinding } from '../../../lint/lint.js';
import type { Workspace } from '../../../lint/workspace.js';
import { drawSnippet } from '../../../text/snippet.js';
import type { Colours } from '../output.js';
import { fromHere, placeOf } from '../places.js';

export function textOf(workspace: Workspace, finding: PlacedFinding, colours: Colours): string {
  const file = workspace.files.get(finding.path);
  if (file === undefined) return `${fromHere(finding.path)}: ${finding.severity}: ${finding.message}\n`;
  const { path, line, column } = placeOf(file, finding.span);
  const level = colours[finding.severity](finding.severity);
  const lines = [
    `${colours.bold(`${path}:${line}:${column}`)} ${level} ${colours.dim(finding.rule)}`,
    `  ${finding.message}`,
    drawSnippet(file, finding.span, colours),
  ];
  for (const related of finding.related) {
    const other = workspace.files.get(related.path);
    if (other === undefined) continue;
    const place = placeOf(other, related.span);
    lines.push(`  ${place.path}:${place.line}:${place.column} ${related.message}`);
  }
  for (const fix of finding.fixes) lines.push(`  ${colours.dim('fix:')} ${fix.title}`);
  return `${lines.join('\n')}\n`;
}
