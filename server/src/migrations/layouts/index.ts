// The layouts that are recognised. The first one that knows a file has it, so the particular come before the general: `hasura`
// before `diesel`, all before `plain`. Sqitch and Liquibase know no file by itself: lists.ts finds theirs.

import { atlas } from './atlas.js';
import { dbmate } from './dbmate.js';
import { diesel } from './diesel.js';
import { drizzle } from './drizzle.js';
import { ecto } from './ecto.js';
import { flyway } from './flyway.js';
import { goose } from './goose.js';
import { hasura } from './hasura.js';
import type { Layout, LayoutId } from './layout.js';
import { liquibase } from './liquibase.js';
import { nodePgMigrate } from './node-pg-migrate.js';
import { plain } from './plain.js';
import { prisma } from './prisma.js';
import { rails } from './rails.js';
import { sqitch } from './sqitch.js';
import { sqlMigrate } from './sql-migrate.js';
import { supabase } from './supabase.js';
import { upDown } from './up-down.js';

/** In the order in which they are tried. */
const BY_ID: Readonly<Record<LayoutId, Layout>> = {
  ecto,
  supabase,
  drizzle,
  prisma,
  hasura,
  diesel,
  flyway,
  goose,
  dbmate,
  'sql-migrate': sqlMigrate,
  'node-pg-migrate': nodePgMigrate,
  rails,
  sqitch,
  liquibase,
  'up-down': upDown,
  plain,
  atlas,
};

export const LAYOUTS: readonly Layout[] = Object.values(BY_ID);

/** Those that are tried on a file by itself. Atlas is not: it would take any numbered script, and atlas.sum tells (evidence.ts). */
export const BY_NAME: readonly Layout[] = LAYOUTS.filter(({ id }) => id !== 'atlas');

export function layoutNamed(id: LayoutId): Layout {
  return BY_ID[id];
}
