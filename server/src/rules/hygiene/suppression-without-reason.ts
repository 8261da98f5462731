import { rule, sql } from '../rule.js';

export default rule({
  id: 'suppression-without-reason',
  severity: 'off',
  docs: {
    what: 'A `plumbline-ignore` comment, or an annotation about tenants, that does not say why.',
    why: 'Who comes later cannot tell whether what was fine then is fine still, and leaves the comment where it is.',
    instead:
      'Write the reason behind a colon: `-- plumbline-ignore create-index-blocking-writes: it has ten rows`. For tenants, in brackets: `# tenant: global (nightly report)`, or `@tenant {:global, "nightly report"}`.',
    unless:
      'Silent about the comments of other tools. An annotation about tenants without a reason is a hint even where the rule is not turned on, but for migrations and where no tenants are known.',
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
