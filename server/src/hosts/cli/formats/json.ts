// Findings for programs. The shape is API: docs/json.md.

import { isPossible, type PlacedFinding } from '../../../lint/lint.js';
import type { Workspace } from '../../../lint/workspace.js';
import { fromHere, placeOf } from '../places.js';

export function jsonOf(workspace: Workspace, finding: PlacedFinding): unknown {
  const file = workspace.files.get(finding.path);
  const place =
    file === undefined
      ? { path: fromHere(finding.path), line: 1, column: 1, endLine: 1, endColumn: 1 }
      : placeOf(file, finding.span);
  return {
    rule: finding.rule,
    severity: finding.severity,
    ...place,
    message: finding.message,
    docs: `docs/rules/${finding.rule}.md`,
    related: finding.related.flatMap(({ path, span, message }) => {
      const other = workspace.files.get(path);
      if (other === undefined) return [];
      const { line, column, path: shown } = placeOf(other, span);
      return [{ path: shown, line, column, message }];
    }),
    fixes: finding.fixes.filter(isPossible).map(({ title, safety }) => ({ title, safety })),
  };
}
