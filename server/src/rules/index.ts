// The rules, in the order in which the documentation lists them; nothing else.

import changeDefaultInUse from './data-loss/change-default-in-use.js';
import columnTypeNarrowed from './data-loss/column-type-narrowed.js';
import dropCascade from './data-loss/drop-cascade.js';
import dropColumnInUse from './data-loss/drop-column-in-use.js';
import dropColumnTakesIndexes from './data-loss/drop-column-takes-indexes.js';
import dropConstraint from './data-loss/drop-constraint.js';
import dropDatabase from './data-loss/drop-database.js';
import dropIndexInUse from './data-loss/drop-index-in-use.js';
import dropNotNull from './data-loss/drop-not-null.js';
import dropSchema from './data-loss/drop-schema.js';
import dropTableInUse from './data-loss/drop-table-in-use.js';
import renameColumnInUse from './data-loss/rename-column-in-use.js';
import renameEnumValueInUse from './data-loss/rename-enum-value-in-use.js';
import renameFunctionInUse from './data-loss/rename-function-in-use.js';
import renameSchemaInUse from './data-loss/rename-schema-in-use.js';
import renameTableInUse from './data-loss/rename-table-in-use.js';
import renameTypeInUse from './data-loss/rename-type-in-use.js';
import replicaIdentityWeak from './data-loss/replica-identity-weak.js';
import sessionReplicationRole from './data-loss/session-replication-role.js';
import setSchemaInUse from './data-loss/set-schema-in-use.js';
import tableDroppedAndMadeAgain from './data-loss/table-dropped-and-made-again.js';
import tableUnlogged from './data-loss/table-unlogged.js';
import truncateCascade from './data-loss/truncate-cascade.js';
import truncateTable from './data-loss/truncate-table.js';
import alreadyExists from './existence/already-exists.js';
import dropWithDependents from './existence/drop-with-dependents.js';
import duplicateVersion from './existence/duplicate-version.js';
import fileNotRun from './existence/file-not-run.js';
import foreignKeyWithoutUniqueTarget from './existence/foreign-key-without-unique-target.js';
import indexUnfitForConstraint from './existence/index-unfit-for-constraint.js';
import missingColumn from './existence/missing-column.js';
import missingObject from './existence/missing-object.js';
import missingTable from './existence/missing-table.js';
import psqlCommand from './existence/psql-command.js';
import addEnumValueWithoutIfNotExists from './hygiene/add-enum-value-without-if-not-exists.js';
import configuration from './hygiene/configuration.js';
import dataChangeInDdlTransaction from './hygiene/data-change-in-ddl-transaction.js';
import dataChangeInMigration from './hygiene/data-change-in-migration.js';
import deleteWithoutWhere from './hygiene/delete-without-where.js';
import downNotInverse from './hygiene/down-not-inverse.js';
import extensionUpdate from './hygiene/extension-update.js';
import extensionWithoutIfNotExists from './hygiene/extension-without-if-not-exists.js';
import identifierTooLong from './hygiene/identifier-too-long.js';
import ifNotExistsHidesDifference from './hygiene/if-not-exists-hides-difference.js';
import interpolatedSqlInExecute from './hygiene/interpolated-sql-in-execute.js';
import irreversibleChange from './hygiene/irreversible-change.js';
import maintenanceInMigration from './hygiene/maintenance-in-migration.js';
import multipleAlterTable from './hygiene/multiple-alter-table.js';
import objectWithoutSetRole from './hygiene/object-without-set-role.js';
import privilegeChange from './hygiene/privilege-change.js';
import releasedMigrationChanged from './hygiene/released-migration-changed.js';
import repoCallInChange from './hygiene/repo-call-in-change.js';
import repoCallWithoutFlush from './hygiene/repo-call-without-flush.js';
import schemaChangeWithoutTransaction from './hygiene/schema-change-without-transaction.js';
import schemaModuleInMigration from './hygiene/schema-module-in-migration.js';
import statementNotRepeatable from './hygiene/statement-not-repeatable.js';
import statisticsMissing from './hygiene/statistics-missing.js';
import suppressionWithoutReason from './hygiene/suppression-without-reason.js';
import syntaxError from './hygiene/syntax-error.js';
import tableWithoutSchema from './hygiene/table-without-schema.js';
import transactionNesting from './hygiene/transaction-nesting.js';
import unbatchedBackfill from './hygiene/unbatched-backfill.js';
import uncommittedTransaction from './hygiene/uncommitted-transaction.js';
import unknownEffect from './hygiene/unknown-effect.js';
import unreadableFile from './hygiene/unreadable-file.js';
import unusedSuppression from './hygiene/unused-suppression.js';
import updateWithoutWhere from './hygiene/update-without-where.js';
import versionBehindReleased from './hygiene/version-behind-released.js';
import addEnumValueWithoutPosition from './indexes/add-enum-value-without-position.js';
import createEnum from './indexes/create-enum.js';
import foreignKeyWithoutIndex from './indexes/foreign-key-without-index.js';
import indexDroppedBeforeReplacement from './indexes/index-dropped-before-replacement.js';
import jsonColumn from './indexes/json-column.js';
import addColumnRequiredWithoutDefault from './locks/add-column-required-without-default.js';
import addColumnRewritesTable from './locks/add-column-rewrites-table.js';
import addColumnVolatileDefault from './locks/add-column-volatile-default.js';
import attachPartitionBuildingIndex from './locks/attach-partition-building-index.js';
import attachPartitionScanningTable from './locks/attach-partition-scanning-table.js';
import checkConstraintValidatedAtOnce from './locks/check-constraint-validated-at-once.js';
import columnTypeRebuildsIndex from './locks/column-type-rebuilds-index.js';
import columnTypeRechecksConstraint from './locks/column-type-rechecks-constraint.js';
import columnTypeRewritesTable from './locks/column-type-rewrites-table.js';
import columnTypeSetAgain from './locks/column-type-set-again.js';
import concurrentIndexIfNotExists from './locks/concurrent-index-if-not-exists.js';
import concurrentIndexWithMigrationLock from './locks/concurrent-index-with-migration-lock.js';
import concurrentIndexWithStatementTimeout from './locks/concurrent-index-with-statement-timeout.js';
import concurrentlyInTransaction from './locks/concurrently-in-transaction.js';
import concurrentlyNotSupported from './locks/concurrently-not-supported.js';
import constraintEnforcementChanged from './locks/constraint-enforcement-changed.js';
import constraintNeverValidated from './locks/constraint-never-validated.js';
import createIndexBlockingWrites from './locks/create-index-blocking-writes.js';
import createRule from './locks/create-rule.js';
import detachConcurrentlyBesideDefault from './locks/detach-concurrently-beside-default.js';
import detachPartitionBlocking from './locks/detach-partition-blocking.js';
import disableTrigger from './locks/disable-trigger.js';
import domainConstraintScanningTables from './locks/domain-constraint-scanning-tables.js';
import domainWithConstraint from './locks/domain-with-constraint.js';
import dropForeignKeyLocksParent from './locks/drop-foreign-key-locks-parent.js';
import dropIndexBlocking from './locks/drop-index-blocking.js';
import dropPartitionLocksParent from './locks/drop-partition-locks-parent.js';
import dropTableLocksSeveralParents from './locks/drop-table-locks-several-parents.js';
import enumValueUsedInItsTransaction from './locks/enum-value-used-in-its-transaction.js';
import exclusionConstraintBuildingIndex from './locks/exclusion-constraint-building-index.js';
import explicitTableLock from './locks/explicit-table-lock.js';
import foreignKeyNotValidOnPartitionedTable from './locks/foreign-key-not-valid-on-partitioned-table.js';
import foreignKeyValidatedAtOnce from './locks/foreign-key-validated-at-once.js';
import foreignKeyWithNewColumn from './locks/foreign-key-with-new-column.js';
import foreignKeysToSeveralTables from './locks/foreign-keys-to-several-tables.js';
import idleTransactionWithoutTimeout from './locks/idle-transaction-without-timeout.js';
import inheritChange from './locks/inherit-change.js';
import lockTimeoutTooLong from './locks/lock-timeout-too-long.js';
import lockWithoutTimeout from './locks/lock-without-timeout.js';
import newPartitionLocksParent from './locks/new-partition-locks-parent.js';
import newPartitionScanningDefault from './locks/new-partition-scanning-default.js';
import newTableLocksParent from './locks/new-table-locks-parent.js';
import notNullCheckLeftBehind from './locks/not-null-check-left-behind.js';
import refreshBlockingReads from './locks/refresh-blocking-reads.js';
import refreshConcurrently from './locks/refresh-concurrently.js';
import reindexBlocking from './locks/reindex-blocking.js';
import rowLevelSecurityChangeLocksTable from './locks/row-level-security-change-locks-table.js';
import sessionWithoutApplicationName from './locks/session-without-application-name.js';
import setAccessMethodRewritesTable from './locks/set-access-method-rewrites-table.js';
import setExpressionRewritesTable from './locks/set-expression-rewrites-table.js';
import setLoggedRewritesTable from './locks/set-logged-rewrites-table.js';
import setNotNullScanningTable from './locks/set-not-null-scanning-table.js';
import setTablespace from './locks/set-tablespace.js';
import statementAfterAccessExclusive from './locks/statement-after-access-exclusive.js';
import statementWithoutTimeout from './locks/statement-without-timeout.js';
import storageParameterLocksTable from './locks/storage-parameter-locks-table.js';
import timeoutLost from './locks/timeout-lost.js';
import transactionWithoutTimeout from './locks/transaction-without-timeout.js';
import triggerChangeLocksTable from './locks/trigger-change-locks-table.js';
import uniqueConstraintBuildingIndex from './locks/unique-constraint-building-index.js';
import uniqueKeyOnExistingRows from './locks/unique-key-on-existing-rows.js';
import unnamedConcurrentIndex from './locks/unnamed-concurrent-index.js';
import vacuumFullOrCluster from './locks/vacuum-full-or-cluster.js';
import validatedUnderStrongLock from './locks/validated-under-strong-lock.js';
import viewReplacedOrDropped from './locks/view-replaced-or-dropped.js';
import wideLockWindow from './locks/wide-lock-window.js';
import type { Rule } from './rule.js';
import definerFunctionOpenToAll from './security/definer-function-open-to-all.js';
import definerFunctionReadsTenants from './security/definer-function-reads-tenants.js';
import extensionInPublicSchema from './security/extension-in-public-schema.js';
import foreignKeyToAuth from './security/foreign-key-to-auth.js';
import functionWithoutSearchPath from './security/function-without-search-path.js';
import interpolatedSqlInQuery from './security/interpolated-sql-in-query.js';
import passwordInMigration from './security/password-in-migration.js';
import relationOpenToApi from './security/relation-open-to-api.js';
import schemaOpenToAll from './security/schema-open-to-all.js';
import sensitiveColumnExposed from './security/sensitive-column-exposed.js';
import sensitiveFieldNotRedacted from './security/sensitive-field-not-redacted.js';
import serverFileOrProgram from './security/server-file-or-program.js';
import viewOfAuthUsers from './security/view-of-auth-users.js';
import foreignKeyWithoutTenant from './tenancy/foreign-key-without-tenant.js';
import keyLookupWithoutTenant from './tenancy/key-lookup-without-tenant.js';
import orEscapesTenant from './tenancy/or-escapes-tenant.js';
import policyAlwaysTrue from './tenancy/policy-always-true.js';
import policyCallsFunctionPerRow from './tenancy/policy-calls-function-per-row.js';
import policyColumnWithoutIndex from './tenancy/policy-column-without-index.js';
import policyReadsUserMetadata from './tenancy/policy-reads-user-metadata.js';
import policyWithoutExpression from './tenancy/policy-without-expression.js';
import policyWithoutRowLevelSecurity from './tenancy/policy-without-row-level-security.js';
import policyWithoutTenant from './tenancy/policy-without-tenant.js';
import queryWithoutTenant from './tenancy/query-without-tenant.js';
import rowLevelSecurityNotForced from './tenancy/row-level-security-not-forced.js';
import rowLevelSecurityWithoutPolicy from './tenancy/row-level-security-without-policy.js';
import settingReadWithoutDefault from './tenancy/setting-read-without-default.js';
import severalPermissivePolicies from './tenancy/several-permissive-policies.js';
import tableWithoutRowLevelSecurity from './tenancy/table-without-row-level-security.js';
import tenantColumnCast from './tenancy/tenant-column-cast.js';
import tenantColumnNullable from './tenancy/tenant-column-nullable.js';
import tenantColumnWithoutForeignKey from './tenancy/tenant-column-without-foreign-key.js';
import tenantFilterOptional from './tenancy/tenant-filter-optional.js';
import tenantFromClient from './tenancy/tenant-from-client.js';
import tenantJoinMissing from './tenancy/tenant-join-missing.js';
import tenantScopeSkipped from './tenancy/tenant-scope-skipped.js';
import uniqueKeyWithoutTenant from './tenancy/unique-key-without-tenant.js';
import upsertMovesTenant from './tenancy/upsert-moves-tenant.js';
import viewBypassesRowLevelSecurity from './tenancy/view-bypasses-row-level-security.js';
import wrapperWithoutTenant from './tenancy/wrapper-without-tenant.js';
import writeWithoutTenant from './tenancy/write-without-tenant.js';

export const RULES: readonly Rule[] = [
  createIndexBlockingWrites,
  dropIndexBlocking,
  reindexBlocking,
  vacuumFullOrCluster,
  setTablespace,
  refreshBlockingReads,
  refreshConcurrently,
  concurrentlyInTransaction,
  enumValueUsedInItsTransaction,
  concurrentlyNotSupported,
  concurrentIndexWithMigrationLock,
  concurrentIndexIfNotExists,
  schemaChangeWithoutTransaction,
  unnamedConcurrentIndex,
  foreignKeyValidatedAtOnce,
  foreignKeyWithNewColumn,
  foreignKeyNotValidOnPartitionedTable,
  foreignKeysToSeveralTables,
  newTableLocksParent,
  dropForeignKeyLocksParent,
  dropTableLocksSeveralParents,
  checkConstraintValidatedAtOnce,
  uniqueConstraintBuildingIndex,
  uniqueKeyOnExistingRows,
  exclusionConstraintBuildingIndex,
  setNotNullScanningTable,
  notNullCheckLeftBehind,
  constraintNeverValidated,
  validatedUnderStrongLock,
  constraintEnforcementChanged,
  domainConstraintScanningTables,
  domainWithConstraint,
  attachPartitionScanningTable,
  newPartitionScanningDefault,
  attachPartitionBuildingIndex,
  newPartitionLocksParent,
  detachPartitionBlocking,
  detachConcurrentlyBesideDefault,
  dropPartitionLocksParent,
  addColumnRequiredWithoutDefault,
  addColumnVolatileDefault,
  addColumnRewritesTable,
  columnTypeRewritesTable,
  columnTypeRebuildsIndex,
  columnTypeRechecksConstraint,
  columnTypeSetAgain,
  columnTypeNarrowed,
  setExpressionRewritesTable,
  setLoggedRewritesTable,
  setAccessMethodRewritesTable,
  explicitTableLock,
  disableTrigger,
  triggerChangeLocksTable,
  createRule,
  inheritChange,
  viewReplacedOrDropped,
  storageParameterLocksTable,
  rowLevelSecurityChangeLocksTable,
  lockWithoutTimeout,
  lockTimeoutTooLong,
  timeoutLost,
  concurrentIndexWithStatementTimeout,
  statementWithoutTimeout,
  idleTransactionWithoutTimeout,
  transactionWithoutTimeout,
  sessionWithoutApplicationName,
  wideLockWindow,
  statementAfterAccessExclusive,
  dataChangeInDdlTransaction,
  transactionNesting,
  uncommittedTransaction,
  unbatchedBackfill,
  updateWithoutWhere,
  deleteWithoutWhere,
  dataChangeInMigration,
  multipleAlterTable,
  renameColumnInUse,
  renameTableInUse,
  setSchemaInUse,
  renameSchemaInUse,
  renameTypeInUse,
  renameFunctionInUse,
  renameEnumValueInUse,
  changeDefaultInUse,
  dropColumnInUse,
  dropConstraint,
  dropNotNull,
  dropColumnTakesIndexes,
  dropTableInUse,
  truncateTable,
  truncateCascade,
  tableDroppedAndMadeAgain,
  dropCascade,
  dropSchema,
  dropDatabase,
  sessionReplicationRole,
  replicaIdentityWeak,
  missingTable,
  missingColumn,
  missingObject,
  alreadyExists,
  dropWithDependents,
  foreignKeyWithoutUniqueTarget,
  indexUnfitForConstraint,
  duplicateVersion,
  versionBehindReleased,
  releasedMigrationChanged,
  fileNotRun,
  psqlCommand,
  foreignKeyWithoutIndex,
  indexDroppedBeforeReplacement,
  dropIndexInUse,
  jsonColumn,
  tableUnlogged,
  createEnum,
  addEnumValueWithoutPosition,
  addEnumValueWithoutIfNotExists,
  queryWithoutTenant,
  writeWithoutTenant,
  tenantJoinMissing,
  orEscapesTenant,
  upsertMovesTenant,
  tenantScopeSkipped,
  wrapperWithoutTenant,
  tenantFromClient,
  tenantFilterOptional,
  keyLookupWithoutTenant,
  tableWithoutRowLevelSecurity,
  policyWithoutRowLevelSecurity,
  rowLevelSecurityWithoutPolicy,
  policyAlwaysTrue,
  policyWithoutExpression,
  policyWithoutTenant,
  policyCallsFunctionPerRow,
  settingReadWithoutDefault,
  policyReadsUserMetadata,
  severalPermissivePolicies,
  policyColumnWithoutIndex,
  viewBypassesRowLevelSecurity,
  rowLevelSecurityNotForced,
  functionWithoutSearchPath,
  definerFunctionOpenToAll,
  definerFunctionReadsTenants,
  uniqueKeyWithoutTenant,
  foreignKeyWithoutTenant,
  tenantColumnNullable,
  tenantColumnWithoutForeignKey,
  passwordInMigration,
  serverFileOrProgram,
  interpolatedSqlInQuery,
  tenantColumnCast,
  sensitiveFieldNotRedacted,
  schemaOpenToAll,
  extensionInPublicSchema,
  relationOpenToApi,
  viewOfAuthUsers,
  foreignKeyToAuth,
  sensitiveColumnExposed,
  irreversibleChange,
  downNotInverse,
  repoCallInChange,
  repoCallWithoutFlush,
  schemaModuleInMigration,
  interpolatedSqlInExecute,
  identifierTooLong,
  statisticsMissing,
  maintenanceInMigration,
  syntaxError,
  unknownEffect,
  statementNotRepeatable,
  ifNotExistsHidesDifference,
  tableWithoutSchema,
  objectWithoutSetRole,
  privilegeChange,
  extensionUpdate,
  extensionWithoutIfNotExists,
  unusedSuppression,
  suppressionWithoutReason,
  configuration,
  unreadableFile,
];
