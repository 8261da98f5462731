// What came of the migrations on the embedded server, where that was not all that they say.

import type { Replay } from '../database/database.js';

/**
 * Lines that say which statements had no effect, a few of them one by one, and what was made up; none when all went well.
 *
 * @param shown the path as people know it
 */
export function replayLines(
  { skipped, assumptions }: Replay,
  shown: (path: string) => string,
): readonly string[] {
  const lines = skipped
    .slice(0, SHOWN)
    .map(({ path, line, message }) => `  ${shown(path)}:${line} ${message}`);
  const rest = skipped.length - lines.length;
  const made = assumptions.map(({ kind, name }) =>
    kind === 'role' ? `role "${name}"` : `empty extension "${name}"`,
  );
  return [
    ...(skipped.length > 0 ? [`${counted(skipped.length)} failed here and had no effect:`, ...lines] : []),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
    ...(made.length > 0 ? [`Made up so that migrations could run: ${made.join(', ')}.`] : []),
  ];
}

const SHOWN = 3;

function counted(count: number): string {
  return count === 1 ? 'One statement of the migrations' : `${count} statements of the migrations`;
}
