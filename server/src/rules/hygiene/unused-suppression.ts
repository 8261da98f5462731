import { rule, sql } from '../rule.js';

export default rule({
  id: 'unused-suppression',
  severity: 'info',
  docs: {
    what: 'A `plumbline-ignore` comment that silences nothing, names a rule that does not exist, or has ended; or an annotation about tenants, such as `tenant: global (reason)`, that is not needed.',
    why: 'A misspelt rule silences nothing, and a comment that outlived its finding will silence the next one, which nobody has looked at. With `until=2026-12-31` in it, a comment silences until the end of that day, and is reported from then on together with what it silenced.',
    instead: 'Correct the name of the rule, or delete the comment.',
    unless:
      'Silent about rules that the configuration turns off, and about the comments of other tools, which are honoured. A hint for annotations about tenants, and silent about them where no tenants are known, in migrations, and where all rules about queries and tenants are off.',
    references: [],
  },
  examples: {
    bad: [
      sql`
        -- plumbline-ignore create-index: it is small
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unused-suppression: no rule "create-index"
        CREATE TABLE users (id bigint PRIMARY KEY);
      `,
    ],
    good: [
      sql`
        CREATE TABLE users (id bigint PRIMARY KEY, name text);
        -- squawk-ignore require-concurrent-index-creation
        CREATE INDEX users_name_index ON users (name);
      `,
    ],
  },
  // Raised after all other rules have spoken: what a comment silences is known only then.
  covers: ['unused-ignore'],
  on: [],
  check: () => [],
});
