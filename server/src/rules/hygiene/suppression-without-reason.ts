import { rule, sql } from '../rule.js';

export default rule({
  id: 'suppression-without-reason',
  severity: 'off',
  docs: {
    what: 'A `plumbline-ignore` comment that does not say why.',
    why: 'Who comes later cannot tell whether what was fine then is fine still, and leaves the comment where it is.',
    instead:
      'Write the reason behind a colon: `-- plumbline-ignore create-index-blocking-writes: it has ten rows`.',
    unless: 'Silent about the comments of other tools.',
    references: [],
  },
  examples: {
    bad: [
      sql`
        CREATE TABLE users (id bigint PRIMARY KEY);
        DROP TABLE users; -- plumbline-ignore
                          ^^^^^^^^^^^^^^^^^^^ suppression-without-reason
      `,
    ],
    good: [
      sql`
        CREATE TABLE users (id bigint PRIMARY KEY);
        DROP TABLE users; -- plumbline-ignore: nobody has ever used it
      `,
    ],
  },
  covers: ['unused-ignore'],
  // Raised where comments silence findings.
  on: [],
  check: () => [],
});
