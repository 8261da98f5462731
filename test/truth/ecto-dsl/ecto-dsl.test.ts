// Every form of Ecto.Migration, as the real Ecto 3.13 sent it to PostgreSQL 15: the same SQL to the letter, and the same schema.

import assert from 'node:assert/strict';
import type { Catalog, Table } from '../../../server/src/catalog/catalog.js';
import { formatType } from '../../../server/src/catalog/types.js';
import { type EctoMigration, ectoMigrationIn } from '../../../server/src/migrations/from-ecto.js';
import { replay } from '../../../server/src/migrations/history.js';
import type { Migration } from '../../../server/src/migrations/migration.js';
import { sourceFile } from '../../../server/src/text/source-file.js';
import { elixirParser, sqlParser } from '../../support/parsers.js';
import { type RecordedMigration, type RecordedTable, recorded, sourceOf } from './recorded.js';

/** Where we differ from what is recorded on purpose. */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  [
    '20240101000063_case_063.exs',
    'Ecto refuses null: inside references since 3.12. Until then it passed over it, and old migrations hold it.',
  ],
]);

function migrationIn(record: RecordedMigration): EctoMigration {
  const migration = ectoMigrationIn(elixirParser.parse(sourceOf(record)), null, sqlParser);
  assert.ok(migration !== null, `${record.file} holds a migration`);
  return migration;
}

function sqlOf({ statements }: EctoMigration): readonly string[] {
  return statements.map(({ sql }) => sql).filter((sql) => sql !== '');
}

describe('SQL of Ecto migrations', () => {
  const { migrations, schema } = recorded();

  for (const record of migrations) {
    const exception = EXCEPTIONS.get(record.file);
    const wanted = record.statements.map(({ sql }) => sql);
    if (exception !== undefined) {
      it(`${record.file} differs: ${exception}`, () => {
        assert.notDeepEqual(sqlOf(migrationIn(record)), wanted);
      });
      continue;
    }

    it(`${record.file} is what Ecto sent`, () => {
      assert.deepEqual(sqlOf(migrationIn(record)), wanted);
    });
  }

  it('says why where Ecto raises instead of sending', () => {
    const refused = migrations.filter(
      ({ statements, file }) => statements.length === 0 && !EXCEPTIONS.has(file),
    );
    assert.ok(refused.length > 0);
    for (const record of refused) {
      const operations = migrationIn(record).statements.flatMap((statement) => statement.operations);
      const reasons = operations.flatMap((one) => (one.kind === 'unknown' ? [one.reason] : []));
      assert.match(reasons.join(), /^Ecto refuses it: /, record.file);
    }
  });

  it('replays to the schema that PostgreSQL held', () => {
    // A migration that failed was rolled back.
    const ran = migrations.filter(({ status }) => status === 'ok').map(asMigration);
    const { latest } = replay(ran, null, { postgres: 15 });
    const wanted = schema.tables.filter(({ name }) => name !== 'schema_migrations');
    const tables = [...latest.relations.values()].filter((one): one is Table => one.kind === 'table');
    assert.deepEqual(
      tables.map((table) => described(latest, table)).sort(byName),
      wanted.map(asDescribed).sort(byName),
    );
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

/** What the catalog and the record both say of a table. */
interface Described {
  readonly name: string;
  readonly columns: readonly string[];
  readonly constraints: readonly string[];
  readonly indexes: readonly string[];
}

function byName(a: Described, b: Described): number {
  return a.name < b.name ? -1 : 1;
}

/** Texts of defaults and predicates are left out: the server prints them in its own words. */
function described(catalog: Catalog, table: Table): Described {
  return {
    name: `${table.schema}.${table.name}`,
    columns: table.columns.map(({ name, type, notNull, default: value, serial }) =>
      columnText(name, formatType(type), !notNull, serial || value !== null),
    ),
    constraints: table.constraints
      .flatMap((constraint): string[] => {
        switch (constraint.kind) {
          case 'primary-key':
            return [`primary key ${constraint.name} (${constraint.columns})`];
          case 'foreign-key': {
            const other = catalog.relations.get(constraint.references ?? -1);
            const to = `${other?.schema}.${other?.name} (${constraint.referencedColumns})`;
            const actions = `${constraint.onDelete}/${constraint.onUpdate}`;
            return [foreignKeyText(constraint.name, constraint.columns, to, actions, constraint.validated)];
          }
          case 'check':
            return [`check ${constraint.name}${constraint.validated ? '' : ' not valid'}`];
          case 'exclusion':
            return [`exclusion ${constraint.name}`];
          default:
            return [];
        }
      })
      .sort(),
    indexes: table.indexes
      .map(({ name, unique, method, keys, where }) => {
        const columns = keys.map(({ column }) => column ?? 'expression');
        return indexText(name, unique, method, columns, where !== null);
      })
      .sort(),
  };
}

function asDescribed(table: RecordedTable): Described {
  const { primary_key: key, foreign_keys: foreignKeys = [], checks = [], exclusions = [] } = table;
  return {
    name: `${table.schema}.${table.name}`,
    columns: table.columns.map(({ name, type, nullable, default: value }) =>
      columnText(name, type, nullable, value !== undefined && !GENERATED.has(`${table.name}.${name}`)),
    ),
    constraints: [
      ...(key === undefined ? [] : [`primary key ${key.name} (${key.columns})`]),
      ...foreignKeys.map((foreignKey) => {
        const to = `${foreignKey.ref_schema}.${foreignKey.ref_table} (${foreignKey.ref_columns})`;
        const actions = `${foreignKey.on_delete}/${foreignKey.on_update}`;
        return foreignKeyText(foreignKey.name, foreignKey.columns, to, actions, foreignKey.validated);
      }),
      ...checks.map(({ name, validated }) => `check ${name}${validated ? '' : ' not valid'}`),
      ...exclusions.map(({ name }) => `exclusion ${name}`),
    ].sort(),
    // The catalog holds an exclusion constraint without its index.
    indexes: table.indexes
      .filter(({ name }) => !exclusions.some((exclusion) => exclusion.name === name))
      .map(({ name, unique, using, columns, where }) => {
        const keys = columns.map(({ column }) => column ?? 'expression');
        return indexText(name, unique, using, keys, where != null);
      })
      .sort(),
  };
}

/** The record takes the expression of a generated column for its default. */
const GENERATED: ReadonlySet<string> = new Set(['types.t_gen']);

function columnText(name: string, type: string, nullable: boolean, hasDefault: boolean): string {
  return `${name} ${type}${nullable ? '' : ' not null'}${hasDefault ? ' default' : ''}`;
}

function foreignKeyText(
  name: string,
  columns: readonly string[],
  to: string,
  actions: string,
  validated: boolean,
): string {
  return `foreign key ${name} (${columns}) to ${to} ${actions}${validated ? '' : ' not valid'}`;
}

function indexText(
  name: string,
  unique: boolean,
  method: string,
  columns: readonly string[],
  partial: boolean,
): string {
  return `${name}${unique ? ' unique' : ''} ${method.toLowerCase()} (${columns})${partial ? ' partial' : ''}`;
}
