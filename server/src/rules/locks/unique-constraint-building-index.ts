import { constraintsMadeBy } from '../../analysis/constraints.js';
import { certain } from '../../catalog/knowledge.js';
import type { AddColumn, AddConstraint } from '../../catalog/operation.js';
import { columnsPart, objectName } from '../../catalog/server-names.js';
import { doesNothing } from '../does-nothing.js';
import { given, migration, rule, sql } from '../rule.js';

const users = sql`create table users (id bigint not null, email text);`;

export default rule({
  id: 'unique-constraint-building-index',
  severity: 'error',
  docs: {
    what: 'A UNIQUE or PRIMARY KEY constraint is added to a table that is in use, and builds its index then.',
    why: 'The index is built under an ACCESS EXCLUSIVE lock: reads and writes of the table wait until it is done.',
    instead:
      'Build a unique index CONCURRENTLY in a migration of its own, then add the constraint USING INDEX, which takes no time.',
    unless:
      'Silent for a table that the same migration makes, for constraints made USING INDEX, and for ALTER TABLE ONLY on a partitioned table, which builds nothing. Partitioned tables know no USING INDEX: there is no fix for them, only the finding.',
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX',
    ],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          alter table users add constraint users_email_key unique (email);
                                                           ^^^^^^ unique-constraint-building-index
        `,
      ),
      given(
        [users],
        migration`
          execute "alter table users add constraint users_email_key unique (email)"
                                                                    ^^^^^^ unique-constraint-building-index
        `,
      ),
    ],
    good: [
      given(
        [users, sql`create unique index concurrently users_email_key on users (email);`],
        sql`alter table users add constraint users_email_key unique using index users_email_key;`,
      ),
    ],
  },
  covers: ['add-unique-without-index', 'add-pk-without-index'],
  aliases: [
    'disallowed-unique-constraint',
    'disallow-unique-constraint',
    'adding-serial-primary-key-field',
    'adding-primary-key-constraint',
    'add-unique-constraint',
    'add-primary-key-without-index',
    'add-constraint-unique-no-using-index',
    'E7',
    'PG104',
    'PG105',
  ],
  on: ['add-column', 'add-constraint'],

  *check(operation, moment) {
    const { table } = operation;
    if (moment.tableIsNew(table)) return;
    if (operation.kind === 'add-column' && doesNothing(operation, moment.before)) return;
    const partitioned = certain(moment.before.table(table))?.partitioned === true;
    if (partitioned && operation.kind === 'add-constraint' && operation.only) return;
    const blocking = `This builds an index while reads and writes of "${table.name}"${partitioned ? ' and all its partitions' : ''} wait (ACCESS EXCLUSIVE lock).`;
    for (const { constraint, columns } of constraintsMadeBy(operation)) {
      if (constraint.kind !== 'unique' && constraint.kind !== 'primary-key') continue;
      if (constraint.usingIndex !== null) continue;
      const primary = constraint.kind === 'primary-key';
      const name =
        constraint.name?.name ??
        objectName(table.name, primary ? '' : columnsPart(columns), primary ? 'pkey' : 'key');
      yield {
        at: constraint.keyword,
        weighs: table,
        message: `${blocking} ${adviceFor(operation, partitioned)}`,
        fixes:
          operation.kind === 'add-constraint' && !partitioned
            ? [
                {
                  title: 'Build the index concurrently in a migration before this one',
                  safety: 'needs-review',
                  edit: (editor) => editor.buildKeyThroughIndex(operation, name),
                },
              ]
            : [],
      };
    }
  },
});

function adviceFor({ kind }: AddColumn | AddConstraint, partitioned: boolean): string {
  if (partitioned) {
    return 'Add it by ALTER TABLE ONLY, add it to each partition USING an INDEX built CONCURRENTLY, then attach the indexes.';
  }
  return kind === 'add-column'
    ? 'Add the column alone, build a unique index on it CONCURRENTLY, then add the constraint USING INDEX.'
    : 'Build a unique index CONCURRENTLY first, then add the constraint USING INDEX.';
}
