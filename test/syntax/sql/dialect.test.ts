// SQL that is not PostgreSQL's.

import assert from 'node:assert/strict';
import { isNamedForOtherDatabase, speaksOtherDialect } from '../../../server/src/syntax/sql/dialect.js';
import { sqlParser } from '../../support/parsers.js';

describe('files of other databases', () => {
  for (const path of [
    'migrations/20240101_users.mysql.up.sql',
    'migrations/20240101_users.sqlite3.down.sql',
    'migrations/20240101_users.cockroach.autocommit.up.sql',
    'db/sqlite/001_users.sql',
    'driver/riversqlite/migration/001_users.up.sql',
    'db/mysql/migrations/001_users.sql',
    'priv/clickhouse_repo/tables.sql',
    'migrations-sqlite/001_users.sql',
    'sql/schema_mysql.sql',
    'mysql.sql',
  ]) {
    it(`${path} is one`, () => assert.equal(isNamedForOtherDatabase(path), true));
  }

  for (const path of [
    'migrations/20240101_leave_mysql.sql',
    'migrations/20240101_leave_sqlite/up.sql',
    'migrations/20240101_import_from_oracle.up.sql',
    'migrations/20240101_add_oracle_id_to_users.sql',
    'migrations/postgres/001_users.sql',
    'db/oracles/001.sql',
  ]) {
    it(`${path} is none`, () => assert.equal(isNamedForOtherDatabase(path), false));
  }

  for (const sql of [
    'create table `users` (id int)',
    'create table users (id integer primary key autoincrement)',
    'create table users (id int auto_increment primary key) engine=InnoDB',
    'PRAGMA foreign_keys = on',
    "create table users (at text default (datetime('now')), name text) without rowid",
    'create trigger t after update on users for each row when new.id <> old.id begin delete from users; end',
    'insert into users (id) values (1) on duplicate key update id = 2',
    'create table users (id int identity(1, 1), name nvarchar(max))',
    'create table events (id UInt64) engine = MergeTree() order by (id)',
  ]) {
    it(sql, () => assert.equal(speaksOtherDialect(sqlParser.statement(sql)), true));
  }

  for (const sql of [
    'create table users (id int',
    'create table users (id int) -- was `users`, AUTO_INCREMENT, ENGINE=InnoDB',
    "select '`users`' frm t",
    "comment on table t is 'engine = InnoDB'",
    'create table t (autoincrement int)',
    'create trigger t before update on users for each row execute function f()',
  ]) {
    it(sql, () => assert.equal(speaksOtherDialect(sqlParser.statement(sql)), false));
  }
});
