import { rule, sql } from '../rule.js';

export default rule({
  id: 'released-migration-changed',
  severity: 'warning',
  docs: {
    what: 'A migration that has been released reads otherwise now.',
    why: 'Where it has run already it does not run again: the change never reaches those databases, and they drift from new ones. Flyway, Prisma and Atlas compare checksums and refuse to go on.',
    instead: 'Leave it as it was, and write a new migration.',
    unless:
      'Only said where a git reference tells what has been released: `since` in the configuration, or `check --since`. Silent for what its runner repeats. Comments and layout alone are no danger where the runner keeps no checksums.',
    references: ['https://documentation.red-gate.com/fd/migrations-271585107.html'],
  },
  examples: { bad: [], good: [sql`create table users (id bigint primary key);`] },
  covers: ['migration-edited-after-merge'],
  on: ['migration-file'],

  *check({ span, changedSince }) {
    if (changedSince === null) return;
    yield {
      at: span,
      message: `This migration stands in "${changedSince}" already, and reads otherwise here: where it has run, it will not run again. Leave it as it was, and write a new one.`,
    };
  },
});
