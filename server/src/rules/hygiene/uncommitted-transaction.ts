import { openTransactions } from '../../analysis/script-transactions.js';
import { rule, sql } from '../rule.js';

export default rule({
  id: 'uncommitted-transaction',
  severity: 'error',
  docs: {
    what: 'The script begins a transaction and never ends it.',
    why: 'When the connection closes, the server undoes all that the transaction did: the migration seems to have run, and nothing of it is there.',
    instead: 'End the script with COMMIT.',
    unless:
      'Silent where the runner has a transaction of its own, which it commits; transaction-nesting is about BEGIN there. Down migrations are not looked at.',
    references: ['https://www.postgresql.org/docs/current/sql-commit.html'],
  },
  examples: {
    bad: [
      sql`
        begin;
        ^^^^^ uncommitted-transaction
        create table users (id bigint primary key);
      `,
    ],
    good: [
      sql`
        begin;
        create table users (id bigint primary key);
        commit;
      `,
    ],
  },
  covers: ['uncommitted-transaction'],
  aliases: ['ban-uncommitted-transaction', 'unclosed-transaction'],
  on: ['migration'],

  *check(whole) {
    const last = whole.steps.at(-1)?.operation;
    for (const { at, problem } of openTransactions(whole)) {
      if (problem !== 'left-open' || last === undefined) continue;
      yield {
        step: at,
        at: at.operation.keyword,
        message:
          'This transaction is never committed: when the connection closes, the server undoes all of it. End it with COMMIT.',
        fixes: [
          {
            title: 'Commit at the end',
            safety: 'needs-review',
            edit: (editor) => editor.runAfter(last, [{ up: { kind: 'words', sql: 'commit' }, down: null }]),
          },
        ],
      };
    }
  },
});
