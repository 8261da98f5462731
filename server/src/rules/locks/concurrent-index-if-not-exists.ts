import { findRelation } from '../../catalog/lookup.js';
import type { CreateIndex } from '../../catalog/operation.js';
import { elixir, type Fix, rule, sql } from '../rule.js';

const path = 'priv/repo/migrations/20240101000000_index_email.exs';

export default rule({
  id: 'concurrent-index-if-not-exists',
  severity: 'warning',
  docs: {
    what: 'An index is built CONCURRENTLY and IF NOT EXISTS, and nothing takes away what an earlier try may have left.',
    why: 'A concurrent build that is cut short, by a timeout or a duplicate, leaves an INVALID index: no query uses it, and every write pays for it. IF NOT EXISTS goes by the name alone, so the next run is content with that one, and the index is never built.',
    instead:
      'Right before it, DROP INDEX CONCURRENTLY IF EXISTS: then the migration can be run again as often as it takes.',
    unless:
      'Silent when the same migration drops an index of that name before, for a table that the same migration makes, inside a transaction, where the build is refused anyway, and where an earlier migration has made an index of that name, which is then left alone on purpose.',
    references: ['https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY'],
  },
  examples: {
    bad: [
      {
        ...sql`
          -- +goose NO TRANSACTION
          -- +goose Up
          create index concurrently if not exists users_email_idx on users (email);
          ^^^^^^^^^^^^ concurrent-index-if-not-exists
        `,
        path: 'db/migrations/00001_index_email.sql',
      },
      {
        ...elixir`
          defmodule Shop.Repo.Migrations.IndexEmail do
            use Ecto.Migration

            @disable_ddl_transaction true
            @disable_migration_lock true

            def change do
              create_if_not_exists index(:users, [:email], concurrently: true)
              ^^^^^^^^^^^^^^^^^^^^^^^^^^ concurrent-index-if-not-exists
            end
          end
        `,
        path,
      },
    ],
    good: [
      sql`
        drop index concurrently if exists users_email_idx;
        create index concurrently if not exists users_email_idx on users (email);
      `,
    ],
  },
  covers: ['concurrent-if-not-exists-hides-invalid'],
  on: ['migration'],

  *check({ transaction, steps }) {
    const dropped = new Set<string>();
    for (const step of steps) {
      const { operation, before } = step;
      if (operation.kind === 'drop-index') dropped.add(operation.index.name);
      if (operation.kind !== 'create-index' || operation.concurrently === null) continue;
      const { index, table, ifNotExists } = operation;
      if (!ifNotExists || index === null || dropped.has(index.name)) continue;
      const isRefused = step.transaction !== null && transaction !== 'unknown';
      // Only a table that others can see is locked.
      if (isRefused || step.facts.locks.length === 0) continue;
      if (findRelation(before, { schema: table.schema, name: index.name }) !== null) continue;
      yield {
        step,
        at: operation.keyword,
        message: `A try that is cut short leaves "${index.name}" INVALID, and IF NOT EXISTS then takes it as it is: no query uses it, and every write to "${table.name}" pays for it. DROP INDEX CONCURRENTLY IF EXISTS before.`,
        fixes: [dropBefore(operation, index.name)],
      };
    }
  },
});

function dropBefore(operation: CreateIndex, name: string): Fix {
  const { table, unique } = operation;
  const columns = operation.keys.flatMap(({ column }) => column ?? []);
  const index = {
    kind: 'create-index',
    table,
    columns,
    unique,
    name,
    given: name,
    concurrently: true,
  } as const;
  return {
    title: 'Drop what an earlier try may have left',
    safety: 'needs-review',
    edit: (editor) =>
      editor.runBefore(operation, [{ up: { kind: 'drop-index', index, ifExists: true }, down: null }]),
  };
}
