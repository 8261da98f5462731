import { migration, rule, sql } from '../rule.js';

export default rule({
  id: 'extension-without-if-not-exists',
  severity: 'info',
  docs: {
    what: 'CREATE EXTENSION without IF NOT EXISTS.',
    why: 'On most servers somebody with more rights has made the extension already, or it came with the database; the migration then fails, and only there.',
    instead: 'Say IF NOT EXISTS.',
    unless:
      'Silent with IF NOT EXISTS, and where the migrations have made the extension before: then the server refuses it, as `already-exists` says, unless the same migration has dropped it.',
    references: ['https://www.postgresql.org/docs/current/sql-createextension.html'],
  },
  examples: {
    bad: [
      sql`
        create extension citext;
        ^^^^^^^^^^^^^^^^ extension-without-if-not-exists
      `,
      migration`
        execute "CREATE EXTENSION citext", "DROP EXTENSION citext"
                 ^^^^^^^^^^^^^^^^ extension-without-if-not-exists
      `,
    ],
    good: [sql`create extension if not exists citext;`],
  },
  covers: ['extension-version-change'],
  on: ['migration'],

  *check({ steps }) {
    const first = steps[0]?.before;
    for (const step of steps) {
      const { operation, before } = step;
      if (operation.kind !== 'create-extension') continue;
      const { extension, ifNotExists, keyword } = operation;
      const isMade = [first, before].some((one) => one?.extensions.has(extension.name) === true);
      if (ifNotExists || isMade) continue;
      yield {
        step,
        at: keyword,
        message: `The migration fails where somebody has made the extension "${extension.name}" already. Say IF NOT EXISTS.`,
        fixes: [
          {
            title: 'Say IF NOT EXISTS',
            safety: 'safe',
            edit: (editor) => editor.guard(operation, true),
          },
        ],
      };
    }
  },
});
