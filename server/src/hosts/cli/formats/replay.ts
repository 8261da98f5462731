// What came of the migrations on the embedded server, for programs.

import type { Replay } from '../../../database/database.js';
import { fromHere } from '../places.js';

/** In full. */
export function replayShape({ statements, skipped, assumptions }: Replay) {
  return {
    statements,
    skipped: skipped.map(({ path, line, code, message, part }) => ({
      path: fromHere(path),
      line,
      code,
      message,
      part,
    })),
    assumptions,
  };
}
