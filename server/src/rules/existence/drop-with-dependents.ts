import { given, rule, sql } from '../rule.js';
import { JUDGED, refused } from './refused.js';

const tables = sql`
  create table users (id bigint primary key, email text);
  create table posts (id bigint primary key, user_id bigint references users (id));
`;

export default rule({
  id: 'drop-with-dependents',
  severity: 'error',
  docs: {
    what: 'A migration drops or changes what something else depends on, without CASCADE: a table that foreign keys point at, a column that a view reads, a type that a column has.',
    why: 'The server stops with error 2BP01 (0A000 for the type of a column that a view reads, 42601 and 42P16 for what a column does not allow), and the migration fails.',
    instead:
      'Drop what depends on it first, by name. CASCADE does the same and says nothing of what falls with it.',
    unless:
      'Silent with CASCADE, for what the same statement drops, too, and where the dependent is not certain to be there.',
    references: ['https://www.postgresql.org/docs/current/ddl-depend.html'],
  },
  examples: {
    bad: [
      given(
        [tables],
        sql`
          drop table users;
                     ^^^^^ drop-with-dependents
        `,
      ),
    ],
    good: [given([tables], sql`drop table posts, users;`)],
  },
  covers: ['drop-column-used-by-view', 'alter-column-type-blocked-by-dependents'],
  on: JUDGED,

  *check(operation, moment) {
    // Of views that read it drop-column-in-use and drop-table-in-use speak.
    if (operation.kind === 'drop-column' || operation.kind === 'drop-table') {
      const column = operation.kind === 'drop-column' ? operation.column.name : undefined;
      if (moment.usesOf(operation.table, column).some(({ kind }) => kind === 'view')) return;
    }
    yield* refused(operation, moment, ['dependents', 'not-allowed'], () => '');
  },
});
