import { rule, sql } from '../rule.js';

export default rule({
  id: 'domain-with-constraint',
  severity: 'info',
  docs: {
    what: 'A domain is made with a CHECK or NOT NULL.',
    why: 'To change such a rule later, ALTER DOMAIN reads every row of every table that uses the domain while writes to all of them wait (SHARE lock), and each new column of it makes the server write its table anew (ACCESS EXCLUSIVE lock).',
    instead:
      'Put CHECK and NOT NULL on the columns: there they can be added NOT VALID and validated while writes go on.',
    unless: 'Silent for a domain that says neither, and for one that the same migration drops.',
    references: ['https://www.postgresql.org/docs/current/sql-alterdomain.html'],
  },
  examples: {
    bad: [
      sql`
        create domain price as integer check (value > 0);
        ^^^^^^^^^^^^^ domain-with-constraint
      `,
    ],
    good: [sql`create domain price as integer;`],
  },
  covers: ['create-domain-with-constraint'],
  aliases: ['ban-create-domain-with-constraint'],
  on: ['create-type'],

  *check({ definition, keyword, type }, moment) {
    if (definition.kind !== 'domain' || (definition.checks === 0 && !definition.notNull)) return;
    if (
      !moment.afterMigration.whole().types.some(({ kind, name }) => kind === 'domain' && name === type.name)
    )
      return;
    yield {
      at: keyword,
      message: `The rules of the domain "${type.name}" can be changed later only while writes to all tables that use it wait (SHARE lock). Put them on the columns, as CHECK and NOT NULL.`,
    };
  },
});
