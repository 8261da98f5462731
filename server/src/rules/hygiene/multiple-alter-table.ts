import type { MigrationStep, WholeMigration } from '../../analysis/whole-migration.js';
import { relationName } from '../../catalog/lookup.js';
import { sameRelation } from '../../catalog/names.js';
import type { OperationKind } from '../../catalog/operation.js';
import { given, migration, rule, sql } from '../rule.js';

const users = sql`create table users (id bigint primary key);`;

export default rule({
  id: 'multiple-alter-table',
  severity: 'hint',
  docs: {
    what: 'Several ALTER TABLE of one table follow each other and could be one statement.',
    why: 'Outside a transaction each statement waits for its lock anew. And one statement checks NOT NULL and CHECK and writes new types in one pass over the table, however many actions it has.',
    instead:
      'Put the actions into one ALTER TABLE, with commas between them; in Ecto, into one `alter` block.',
    unless:
      'Said once for statements that follow each other. Silent for tables that the same migration makes; for RENAME, SET SCHEMA, ATTACH, DETACH and VALIDATE, which are better alone or cannot be combined; for SET NOT NULL beside a constraint, which may be the proof that spares a scan; and for constraints in Ecto, which have no place in an `alter` block.',
    references: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          alter table users add column age integer;
          alter table users add column name text;
                            ^^^^^^^^^^ multiple-alter-table
        `,
      ),
      given(
        [users],
        migration`
          alter table(:users) do
            add :age, :integer
          end

          alter table(:users) do
            add :name, :text
            ^^^ multiple-alter-table
          end
        `,
      ),
    ],
    good: [
      given([users], sql`alter table users add column age integer, add column name text;`),
      sql`
        create table notes (id bigint primary key);
        alter table notes add column body text;
        alter table notes add column title text;
      `,
    ],
  },
  covers: ['multiple-alter-table'],
  aliases: ['multiple-alter-table', 'W12'],
  on: ['migration'],

  *check(whole, moment) {
    const isEcto = moment.migration?.layout === 'ecto';
    const statements = alterTables(whole, isEcto);
    let saidOf = -1;
    for (const [index, [first, ...more]] of statements.entries()) {
      const before = statements[index - 1];
      if (first === undefined || before === undefined || !couldBeOne(before, [first, ...more])) continue;
      const isSaid = saidOf === index - 1;
      saidOf = index;
      if (isSaid) continue;
      yield {
        step: first,
        at: first.operation.keyword,
        message: `The statement before changes "${tableOf(first)?.name}" as well. One ALTER TABLE ${gainOf(before, [first, ...more])}.`,
      };
    }
  },
});

const COMBINES: ReadonlySet<OperationKind> = new Set([
  'add-column',
  'drop-column',
  'alter-column-type',
  'set-default',
  'drop-default',
  'set-not-null',
  'drop-not-null',
  'add-constraint',
  'drop-constraint',
  'alter-table-other',
]);

/** In a transaction the second statement has its lock already. */
function gainOf(a: Statement, b: Statement): string {
  const once = [
    ...(b.every(({ transaction }) => transaction === null) ? ['waits for the lock'] : []),
    ...(readsRows(a) && readsRows(b) ? ['reads the table'] : []),
  ];
  return once.length === 0 ? 'can do both' : `with both ${once.join(' and ')} once`;
}

/** CHECK, NOT NULL and types of all actions are seen to in one pass; keys are built and foreign keys looked up one by one. */
function readsRows(statement: Statement): boolean {
  return statement.some(
    ({ operation, facts }) =>
      facts.scans.length + facts.rewrites.length > 0 &&
      !(operation.kind === 'add-constraint' && operation.constraint.kind !== 'check'),
  );
}

type Statement = readonly MigrationStep[];

/** Each statement of the migration, with its steps where it is an ALTER TABLE of others' tables that could have more actions. */
function alterTables({ steps }: WholeMigration, isEcto: boolean): readonly Statement[] {
  const statements: MigrationStep[][] = [];
  for (const step of steps) {
    statements[step.statement] ??= [];
    statements[step.statement]?.push(step);
  }
  return Array.from(statements, (all = []) => (all.every((step) => isMeant(step, isEcto)) ? all : []));
}

function isMeant({ operation, facts }: MigrationStep, isEcto: boolean): boolean {
  if (!COMBINES.has(operation.kind) || facts.locks.length === 0) return false;
  if (isEcto && /constraint/.test(operation.kind)) return false;
  return operation.ofLibrary !== true && operation.inBody !== true && operation.maybe === undefined;
}

function couldBeOne(a: Statement, b: Statement): boolean {
  const [first, second] = [tableOf(a[0]), tableOf(b[0])];
  if (first === null || second === null || !sameRelation(first, second)) return false;
  const kinds = [...a, ...b].map(({ operation }) => operation.kind);
  return !(kinds.includes('set-not-null') && kinds.some((kind) => kind.endsWith('-constraint')));
}

function tableOf(step: MigrationStep | undefined) {
  if (step === undefined || !('table' in step.operation) || step.operation.table === null) return null;
  return relationName(step.before, step.operation.table);
}
