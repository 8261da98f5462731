import { constraintsMadeBy } from '../../analysis/constraints.js';
import { rule, sql } from '../rule.js';

export default rule({
  id: 'foreign-key-to-auth',
  severity: 'off',
  docs: {
    what: 'A foreign key refers to a column of a table of `auth` of Supabase that is not its primary key.',
    why: 'The unique indexes there belong to the platform, which changes them: with a foreign key that leans on one, that upgrade fails.',
    instead: 'Refer to the primary key, `auth.users (id)`.',
    unless: 'Off unless the configuration turns it on. Silent for `id`, and where no column is written.',
    references: ['https://supabase.com/docs/guides/database/database-advisors?lint=0021_fkey_to_auth_unique'],
  },
  examples: {
    bad: [
      sql`
        create table profiles (id bigint primary key, email text references auth.users (email));
                                                                 ^^^^^^^^^^ foreign-key-to-auth
      `,
    ],
    good: [
      sql`
        create table profiles (id uuid primary key references auth.users (id));
      `,
    ],
  },
  covers: ['fkey-to-auth-unique'],
  aliases: ['fkey_to_auth_unique', 'fkeyToAuthUnique', '0021_fkey_to_auth_unique'],
  on: ['create-table', 'add-column', 'add-constraint'],

  *check(operation) {
    for (const { constraint } of constraintsMadeBy(operation)) {
      if (constraint.kind !== 'foreign-key' || constraint.references.schema !== 'auth') continue;
      const { referencedColumns, references, keyword } = constraint;
      if (referencedColumns.length === 0 || referencedColumns.join() === 'id') continue;
      yield {
        at: keyword,
        message: `This leans on a unique index of auth.${references.name} (${referencedColumns.join(', ')}), which the platform may change. Refer to its primary key.`,
      };
    }
  },
});
