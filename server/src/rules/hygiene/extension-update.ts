import { migration, rule, sql } from '../rule.js';

export default rule({
  id: 'extension-update',
  severity: 'warning',
  docs: {
    what: 'A migration updates an extension.',
    why: 'ALTER EXTENSION … UPDATE runs a script of the extension, which may take ACCESS EXCLUSIVE locks on its objects and on tables that use them, and change what its functions give. Which version it goes to depends on what is installed on the server, unless the statement says it.',
    instead:
      'Read the release notes of the extension, try the update on a copy, and do it apart from other changes, to a version that is named.',
    unless: 'Silent for what only moves an extension to another schema.',
    references: ['https://www.postgresql.org/docs/current/sql-alterextension.html'],
  },
  examples: {
    bad: [
      sql`
        alter extension postgis update;
        ^^^^^^^^^^^^^^^ extension-update
      `,
      migration`
        execute "ALTER EXTENSION postgis UPDATE"
                 ^^^^^^^^^^^^^^^ extension-update
      `,
    ],
    good: [sql`alter extension postgis set schema gis;`],
  },
  covers: ['extension-version-change'],
  on: ['unknown'],

  *check({ statement, keyword }) {
    if (statement !== 'AlterExtension') return;
    yield {
      at: keyword,
      message:
        'Updating an extension runs its own script, which may lock tables that use it and change what its functions give. Try it on a copy, and do it apart from other changes.',
    };
  },
});
