// What concurrent-index-with-migration-lock says: who waits for the transaction in which Ecto's migrator holds its lock.
// The migrator has read schema_migrations by the extended protocol, and its open portal keeps a snapshot: that is what is waited for.

import assert from 'node:assert/strict';
import { Client } from 'pg';
import { useRealServer } from './support/real-server.js';

const WAITING = [
  'create index concurrently users_email on users (email)',
  'reindex index concurrently users_id',
  'reindex table concurrently users',
];
const NOT_WAITING = [
  'drop index concurrently users_id',
  'refresh materialized view concurrently totals',
  'vacuum users',
];

describe('truth: the lock of the migrator', () => {
  const server = useRealServer();
  let migrator: Client;
  let worker: Client;

  beforeEach(async () => {
    const database = await server().createDatabase();
    await server().run(
      database,
      'create table schema_migrations (version bigint primary key)',
      'insert into schema_migrations values (1)',
      'create table users (id bigint, email text)',
      'create index users_id on users (id)',
      'create materialized view totals as select count(*) as users from users',
      'create unique index totals_users on totals (users)',
    );
    migrator = new Client({ connectionString: server().url(database) });
    worker = new Client({ connectionString: server().url(database) });
    await migrator.connect();
    await worker.connect();
    await migrator.query('begin');
    await migrator.query('lock table schema_migrations in share update exclusive mode');
    await migrator.query({ name: 'versions', text: 'select version from schema_migrations' });
    await worker.query("set lock_timeout = '200ms'");
  });

  afterEach(async () => {
    await migrator.end();
    await worker.end();
  });

  for (const sql of WAITING) {
    it(`stops ${sql}`, async () => {
      await assert.rejects(worker.query(sql), { code: '55P03' });
    });
  }

  for (const sql of NOT_WAITING) {
    it(`does not stop ${sql}`, async () => {
      await worker.query(sql);
    });
  }
});
