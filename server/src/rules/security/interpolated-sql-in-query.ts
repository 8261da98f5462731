import type { PutIn } from '../../queries/raw-sql.js';
import { elixir, rule, type Severity } from '../rule.js';

export default rule({
  id: 'interpolated-sql-in-query',
  severity: 'warning',
  docs: {
    what: 'A value is put into the text of a SQL query instead of being handed over beside it.',
    why: 'A quote in the value ends the SQL string, and what follows is read as SQL: whoever chooses the value runs what they like. A text that is another one each time cannot be prepared once either.',
    instead: 'Write `$1` in its place and give the value in the list of parameters.',
    unless:
      'Silent for literals and attributes of the module, for names of tables and the like (no parameter can stand there) and for DDL, for parts of SQL, for what a function gives (it may quote), for numbers by a guard, and for ids. An error where the value comes with a request or a job, info where a row that is loaded or the session holds it.',
    references: [
      'https://hexdocs.pm/ecto_sql/Ecto.Adapters.SQL.html#query/4',
      'https://owasp.org/www-community/attacks/SQL_Injection',
    ],
  },
  examples: {
    bad: [
      elixir`
        defmodule Shop.Search do
          alias Shop.Repo

          def by_name(name) do
            Repo.query!("SELECT id FROM products WHERE name = '#{name}'")
                                                                 ^^^^ warning interpolated-sql-in-query
          end
        end
      `,
      elixir`
        defmodule ShopWeb.ProductController do
          alias Shop.Repo

          def index(conn, %{"name" => name}) do
            Repo.query!("SELECT id FROM products WHERE shop_id = $1 AND name = '#{name}'", [conn.assigns.shop.id])
                                                                                  ^^^^ error interpolated-sql-in-query
          end
        end
      `,
    ],
    good: [
      elixir`
        defmodule Shop.Search do
          alias Shop.Repo

          @limit 10

          def by_name(name) do
            Repo.query!("SELECT id FROM products WHERE name = $1 LIMIT #{@limit}", [name])
          end
        end
      `,
    ],
  },
  covers: ['sql-injection-raw-query'],
  aliases: ['SQL.Query', 'SQL.Stream', 'sql_injection'],
  on: ['raw-sql'],

  *check({ runs, values }) {
    for (const value of values) {
      const { asParameter } = value;
      yield {
        at: value.span,
        ...levelOf(value),
        message: `${whence(value)}, and becomes part of the SQL that ${runs} runs: a quote in it ends the string. Write a parameter ($1) and hand the value over.`,
        fixes:
          asParameter === null
            ? []
            : [
                {
                  title: 'Make it a parameter',
                  safety: 'needs-review',
                  edit: (editor) => editor.writeCode(asParameter),
                },
              ],
      };
    }
  },
});

/** Who sends it, or writes it into a row, may send a quote; the code itself most often does not. */
function levelOf({ origin }: PutIn): { readonly severity?: Severity } {
  if (origin === 'client' || origin === 'job') return { severity: 'error' };
  return origin === 'trusted' ? { severity: 'info' } : {};
}

function whence({ code, origin, given }: PutIn): string {
  switch (origin) {
    case 'client':
      return `${code} comes from outside`;
    case 'job':
      return `${code} comes with the arguments of a job`;
    case 'trusted':
      return `${code} is what a row or a session holds`;
    default:
      return given ? `${code} is whatever the caller gives` : `${code} is known only at run time`;
  }
}
