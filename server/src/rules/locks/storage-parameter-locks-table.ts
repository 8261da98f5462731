import { given, rule, sql } from '../rule.js';

const docs = sql`
  create table docs (id bigint primary key, words tsvector);
  create index docs_words on docs using gin (words);
`;

/** Those with AccessExclusiveLock in src/backend/access/common/reloptions.c; the rest has ShareUpdateExclusiveLock. */
const STRONG: ReadonlySet<string> = new Set([
  'autosummarize',
  'buffering',
  'fastupdate',
  'gin_pending_list_limit',
  'pages_per_range',
  'user_catalog_table',
]);

export default rule({
  id: 'storage-parameter-locks-table',
  severity: 'hint',
  docs: {
    what: 'A storage parameter is changed that needs an ACCESS EXCLUSIVE lock.',
    why: 'Most storage parameters, such as fillfactor and those of autovacuum, are changed while reads and writes go on. A few of indexes, and user_catalog_table, are not: queries wait until the statement has its lock and the transaction has ended.',
    instead: 'Set a lock_timeout before.',
    unless:
      'Silent for a table that the same migration makes, for its indexes, and for all parameters that need only SHARE UPDATE EXCLUSIVE.',
    references: [
      'https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-STORAGE-PARAMETERS',
      'https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/access/common/reloptions.c',
    ],
  },
  examples: {
    bad: [
      given(
        [docs],
        sql`
          alter index docs_words set (fastupdate = off);
                                 ^^^^^^^^^^^^^^^^^^^^^^ storage-parameter-locks-table
        `,
      ),
    ],
    good: [given([docs], sql`alter table docs set (fillfactor = 80);`)],
  },
  covers: ['reloption-needs-access-exclusive'],
  on: ['alter-table-other', 'alter-index'],

  *check(operation, moment) {
    if (operation.kind === 'alter-table-other') {
      if (!/^(?:Set|Reset)RelOptions$/.test(operation.action) || moment.tableIsNew(operation.table)) return;
      const strong = Object.keys(operation.parameters).find((name) => STRONG.has(name));
      if (strong === undefined) return;
      yield {
        at: operation.keyword,
        message: `Changing ${strong} blocks reads and writes of "${operation.table.name}" while it waits for running queries (ACCESS EXCLUSIVE lock). Set a lock_timeout.`,
        weighs: operation.table,
      };
      return;
    }
    const { action, index, keyword } = operation;
    const names =
      action.kind === 'set' ? Object.keys(action.parameters) : action.kind === 'reset' ? action.names : [];
    const strong = names.find((name) => STRONG.has(name));
    if (strong === undefined) return;
    const owner = moment.before.tableOfIndex(index);
    const table = owner.kind === 'known' ? owner.value : null;
    if (table !== null && moment.tableIsNew(table)) return;
    yield {
      at: keyword,
      message: `Changing ${strong} blocks queries that could use "${index.name}" while it waits for running ones (ACCESS EXCLUSIVE lock on the index). Set a lock_timeout.`,
      ...(table === null ? {} : { weighs: table }),
    };
  },
});
