import { rule, sql } from '../rule.js';

export default rule({
  id: 'version-behind-released',
  severity: 'warning',
  docs: {
    what: 'A new migration has a version before those of migrations that have been released.',
    why: 'Databases that have run the later ones run it after them, new databases before them: the two may end with different schemas. Flyway and golang-migrate do not run it at all.',
    instead: 'Give it a version after the newest one that has been released.',
    unless:
      'Only said where a git reference tells what has been released: `since` in the configuration, or `check --since`. Silent for migrations without versions.',
    references: ['https://atlasgo.io/versioned/lint#non-linear-changes'],
  },
  examples: { bad: [], good: [sql`create table users (id bigint primary key);`] },
  covers: ['non-linear-migration'],
  on: ['migration-file'],

  *check({ span, behind }) {
    if (behind === null) return;
    yield {
      at: span,
      message: `This migration is new, and its version comes before ${behind.name}, which stands in "${behind.reference}" already: some databases run it after that one, others before. Give it a newer version.`,
    };
  },
});
