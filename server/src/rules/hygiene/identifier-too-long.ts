import { constraintsMadeBy } from '../../analysis/constraints.js';
import { utf8Length } from '../../catalog/names.js';
import type { Operation, OperationKind, OperationOf } from '../../catalog/operation.js';
import { contains, type Span } from '../../text/span.js';
import { migration, rule, sql } from '../rule.js';

/** Those that give something a name. */
const NAMING = [
  'create-table',
  'rename-table',
  'add-column',
  'rename-column',
  'add-constraint',
  'rename-constraint',
  'create-index',
  'rename-index',
  'create-enum',
  'create-type',
  'rename-type',
  'create-view',
  'create-schema',
  'rename-schema',
  'create-sequence',
  'create-function',
  'create-trigger',
  'rename-trigger',
  'create-policy',
] as const satisfies readonly OperationKind[];

export default rule({
  id: 'identifier-too-long',
  severity: 'warning',
  docs: {
    what: 'A name has more than 63 bytes, as it is written or as Ecto makes it from a table and its columns.',
    why: 'The server keeps the first 63 bytes and only says so in a NOTICE. Code that looks for the whole name does not find it: `unique_constraint` in a changeset, which compares names with those in an error, or a schema dump. Two names that begin alike become one.',
    instead: 'Choose a shorter name; in Ecto give it by `name:`.',
    unless:
      'Silent for names that are only used, and for names that the server makes: those it shortens so that they differ. Info for an index that is not unique: no error tells its name.',
    references: ['https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS'],
  },
  examples: {
    bad: [
      sql`
        create index index_subscription_invoices_on_organization_id_and_created_at_desc on invoices (organization_id);
                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ identifier-too-long
      `,
      migration`
        create index(:subscription_invoices, [:organization_id, :payment_provider_id, :created_at])
                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ identifier-too-long
      `,
    ],
    good: [
      sql`create index invoices_organization_idx on invoices (organization_id);`,
      migration`
        create index(:subscription_invoices, [:organization_id, :payment_provider_id, :created_at],
                 name: :subscription_invoices_of_organization)
      `,
    ],
  },
  covers: ['identifier-too-long'],
  aliases: ['identifier-too-long'],
  on: NAMING,

  *check(operation) {
    for (const { written, kept, span } of operation.longNames ?? []) {
      if (!namesGiven(operation).some((given) => contains(given, span))) continue;
      yield {
        at: span,
        ...(isAskedForByName(operation) ? {} : { severity: 'info' as const }),
        message: `"${written}" has ${utf8Length(written)} bytes, and PostgreSQL keeps 63 of a name: this becomes "${kept}". Code that looks for the whole name, in an error or in the schema, does not find it. Choose a shorter one.`,
        fixes: [
          {
            title: `Write "${kept}"`,
            safety: 'needs-review',
            edit: (editor) =>
              editor.replaceName(span, operation.span, written, kept) ??
              editor.setOption(operation, span, 'name', `:${kept}`),
          },
        ],
      };
    }
  },
});

/** Nothing but a DROP, which cuts it as well, asks for a plain index by its name: no error tells it. */
function isAskedForByName(operation: Operation): boolean {
  return operation.kind !== 'create-index' || operation.unique;
}

/** Where the operation names what it makes. */
function namesGiven(operation: OperationOf<(typeof NAMING)[number]>): readonly Span[] {
  if ('to' in operation) return [operation.to.span];
  switch (operation.kind) {
    case 'create-table':
    case 'add-column':
    case 'add-constraint': {
      const constraints = constraintsMadeBy(operation).flatMap(
        ({ constraint }) => constraint.name?.span ?? [],
      );
      if (operation.kind === 'add-constraint') return constraints;
      if (operation.kind === 'add-column') return [operation.column.name.span, ...constraints];
      return [operation.table.span, ...operation.columns.map(({ name }) => name.span), ...constraints];
    }
    case 'create-index':
      return operation.index === null ? [] : [operation.index.span];
    case 'create-enum':
    case 'create-type':
      return [operation.type.span];
    case 'create-view':
      return [operation.view.span];
    case 'create-schema':
      return [operation.schema.span];
    case 'create-sequence':
      return [operation.sequence.span];
    case 'create-function':
      return [operation.function.span];
    case 'create-trigger':
      return [operation.trigger.span];
    case 'create-policy':
      return [operation.policy.span];
    default:
      return [];
  }
}
