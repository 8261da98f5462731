// Records the plans of the fixtures anew, on real servers with the rows of shop.sql: UPDATE=plans npx mocha test/advice

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RealServer } from '../../truth/support/server-process.js';

export const SHOP = readFileSync(join(import.meta.dirname, '../shop.sql'), 'utf8');

export interface Asked {
  /** Statements before the query, in its transaction, which is rolled back. */
  readonly given: string;
  readonly query: string;
  /** As the fence of the query says it: `analyze`, `estimate`, `verbose`, `generic`. */
  readonly words: readonly string[];
}

const templates = new Map<RealServer, Promise<string>>();
let copies = 0;

/** The value of EXPLAIN (FORMAT JSON). Where rows change, in a copy of the shop: what is rolled back leaves dead rows. */
export async function record(server: RealServer, asked: Asked): Promise<unknown> {
  const made = templates.get(server) ?? shopOn(server);
  templates.set(server, made);
  const template = await made;
  const changes =
    /\b(INSERT|UPDATE|DELETE)\b/.test(`${asked.given} ${asked.query}`) && !asked.words.includes('estimate');
  const database = changes || asked.words.includes('cold') ? `copy_${++copies}` : template;
  if (database !== template) await server.run('postgres', `CREATE DATABASE ${database} TEMPLATE ${template}`);
  const options = ['FORMAT JSON', 'SETTINGS', ...optionsOf(asked.words)];
  const explain = `EXPLAIN (${options.join(', ')}) ${asked.query}`;
  let plan: unknown;
  // The second of two runs is warm. The connection ends without a COMMIT.
  for (let run = 1; run <= (asked.words.includes('cold') ? 1 : 2); run++) {
    const [row] = await server.run(database, 'BEGIN', ...(asked.given === '' ? [] : [asked.given]), explain);
    plan = row?.['QUERY PLAN'];
    if (database !== template) await server.run(database, 'VACUUM');
  }
  if (database !== template) await server.run('postgres', `DROP DATABASE ${database} WITH (FORCE)`);
  return plan;
}

function optionsOf(words: readonly string[]): readonly string[] {
  return [
    ...(words.includes('analyze') ? ['ANALYZE', 'BUFFERS'] : []),
    ...(words.includes('verbose') ? ['VERBOSE'] : []),
    ...(words.includes('generic') ? ['GENERIC_PLAN'] : []),
  ];
}

async function shopOn(server: RealServer): Promise<string> {
  const database = await server.createDatabase();
  const [schema = '', rows = ''] = SHOP.split('-- rows\n');
  // VACUUM wants to be alone.
  await server.run(database, schema, rows.replace('VACUUM ANALYZE;', ''), 'VACUUM ANALYZE');
  return database;
}

/** A line for each node. */
export function compact(plan: unknown): string {
  const [statement] = plan as readonly Record<string, unknown>[];
  const { Plan: root, ...rest } = statement ?? {};
  const tail = Object.entries(rest).map(([key, value]) => `,\n"${key}": ${JSON.stringify(value)}`);
  return `[{"Plan":\n${nodeLines(root as Record<string, unknown>, '')}${tail.join('')}}]`;
}

function nodeLines(node: Record<string, unknown>, indent: string): string {
  const { Plans: children, ...own } = node;
  const text = JSON.stringify(own);
  if (!Array.isArray(children)) return `${indent}${text}`;
  const lines = children.map((child) => nodeLines(child, `${indent} `));
  return `${indent}${text.slice(0, -1)},"Plans":[\n${lines.join(',\n')}]}`;
}
