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

/** What to do by the command line, where that has its own way. */
const WHAT_TO_DO: Partial<Readonly<Record<Failure['kind'], string>>> = {
  'no-sizes':
    'Export the statistics of the database with "plumbline statistics export", or state rows and bytes of its tables in the configuration.',
  writes:
    'Ask for its plan without measuring, or name a database that is not production and add --analyze-writes: then it is run there and rolled back.',
};

export function whatToDoAbout({ kind, whatToDo }: Failure): string {
  return WHAT_TO_DO[kind] ?? whatToDo;
}

/** The same for the answer of a database. */
export function complainOfFailure(output: Output, failure: Failure): number {
  const { kind, message } = failure;
  complain(output, message, whatToDoAbout(failure));
  return kind === 'cancelled' ? INTERRUPTED : FAILED;
}
