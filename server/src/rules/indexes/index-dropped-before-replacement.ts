import type { Index } from '../../catalog/catalog.js';
import { findIndex, findTable } from '../../catalog/lookup.js';
import type { CreateIndex } from '../../catalog/operation.js';
import { given, rule, sql } from '../rule.js';

const users = sql`
  create table users (id bigint primary key, email text, team_id bigint);
  create index users_team on users (team_id);
`;

export default rule({
  id: 'index-dropped-before-replacement',
  severity: 'warning',
  docs: {
    what: 'An index is dropped first, and one that begins with the same column is built after it, outside a transaction.',
    why: 'Until the new index is there, queries that used the old one read the whole table, and what a unique index kept out may come in.',
    instead:
      'Build the new index first, under another name, then drop the old one. To build the same index anew, REINDEX INDEX CONCURRENTLY.',
    unless:
      'Silent inside one transaction, where nobody sees the time between, for a table that the same migration makes, and for an index that no migration has made, such as what an earlier try may have left.',
    references: ['https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY'],
  },
  examples: {
    bad: [
      given([users], {
        ...sql`
            -- +goose NO TRANSACTION
            -- +goose Up
            drop index concurrently users_team;
            ^^^^^^^^^^ index-dropped-before-replacement
            create index concurrently users_team_email on users (team_id, email);
          `,
        path: 'priv/repo/migrations/20240102000000_index.sql',
      }),
    ],
    good: [
      given([users], {
        ...sql`
            -- +goose NO TRANSACTION
            -- +goose Up
            create index concurrently users_team_email on users (team_id, email);
            drop index concurrently users_team;
          `,
        path: 'priv/repo/migrations/20240102000000_index.sql',
      }),
    ],
  },
  covers: ['replace-index-drop-first'],
  on: ['migration'],

  *check({ transaction, steps }) {
    if (transaction !== 'none') return;
    for (const [position, step] of steps.entries()) {
      const { operation, before, facts, transaction: own } = step;
      if (operation.kind !== 'drop-index' || facts.locks.length === 0) continue;
      const dropped = findIndex(before, operation.index);
      if (dropped === null) continue;
      const replacement = steps
        .slice(position + 1)
        .find(
          ({ operation: later, transaction: other, before: then }) =>
            (own === null || own !== other) &&
            later.kind === 'create-index' &&
            findTable(then, later.table)?.id === dropped.table.id &&
            replaces(later, dropped.index),
        )?.operation;
      if (replacement?.kind !== 'create-index') continue;
      const { index } = dropped;
      const isSame = replacement.index?.name === index.name;
      yield {
        step,
        at: operation.keyword,
        message: `Until its replacement is built, queries of "${dropped.table.name}" do without "${index.name}"${
          index.unique ? ', and nothing keeps its values unique' : ''
        }. ${isSame ? 'REINDEX INDEX CONCURRENTLY builds the same index anew; build another one under a name of its own first, then drop this one.' : 'Build the new one first, then drop this one.'}`,
        weighs: dropped.table,
      };
    }
  },
});

/** By the column that they begin with, which is what a query finds an index by. */
function replaces({ keys, method }: CreateIndex, old: Index): boolean {
  const [first, before] = [keys[0], old.keys[0]];
  if (first === undefined || before === undefined || method !== old.method) return false;
  return first.column === null
    ? first.expression?.text === before.expression?.text
    : first.column === before.column;
}
