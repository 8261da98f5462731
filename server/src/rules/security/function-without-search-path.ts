import { definerInForce, hasFixedNames } from '../../analysis/definer-functions.js';
import { rule, sql } from '../rule.js';

export default rule({
  id: 'function-without-search-path',
  severity: 'warning',
  docs: {
    what: 'A SECURITY DEFINER function leaves it to its caller where the names in it are looked up.',
    why: 'It runs with the rights of its owner, but along the search_path of who calls: whoever may create a table or a function in a schema of theirs can put it in the place of the one that was meant, and have it read or run by the owner.',
    instead:
      "Fix it: `SET search_path = public, pg_temp`, or `SET search_path = ''` and every name qualified.",
    unless:
      'Silent for functions that run with the rights of their caller, for SQL bodies that are bound when the function is made (BEGIN ATOMIC, RETURN), and when a later migration sets the search_path, drops the function or makes it anew.',
    references: [
      'https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY',
      'https://supabase.com/docs/guides/database/database-advisors?lint=0011_function_search_path_mutable',
    ],
  },
  examples: {
    bad: [
      sql`
        create function add_member(org bigint, member bigint) returns void language plpgsql security definer as $$
                        ^^^^^^^^^^ function-without-search-path
        begin
          insert into members (org_id, user_id) values (org, member);
        end
        $$;
      `,
    ],
    good: [
      sql`
        create function add_member(org bigint, member bigint) returns void language plpgsql security definer
          set search_path = public, pg_temp as $$
        begin
          insert into members (org_id, user_id) values (org, member);
        end
        $$;
      `,
    ],
  },
  covers: ['function-search-path-mutable'],
  aliases: ['function_search_path_mutable', 'functionSearchPathMutable', '0011_function_search_path_mutable'],
  on: ['create-function'],

  *check(operation, moment) {
    if (!operation.securityDefiner) return;
    const found = definerInForce(moment.latest.whole(), operation);
    if (found === null || hasFixedNames(found) || found.language === 'c' || found.language === 'internal')
      return;
    const path = [...new Set([...(found.schema === 'public' ? [] : [found.schema]), 'public', 'pg_temp'])];
    yield {
      at: operation.function.span,
      message: `"${found.name}" runs with the rights of its owner, but looks names up along the search_path of who calls it, who may put other tables and functions there. Set search_path for it.`,
      fixes: [
        {
          title: 'Set search_path for the function',
          safety: 'needs-review',
          edit: (editor) =>
            editor.insertWords(
              operation,
              operation.span.end,
              `set search_path = ${path.map((name) => `"${name}"`).join(', ')}`,
            ),
        },
      ],
    };
  },
});
