import { findRelation, tablesOf } from '../../catalog/lookup.js';
import { given, migration, rule, sql } from '../rule.js';
import { inUse } from './in-use.js';

const audit = sql`
  create schema audit;
  create table audit.events (id bigint primary key);
`;

export default rule({
  id: 'rename-schema-in-use',
  severity: 'warning',
  docs: {
    what: 'An existing schema gets another name.',
    why: 'The release that runs while the migration does still uses the old name, in its queries or its search_path: they fail until it is replaced, and the new release cannot start before.',
    instead:
      'Make a new schema and move table by table, leaving views in the old one until no release uses it.',
    unless:
      'Silent for a schema that the same migration makes. An error when a schema or query of the workspace still uses a table of it by the old name, else a warning: code that has the new name already says nothing for the release that runs meanwhile.',
    references: ['https://www.postgresql.org/docs/current/sql-alterschema.html'],
  },
  examples: {
    bad: [
      given(
        [audit],
        sql`
          alter schema audit rename to history;
                             ^^^^^^^^^ rename-schema-in-use
        `,
      ),
      given(
        [audit],
        migration`
          execute "alter schema audit rename to history", "alter schema history rename to audit"
                                      ^^^^^^^^^ rename-schema-in-use
        `,
      ),
    ],
    good: [
      sql`
        create schema drafts;
        alter schema drafts rename to notes;
      `,
    ],
  },
  covers: ['rename-schema'],
  aliases: ['rename-schema'],
  on: ['rename-schema'],

  *check({ schema: { name }, to, keyword }, moment) {
    if (moment.schemaIsNew(name)) return;
    const tables = tablesOf(moment.before.whole()).filter(({ schema }) => schema === name);
    const latest = moment.latest.whole();
    const gone = tables.filter((table) => findRelation(latest, { schema: name, name: table.name }) === null);
    const uses = gone.flatMap((table) =>
      moment.usesOf({ schema: name, name: table.name }).filter(({ kind }) => kind !== 'view'),
    );
    const use = inUse(moment, uses, tables.length > 0 && gone.length === 0);
    yield {
      at: keyword,
      severity: use.severity === 'error' ? 'error' : 'warning',
      message: `The release that runs meanwhile still calls this schema "${name}", and its queries fail once it is "${to.name}": ${use.clause}`,
    };
  },
});
