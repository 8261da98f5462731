import { droppedByCascade, listed } from '../../analysis/cascades.js';
import type { Catalog } from '../../catalog/catalog.js';
import type { OperationOf } from '../../catalog/operation.js';
import { type Finding, given, rule, sql } from '../rule.js';

type DropSchema = OperationOf<'drop-schema'>;

const audit = sql`
  create schema audit;
  create table audit.events (id bigint primary key);
`;

export default rule({
  id: 'drop-schema',
  severity: 'error',
  docs: {
    what: 'A schema is dropped with all that is in it.',
    why: 'DROP SCHEMA … CASCADE drops every table, view, type and function of the schema, and what depends on them elsewhere. The rows are gone, each table is locked against reads and writes until the transaction ends (ACCESS EXCLUSIVE), and code that names any of it fails.',
    instead: 'Drop what is in it by name, in steps, as soon as no release uses it; the empty schema last.',
    unless:
      'Silent for a schema that the same migration makes, and for IF EXISTS on one that does not exist. Info without CASCADE, or when nothing is in it: then only the empty schema goes. A warning for IF EXISTS where it is not known whether it exists.',
    references: ['https://www.postgresql.org/docs/current/sql-dropschema.html'],
  },
  examples: {
    bad: [
      given(
        [audit],
        sql`
          drop schema audit cascade;
          ^^^^^^^^^^^ drop-schema
        `,
      ),
    ],
    good: [
      sql`
        create schema scratch;
        drop schema scratch cascade;
      `,
    ],
  },
  covers: ['drop-schema'],
  aliases: ['drop-schema', 'banDropSchema', 'DS101'],
  on: ['migration'],

  *check({ steps }, moment) {
    const first = steps[0]?.before;
    for (const step of steps) {
      const { operation, before } = step;
      if (operation.kind !== 'drop-schema') continue;
      const { name } = operation.schema;
      const isThere = before.schemas.has(name);
      const isKnown = before.doubts.everything === null && before.doubts.newObjects === null;
      if (isThere ? first?.schemas.has(name) !== true : operation.ifExists && isKnown) continue;
      yield { ...whatFalls(operation, before, moment.postgres), step, at: operation.keyword };
    }
  },
});

function whatFalls(operation: DropSchema, before: Catalog, postgres: number): Omit<Finding, 'at'> {
  const { name } = operation.schema;
  const cascade = droppedByCascade([operation], before, null, postgres);
  const inside = cascade?.falls ?? [];
  const isEmpty = cascade?.certain === true && inside.length === 0;
  if (!operation.cascade || isEmpty) {
    return {
      severity: 'info',
      message: `Code that names the schema "${name}", or has it on its search path, fails once it is dropped.`,
    };
  }
  const what = inside.length === 0 ? 'all that is in it' : listed(inside.map(({ by }) => by));
  return {
    ...(cascade === null && operation.ifExists ? { severity: 'warning' as const } : {}),
    message: `Dropping the schema "${name}" drops ${what}, with all rows, and blocks reads and writes of each table until the transaction ends (ACCESS EXCLUSIVE lock). Drop by name what no release uses any more.`,
    related: inside.flatMap(({ origin, by }) =>
      origin === null ? [] : [{ at: origin, message: `${by} is made here` }],
    ),
  };
}
