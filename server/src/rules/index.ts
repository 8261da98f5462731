// The rules, in the order in which the documentation lists them; nothing else.

import dropColumnInUse from './data-loss/drop-column-in-use.js';
import dropTableInUse from './data-loss/drop-table-in-use.js';
import renameColumnInUse from './data-loss/rename-column-in-use.js';
import renameTableInUse from './data-loss/rename-table-in-use.js';
import alreadyExists from './existence/already-exists.js';
import dropWithDependents from './existence/drop-with-dependents.js';
import duplicateVersion from './existence/duplicate-version.js';
import fileNotRun from './existence/file-not-run.js';
import foreignKeyWithoutUniqueTarget from './existence/foreign-key-without-unique-target.js';
import missingColumn from './existence/missing-column.js';
import missingObject from './existence/missing-object.js';
import missingTable from './existence/missing-table.js';
import configuration from './hygiene/configuration.js';
import syntaxError from './hygiene/syntax-error.js';
import unknownEffect from './hygiene/unknown-effect.js';
import unreadableFile from './hygiene/unreadable-file.js';
import unusedSuppression from './hygiene/unused-suppression.js';
import foreignKeyWithoutIndex from './indexes/foreign-key-without-index.js';
import addColumnRequiredWithoutDefault from './locks/add-column-required-without-default.js';
import addColumnRewritesTable from './locks/add-column-rewrites-table.js';
import addColumnVolatileDefault from './locks/add-column-volatile-default.js';
import checkConstraintValidatedAtOnce from './locks/check-constraint-validated-at-once.js';
import columnTypeRewritesTable from './locks/column-type-rewrites-table.js';
import concurrentIndexWithMigrationLock from './locks/concurrent-index-with-migration-lock.js';
import concurrentlyInTransaction from './locks/concurrently-in-transaction.js';
import createIndexBlockingWrites from './locks/create-index-blocking-writes.js';
import dropIndexBlocking from './locks/drop-index-blocking.js';
import exclusionConstraintBuildingIndex from './locks/exclusion-constraint-building-index.js';
import foreignKeyValidatedAtOnce from './locks/foreign-key-validated-at-once.js';
import setNotNullScanningTable from './locks/set-not-null-scanning-table.js';
import uniqueConstraintBuildingIndex from './locks/unique-constraint-building-index.js';
import type { Rule } from './rule.js';
import queryWithoutTenant from './tenancy/query-without-tenant.js';
import tableWithoutRowLevelSecurity from './tenancy/table-without-row-level-security.js';
import writeWithoutTenant from './tenancy/write-without-tenant.js';

export const RULES: readonly Rule[] = [
  createIndexBlockingWrites,
  dropIndexBlocking,
  concurrentlyInTransaction,
  concurrentIndexWithMigrationLock,
  foreignKeyValidatedAtOnce,
  checkConstraintValidatedAtOnce,
  uniqueConstraintBuildingIndex,
  exclusionConstraintBuildingIndex,
  setNotNullScanningTable,
  addColumnRequiredWithoutDefault,
  addColumnVolatileDefault,
  addColumnRewritesTable,
  columnTypeRewritesTable,
  renameColumnInUse,
  renameTableInUse,
  dropColumnInUse,
  dropTableInUse,
  missingTable,
  missingColumn,
  missingObject,
  alreadyExists,
  dropWithDependents,
  foreignKeyWithoutUniqueTarget,
  duplicateVersion,
  fileNotRun,
  foreignKeyWithoutIndex,
  queryWithoutTenant,
  writeWithoutTenant,
  tableWithoutRowLevelSecurity,
  syntaxError,
  unknownEffect,
  unusedSuppression,
  configuration,
  unreadableFile,
];
