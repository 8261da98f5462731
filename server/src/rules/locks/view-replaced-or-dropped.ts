import { findRelation } from '../../catalog/lookup.js';
import { displayName, type Name } from '../../catalog/names.js';
import type { Operation, OperationOf } from '../../catalog/operation.js';
import { given, type Moment, rule, sql } from '../rule.js';

const view = sql`
  create table orders (id bigint primary key, open boolean);
  create view open_orders as select id from orders where open;
`;

export default rule({
  id: 'view-replaced-or-dropped',
  severity: 'info',
  docs: {
    what: 'A view that running code may read is replaced, altered or dropped.',
    why: 'It takes an ACCESS EXCLUSIVE lock on the view: it waits for the queries that read it, and new ones wait behind it. Code of the release that still runs reads the view as it was; CREATE OR REPLACE VIEW can add columns at the end, and the server refuses it when one is missing, moved or of another type.',
    instead:
      'Make a second view beside it, let the code move over, and drop the old one in a later migration. Set a lock_timeout.',
    unless:
      'Silent for a view that the same migration makes, also after it dropped the old one, for CREATE OR REPLACE and IF EXISTS where there is none, and for what a materialized view does without such a lock. Said once for a migration, at the first. A warning for each drop when code of the workspace still names the view and no migration makes it again.',
    references: ['https://www.postgresql.org/docs/current/sql-createview.html'],
  },
  examples: {
    bad: [
      given(
        [view],
        sql`
          create or replace view open_orders as select id, open from orders where open;
          ^^^^^^^^^^^^^^^^^^^^^^ view-replaced-or-dropped
        `,
      ),
      given(
        [view],
        sql`
          drop view open_orders;
          ^^^^^^^^^ view-replaced-or-dropped
        `,
      ),
    ],
    good: [given([view], sql`create view open_orders_2 as select id, open from orders where open;`)],
  },
  covers: ['replace-or-drop-view'],
  on: ['migration'],

  *check(whole, moment) {
    let isSaid = false;
    for (const step of whole.steps) {
      const { operation, before, facts } = step;
      if (!isOfView(operation) || operation.ofLibrary === true) continue;
      const there = findRelation(before, operation.view);
      const { everything, newObjects } = before.doubts;
      const isGone = there === null && 'ifExists' in operation && operation.ifExists;
      if (
        (there !== null && there.kind !== 'view') ||
        (isGone && everything === null && newObjects === null)
      ) {
        continue;
      }
      if (!facts.locks.some(({ mode }) => mode === 'AccessExclusiveLock')) continue;
      const [user] = operation.kind === 'drop-view' ? usersOf(operation.view, moment) : [];
      if (isSaid && user === undefined) continue;
      isSaid = true;
      const name = `"${displayName(operation.view)}"`;
      const place = { step, at: operation.keyword };
      const message = `${DOES[operation.kind]} the view ${name} waits for running queries of it, and new ones wait behind it (ACCESS EXCLUSIVE lock).`;
      if (user === undefined) {
        const isDroppedForGood =
          operation.kind === 'drop-view' &&
          findRelation(moment.afterMigration.whole(), operation.view) === null;
        const advice = isDroppedForGood
          ? 'Code that runs now may read it: drop it once none does.'
          : 'Code that runs now reads it as it was: where its columns change, make a second view beside it.';
        yield { ...place, message: `${message} ${advice}` };
      } else {
        yield {
          ...place,
          severity: 'warning',
          message: `${message} Code that names it fails then: ${user.by} still does.`,
        };
      }
    }
  },
});

const DOES = { 'create-view': 'Replacing', 'alter-view': 'Changing', 'drop-view': 'Dropping' } as const;

function isOfView(operation: Operation): operation is OperationOf<keyof typeof DOES> {
  return operation.kind in DOES;
}

/** Code that names a view which no migration makes again. */
function usersOf(view: Name, moment: Moment) {
  const isMadeAgain = findRelation(moment.latest.whole(), view) !== null;
  return isMadeAgain ? [] : moment.usesOf(view).filter(({ kind }) => kind !== 'view');
}
