import { isSetAgain, rebuiltIndexes, recheckedConstraints } from '../../analysis/retyped-columns.js';
import { certain } from '../../catalog/knowledge.js';
import { formatType } from '../../catalog/types.js';
import { given, migration, rule, sql } from '../rule.js';

const users = sql`
  create table users (id bigint primary key, email varchar(255) check (email <> ''));
`;

export default rule({
  id: 'column-type-set-again',
  severity: 'warning',
  docs: {
    what: "The type of a column is set to what it is already. Ecto's `modify` always sets the type, also where only `null:` or `default:` is meant.",
    why: 'The rows stay as they are, but every CHECK on the column is tried on all of them again, and its partial indexes and those with expressions are built anew, under an ACCESS EXCLUSIVE lock. What the planner knows of the column is lost until the next ANALYZE, which nothing starts by itself.',
    instead:
      'Leave the type out. In Ecto write the SQL: `execute "ALTER TABLE users ALTER COLUMN email SET DEFAULT \'\'", "ALTER TABLE users ALTER COLUMN email DROP DEFAULT"`.',
    unless:
      'A hint where the column has no CHECK and no such index, and only what the planner knows is lost. Silent then for a `modify` that makes a reference, which the DSL cannot do without the type; and always for a table that the same migration makes, and where the column is not known.',
    references: [
      'https://hexdocs.pm/ecto_sql/Ecto.Migration.html#modify/3',
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DATA-TYPE',
    ],
  },
  examples: {
    bad: [
      given(
        [users],
        migration`
          alter table(:users) do
            modify :email, :string, default: "", from: {:string, default: nil}
                           ^^^^^^^ column-type-set-again
          end
        `,
      ),
      given(
        [users],
        sql`
          alter table users alter column email type varchar(255), alter column email set default '';
                                                    ^^^^^^^^^^^^ column-type-set-again
        `,
      ),
    ],
    good: [
      given(
        [users],
        migration`
          execute "alter table users alter column email set default ''",
                  "alter table users alter column email drop default"
        `,
      ),
      given([users], sql`alter table users alter column email set default '';`),
    ],
  },
  covers: ['ecto-modify-retypes-column', 'alter-column-type-rechecks-constraints'],
  aliases: ['changing-column-type', 'alter-column-type', 'column_type_changed'],
  on: ['alter-column-type'],

  *check(operation, moment) {
    const { table: name, type } = operation;
    if (moment.tableIsNew(name)) return;
    const table = certain(moment.before.table(name));
    const column = certain(moment.before.column(name, operation.column.name));
    if (table === null || column === null || !isSetAgain(column, operation)) return;

    const checks = recheckedConstraints(table, column.name);
    const indexes = rebuiltIndexes(moment.before.whole(), table, column, operation);
    const costs = [
      ...(checks.length > 0 ? [`tries ${named('CHECK', checks)} on every row again`] : []),
      ...(indexes.length > 0
        ? [
            `builds ${named(
              'index',
              indexes.map(({ index }) => index),
            )} anew`,
          ]
        : []),
    ];
    if (costs.length === 0 && operation.withForeignKey) return;
    const instead = operation.withForeignKey
      ? 'Add the foreign key in a statement of its own.'
      : 'Leave the type out.';
    const again = `"${column.name}" is ${formatType(type)} already: setting its type again`;
    yield {
      at: type.span,
      ...(costs.length === 0 ? { severity: 'hint' } : { weighs: name }),
      message:
        costs.length === 0
          ? `${again} changes nothing but loses what the planner knows of "${column.name}" until the next ANALYZE of "${name.name}". ${instead}`
          : `${again} ${costs.join(' and ')} while reads and writes of "${name.name}" wait (ACCESS EXCLUSIVE lock). ${instead}`,
      related: [...checks, ...indexes.map(({ index }) => index)].flatMap(({ name: part, origin }) =>
        origin === null ? [] : [{ at: origin, message: `"${part}" is made here` }],
      ),
      fixes: operation.withForeignKey
        ? []
        : [
            {
              title: 'Leave the type out',
              safety: 'needs-review',
              edit: (editor) => editor.keepType(operation),
            },
          ],
    };
  },
});

/** `the CHECK "a"`, `2 indexes, "a" among them,` */
function named(what: 'CHECK' | 'index', parts: readonly { readonly name: string }[]): string {
  const [first] = parts;
  if (parts.length === 1) return `the ${what} "${first?.name}"`;
  return `${parts.length} ${what === 'index' ? 'indexes' : 'CHECKs'}, "${first?.name}" among them,`;
}
