// The tables of ErrorTracker, version by version, as the SQL that its migrations send.
// Source: ErrorTracker.Migration.Postgres, ErrorTracker 0.2 to 0.9.

import { isAtLeast } from '../surroundings.js';
import type { VersionedLibrary } from './versioned.js';

/** The first release of ErrorTracker with each newest number. */
const NEWEST: readonly (readonly [minor: number, version: number])[] = [
  [6, 5],
  [5, 4],
  [3, 3],
];

/** The last minor release that we have read. */
const LAST_READ = 9;

const META = '("key" varchar(255), "value" varchar(255) NOT NULL, PRIMARY KEY ("key"))';

function meta(schema: string, ifNotExists = ''): string {
  return `CREATE TABLE${ifNotExists} "${schema}"."error_tracker_meta" ${META}`;
}

interface Version {
  up(schema: string, createSchema: boolean): readonly string[];
  down(schema: string): readonly string[];
}

const VERSIONS: readonly Version[] = [
  {
    up: (schema, createSchema) => [
      ...(createSchema ? [`CREATE SCHEMA IF NOT EXISTS ${schema}`] : []),
      meta(schema),
      `CREATE TABLE "${schema}"."error_tracker_errors" ("id" bigserial, "kind" varchar(255) NOT NULL, "reason" text NOT NULL, "source_line" text NOT NULL, "source_function" text NOT NULL, "status" varchar(255) NOT NULL, "fingerprint" varchar(255) NOT NULL, "last_occurrence_at" timestamp NOT NULL, "inserted_at" timestamp NOT NULL, "updated_at" timestamp NOT NULL, PRIMARY KEY ("id"))`,
      `CREATE UNIQUE INDEX "error_tracker_errors_fingerprint_index" ON "${schema}"."error_tracker_errors" ("fingerprint")`,
      `CREATE TABLE "${schema}"."error_tracker_occurrences" ("id" bigserial, "context" jsonb NOT NULL, "reason" text NOT NULL, "stacktrace" jsonb NOT NULL, "error_id" bigint NOT NULL, CONSTRAINT "error_tracker_occurrences_error_id_fkey" FOREIGN KEY ("error_id") REFERENCES "${schema}"."error_tracker_errors"("id") ON DELETE CASCADE, "inserted_at" timestamp NOT NULL, PRIMARY KEY ("id"))`,
      `CREATE INDEX "error_tracker_occurrences_error_id_index" ON "${schema}"."error_tracker_occurrences" ("error_id")`,
    ],
    down: (schema) => [
      `DROP TABLE "${schema}"."error_tracker_occurrences"`,
      `DROP TABLE "${schema}"."error_tracker_errors"`,
      `DROP TABLE IF EXISTS "${schema}"."error_tracker_meta"`,
    ],
  },
  {
    up: (schema) => [
      meta(schema, ' IF NOT EXISTS'),
      `COMMENT ON TABLE "${schema}".error_tracker_errors IS ''`,
    ],
    down: (schema) => [`COMMENT ON TABLE "${schema}".error_tracker_errors IS '1'`],
  },
  {
    up: (schema) => [
      `CREATE INDEX IF NOT EXISTS "error_tracker_errors_last_occurrence_at_index" ON "${schema}"."error_tracker_errors" ("last_occurrence_at")`,
    ],
    down: (schema) => [`DROP INDEX IF EXISTS "${schema}"."error_tracker_errors_last_occurrence_at_index"`],
  },
  {
    up: (schema) => [
      `ALTER TABLE "${schema}"."error_tracker_occurrences" ADD COLUMN "breadcrumbs" varchar(255)[] DEFAULT ARRAY[]::varchar[] NOT NULL`,
    ],
    down: (schema) => [`ALTER TABLE "${schema}"."error_tracker_occurrences" DROP COLUMN "breadcrumbs"`],
  },
  {
    up: (schema) => [
      `ALTER TABLE "${schema}"."error_tracker_errors" ADD COLUMN "muted" boolean DEFAULT false NOT NULL`,
    ],
    down: (schema) => [`ALTER TABLE "${schema}"."error_tracker_errors" DROP COLUMN "muted"`],
  },
];

export const ERROR_TRACKER: VersionedLibrary = {
  label: 'ErrorTracker',
  name: 'error_tracker',
  package: 'error_tracker',
  tables: ['error_tracker_errors', 'error_tracker_occurrences', 'error_tracker_meta'],
  newest(locked) {
    const version = NEWEST.find(([minor]) => isAtLeast(locked, 0, minor))?.[1];
    const certain = version !== undefined && !isAtLeast(locked, 0, LAST_READ + 1);
    return { version: version ?? VERSIONS.length, certain };
  },
  isKnown: (locked) => locked === null || isAtLeast(locked, 0, 2),
  statements(version, direction, { schema, flag }) {
    const found = VERSIONS[version - 1];
    if (found === undefined) return [];
    return direction === 'up'
      ? found.up(schema, flag('create_schema', schema !== 'public'))
      : found.down(schema);
  },
  note: (version, schema) =>
    version === 0
      ? []
      : [
          `INSERT INTO ${schema}.error_tracker_meta (key, value) VALUES ('migration_version', '${version}'), ('migration_timestamp', '0') ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value`,
        ],
};
