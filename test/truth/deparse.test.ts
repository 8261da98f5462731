// What we say the server prints for an expression is what it prints.

import assert from 'node:assert/strict';
import type { Table } from '../../server/src/catalog/catalog.js';
import { serverText } from '../../server/src/catalog/deparse/server-text.js';
import type { Expression } from '../../server/src/catalog/expression.js';
import { findTable } from '../../server/src/catalog/lookup.js';
import { memoryWorkspace } from '../support/workspace.js';
import { DEPARSE_CASES, DEPARSE_SCHEMA, type DeparseCase } from './support/deparse-cases.js';
import { type Major, type RealServer, useRealServer } from './support/real-server.js';

/** Of the expressions that the server takes, as many may be left unsaid. */
const UNSAID = 0.02;

for (const major of [15, 18] as const) {
  describe(`truth: expressions as PostgreSQL ${major} prints them`, function () {
    this.timeout(120_000);
    const server = useRealServer(major);

    it('are equal to ours, or we do not say', async () => {
      const theirs = await spelledBy(server());
      assert.ok(theirs.size >= 800, `the server takes ${theirs.size}`);
      const ours = spelledByUs([...theirs.keys()], major);
      const wrong: string[] = [];
      const unsaid: string[] = [];
      for (const [one, text] of theirs) {
        const own = ours.get(one) ?? null;
        if (own === null) unsaid.push(one.sql);
        else if (own !== text) wrong.push(`${one.use} ${one.type} ${one.sql}: ${own} (the server: ${text})`);
      }
      assert.deepEqual(wrong, []);
      assert.ok(unsaid.length < theirs.size * UNSAID, unsaid.join('\n'));
    });
  });
}

/** What the server prints for each of the expressions that it takes. */
async function spelledBy(server: RealServer): Promise<Map<DeparseCase, string>> {
  const database = await server.createDatabase();
  await server.run(database, DEPARSE_SCHEMA);
  const tried = `DO $do$ BEGIN EXECUTE $sql$…$sql$; EXCEPTION WHEN others THEN NULL; END $do$`;
  await server.run(
    database,
    ...DEPARSE_CASES.map((one, index) => tried.replace('…', () => statementOf(one, index))),
  );
  const rows = await server.run(database, SPELLED);
  return new Map(
    rows.flatMap(({ name, text }) => {
      const one = DEPARSE_CASES[Number(String(name).slice(1))];
      return one === undefined ? [] : [[one, String(text)] as const];
    }),
  );
}

/** Each case makes one object, called `x` and the case's number. */
const SPELLED = `
  SELECT r.relname AS name, pg_get_expr(d.adbin, d.adrelid) AS text
  FROM pg_attrdef d JOIN pg_class r ON r.oid = d.adrelid WHERE r.relname ~ '^x\\d+$'
  UNION ALL
  SELECT a.attname, pg_get_expr(d.adbin, d.adrelid)
  FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE a.attname ~ '^x\\d+$'
  UNION ALL
  SELECT conname, pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conname ~ '^x\\d+$' AND contype = 'c'
  UNION ALL
  SELECT i.relname, coalesce(pg_get_expr(x.indpred, x.indrelid, true), pg_get_indexdef(i.oid, 1, true))
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE i.relname ~ '^x\\d+$'`;

function statementOf({ use, type, sql }: DeparseCase, index: number): string {
  const name = `x${index}`;
  switch (use) {
    case 'default':
      return `CREATE TABLE ${name} (c ${type} DEFAULT ${sql})`;
    case 'generated':
      return `ALTER TABLE t ADD COLUMN ${name} ${type} GENERATED ALWAYS AS (${sql}) STORED`;
    case 'index':
      return `CREATE INDEX ${name} ON t (${sql})`;
    case 'predicate':
      return `CREATE INDEX ${name} ON t (id) WHERE ${sql}`;
    default:
      return `ALTER TABLE t ADD CONSTRAINT ${name} CHECK (${sql})`;
  }
}

function spelledByUs(cases: readonly DeparseCase[], postgres: Major): Map<DeparseCase, string | null> {
  const statements = cases.map((one) => `${statementOf(one, DEPARSE_CASES.indexOf(one))};\n`);
  const files = [{ path: 'migrations/1_cases.sql', text: DEPARSE_SCHEMA + statements.join('') }];
  const catalog = memoryWorkspace(files, { postgres }).histories[0]?.history.latest;
  assert.ok(catalog !== undefined);
  const table = (name: string) => findTable(catalog, { schema: null, name });
  return new Map(
    cases.map((one) => {
      const name = `x${DEPARSE_CASES.indexOf(one)}`;
      const on = table(one.use === 'default' ? name : 't');
      assert.ok(on !== null, name);
      const column = on.columns.find((found) => found.name === (one.use === 'default' ? 'c' : name));
      const [expression, plain = null] = expressionOf(on, one, name);
      const options = { postgres, ...(column === undefined ? {} : { targetType: column.type }) };
      return [one, expression === null ? plain : serverText(catalog, on, expression, one.use, options)];
    }),
  );
}

/** The expression, or what stands there when it is none. */
function expressionOf(on: Table, { use }: DeparseCase, name: string): readonly [Expression | null, string?] {
  const index = on.indexes.find((found) => found.name === name);
  switch (use) {
    case 'default':
      return [on.columns[0]?.default ?? null];
    case 'generated':
      return [on.columns.find((found) => found.name === name)?.default ?? null];
    case 'index':
      return [index?.keys[0]?.expression ?? null, index?.keys[0]?.column ?? ''];
    case 'predicate':
      return [index?.where ?? null];
    default: {
      const check = on.constraints.find((found) => found.name === name);
      return [check?.kind === 'check' ? check.expression : null];
    }
  }
}
