import { parametersAt } from '../../analysis/timeouts.js';
import type { MigrationStep } from '../../analysis/whole-migration.js';
import type { Operation } from '../../catalog/operation.js';
import { rule, sql } from '../rule.js';

export default rule({
  id: 'object-without-set-role',
  severity: 'off',
  docs: {
    what: 'A migration makes objects without saying by SET ROLE, or OWNER TO, whose they are to be.',
    why: 'They belong to whoever runs the migration. When that is another role one day, the application, or the next migration, may not alter them, and default privileges of the role that was meant do not hold for them.',
    instead: 'Begin the migration with SET ROLE, or give each object its owner.',
    unless:
      'Said once for a migration, at the first object. Silent when the migration has set the role before it, or changes its owner later, and for temporary tables.',
    references: ['https://www.postgresql.org/docs/current/sql-set-role.html'],
  },
  examples: {
    bad: [
      sql`
        create table users (id bigint primary key);
        ^^^^^^^^^^^^ object-without-set-role
      `,
    ],
    good: [
      sql`
        set role owner;
        create table users (id bigint primary key);
      `,
    ],
  },
  covers: ['set-role-owner'],
  on: ['migration'],

  *check(whole) {
    const parameters = parametersAt(whole);
    for (const [index, step] of whole.steps.entries()) {
      const { operation } = step;
      const name = madeBy(operation);
      if (name === null || operation.ofLibrary === true) continue;
      const set = parameters[index]?.inForce;
      if (set?.has('role') === true || set?.has('session_authorization') === true) continue;
      if (whole.steps.slice(index + 1).some((later) => givesOwner(later, name))) continue;
      yield {
        step,
        at: operation.keyword,
        message: `"${name}" belongs to whoever runs the migration. Begin it with SET ROLE, or give what it makes an owner.`,
      };
      return;
    }
  },
});

/** The name of what is made and has an owner; `null` for all else. */
function madeBy(operation: Operation): string | null {
  switch (operation.kind) {
    case 'create-table':
      return operation.temporary ? null : operation.table.name;
    case 'create-view':
      return operation.temporary || operation.orReplace ? null : operation.view.name;
    case 'create-sequence':
      return operation.temporary ? null : operation.sequence.name;
    case 'create-schema':
      return operation.schema.name;
    case 'create-function':
      return operation.orReplace ? null : operation.function.name;
    case 'create-enum':
    case 'create-type':
      return operation.type.name;
    default:
      return null;
  }
}

function givesOwner({ operation }: MigrationStep, name: string): boolean {
  if (operation.kind === 'alter-table-other') {
    return operation.action === 'ChangeOwner' && operation.table.name === name;
  }
  return (
    operation.kind === 'other' &&
    operation.change?.kind === 'owner' &&
    operation.change.object.name.name === name
  );
}
