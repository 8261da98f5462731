import { migration, rule } from '../rule.js';

export default rule({
  id: 'interpolated-sql-in-execute',
  severity: 'info',
  docs: {
    what: 'SQL of a migration into which something is put that is known only when it runs.',
    why: 'The same migration then does different things on different servers, and nobody can tell from the file what it has done. Inside a quoted string a single quote in the value ends the string, and what follows is read as SQL.',
    instead:
      'Write the SQL out, or take the value from a constant of the module. Hand values to `repo().query!` as parameters.',
    unless:
      'Silent where the value follows from the file: attributes of the module, loops over literal lists, functions with literal results; about `prefix()`, and about times and new identifiers (`DateTime.utc_now()`, `Ecto.UUID.generate()`).',
    references: ['https://hexdocs.pm/ecto_sql/Ecto.Migration.html#execute/1'],
  },
  examples: {
    bad: [
      migration`
        execute "ALTER ROLE shop SET search_path TO #{System.get_env("SCHEMA")}", ""
                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^ interpolated-sql-in-execute
      `,
    ],
    good: [
      migration`
        for name <- ["orders", "users"] do
          execute "COMMENT ON TABLE #{name} IS 'audited'", ""
        end
      `,
    ],
  },
  covers: ['interpolated-sql-in-execute'],
  aliases: ['raw_sql_executed'],
  on: ['ecto-migration'],

  *check({ interpolated }) {
    for (const { span, inQuotes } of interpolated) {
      const message = inQuotes
        ? 'What stands here is known only when it runs; a single quote in it would end the SQL string around it. Hand it over as a parameter: repo().query!(sql, [value]).'
        : 'What stands here is known only when it runs, so this SQL may be another one on each server.';
      yield { at: span, message };
    }
  },
});
