// Where what we say about the locks of a statement is from: a section of the manual, and the function of PostgreSQL that takes
// them. The tests in test/truth compare all of it with servers.

import type { Operation, OperationKind } from '../catalog/operation.js';

export interface LockSource {
  readonly manual: string;
  /** Below src/backend, with the function: `commands/tablecmds.c: ATExecSetNotNull`. */
  readonly code: string;
}

const MANUAL = 'https://www.postgresql.org/docs/current/';
const ALTER_TABLE = 'sql-altertable.html#SQL-ALTERTABLE-NOTES';
const TABLE = 'commands/tablecmds.c';

type Entry = readonly [page: string, code: string];

const BY_KIND: Readonly<Record<OperationKind, Entry>> = {
  'create-table': ['sql-createtable.html', `${TABLE}: DefineRelation`],
  'drop-table': ['sql-droptable.html', `${TABLE}: RemoveRelations`],
  'rename-table': [ALTER_TABLE, `${TABLE}: RenameRelation`],
  'set-schema': [ALTER_TABLE, `${TABLE}: AlterTableNamespace`],
  'add-column': [ALTER_TABLE, `${TABLE}: ATExecAddColumn`],
  'drop-column': [ALTER_TABLE, `${TABLE}: ATExecDropColumn`],
  'rename-column': [ALTER_TABLE, `${TABLE}: renameatt_internal`],
  'alter-column-type': [ALTER_TABLE, `${TABLE}: ATColumnChangeRequiresRewrite`],
  'set-default': [ALTER_TABLE, `${TABLE}: ATExecColumnDefault`],
  'drop-default': [ALTER_TABLE, `${TABLE}: ATExecColumnDefault`],
  'set-not-null': [
    'sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL',
    `${TABLE}: NotNullImpliedByRelConstraints`,
  ],
  'drop-not-null': [ALTER_TABLE, `${TABLE}: ATExecDropNotNull`],
  'add-constraint': [
    'sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT',
    `${TABLE}: ATExecAddConstraint`,
  ],
  'validate-constraint': [ALTER_TABLE, `${TABLE}: ATExecValidateConstraint`],
  'drop-constraint': [ALTER_TABLE, `${TABLE}: dropconstraint_internal`],
  'rename-constraint': [ALTER_TABLE, `${TABLE}: rename_constraint_internal`],
  'alter-constraint': [ALTER_TABLE, `${TABLE}: ATExecAlterConstraint`],
  'create-index': ['sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY', 'commands/indexcmds.c: DefineIndex'],
  'drop-index': ['sql-dropindex.html', 'catalog/index.c: index_drop'],
  'rename-index': ['sql-alterindex.html', `${TABLE}: RenameRelation`],
  'alter-index': ['sql-alterindex.html', `${TABLE}: AlterTableGetLockLevel`],
  'create-enum': ['sql-createtype.html', 'commands/typecmds.c: DefineEnum'],
  'add-enum-value': ['sql-altertype.html', 'catalog/pg_enum.c: AddEnumLabel'],
  'rename-enum-value': ['sql-altertype.html', 'catalog/pg_enum.c: RenameEnumLabel'],
  'create-type': ['sql-createtype.html', 'commands/typecmds.c: DefineType'],
  'drop-type': ['sql-droptype.html', 'catalog/dependency.c: performMultipleDeletions'],
  'rename-type': ['sql-altertype.html', 'commands/typecmds.c: RenameType'],
  'set-type-schema': ['sql-altertype.html', 'commands/typecmds.c: AlterTypeNamespace'],
  'alter-domain': ['sql-alterdomain.html', 'commands/typecmds.c: validateDomainCheckConstraint'],
  'alter-type': ['sql-altertype.html', `${TABLE}: ATTypedTableRecursion`],
  'set-row-level-security': [ALTER_TABLE, `${TABLE}: ATExecSetRowSecurity`],
  'create-policy': ['sql-createpolicy.html', 'commands/policy.c: CreatePolicy'],
  'alter-policy': ['sql-alterpolicy.html', 'commands/policy.c: AlterPolicy'],
  'drop-policy': ['sql-droppolicy.html', 'commands/policy.c: RemovePolicyById'],
  'create-view': ['sql-createview.html', 'commands/view.c: DefineVirtualRelation'],
  'alter-view': ['sql-alterview.html', `${TABLE}: AlterTableGetLockLevel`],
  'drop-view': ['sql-dropview.html', `${TABLE}: RemoveRelations`],
  'create-schema': ['sql-createschema.html', 'commands/schemacmds.c: CreateSchemaCommand'],
  'rename-schema': ['sql-alterschema.html', 'commands/schemacmds.c: RenameSchema'],
  'drop-schema': ['sql-dropschema.html', 'catalog/dependency.c: performMultipleDeletions'],
  'create-sequence': ['sql-createsequence.html', 'commands/sequence.c: DefineSequence'],
  'alter-sequence': ['sql-altersequence.html', 'commands/sequence.c: AlterSequence'],
  'drop-sequence': ['sql-dropsequence.html', `${TABLE}: RemoveRelations`],
  'create-extension': ['sql-createextension.html', 'commands/extension.c: CreateExtension'],
  'drop-extension': ['sql-dropextension.html', 'catalog/dependency.c: performMultipleDeletions'],
  'create-function': ['sql-createfunction.html', 'commands/functioncmds.c: CreateFunction'],
  'alter-function': ['sql-alterfunction.html', 'commands/functioncmds.c: AlterFunction'],
  'drop-function': ['sql-dropfunction.html', 'catalog/dependency.c: performMultipleDeletions'],
  'change-event-trigger': ['sql-createeventtrigger.html', 'commands/event_trigger.c: CreateEventTrigger'],
  'change-rule': ['sql-createrule.html', 'rewrite/rewriteDefine.c: DefineQueryRewrite'],
  'create-trigger': ['sql-createtrigger.html', 'commands/trigger.c: CreateTriggerFiringOn'],
  'rename-trigger': ['sql-altertrigger.html', 'commands/trigger.c: renametrig'],
  'drop-trigger': ['sql-droptrigger.html', 'commands/trigger.c: RemoveTriggerById'],
  'attach-partition': [
    'ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE',
    `${TABLE}: ATExecAttachPartition`,
  ],
  'detach-partition': [
    'sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION',
    `${TABLE}: ATExecDetachPartition`,
  ],
  'alter-table-other': [ALTER_TABLE, `${TABLE}: AlterTableGetLockLevel`],
  'write-rows': ['explicit-locking.html#LOCKING-TABLES', 'parser/parse_clause.c: setTargetTable'],
  prepare: ['sql-prepare.html', 'commands/prepare.c: PrepareQuery'],
  'set-parameter': ['sql-set.html', 'utils/misc/guc_funcs.c: ExecSetVariableStmt'],
  transaction: ['sql-commit.html', 'access/transam/xact.c: CommitTransaction'],
  maintenance: ['explicit-locking.html#LOCKING-TABLES', 'tcop/utility.c: standard_ProcessUtility'],
  comment: ['sql-comment.html', 'commands/comment.c: CommentObject'],
  unknown: ['explicit-locking.html#LOCKING-TABLES', 'tcop/utility.c: standard_ProcessUtility'],
  other: ['explicit-locking.html#LOCKING-TABLES', 'tcop/utility.c: ProcessUtilitySlow'],
};

/** What of a kind has a place of its own. */
const BY_ACTION: Readonly<Record<string, Entry>> = {
  truncate: ['sql-truncate.html', `${TABLE}: ExecuteTruncateGuts`],
  vacuum: ['sql-vacuum.html', 'commands/vacuum.c: vacuum_rel'],
  'vacuum-full': ['sql-vacuum.html', 'commands/cluster.c: finish_heap_swap'],
  analyze: ['sql-analyze.html', 'commands/analyze.c: analyze_rel'],
  reindex: ['sql-reindex.html', 'commands/indexcmds.c: ReindexIndex'],
  cluster: ['sql-cluster.html', 'commands/cluster.c: finish_heap_swap'],
  refresh: ['sql-refreshmaterializedview.html', 'commands/matview.c: ExecRefreshMatView'],
  'lock-table': ['sql-lock.html', 'commands/lockcmds.c: LockTableCommand'],
  SetLogged: [ALTER_TABLE, `${TABLE}: ATRewriteTables`],
  SetUnLogged: [ALTER_TABLE, `${TABLE}: ATRewriteTables`],
  SetAccessMethod: [ALTER_TABLE, `${TABLE}: ATRewriteTables`],
  SetTableSpace: [ALTER_TABLE, `${TABLE}: ATExecSetTableSpace`],
  SetExpression: [ALTER_TABLE, `${TABLE}: ATExecSetExpression`],
  SetRelOptions: [
    'sql-createtable.html#SQL-CREATETABLE-STORAGE-PARAMETERS',
    'access/common/reloptions.c: AlterTableGetRelOptionsLockLevel',
  ],
  ResetRelOptions: [
    'sql-createtable.html#SQL-CREATETABLE-STORAGE-PARAMETERS',
    'access/common/reloptions.c: AlterTableGetRelOptionsLockLevel',
  ],
  CreateStats: ['sql-createstatistics.html', 'commands/statscmds.c: CreateStatistics'],
  CreatePublication: ['sql-createpublication.html', 'commands/publicationcmds.c: OpenTableList'],
  AlterPublication: ['sql-alterpublication.html', 'commands/publicationcmds.c: OpenTableList'],
};

export function sourceOf(operation: Operation): LockSource {
  const [page, code] = BY_ACTION[actionOf(operation)] ?? BY_KIND[operation.kind];
  return { manual: `${MANUAL}${page}`, code };
}

function actionOf(operation: Operation): string {
  switch (operation.kind) {
    case 'write-rows':
      return operation.verb;
    case 'maintenance':
    case 'alter-table-other':
      return operation.action;
    case 'other':
      return operation.statement;
    default:
      return '';
  }
}
