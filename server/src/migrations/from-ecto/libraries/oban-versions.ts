// The tables of Oban, version by version, as the SQL that its migrations send. What a trigger's function does is left out: it
// touches no schema.
// Source: Oban.Migrations.Postgres, Oban 2.11 to 2.23.

/** What the statements depend on besides the version. */
export interface ObanSettings {
  /** The schema in double quotes. */
  readonly schema: string;
  readonly createSchema: boolean;
  readonly unlogged: boolean;
  /** Oban 2.21 and later know jobs that are suspended from the beginning. */
  readonly suspended: boolean;
  /** Oban before 2.18 had tags of at most 255 characters. */
  readonly shortTags: boolean;
}

interface ObanVersion {
  up(settings: ObanSettings): readonly string[];
  down(settings: ObanSettings): readonly string[];
}

const STAMP = `timestamp DEFAULT timezone('UTC', now()) NOT NULL`;

function index(schema: string, columns: readonly string[], rest = ''): string {
  const keys = columns.map((column) => `"${column}"`).join(', ');
  return `CREATE INDEX IF NOT EXISTS "oban_jobs_${columns.join('_')}_index" ON ${schema}."oban_jobs" (${keys})${rest}`;
}

function dropIndex(schema: string, columns: readonly string[]): string {
  return `DROP INDEX IF EXISTS ${schema}."oban_jobs_${columns.join('_')}_index"`;
}

function check(schema: string, name: string, condition: string): string {
  return `ALTER TABLE ${schema}."oban_jobs" ADD CONSTRAINT "${name}" CHECK (${condition})`;
}

function dropCheck(schema: string, name: string, ifExists = ' IF EXISTS'): string {
  return `ALTER TABLE ${schema}."oban_jobs" DROP CONSTRAINT${ifExists} "${name}"`;
}

function scheduledIndex(schema: string): string {
  const state = `${schema}.oban_job_state`;
  return `CREATE INDEX "oban_jobs_scheduled_at_index" ON ${schema}."oban_jobs" ("scheduled_at") WHERE state in ('available'::${state}, 'scheduled'::${state})`;
}

function notify(schema: string, events: string): readonly string[] {
  return [
    `CREATE OR REPLACE FUNCTION ${schema}.oban_jobs_notify() RETURNS trigger AS $$ BEGIN RETURN NULL; END; $$ LANGUAGE plpgsql`,
    `DROP TRIGGER IF EXISTS oban_notify ON ${schema}.oban_jobs`,
    `CREATE TRIGGER oban_notify AFTER ${events} ON ${schema}.oban_jobs FOR EACH ROW EXECUTE PROCEDURE ${schema}.oban_jobs_notify()`,
  ];
}

const WRAP_ID =
  'oban_wrap_id(value bigint) RETURNS int AS $$ BEGIN RETURN value; END; $$ LANGUAGE plpgsql IMMUTABLE';

const QUEUE = ['queue', 'state', 'scheduled_at', 'id'];
const STATE_QUEUE = ['state', 'queue', 'priority', 'scheduled_at', 'id'];

/** From the first on. */
export const OBAN_VERSIONS: readonly ObanVersion[] = [
  {
    up: ({ schema, createSchema, suspended }) => [
      ...(createSchema ? [`CREATE SCHEMA IF NOT EXISTS ${schema}`] : []),
      `CREATE TYPE ${schema}.oban_job_state AS ENUM ('available', ${suspended ? "'suspended', " : ''}'scheduled', 'executing', 'retryable', 'completed', 'discarded'${suspended ? ", 'cancelled'" : ''})`,
      `CREATE TABLE IF NOT EXISTS ${schema}."oban_jobs" ("id" bigserial, "state" ${schema}.oban_job_state DEFAULT 'available' NOT NULL, "queue" text DEFAULT 'default' NOT NULL, "worker" text NOT NULL, "args" jsonb NOT NULL, "errors" jsonb[] DEFAULT ARRAY[]::jsonb[] NOT NULL, "attempt" integer DEFAULT 0 NOT NULL, "max_attempts" integer DEFAULT 20 NOT NULL, "inserted_at" ${STAMP}, "scheduled_at" ${STAMP}, "attempted_at" timestamp, "completed_at" timestamp, PRIMARY KEY ("id"))`,
      ...['queue', 'state', 'scheduled_at'].map((column) => index(schema, [column])),
      ...notify(schema, 'INSERT OR UPDATE OF state'),
    ],
    down: ({ schema }) => [
      `DROP TRIGGER IF EXISTS oban_notify ON ${schema}.oban_jobs`,
      `DROP FUNCTION IF EXISTS ${schema}.oban_jobs_notify()`,
      `DROP TABLE IF EXISTS ${schema}."oban_jobs"`,
      `DROP TYPE IF EXISTS ${schema}.oban_job_state`,
    ],
  },
  {
    up: ({ schema }) => [
      dropIndex(schema, ['scheduled_at']),
      scheduledIndex(schema),
      check(schema, 'worker_length', 'char_length(worker) > 0 AND char_length(worker) < 128'),
      check(schema, 'queue_length', 'char_length(queue) > 0 AND char_length(queue) < 128'),
      `CREATE OR REPLACE FUNCTION ${schema}.${WRAP_ID}`,
    ],
    down: ({ schema }) => [
      dropCheck(schema, 'queue_length'),
      dropCheck(schema, 'worker_length'),
      dropIndex(schema, ['scheduled_at']),
      index(schema, ['scheduled_at']),
      `DROP FUNCTION IF EXISTS ${schema}.oban_wrap_id(value bigint)`,
    ],
  },
  {
    up: ({ schema }) => [`ALTER TABLE ${schema}."oban_jobs" ADD COLUMN IF NOT EXISTS "attempted_by" text[]`],
    down: ({ schema }) => [`ALTER TABLE ${schema}."oban_jobs" DROP COLUMN IF EXISTS "attempted_by"`],
  },
  {
    up: ({ schema }) => [`DROP FUNCTION IF EXISTS ${schema}.oban_wrap_id(value bigint)`],
    down: ({ schema }) => [`CREATE OR REPLACE FUNCTION ${schema}.${WRAP_ID}`],
  },
  {
    up: ({ schema }) => [
      ...['scheduled_at', 'queue', 'state'].map((column) => dropIndex(schema, [column])),
      index(schema, QUEUE),
    ],
    down: ({ schema }) => [
      dropIndex(schema, QUEUE),
      index(schema, ['queue']),
      index(schema, ['state']),
      scheduledIndex(schema),
    ],
  },
  { up: () => [], down: () => [] },
  {
    up: ({ schema }) => [
      `CREATE INDEX IF NOT EXISTS "oban_jobs_attempted_at_id_index" ON ${schema}."oban_jobs" (attempted_at desc, "id") WHERE state in ('completed', 'discarded')`,
    ],
    down: ({ schema }) => [dropIndex(schema, ['attempted_at', 'id'])],
  },
  {
    up({ schema, shortTags }) {
      const tags = shortTags ? 'varchar(255)[]' : 'text[]';
      const empty = `ARRAY[]::${shortTags ? 'varchar' : 'text'}[]`;
      return [
        `ALTER TABLE ${schema}."oban_jobs" ADD COLUMN IF NOT EXISTS "discarded_at" timestamp, ADD COLUMN IF NOT EXISTS "priority" integer, ADD COLUMN IF NOT EXISTS "tags" ${tags}`,
        `ALTER TABLE ${schema}."oban_jobs" ALTER COLUMN "priority" TYPE integer, ALTER COLUMN "priority" SET DEFAULT 0, ALTER COLUMN "tags" TYPE ${tags}, ALTER COLUMN "tags" SET DEFAULT ${empty}`,
        dropIndex(schema, QUEUE),
        index(schema, STATE_QUEUE),
        ...notify(schema, 'INSERT'),
      ];
    },
    down: ({ schema }) => [
      dropIndex(schema, ['queue', 'state', 'priority', 'scheduled_at', 'id']),
      index(schema, QUEUE),
      `ALTER TABLE ${schema}."oban_jobs" DROP COLUMN IF EXISTS "discarded_at", DROP COLUMN IF EXISTS "priority", DROP COLUMN IF EXISTS "tags"`,
      ...notify(schema, 'INSERT OR UPDATE OF state'),
    ],
  },
  {
    up: ({ schema, suspended }) => [
      `ALTER TABLE ${schema}."oban_jobs" ADD COLUMN IF NOT EXISTS "meta" jsonb DEFAULT '{}', ADD COLUMN IF NOT EXISTS "cancelled_at" timestamp`,
      ...(suspended ? [] : [`ALTER TYPE ${schema}.oban_job_state ADD VALUE IF NOT EXISTS 'cancelled'`]),
      index(schema, STATE_QUEUE),
    ],
    down: ({ schema }) => [
      `ALTER TABLE ${schema}."oban_jobs" DROP COLUMN IF EXISTS "meta", DROP COLUMN IF EXISTS "cancelled_at"`,
      `UPDATE ${schema}.oban_jobs SET state = 'discarded' WHERE state = 'cancelled'`,
    ],
  },
  {
    up: ({ schema }) => [
      `ALTER TABLE ${schema}."oban_jobs" ALTER COLUMN "args" TYPE jsonb, ALTER COLUMN "args" SET DEFAULT '{}', ALTER COLUMN "priority" TYPE integer, ALTER COLUMN "priority" SET NOT NULL`,
      check(schema, 'priority_range', 'priority between 0 and 3'),
      check(schema, 'positive_max_attempts', 'max_attempts > 0'),
      check(schema, 'attempt_range', 'attempt between 0 and max_attempts'),
      `DROP INDEX IF EXISTS ${schema}."oban_jobs_args_vector"`,
      `DROP INDEX IF EXISTS ${schema}."oban_jobs_worker_gist"`,
      `DROP INDEX IF EXISTS ${schema}."oban_jobs_attempted_at_id_index"`,
      ...['args', 'meta'].map(
        (column) =>
          `CREATE INDEX IF NOT EXISTS "oban_jobs_${column}_index" ON ${schema}."oban_jobs" USING gin ("${column}")`,
      ),
    ],
    down: ({ schema }) => [
      `ALTER TABLE ${schema}."oban_jobs" ALTER COLUMN "args" TYPE jsonb, ALTER COLUMN "args" SET DEFAULT NULL, ALTER COLUMN "priority" TYPE integer, ALTER COLUMN "priority" DROP NOT NULL`,
      dropCheck(schema, 'attempt_range'),
      dropCheck(schema, 'positive_max_attempts'),
      dropCheck(schema, 'priority_range'),
    ],
  },
  {
    up: ({ schema, unlogged }) => [
      `CREATE TABLE IF NOT EXISTS ${schema}."oban_peers" ("name" text NOT NULL, "node" text NOT NULL, "started_at" timestamp NOT NULL, "expires_at" timestamp NOT NULL, PRIMARY KEY ("name"))`,
      ...(unlogged ? [`ALTER TABLE ${schema}.oban_peers SET UNLOGGED`] : []),
    ],
    down: ({ schema }) => [`DROP TABLE ${schema}."oban_peers"`],
  },
  {
    up: ({ schema }) => [
      dropCheck(schema, 'priority_range', ''),
      `${check(schema, 'non_negative_priority', 'priority >= 0')} NOT VALID`,
      `DROP TRIGGER IF EXISTS oban_notify ON ${schema}.oban_jobs`,
      `DROP FUNCTION IF EXISTS ${schema}.oban_jobs_notify()`,
    ],
    down: ({ schema }) => [
      dropCheck(schema, 'non_negative_priority', ''),
      `${check(schema, 'priority_range', 'priority between 0 and 3')} NOT VALID`,
      ...notify(schema, 'INSERT').filter((sql) => !sql.startsWith('DROP')),
    ],
  },
  {
    up: ({ schema }) => [index(schema, ['state', 'cancelled_at']), index(schema, ['state', 'discarded_at'])],
    down: ({ schema }) => [
      dropIndex(schema, ['state', 'discarded_at']),
      dropIndex(schema, ['state', 'cancelled_at']),
    ],
  },
  {
    up: ({ schema, suspended }) =>
      suspended
        ? []
        : [`ALTER TYPE ${schema}.oban_job_state ADD VALUE IF NOT EXISTS 'suspended' BEFORE 'scheduled'`],
    down: ({ schema }) => [`UPDATE ${schema}.oban_jobs SET state = 'scheduled' WHERE state = 'suspended'`],
  },
];
