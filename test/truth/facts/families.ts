// The families of facts that are compared.

import { comments, owners, publications, rights, statistics } from './attachments.js';
import { constraints } from './constraints.js';
import { expressions } from './expressions.js';
import type { FactFamily } from './fact.js';
import { indexes } from './indexes.js';
import { routines } from './routines.js';
import { schemas } from './schemas.js';
import { policies, rowLevelSecurity } from './security.js';
import { sequences } from './sequences.js';
import { columns, tables } from './tables.js';
import { eventTriggers, rules, triggers } from './triggers.js';
import { arrays, composites, domains, enums, ranges } from './types.js';
import { viewColumns, views } from './views.js';

export const FACT_FAMILIES: readonly FactFamily[] = [
  schemas,
  enums,
  domains,
  composites,
  ranges,
  arrays,
  sequences,
  tables,
  columns,
  constraints,
  indexes,
  expressions,
  rowLevelSecurity,
  policies,
  views,
  viewColumns,
  routines,
  triggers,
  eventTriggers,
  rules,
  comments,
  owners,
  rights,
  statistics,
  publications,
];
