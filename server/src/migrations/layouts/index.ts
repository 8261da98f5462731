// The layouts that are recognised, the particular before the general.

import { dbmate } from './dbmate.js';
import { diesel } from './diesel.js';
import { ecto } from './ecto.js';
import { flyway } from './flyway.js';
import { goose } from './goose.js';
import type { Layout, LayoutId } from './layout.js';
import { plain } from './plain.js';
import { prisma } from './prisma.js';
import { supabase } from './supabase.js';
import { upDown } from './up-down.js';

/** In the order in which they are tried. */
const BY_ID: Readonly<Record<LayoutId, Layout>> = {
  ecto,
  supabase,
  prisma,
  diesel,
  flyway,
  goose,
  dbmate,
  'up-down': upDown,
  plain,
};

export const LAYOUTS: readonly Layout[] = Object.values(BY_ID);

export function layoutNamed(id: LayoutId): Layout {
  return BY_ID[id];
}
