import { findRelation } from '../../catalog/lookup.js';
import { certainRelation } from '../../catalog/refusals/certainty.js';
import { isOfAllRows } from '../../catalog/refusals/relations.js';
import { given, migration, rule, sql } from '../rule.js';

const emails = sql`
  create table users (id bigint primary key, email text);
  create materialized view emails as select id, email from users;
  create unique index emails_id on emails (id);
`;

export default rule({
  id: 'refresh-blocking-reads',
  severity: 'warning',
  docs: {
    what: 'A materialized view is refreshed without CONCURRENTLY.',
    why: 'REFRESH holds an ACCESS EXCLUSIVE lock on the view while its query runs: every read of the view waits until then.',
    instead:
      'REFRESH MATERIALIZED VIEW CONCURRENTLY, which changes only the rows that differ. It needs a unique index on plain columns, of all rows.',
    unless:
      'Silent for a view that the same migration makes, for one that holds nothing yet, which nobody can read, and for WITH NO DATA, which has no concurrent form.',
    references: ['https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html'],
  },
  examples: {
    bad: [
      given(
        [emails],
        sql`
          refresh materialized view emails;
          ^^^^^^^^^^^^^^^^^^^^ refresh-blocking-reads
        `,
      ),
      given(
        [emails],
        migration`
          execute "refresh materialized view emails", ""
                   ^^^^^^^^^^^^^^^^^^^^ refresh-blocking-reads
        `,
      ),
    ],
    good: [given([emails], sql`refresh materialized view concurrently emails;`)],
  },
  covers: ['refresh-matview-blocking'],
  aliases: [
    'require-concurrent-refresh-matview',
    'ban-blocking-refresh-matview',
    'refresh-matview-blocking',
    'refresh-matview-non-concurrent',
  ],
  on: ['maintenance'],

  *check(operation, moment) {
    const { action, relation, concurrently, withData, keyword } = operation;
    if (action !== 'refresh' || relation === null || concurrently !== null || !withData) return;
    if (moment.tableIsNew(relation)) return;
    const view = findRelation(moment.before.whole(), relation);
    if (view?.kind === 'view' && !view.populated) return;
    const known = certainRelation(moment.before.whole(), relation);
    const canBe = known?.kind === 'view' && known.indexes.some(isOfAllRows);
    yield {
      at: keyword,
      message: `Reads of the materialized view "${relation.name}" wait until its query has run (ACCESS EXCLUSIVE lock). REFRESH it CONCURRENTLY${
        canBe ? '.' : ', for which it needs a unique index on plain columns, of all rows.'
      }`,
      weighs: relation,
      fixes: canBe
        ? [
            {
              title: 'Refresh it concurrently',
              safety: 'needs-review',
              edit: (editor) => editor.insertWords(operation, relation.span.start, 'concurrently'),
            },
          ]
        : [],
    };
  },
});
