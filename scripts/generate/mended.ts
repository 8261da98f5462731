// A bad example after its first fix, as pages show it.

import { lintFile } from '../../server/src/lint/lint.js';
import type { Example, Rule } from '../../server/src/rules/rule.js';
import { filesOf, withChange } from '../../test/support/check.js';
import { readMarks } from '../../test/support/marks.js';
import { memoryWorkspace, ROOT } from '../../test/support/workspace.js';

export interface MendedFile {
  readonly language: string;
  /** Relative to the project; `null` for the example's own file. */
  readonly path: string | null;
  readonly text: string;
}

/** The title of the fix and the files that it changes or makes; `null` when the rule offers none. */
export function mendedExample(
  rule: Rule,
  example: Example,
): { readonly title: string; readonly files: readonly MendedFile[] } | null {
  const files = filesOf(example).map(({ path, text }) => ({ path, text: readMarks(text).text }));
  const own = `${ROOT}/${files.at(-1)?.path}`;
  const workspace = memoryWorkspace(files);
  const fix = lintFile(workspace, own).find((finding) => finding.rule === rule.id)?.fixes[0];
  const change = fix?.change() ?? null;
  if (fix === undefined || change === null) return null;
  const mended = withChange(workspace, change);
  const touched = [...change.edits, ...change.creates].map(({ path }) => path);
  return {
    title: fix.title,
    files: [...new Set(touched)].flatMap((path) => {
      const file = mended.files.get(path);
      if (file === undefined) return [];
      return [
        {
          language: file.language,
          path: path === own ? null : path.slice(ROOT.length + 1),
          text: file.text.trimEnd(),
        },
      ];
    }),
  };
}
