import { given, rule, sql } from '../rule.js';
import { policyInForce } from './policy-in-force.js';

const orders = sql`
  create table orders (id bigint primary key, org_id bigint not null);
  alter table orders enable row level security;
`;

export default rule({
  id: 'policy-reads-user-metadata',
  severity: 'error',
  docs: {
    what: 'A policy believes the metadata of a Supabase user that the user may edit.',
    why: 'Every user may write anything into `user_metadata` (`raw_user_meta_data`) of their own account, so they choose the role or the tenant that the policy asks for.',
    instead: 'Keep it in `app_metadata` (`raw_app_meta_data`), or in a table of members.',
    unless: 'Silent when a later migration drops or changes the policy.',
    references: [
      'https://supabase.com/docs/guides/database/database-advisors?lint=0015_rls_references_user_metadata',
    ],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          create policy tenant on orders
            using (org_id = (select (auth.jwt() -> 'user_metadata' ->> 'org_id')::bigint));
                                                    ^^^^^^^^^^^^^ policy-reads-user-metadata
        `,
      ),
    ],
    good: [
      given(
        [orders],
        sql`
          create policy tenant on orders
            using (org_id = (select (auth.jwt() -> 'app_metadata' ->> 'org_id')::bigint));
        `,
      ),
    ],
  },
  covers: ['rls-references-user-metadata'],
  aliases: ['rls_references_user_metadata', 'rlsReferencesUserMetadata', '0015_rls_references_user_metadata'],
  on: ['create-policy', 'alter-policy'],

  *check(operation, moment) {
    if (policyInForce(operation, moment) === null) return;
    for (const rule of [operation.using, operation.check]) {
      const place = rule === null ? null : /\b(?:raw_user_meta_data|user_metadata)\b/.exec(rule.text);
      if (rule === null || place === null) continue;
      const start = rule.span.start + place.index;
      yield {
        at: { start, end: start + place[0].length },
        message: `Users may edit their own ${place[0]}, and so choose what this policy of "${operation.table.name}" lets them reach. Keep it in app_metadata or in a table of members.`,
      };
    }
  },
});
