// Statements whose locks, rewrites, scans and index builds we claim to know, by subject.

import { COLUMN_TYPES } from './lock-claims/column-types.js';
import { COLUMNS } from './lock-claims/columns.js';
import { CONSTRAINTS } from './lock-claims/constraints.js';
import { DEPENDENTS } from './lock-claims/dependents.js';
import { INDEXES } from './lock-claims/indexes.js';
import { INHERITANCE } from './lock-claims/inheritance.js';
import { OTHERS } from './lock-claims/others.js';
import { MORE_PARTITIONS, PARTITIONS, PARTITIONS_BELOW } from './lock-claims/partitions.js';
import { TABLE_FORMS } from './lock-claims/table-forms.js';
import { TABLES } from './lock-claims/tables.js';

export { type Claims, statementsFor } from './lock-claims/claims.js';

export const CLAIMS = [
  TABLES,
  COLUMNS,
  COLUMN_TYPES,
  CONSTRAINTS,
  INDEXES,
  PARTITIONS,
  MORE_PARTITIONS,
  PARTITIONS_BELOW,
  INHERITANCE,
  DEPENDENTS,
  TABLE_FORMS,
  OTHERS,
];
