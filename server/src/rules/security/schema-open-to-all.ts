import { isForEverybody } from '../../analysis/policies.js';
import { rule, sql } from '../rule.js';

export default rule({
  id: 'schema-open-to-all',
  severity: 'warning',
  docs: {
    what: 'Everybody is given the right to create objects in a schema.',
    why: 'Whoever connects can put a table or a function there under a name that others look up, and have it read or run with their rights. PostgreSQL 15 took this right from PUBLIC in the schema public for that reason.',
    instead: 'Grant USAGE to those who use what is in it, and CREATE to the role that runs migrations.',
    unless:
      'Silent for USAGE alone, for roles that are named (not PUBLIC, anon or authenticated), and about what PUBLIC has from the start before PostgreSQL 15.',
    references: [
      'https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATTERNS',
      'https://www.postgresql.org/docs/15/release-15.html',
    ],
  },
  examples: {
    bad: [
      sql`
        grant all on schema public to public;
        ^^^^^^^^^ schema-open-to-all
      `,
    ],
    good: [
      sql`
        grant usage on schema public to public;
        grant create on schema public to migrator;
      `,
    ],
  },
  covers: ['public-schema-create'],
  on: ['other'],

  *check({ change, keyword }) {
    if (change?.kind !== 'rights' || !change.change.grants) return;
    const { rights, roles } = change.change;
    const schemas = change.objects
      .filter(({ kind }) => kind === 'schema')
      .map(({ name }) => `"${name.name}"`);
    if (schemas.length === 0 || !isForEverybody(roles)) return;
    if (rights.length > 0 && !rights.some(({ right }) => right === 'create' || right === 'all')) return;
    yield {
      at: keyword,
      message: `Everybody may create tables and functions in ${schemas.join(', ')} from here on, under names that others look up. Grant USAGE, and CREATE to the role that runs migrations alone.`,
    };
  },
});
