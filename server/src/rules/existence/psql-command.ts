import { rule, sql } from '../rule.js';

export default rule({
  id: 'psql-command',
  severity: 'error',
  docs: {
    what: 'A migration holds a command of psql, such as `\\i`, `\\copy` or `\\connect`, although its runner is not psql.',
    why: 'Lines with a backslash are carried out by psql itself; the server does not know them. Another runner sends them to the server as they are, which refuses the script with a syntax error.',
    instead:
      'Write in SQL what the command does: the statements of the file that `\\i` reads, COPY or INSERT for `\\copy`, SET for `\\set`.',
    unless:
      'Silent for Sqitch, which runs psql, for change sets of Liquibase with `runWith:psql`, and for scripts of which it is not known who runs them.',
    references: ['https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-META-COMMANDS'],
  },
  examples: {
    bad: [
      {
        ...sql`
          -- +goose Up
          \i users.sql
          ^^^^^^^^^^^^ psql-command
        `,
        path: 'migrations/00001_users.sql',
      },
    ],
    good: [
      {
        ...sql`
          -- +goose Up
          create table users (id bigint primary key);
        `,
        path: 'migrations/00001_users.sql',
      },
    ],
  },
  covers: ['psql-meta-command'],
  on: ['migration-file'],

  *check({ psqlCommands }) {
    for (const { span, command } of psqlCommands) {
      yield {
        at: span,
        message: `"${command}" is a command of psql. The runner of these migrations sends it to the server, which refuses it as a syntax error. Write in SQL what it does.`,
      };
    }
  },
});
