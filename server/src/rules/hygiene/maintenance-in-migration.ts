import { migration, rule, sql } from '../rule.js';

export default rule({
  id: 'maintenance-in-migration',
  severity: 'hint',
  docs: {
    what: 'A migration does what is no change of the schema: VACUUM, COPY … FROM, or NOTIFY.',
    why: 'A migration runs once, in every environment, and everything after it waits. VACUUM of a large table takes long and has to be done again; COPY reads a file that is on one server alone, or stops a runner that cannot send it; NOTIFY reaches whoever listens at that moment.',
    instead:
      'Leave VACUUM to autovacuum or to a job. Load data by a job of its own, and notify from the application.',
    unless:
      'Silent for COPY into a table that the same migration makes, as dumps have it, for ANALYZE, and for VACUUM inside a transaction, which the server refuses.',
    references: ['https://www.postgresql.org/docs/current/routine-vacuuming.html'],
  },
  examples: {
    bad: [
      sql`
        vacuum users;
        ^^^^^^^^^^^^ maintenance-in-migration
      `,
      migration`
        execute "notify deploys, 'done'", ""
                 ^^^^^^^^^^^^^^ maintenance-in-migration
      `,
    ],
    good: [sql`analyze users;`],
  },
  covers: ['vacuum-in-migration'],
  on: ['maintenance', 'write-rows', 'other'],

  *check(operation, moment) {
    switch (operation.kind) {
      case 'maintenance':
        if (operation.action !== 'vacuum' || moment.inTransaction() === true) return;
        yield {
          at: operation.keyword,
          message:
            'VACUUM has to be done again and again, and a migration does it once while what follows waits. Leave it to autovacuum or to a job.',
        };
        return;
      case 'write-rows':
        if (operation.verb !== 'copy' || operation.table === null || moment.tableIsNew(operation.table))
          return;
        yield {
          at: operation.keyword,
          message: `COPY loads rows into "${operation.table.name}" in every environment, from a file or from what the runner sends. Load data by a job of its own.`,
        };
        return;
      case 'other':
        if (operation.statement !== 'Notify') return;
        yield {
          at: operation.keyword,
          message:
            'NOTIFY reaches whoever listens while the migration runs, in every environment. Notify from the application.',
        };
    }
  },
});
