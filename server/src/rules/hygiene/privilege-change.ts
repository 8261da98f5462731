import type { Catalog, Relation } from '../../catalog/catalog.js';
import { findRelation, findType, functionsNamed } from '../../catalog/lookup.js';
import type { ChangeRights, ObjectReference, Operation } from '../../catalog/operation.js';
import { given, rule, sql } from '../rule.js';

const orders = sql`create table orders (id bigint primary key);`;

export default rule({
  id: 'privilege-change',
  severity: 'info',
  docs: {
    what: 'A migration changes who may do what: GRANT and REVOKE on what is in use, default privileges, owners, roles.',
    why: 'It takes effect for every session at once. REVOKE, another owner and a changed role can stop the code that runs; GRANT and default privileges can open more than was meant, and no test notices either.',
    instead:
      'Let somebody who knows the roles look at it. Where roles are set up by other means, leave it to those.',
    unless:
      'Silent for rights on what the same migration makes, and for the owner of a table that it makes: nobody uses it yet. Said once for each statement.',
    references: ['https://www.postgresql.org/docs/current/ddl-priv.html'],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          revoke update on orders from web;
          ^^^^^^^^^^^^^ privilege-change
        `,
      ),
    ],
    good: [
      sql`
        create table notes (id bigint primary key);
        grant select on notes to web;
      `,
    ],
  },
  covers: ['privilege-change'],
  on: ['migration'],

  *check({ steps }) {
    const first = steps[0]?.before;
    if (first === undefined) return;
    for (const step of steps) {
      const { operation, before } = step;
      const message = changed(operation, (object) => isNew(object, first, before));
      if (message !== null) yield { step, at: operation.keyword, message };
    }
  },
});

/** What changes, for people; `null` when it is nothing of the kind, or on new objects alone. */
function changed(operation: Operation, isNewObject: (object: ObjectReference) => boolean): string | null {
  if (operation.kind === 'alter-table-other' && operation.action === 'ChangeOwner') {
    const object = { kind: 'relation', name: operation.table, member: null, arguments: null } as const;
    return isNewObject(object) ? null : ofOwner(operation.table.name, operation.owner);
  }
  if (operation.kind !== 'other') return null;
  switch (operation.statement) {
    case 'AlterRole':
    case 'DropRole':
    case 'GrantRole':
      return 'This changes a role, for every session that has it. Make sure that what runs now can do without.';
    default:
      break;
  }
  const { change } = operation;
  switch (change?.kind) {
    case 'rights':
      return change.objects.length > 0 && change.objects.every(isNewObject) ? null : ofRights(change);
    case 'default-rights':
      return 'This decides who may use what is made from now on, by whoever makes it. Make sure that it is as wide as it is meant to be.';
    case 'owner':
      return isNewObject(change.object) ? null : ofOwner(change.object.name.name, change.role);
    default:
      return null;
  }
}

function ofRights({ change, objects, allIn }: ChangeRights): string {
  const what =
    allIn === null
      ? objects.map(({ name }) => `"${name.name}"`).join(', ')
      : `all ${allIn.objects} of ${allIn.schemas.map((name) => `"${name}"`).join(', ')}`;
  return change.grants
    ? `${change.roles.join(', ')} may do more with ${what} from here on. Make sure that it is as wide as it is meant to be.`
    : `${change.roles.join(', ')} may do less with ${what} from here on. Make sure that what runs now can do without.`;
}

function ofOwner(name: string, owner: string | null): string {
  return `"${name}" belongs to ${owner ?? 'another role'} from here on: only its owner may alter it, and row-level security does not hold for its owner. Make sure that what runs now, and later migrations, can do with that.`;
}

/** A table that no migration makes is taken for there once it is used. */
function isMade(relation: Relation | null): boolean {
  return relation !== null && (relation.kind === 'index' || relation.origin !== null);
}

/** Whether the migration made the object itself. */
function isNew({ kind, name }: ObjectReference, first: Catalog, before: Catalog): boolean {
  switch (kind) {
    case 'relation':
    case 'column':
      return findRelation(first, name) === null && isMade(findRelation(before, name));
    case 'function':
      return functionsNamed(first, name).length < functionsNamed(before, name).length;
    case 'schema':
      return !first.schemas.has(name.name) && before.schemas.has(name.name);
    case 'type':
      return findType(first, name) === null && findType(before, name) !== null;
    default:
      return false;
  }
}
