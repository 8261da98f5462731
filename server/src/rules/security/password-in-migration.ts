import { migration, rule, sql } from '../rule.js';

export default rule({
  id: 'password-in-migration',
  severity: 'error',
  docs: {
    what: 'A migration holds a password: of a role, a foreign server, or in a connection string.',
    why: 'Everybody who reads the repository, its history or the log of the server has it, and it is the same on every server that the migration runs on.',
    instead:
      'Make the role without a password and set that where secrets are kept, or take it from the environment when the migration runs. Change the password: it is known now.',
    unless:
      'Silent where something else fills it in (an interpolation, a variable of psql, a template), for PASSWORD NULL and empty ones, and for a SCRAM verifier, from which the password cannot be read.',
    references: ['https://www.postgresql.org/docs/current/sql-createrole.html'],
  },
  examples: {
    bad: [
      sql`
        create role reporting login password 'correct horse';
                                             ^^^^^^^^^^^^^^^ password-in-migration
      `,
      migration`
        execute "ALTER ROLE reporting PASSWORD 'correct horse'", ""
                                               ^^^^^^^^^^^^^^^ password-in-migration
      `,
    ],
    good: [
      sql`
        create role reporting login;
      `,
      migration`
        execute "ALTER ROLE reporting PASSWORD '#{System.fetch_env!("REPORTING_PASSWORD")}'", ""
      `,
    ],
  },
  covers: ['password-in-migration'],
  on: ['migration'],

  *check({ steps }) {
    for (const step of steps) {
      const { operation } = step;
      for (const span of operation.secrets ?? []) {
        yield {
          step,
          at: operation.inBody === true ? operation.keyword : span,
          message:
            'A password is written out here, and everybody who reads this repository has it. Take it from where secrets are kept, and change it.',
        };
      }
    }
  },
});
