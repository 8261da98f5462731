import { constraintsMadeBy } from '../../analysis/constraints.js';
import type { Catalog, Check, ForeignKey, NotNullConstraint, Origin } from '../../catalog/catalog.js';
import { broadDoubt, constraintOf, findTable, findType, tableById } from '../../catalog/lookup.js';
import type { AddConstraint, ConstraintDefinition } from '../../catalog/operation.js';
import { columnsPart, objectName } from '../../catalog/server-names.js';
import type { Span } from '../../text/span.js';
import { given, migration, rule, sql } from '../rule.js';

const orders = sql`create table orders (id bigint primary key, price integer, note text);`;
const later = {
  ...sql`alter table orders add column paid boolean;`,
  path: 'priv/repo/migrations/20240601000000_paid.sql',
};

export default rule({
  id: 'constraint-never-validated',
  severity: 'info',
  docs: {
    what: 'A constraint is added NOT VALID (`validate: false` in Ecto), and no later migration validates it.',
    why: 'New rows are checked, but those that were there before may break the rule for good: nobody can rely on it, and the planner does not. A dump of the database may fail to load elsewhere.',
    instead:
      'VALIDATE it in a later migration. That takes a SHARE UPDATE EXCLUSIVE lock: reads and writes go on while every row is checked.',
    unless:
      'Silent in the newest of all migrations, which nothing can follow yet, for constraints that are dropped later or made anew, for NOT ENFORCED ones (PostgreSQL 18), and where a part of the history that cannot be read may have validated it.',
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-VALIDATE-CONSTRAINT',
    ],
  },
  examples: {
    bad: [
      given(
        [orders, later],
        sql`
          alter table orders add constraint price_is_positive check (price > 0) not valid;
                                                                                ^^^^^^^^^ constraint-never-validated
        `,
      ),
      given(
        [orders, later],
        migration`
          create constraint(:orders, :price_is_positive, check: "price > 0", validate: false)
                                                                             ^^^^^^^^^^^^^^^ constraint-never-validated
        `,
      ),
    ],
    good: [
      given(
        [
          orders,
          later,
          {
            ...sql`alter table orders validate constraint price_is_positive;`,
            path: 'priv/repo/migrations/20240602000000_validate.sql',
          },
        ],
        sql`alter table orders add constraint price_is_positive check (price > 0) not valid;`,
      ),
    ],
  },
  covers: ['not-valid-never-validated'],
  aliases: ['NOT_VALID_CONSTRAINTS'],
  on: ['add-constraint', 'alter-domain'],

  *check(operation, moment) {
    const { constraint } = operation;
    const isPending =
      operation.kind === 'alter-domain'
        ? operation.action === 'add-check-not-valid'
        : 'notValid' in operation.constraint && operation.constraint.notValid !== null;
    if (!isPending || constraint === null) return;
    const latest = moment.latest.whole();
    if (moment.afterMigration.whole() === latest) return;
    if (operation.kind === 'alter-domain') {
      const type = findType(latest, operation.type);
      const name = constraint.name?.name;
      const found = type?.kind === 'domain' ? type.constraints.find((one) => one.name === name) : undefined;
      if (found === undefined || found.validated || latest.doubts.everything !== null) return;
      yield {
        at: operation.keyword,
        message: `No later migration validates "${found.name}": values of "${operation.type.name}" that were there before may break it. VALIDATE it.`,
      };
      return;
    }
    const { table } = operation;
    const name = operation.constraint.name?.name ?? nameByServer(operation);
    const found = pendingIn(moment.afterMigration.whole(), latest, operation, name);
    if (found === null) return;
    yield {
      at: placeOf(operation.constraint) ?? operation.keyword,
      message: `No later migration validates "${name}": rows of "${table.name}" that were there before may break it. VALIDATE it, which blocks neither reads nor writes.`,
      fixes: [
        {
          title: 'Validate it in a new migration',
          safety: 'needs-review',
          edit: (editor) =>
            editor.runLater([
              {
                name: `validate_${found.name}`,
                outside: false,
                notes: [],
                up: [{ kind: 'validate-constraint', table: found.table, constraint: found.name }],
                down: [],
              },
            ]),
        },
      ],
    };
  },
});

function placeOf(constraint: ConstraintDefinition): Span | null {
  return 'notValid' in constraint ? constraint.notValid : null;
}

function nameByServer(operation: AddConstraint): string {
  const [made] = constraintsMadeBy(operation);
  const columns = made?.columns ?? [];
  const { kind } = operation.constraint;
  if (kind === 'foreign-key') return objectName(operation.table.name, columnsPart(columns), 'fkey');
  if (kind === 'not-null') return objectName(operation.table.name, columns[0] ?? '', 'not_null');
  return objectName(operation.table.name, columns.length === 1 ? (columns[0] ?? '') : '', 'check');
}

/**
 * The constraint in the end, where it certainly still waits to be validated, and is the one that the migration made; its table
 * may have another name by then.
 */
function pendingIn(
  after: Catalog,
  latest: Catalog,
  { table: reference }: AddConstraint,
  name: string,
): {
  readonly table: { readonly schema: string | null; readonly name: string };
  readonly name: string;
} | null {
  const then = findTable(after, reference);
  const made = then === null ? null : constraintOf(then, name);
  const table = then === null ? null : tableById(latest, then.id);
  if (made === null || then === null || table === null || broadDoubt(latest, table) !== null) return null;
  const found = constraintOf(table, name);
  if (found === null || !('validated' in found) || found.validated || !isEnforced(found)) return null;
  if (!sameOrigin(found.origin, made.origin)) return null;
  const isSame = then.name === table.name;
  return { table: isSame ? reference : { schema: table.schema, name: table.name }, name };
}

/** One of the same name may have come in its place. */
function sameOrigin(one: Origin | null, other: Origin | null): boolean {
  return (
    one?.path === other?.path && one?.statement === other?.statement && one?.operation === other?.operation
  );
}

function isEnforced(constraint: Check | ForeignKey | NotNullConstraint): boolean {
  return constraint.kind === 'not-null' || constraint.enforced;
}
