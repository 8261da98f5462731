// The histories of test/catalog/*.md, and a database in which one after the other is tried and undone.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Catalog } from '../../../server/src/catalog/catalog.js';
import { heldBy } from '../../../server/src/migrations/held.js';
import { migrationFiles } from '../../support/catalog-fixtures.js';
import { type Fixture, readFixtures } from '../../support/markdown.js';
import { memoryWorkspace } from '../../support/workspace.js';
import { factsOfServer } from '../facts/compare.js';
import type { Fact } from '../facts/fact.js';
import type { RealServer } from './real-server.js';

const folder = join(import.meta.dirname, '../../catalog');

export interface CatalogHistory {
  readonly title: string;
  /** They are not of a database, so no schema holds them. */
  readonly roles: readonly string[];
  catalog(): Catalog;
}

export const HISTORIES: readonly CatalogHistory[] = readdirSync(folder)
  .filter((name) => name.endsWith('.md'))
  .flatMap((file) =>
    readFixtures(readFileSync(join(folder, file), 'utf8'))
      // What has no beginning cannot run on an empty server.
      .filter(({ name }) => !name.some((heading) => heading.includes('without its beginning')))
      .map((fixture) => ({
        title: [file.replace(/\.md$/, ''), ...fixture.name].join(' › '),
        roles: rolesIn(fixture),
        catalog: () => catalogOf(fixture),
      })),
  );

function rolesIn({ fences }: Fixture): readonly string[] {
  const made = fences.flatMap(({ text }) => [...text.matchAll(/create role ("[^"]+"|\w+)/gi)]);
  return [...new Set(made.map(([, name = '']) => name))];
}

function catalogOf({ fences }: Fixture): Catalog {
  return replayed(migrationFiles(fences));
}

/** What PostgreSQL 18 would hold after the migrations. */
export function replayed(files: readonly { readonly path: string; readonly text: string }[]): Catalog {
  const history = memoryWorkspace(files, { postgres: 18 }).histories[0]?.history;
  assert.ok(history !== undefined);
  return heldBy(history).catalog;
}

export interface Laboratory {
  /** Does the work in a transaction of a database that is empty but for what the SQL makes, and undoes it. */
  after<T>(sql: string, roles: readonly string[], work: (inside: Inside) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface Inside {
  readonly client: Client;
  facts(): Promise<readonly Fact[]>;
}

export async function openLaboratory(server: RealServer): Promise<Laboratory> {
  const client = new Client({ connectionString: server.url(await server.createDatabase()) });
  await client.connect();
  const run: RealServer['run'] = async (_database, ...statements) => {
    let rows: Readonly<Record<string, unknown>>[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows ?? [];
    return rows;
  };
  return {
    async after(sql, roles, work) {
      await client.query('BEGIN');
      try {
        for (const role of roles) await makeRole(client, role);
        await client.query(sql);
        return await work({ client, facts: () => factsOfServer({ ...server, run }, '') });
      } finally {
        await client.query('ROLLBACK');
      }
    },
    close: () => client.end(),
  };
}

async function makeRole(client: Client, role: string): Promise<void> {
  await client.query(`DO $$ BEGIN CREATE ROLE ${role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$`);
}
