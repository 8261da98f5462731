import { openTransactions } from '../../analysis/script-transactions.js';
import type { MigrationStep } from '../../analysis/whole-migration.js';
import { rule, sql } from '../rule.js';

const path = 'db/migrations/20240101000000_example.sql';

export default rule({
  id: 'transaction-nesting',
  severity: 'error',
  docs: {
    what: 'BEGIN stands in a transaction already, or COMMIT or ROLLBACK ends one that the script has not begun.',
    why: 'PostgreSQL has no transactions inside others: the second BEGIN does nothing, and the first COMMIT ends the transaction of the runner. What follows it, the note that the migration has run included, is then in no transaction at all, and some runners fail.',
    instead:
      'Leave BEGIN and COMMIT to the runner. Where the script has to commit by itself, tell the runner not to open a transaction: `-- +goose NO TRANSACTION`, `-- migrate:up transaction:false`, `@disable_ddl_transaction true` and so on.',
    unless:
      'Silent where it is not known whether the runner opens a transaction, and where it sends the script as one text, which is a transaction only until the script begins its own (Prisma, Supabase, golang-migrate). Said once of a BEGIN and its COMMIT. Of BEGIN in a transaction that the script itself has begun the server only warns, and so do we. A ROLLBACK has no fix: without it, what it undoes would be done.',
    references: ['https://www.postgresql.org/docs/current/sql-begin.html'],
  },
  examples: {
    bad: [
      {
        ...sql`
          -- migrate:up
          begin;
          ^^^^^ transaction-nesting
          create table users (id bigint primary key);
          commit;
        `,
        path,
      },
      {
        ...sql`
          -- migrate:up
          create table users (id bigint primary key);
          commit;
          ^^^^^^ transaction-nesting
        `,
        path,
      },
      sql`
        begin;
        create table users (id bigint primary key);
        begin;
        ^^^^^ transaction-nesting
        create table orders (id bigint primary key);
        commit;
      `,
    ],
    good: [
      sql`
        begin;
        create table users (id bigint primary key);
        commit;
      `,
      {
        ...sql`
          -- migrate:up transaction:false
          begin;
          create table users (id bigint primary key);
          commit;
        `,
        path,
      },
    ],
  },
  covers: ['transaction-nesting'],
  aliases: ['transaction-nesting'],
  on: ['migration'],

  *check(whole) {
    for (const { at, end, problem } of openTransactions(whole)) {
      if (problem === null || problem === 'left-open') continue;
      const { operation } = at;
      if (operation.inBody === true || operation.span.start === operation.span.end) continue;
      yield {
        step: at,
        at: operation.keyword,
        message: SAYS[problem],
        severity: problem === 'ends-of-runner' || problem === 'in-runner' ? 'error' : 'warning',
        fixes: undoesWork(end ?? at, problem)
          ? []
          : [
              {
                title: end === null ? 'Take it out' : 'Take BEGIN and its COMMIT out',
                safety: 'needs-review',
                edit: (editor) =>
                  editor.together(
                    editor.removeOperation(operation),
                    ...(end === null ? [] : [editor.removeOperation(end.operation)]),
                  ),
              },
            ],
      };
    }
  },
});

/** Without that ROLLBACK, what it undoes would be done. */
function undoesWork({ operation }: MigrationStep, problem: keyof typeof SAYS): boolean {
  return operation.kind === 'transaction' && operation.action === 'rollback' && problem !== 'ends-nothing';
}

const SAYS = {
  'in-runner':
    'The runner has begun a transaction already, so this does nothing, and the COMMIT that belongs to it ends the transaction of the runner. Leave both to the runner.',
  'ends-of-runner':
    'This ends the transaction of the runner: what follows, its note that the migration has run included, is in none. Leave the end to the runner.',
  'in-own':
    'The script is in a transaction already: this BEGIN does nothing, and the next COMMIT ends both. Take it out.',
  'ends-nothing': 'There is no transaction here that this could end: the server only warns. Take it out.',
} as const;
