import { findRelation } from '../../catalog/lookup.js';
import { given, migration, rule, sql } from '../rule.js';
import { inUse } from './in-use.js';

const notes = sql`
  create schema archive;
  create table notes (id bigint primary key);
`;

export default rule({
  id: 'set-schema-in-use',
  severity: 'warning',
  docs: {
    what: 'An existing table or view moves to another schema.',
    why: 'The release that runs while the migration does still looks for it in the old schema: its queries fail until it is replaced, and the new release cannot start before.',
    instead:
      'Leave it where it is; or move it and leave a view with the old name in the old schema, until no release uses that any more.',
    unless:
      'Silent for a table that the same migration makes, for sequences and indexes, and when the same migration leaves a table or view of that name in the old schema. An error when a schema or query of the workspace still uses the old place, else a warning: code that names the new schema already says nothing for the release that runs meanwhile.',
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-SCHEMA',
    ],
  },
  examples: {
    bad: [
      given(
        [notes],
        sql`
          alter table notes set schema archive;
                            ^^^^^^^^^^ set-schema-in-use
        `,
      ),
      given(
        [notes],
        migration`
          execute "alter table notes set schema archive", "alter table archive.notes set schema public"
                                     ^^^^^^^^^^ set-schema-in-use
        `,
      ),
    ],
    good: [
      given(
        [notes],
        sql`
          alter table notes set schema archive;
          create view notes as select * from archive.notes;
        `,
      ),
    ],
  },
  covers: ['rename-schema'],
  on: ['set-schema'],

  *check({ table, to, keyword }, moment) {
    const relation = findRelation(moment.before.whole(), table);
    if (moment.tableIsNew(table) || relation?.schema === to.name) return;
    if (relation?.kind === 'index' || relation?.kind === 'sequence') return;
    const old = { schema: relation?.schema ?? table.schema, name: table.name };
    // Something takes over the old place at once: the code does not see the difference.
    if (findRelation(moment.afterMigration.whole(), old) !== null) return;
    const again = findRelation(moment.latest.whole(), old) !== null;
    const uses = again ? [] : moment.usesOf(old).filter(({ kind }) => kind !== 'view');
    const use = inUse(moment, uses, again);
    yield {
      at: keyword,
      severity: use.severity === 'error' ? 'error' : 'warning',
      message: `The release that runs meanwhile looks for "${table.name}" in the schema "${old.schema ?? 'public'}", and its queries fail once it is in "${to.name}": ${use.clause}`,
    };
  },
});
