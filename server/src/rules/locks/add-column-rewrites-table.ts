import { rewriteOfNewColumn } from '../../analysis/new-columns.js';
import { underlying } from '../../analysis/type-changes.js';
import { findType } from '../../catalog/lookup.js';
import type { AddColumn } from '../../catalog/operation.js';
import { formatType } from '../../catalog/types.js';
import { doesNothing } from '../does-nothing.js';
import { type Fix, type Moment, migration, rule, sql } from '../rule.js';

export default rule({
  id: 'add-column-rewrites-table',
  severity: 'error',
  docs: {
    what: 'A column is added whose value the server has to compute for each row: serial, IDENTITY, GENERATED … STORED, or of a domain with constraints.',
    why: 'The server writes the whole table and its indexes anew under an ACCESS EXCLUSIVE lock: reads and writes wait until then.',
    instead:
      'Add a plain column and fill old rows in batches; a sequence can be made its default at once. Instead of a domain take the type that it is made of; instead of a stored column, from PostgreSQL 18 on, a virtual one.',
    unless: 'Silent for a table that the same migration makes, and for virtual generated columns.',
    references: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
  },
  examples: {
    bad: [
      sql`
        alter table users add column number bigserial;
                                            ^^^^^^^^^ add-column-rewrites-table
      `,
      migration`
        alter table(:users) do
          add :number, :bigserial
                       ^^^^^^^^^^ add-column-rewrites-table
        end
      `,
    ],
    good: [
      sql`alter table users add column number bigint;`,
      migration`
        alter table(:users) do
          add :number, :bigint
        end
      `,
    ],
  },
  covers: ['add-column-stored-generated', 'add-column-serial-identity', 'add-column-constrained-domain'],
  aliases: [
    'adding-serial-primary-key-field',
    'add-column-serial',
    'add-column-identity',
    'add-column-generated-stored',
    'add-column-stored-generated',
    'E11',
  ],
  on: ['add-column'],

  *check(operation, moment) {
    const { table, column } = operation;
    if (moment.tableIsNew(table) || doesNothing(operation, moment.before)) return;
    const rewrite = rewriteOfNewColumn(operation, moment.before.whole());
    if (rewrite?.kind !== 'type') return;

    yield {
      at: column.type.span,
      message: `"${table.name}" is written anew while reads and writes wait (ACCESS EXCLUSIVE lock): ${rewrite.because}. Add a plain column, and fill old rows in batches.`,
      weighs: table,
      fixes: fixesFor(operation, moment),
    };
  },
});

/** Where a column of another kind takes no time. */
function fixesFor(operation: AddColumn, moment: Moment): readonly Fix[] {
  const { generated, type } = operation.column;
  const stored = generated?.stored ?? null;
  if (stored !== null && moment.postgres >= 18) {
    return [
      {
        title: 'Compute it when it is read (VIRTUAL)',
        safety: 'needs-review',
        edit: (editor) => editor.replaceWords(operation, stored, 'VIRTUAL'),
      },
    ];
  }
  const catalog = moment.before.whole();
  const domain = findType(catalog, type);
  const below = domain?.kind === 'domain' ? underlying(catalog, type)?.type : undefined;
  if (domain === null || below === undefined || below.arrayDimensions > 0 || type.arrayDimensions > 0)
    return [];
  const base = formatType(below);
  return [
    {
      title: `Take ${base}, without the rules of "${domain.name}"`,
      safety: 'needs-review',
      edit: (editor) => editor.replaceWords(operation, type.span, base),
    },
  ];
}
