// What the user is asked before a statement is run on a server of theirs.

import type { MayRunParams } from '../../server/src/hosts/lsp/extensions.js';

export interface Question {
  readonly message: string;
  readonly detail: string;
  /** What the button says that means yes. */
  readonly button: string;
}

/** Names host and database, and says what does not come back. */
export function questionOf({
  connection,
  database,
  host,
  description,
  statement,
  writes,
}: MayRunParams): Question {
  const place = `"${database}" on ${host}`;
  const start = shortened(statement);
  const where = `Connection: ${connection} (${description})`;
  if (!writes) {
    return {
      message: `Run this statement in ${place} to measure it?`,
      detail: `${start}\n\n${where}\n\nIt runs in a read-only transaction, for at most 60 seconds. Functions that it calls may still act outside the database.`,
      button: 'Run It',
    };
  }
  return {
    message: `This statement changes rows. Run it in ${place} to measure it, and roll it back?`,
    detail: [
      start,
      where,
      'Its changes are rolled back, but not all that it does:',
      [
        '• Triggers run, and what they do outside the database stays (messages to other systems, files).',
        '• Numbers taken from sequences stay taken.',
        '• Until it is rolled back, for at most 60 seconds, it holds locks: others who change the same rows wait.',
        '• Its dead rows stay until VACUUM removes them, and it is written to the log and to replicas.',
      ].join('\n'),
      'Do not do this on a production database.',
    ].join('\n\n'),
    button: 'Run and Roll Back',
  };
}

const MOST = 300;

function shortened(statement: string): string {
  const text = statement.trim();
  return text.length <= MOST ? text : `${text.slice(0, MOST)}…`;
}
