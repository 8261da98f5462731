import { migration, rule, sql } from '../rule.js';

export default rule({
  id: 'session-replication-role',
  severity: 'error',
  docs: {
    what: 'A migration sets session_replication_role to replica.',
    why: 'From then on no trigger of the session fires, foreign keys are not checked and do not cascade, and rules are not applied: rows that break the schema come in and nothing ever finds them. It needs a superuser, and without SET LOCAL it stays for whatever uses the connection next.',
    instead:
      'Write the rows in an order that the foreign keys allow, or make the foreign keys DEFERRABLE. In tests it is fine.',
    unless: 'Silent for origin, local and default, which are how sessions usually are, and for RESET.',
    references: [
      'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-SESSION-REPLICATION-ROLE',
    ],
  },
  examples: {
    bad: [
      sql`
        set session_replication_role = replica;
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ session-replication-role
      `,
      migration`
        execute "SET LOCAL session_replication_role = 'replica'"
                 ^^^^^^^^^ session-replication-role
      `,
    ],
    good: [sql`set session_replication_role = default;`],
  },
  covers: ['session-replication-role'],
  on: ['set-parameter'],

  *check({ parameter, value, keyword }) {
    if (parameter !== 'session_replication_role' || value?.toLowerCase() !== 'replica') return;
    yield {
      at: keyword,
      message:
        'From here on foreign keys are not checked and triggers do not fire in this session, so rows that break the schema come in unseen. Write them in an order that the foreign keys allow.',
    };
  },
});
