// The families of facts that are compared.

import { comments, owners, publications, rights, statistics } from './attachments.js';
import { constraints } from './constraints.js';
import type { FactFamily } from './fact.js';
import { indexes } from './indexes.js';
import { schemas } from './schemas.js';
import { policies, rowLevelSecurity } from './security.js';
import { sequences } from './sequences.js';
import { columns, tables } from './tables.js';
import { domains, enums } from './types.js';

export const FACT_FAMILIES: readonly FactFamily[] = [
  schemas,
  enums,
  domains,
  sequences,
  tables,
  columns,
  constraints,
  indexes,
  rowLevelSecurity,
  policies,
  comments,
  owners,
  rights,
  statistics,
  publications,
];
