// How the command line says that something did not work, and what its process ends with then.

import type { Failure } from '../../database/database.js';
import type { Output } from './output.js';

/** Wrong usage, wrong configuration, unreadable input, no answer from a database, our own fault. */
export const FAILED = 2;

/** What the shell gives for a program that Ctrl+C ended. */
const INTERRUPTED = 130;

/** Gives the exit status. An empty message says nothing, since all has been said. */
export function complain(output: Output, message: string, whatToDo = ''): number {
  const lines = [message, whatToDo].filter((text) => text !== '');
  if (lines.length > 0) output.complain(`${lines.join('\n')}\n`);
  return FAILED;
}

/** The same for the answer of a database. */
export function complainOfFailure(output: Output, { kind, message, whatToDo }: Failure): number {
  complain(output, message, whatToDo);
  return kind === 'cancelled' ? INTERRUPTED : FAILED;
}
