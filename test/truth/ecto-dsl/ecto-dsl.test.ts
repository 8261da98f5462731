// Every form of Ecto.Migration, as the real Ecto 3.13 sent it to PostgreSQL 15: the same SQL to the letter, and the same schema.

import assert from 'node:assert/strict';
import { nothingAround } from '../../../server/src/migrations/from-ecto/surroundings.js';
import { type EctoMigration, ectoMigrationIn } from '../../../server/src/migrations/from-ecto.js';
import { replay } from '../../../server/src/migrations/history.js';
import type { Migration } from '../../../server/src/migrations/migration.js';
import { sourceFile } from '../../../server/src/text/source-file.js';
import { elixirParser, sqlParser } from '../../support/parsers.js';
import { compareWithRecord } from '../support/recorded-schema.js';
import { type RecordedMigration, recorded, sourceOf } from './recorded.js';

/** The version is that of the record: what Ecto says to unknown options has changed over time. */
const around = { ...nothingAround, locked: (library: string) => (library === 'ecto_sql' ? '3.13.5' : null) };

function migrationIn(record: RecordedMigration): EctoMigration {
  const migration = ectoMigrationIn(elixirParser.parse(sourceOf(record)), null, sqlParser, { around });
  assert.ok(migration !== null, `${record.file} holds a migration`);
  return migration;
}

function sqlOf({ statements }: EctoMigration): readonly string[] {
  return statements.map(({ sql }) => sql).filter((sql) => sql !== '');
}

describe('SQL of Ecto migrations', () => {
  const { migrations, schema } = recorded();

  for (const record of migrations) {
    const wanted = record.statements.map(({ sql }) => sql);
    it(`${record.file} is what Ecto sent`, () => {
      assert.deepEqual(sqlOf(migrationIn(record)), wanted);
    });
  }

  it('says why where Ecto raises instead of sending', () => {
    const refused = migrations.filter(({ statements }) => statements.length === 0);
    assert.ok(refused.length > 0);
    for (const record of refused) {
      const operations = migrationIn(record).statements.flatMap((statement) => statement.operations);
      const reasons = operations.flatMap((one) => (one.kind === 'unknown' ? [one.reason] : []));
      assert.match(reasons.join(), /^Ecto refuses it: /, record.file);
      assert.ok(migrationIn(record).raises.length > 0, record.file);
    }
  });

  it('replays to the schema that PostgreSQL held', () => {
    // A migration that failed was rolled back.
    const ran = migrations.filter(({ status }) => status === 'ok').map(asMigration);
    const { latest } = replay(ran, null, { postgres: 15 });
    const { equal, ...differences } = compareWithRecord(latest, schema);
    for (const [kind, facts] of Object.entries(differences)) assert.deepEqual(facts, [], kind);
    assert.ok(equal > 100);
  });
});

function asMigration(record: RecordedMigration): Migration {
  const [version = '', name = ''] = record.file.replace('.exs', '').split(/_(.*)/s);
  return {
    file: sourceFile(`/priv/repo/migrations/${record.file}`, sourceOf(record)),
    layout: 'ecto',
    folder: '/priv/repo/migrations',
    version,
    name,
    ...migrationIn(record),
  };
}
