import { findRelation } from '../../catalog/lookup.js';
import { rule, sql } from '../rule.js';

export default rule({
  id: 'view-of-auth-users',
  severity: 'off',
  docs: {
    what: 'A view in the schema public reads `auth.users` of Supabase.',
    why: 'The API serves the view to everybody, with the rights of its owner: addresses and metadata of all users with it.',
    instead: 'Keep what others may see in a table of profiles with policies.',
    unless:
      'Off unless the configuration turns it on. Silent in other schemas, with security_invoker, and when a later migration drops the view.',
    references: ['https://supabase.com/docs/guides/database/database-advisors?lint=0002_auth_users_exposed'],
  },
  examples: {
    bad: [
      sql`
        create view people as select id, email from auth.users;
                    ^^^^^^ view-of-auth-users
      `,
    ],
    good: [
      sql`
        create table profiles (id uuid primary key, name text);
        create view people as select id, name from profiles;
      `,
    ],
  },
  covers: ['auth-users-exposed'],
  aliases: ['auth_users_exposed', 'authUsersExposed', '0002_auth_users_exposed'],
  on: ['create-view'],

  *check(operation, moment) {
    const { view, options, reads } = operation;
    const made = findRelation(moment.afterMigration.whole(), view);
    if (made?.schema !== 'public' || !moment.latest.whole().relations.has(made.id)) return;
    if (options.some(({ name, value }) => name === 'security_invoker' && value !== 'false')) return;
    if (!reads.some(({ relation }) => relation.schema === 'auth' && relation.name === 'users')) return;
    yield {
      at: view.span,
      message: `"${view.name}" shows auth.users to everybody who reaches the API. Keep what others may see in a table of its own, with policies.`,
    };
  },
});
