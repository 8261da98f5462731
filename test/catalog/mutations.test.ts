// The histories can tell when a case of `apply` is broken: without the operations of one kind, the facts of at least one history
// are others. With the operations they are the server's (test/truth/catalog.test.ts).

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OperationKind } from '../../server/src/catalog/operation.js';
import { replay } from '../../server/src/migrations/history.js';
import type { Migration } from '../../server/src/migrations/migration.js';
import { migrationFiles } from '../support/catalog-fixtures.js';
import { readFixtures } from '../support/markdown.js';
import { memoryWorkspace } from '../support/workspace.js';
import { factsOfCatalog } from '../truth/facts/compare.js';

/** Why nothing of the schema shows it; `null` for what changes the schema. */
const UNSEEN: Readonly<Record<OperationKind, string | null>> = {
  'add-column': null,
  'add-constraint': null,
  'add-enum-value': null,
  'alter-column-type': null,
  'alter-constraint': null,
  'alter-domain': null,
  'alter-function': null,
  'alter-index': null,
  'alter-policy': null,
  'alter-sequence': null,
  'alter-table-other': null,
  'alter-type': null,
  'alter-view': null,
  'attach-partition': null,
  'change-event-trigger': null,
  'change-rule': null,
  comment: null,
  'create-enum': null,
  'create-extension': null,
  'create-function': null,
  'create-index': null,
  'create-policy': null,
  'create-schema': null,
  'create-sequence': null,
  'create-table': null,
  'create-trigger': null,
  'create-type': null,
  'create-view': null,
  'detach-partition': null,
  'drop-column': null,
  'drop-constraint': null,
  'drop-default': null,
  'drop-extension': null,
  'drop-function': null,
  'drop-index': null,
  'drop-not-null': null,
  'drop-policy': null,
  'drop-schema': null,
  'drop-sequence': null,
  'drop-table': null,
  'drop-trigger': null,
  'drop-type': null,
  'drop-view': null,
  maintenance: null,
  other: null,
  prepare: null,
  'rename-column': null,
  'rename-constraint': null,
  'rename-enum-value': null,
  'rename-index': null,
  'rename-schema': null,
  'rename-table': null,
  'rename-trigger': null,
  'rename-type': null,
  'set-default': null,
  'set-not-null': null,
  'set-parameter': null,
  'set-row-level-security': null,
  'set-schema': null,
  'set-type-schema': null,
  transaction: null,
  unknown: 'a history with it cannot be compared in full',
  'validate-constraint': null,
  'write-rows': 'it changes rows',
};

const folder = import.meta.dirname;

describe('mutations of apply', () => {
  let histories: readonly (readonly Migration[])[] = [];
  let facts: readonly string[] = [];

  before(() => {
    histories = readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .flatMap((file) => readFixtures(readFileSync(join(folder, file), 'utf8')))
      .map(({ fences }) => {
        const files = migrationFiles(fences);
        const { histories } = memoryWorkspace(files, { postgres: 18 });
        return histories[0]?.history.migrations.map(({ migration }) => migration) ?? [];
      });
    facts = histories.map(factsAfter);
  });

  for (const [kind, reason] of Object.entries(UNSEEN)) {
    it(reason === null ? `${kind} is seen` : `${kind} is not seen: ${reason}`, () => {
      const seen = histories.some((migrations, index) => {
        if (
          !migrations.some(({ statements }) =>
            statements.some(({ operations }) => operations.some((one) => one.kind === kind)),
          )
        )
          return false;
        return factsAfter(migrations.map((migration) => without(migration, kind))) !== facts[index];
      });
      assert.equal(seen, reason === null);
    });
  }
});

function without(migration: Migration, kind: string): Migration {
  return {
    ...migration,
    statements: migration.statements.map((statement) => ({
      ...statement,
      operations: statement.operations.filter((operation) => operation.kind !== kind),
    })),
  };
}

function factsAfter(migrations: readonly Migration[]): string {
  const { latest } = replay(migrations, null, { postgres: 18 });
  return JSON.stringify(factsOfCatalog(latest));
}
