// What a real server holds, as lines that can be compared whatever the order of columns.

import { Client } from 'pg';
import { printCatalog } from '../../../server/src/catalog/print/sql.js';
import { introspectIn } from '../../../server/src/database/introspect.js';
import { sessionOf } from '../../../server/src/database/postgres-connection.js';
import type { RealServer } from './server-process.js';

/** @param statements run first, and rolled back afterwards */
export async function schemaOn(
  server: RealServer,
  database: string,
  statements: readonly string[] = [],
): Promise<readonly string[]> {
  const client = new Client({ connectionString: server.url(database) });
  await client.connect();
  try {
    await client.query('BEGIN');
    for (const statement of statements) await client.query(statement);
    const read = await introspectIn(sessionOf(client), database);
    if (read.kind !== 'introspected') throw new Error(JSON.stringify(read));
    const lines = printCatalog(read.catalog).split('\n');
    return lines.map((line) => line.trim().replace(/,$/, '')).sort();
  } finally {
    // It ends the transaction, too.
    await client.end();
  }
}
