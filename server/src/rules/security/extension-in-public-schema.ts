import { rule, sql } from '../rule.js';

export default rule({
  id: 'extension-in-public-schema',
  severity: 'off',
  docs: {
    what: 'An extension is installed into the schema public.',
    why: 'Its functions then stand among the tables of the application: an API that shows that schema shows them, too, and their names are taken.',
    instead: 'Give extensions a schema of their own, and add that to the search_path.',
    unless:
      'Off unless the configuration turns it on. Silent for extensions that choose their schema themselves.',
    references: ['https://supabase.com/docs/guides/database/database-advisors?lint=0014_extension_in_public'],
  },
  examples: {
    bad: [
      sql`
        create schema extensions;
        create extension citext;
                         ^^^^^^ extension-in-public-schema
      `,
    ],
    good: [
      sql`
        create schema extensions;
        create extension citext schema extensions;
      `,
    ],
  },
  covers: ['extension-in-public'],
  aliases: ['extension_in_public', 'extensionInPublic', '0014_extension_in_public'],
  on: ['create-extension'],

  *check(operation, moment) {
    const { extension, schema } = operation;
    const catalog = moment.before.whole();
    if (OWN_SCHEMA.has(extension.name) || (schema ?? catalog.searchPath[0]) !== 'public') return;
    yield {
      at: extension.span,
      message: `The functions of "${extension.name}" stand in the schema public, among those of the application. Give extensions a schema of their own.`,
      fixes:
        catalog.schemas.has('extensions') && schema === null
          ? [
              {
                title: 'Put it into the schema extensions',
                safety: 'needs-review',
                edit: (editor) => editor.insertWords(operation, extension.span.end, 'schema "extensions"'),
              },
            ]
          : [],
    };
  },
});

/** Their control files name a schema. */
const OWN_SCHEMA: ReadonlySet<string> = new Set([
  'plpgsql',
  'pg_cron',
  'pgmq',
  'pgsodium',
  'pg_net',
  'supabase_vault',
  'postgis_tiger_geocoder',
  'postgis_topology',
  'timescaledb',
]);
