import { given, rule, sql } from '../rule.js';

const emails = sql`
  create table users (id bigint primary key, email text);
  create materialized view emails as select id, email from users;
  create unique index emails_id on emails (id);
`;

export default rule({
  id: 'refresh-concurrently',
  severity: 'off',
  docs: {
    what: 'A materialized view is refreshed CONCURRENTLY.',
    why: 'Reads go on, but the EXCLUSIVE lock lets no second REFRESH in: one that is run often waits for the one before it.',
    instead: 'Refresh it where only one job does so at a time, and not in a migration.',
    unless: 'Off by default. Silent for a view that the same migration makes.',
    references: ['https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html'],
  },
  examples: {
    bad: [
      given(
        [emails],
        sql`
          refresh materialized view concurrently emails;
                                    ^^^^^^^^^^^^ refresh-concurrently
        `,
      ),
    ],
    good: [given([emails], sql`refresh materialized view emails;`)],
  },
  covers: ['refresh-matview-concurrent-lock'],
  aliases: [
    'concurrent-refresh-matview-lock',
    'warn-refresh-matview-concurrent',
    'refresh-matview-concurrent',
  ],
  on: ['maintenance'],

  *check({ action, relation, concurrently }, moment) {
    if (action !== 'refresh' || relation === null || concurrently === null) return;
    if (moment.tableIsNew(relation)) return;
    yield {
      at: concurrently,
      message: `Another REFRESH of "${relation.name}" waits until this one is done (EXCLUSIVE lock); reads go on.`,
      weighs: relation,
    };
  },
});
