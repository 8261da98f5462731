// The project that a folder belongs to.

/** The innermost of the roots that holds the folder; `''` when none does. */
export function nearestProject(folder: string, roots: readonly string[]): string {
  let best = '';
  for (const root of roots) {
    if ((folder === root || folder.startsWith(`${root}/`)) && root.length > best.length) best = root;
  }
  return best;
}
