import { doubtAbout, findTable, primaryKeyOf } from '../../catalog/lookup.js';
import { given, rule, sql } from '../rule.js';

const orders = sql`create table orders (id bigint primary key, total numeric);`;

export default rule({
  id: 'replica-identity-weak',
  severity: 'warning',
  docs: {
    what: 'REPLICA IDENTITY FULL or NOTHING on a table that could be told by a key.',
    why: 'Logical replication has to find the row that an UPDATE or DELETE is about. With NOTHING the server refuses every UPDATE and DELETE of a published table. With FULL it writes each old row into the log whole, and a subscriber without a fitting index reads the whole table for each changed row. The change itself takes an ACCESS EXCLUSIVE lock.',
    instead:
      'Give the table a primary key and leave REPLICA IDENTITY at DEFAULT, or name a unique index with USING INDEX.',
    unless:
      'Silent for FULL on a table that is known to have no primary key, where it may be all that is left, and for DEFAULT and USING INDEX. Said once for a place that names many tables in a loop.',
    references: [
      'https://www.postgresql.org/docs/current/logical-replication-publication.html#LOGICAL-REPLICATION-PUBLICATION-REPLICA-IDENTITY',
    ],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          alter table orders replica identity full;
                             ^^^^^^^^^^^^^^^^^^^^^ replica-identity-weak
        `,
      ),
    ],
    good: [given([orders], sql`alter table orders replica identity default;`)],
  },
  covers: ['replica-identity-risk'],
  on: ['migration'],

  *check({ steps }) {
    const said = new Set<string>();
    for (const step of steps) {
      const { operation, code, before } = step;
      if (operation.kind !== 'alter-table-other' || operation.action !== 'ReplicaIdentity') continue;
      const { value, keyword, table: name } = operation;
      if (value !== 'full' && value !== 'nothing') continue;
      const table = findTable(before, name);
      const hasNoKey = table !== null && doubtAbout(before, table) === null && primaryKeyOf(table) === null;
      // In a loop it stands there for many tables.
      const key = `${code} ${keyword.start} ${value}`;
      if ((value === 'full' && hasNoKey) || said.has(key)) continue;
      said.add(key);
      yield { step, at: keyword, message: `${WHAT[value](name.name)} ${INSTEAD}` };
    }
  },
});

const WHAT = {
  nothing: (table: string) =>
    `Once "${table}" is published, the server refuses every UPDATE and DELETE of it.`,
  full: (table: string) =>
    `With logical replication each UPDATE and DELETE of "${table}" writes the whole old row into the log, and a subscriber may read the whole table to find it.`,
};

const INSTEAD = 'Leave its replica identity at DEFAULT, which is the primary key, or name a unique index.';
