import { elixir, rule, sql } from '../rule.js';

export default rule({
  id: 'syntax-error',
  severity: 'error',
  docs: {
    what: "SQL that PostgreSQL's own grammar does not accept, or Elixir that cannot be read.",
    why: 'The server refuses the statement, and we can say nothing about what it does. Other statements of the file are read all the same.',
    instead: 'Mend it.',
    unless:
      'Template marks such as `{{ name }}` and psql variables are read as placeholders and not reported.',
    references: ['https://www.postgresql.org/docs/current/sql-syntax.html'],
  },
  examples: {
    bad: [
      sql`
        select * form users;
                 ^^^^ syntax-error
      `,
    ],
    good: [sql`select * from users;`, elixir`defmodule Shop, do: nil`],
  },
  covers: ['syntax-error'],
  on: ['problem'],

  *check(problem) {
    yield { at: problem.span, message: problem.message };
  },
});
