import { certain } from '../../catalog/knowledge.js';
import { given, migration, rule, sql } from '../rule.js';

const users = sql`
  create table users (id bigint primary key, email text);
  create index users_email_index on users (email);
`;

export default rule({
  id: 'set-tablespace',
  severity: 'error',
  docs: {
    what: 'A table or an index moves to another tablespace.',
    why: 'Its file is copied under an ACCESS EXCLUSIVE lock: what uses it waits until the copy is done. For an index that is every query on its table, since planning one looks at every index.',
    instead:
      'For an index, REINDEX (TABLESPACE …) CONCURRENTLY, from PostgreSQL 14 on, builds it anew in the other place while reads and writes go on. For a table, pg_repack with its option --tablespace copies it while it is in use.',
    unless:
      'Silent for a table that the same migration makes, for temporary tables, and for partitioned tables and their indexes, which have no file of their own.',
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-TABLESPACE',
    ],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          alter table users set tablespace archive;
                            ^^^^^^^^^^^^^^^^^^^^^^ set-tablespace
        `,
      ),
      given(
        [users],
        migration`
          execute "alter index users_email_index set tablespace archive", ""
                                                 ^^^^^^^^^^^^^^^^^^^^^^ set-tablespace
        `,
      ),
    ],
    good: [
      given([users], sql`reindex (tablespace archive) index concurrently users_email_index;`),
      sql`
        create table logs (id bigint, line text);
        alter table logs set tablespace archive;
      `,
    ],
  },
  covers: ['set-tablespace'],
  on: ['alter-table-other', 'alter-index'],

  *check(operation, moment) {
    if (operation.kind === 'alter-index') {
      const { index, action, keyword } = operation;
      if (action.kind !== 'set-tablespace') return;
      const table = certain(moment.before.tableOfIndex(index));
      if (table !== null && (table.partitioned || moment.tableIsNew(table))) return;
      const on = table === null ? 'its table' : `"${table.name}"`;
      const instead =
        moment.postgres < 14
          ? 'Build another one there CONCURRENTLY, then drop this one.'
          : 'REINDEX (TABLESPACE …) INDEX CONCURRENTLY builds it there while they go on.';
      yield {
        at: keyword,
        message: `The index "${index.name}" is copied while queries of ${on} wait for it (ACCESS EXCLUSIVE lock). ${instead}`,
        ...(table === null ? {} : { weighs: table }),
      };
      return;
    }
    const { table, action, keyword } = operation;
    if (action !== 'SetTableSpace' || moment.tableIsNew(table)) return;
    if (certain(moment.before.table(table))?.partitioned === true) return;
    yield {
      at: keyword,
      message: `"${table.name}" is copied to another tablespace while reads and writes wait (ACCESS EXCLUSIVE lock). pg_repack copies it while it is in use.`,
      weighs: table,
    };
  },
});
