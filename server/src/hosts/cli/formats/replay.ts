// What came of the migrations on the embedded server, where that was not all that they say.

import type { Replay } from '../../../database/database.js';
import { fromHere } from '../places.js';

/** Lines that say which statements had no effect, a few of them one by one, and what was made up; none when all went well. */
export function replayLines({ skipped, assumptions }: Replay): readonly string[] {
  const lines = skipped
    .slice(0, SHOWN)
    .map(({ path, line, message }) => `  ${fromHere(path)}:${line} ${message}`);
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

/** The same in full, for programs. */
export function replayShape({ statements, skipped, assumptions }: Replay) {
  return {
    statements,
    skipped: skipped.map(({ path, line, code, message }) => ({ path: fromHere(path), line, code, message })),
    assumptions,
  };
}
