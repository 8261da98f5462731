// ALTER TABLE: one operation for each of its actions.

import type { StorageParameters } from '../../catalog/catalog.js';
import type { Name } from '../../catalog/names.js';
import type {
  AlterConstraint,
  ConstraintDefinition,
  IdentitySequence,
  Operation,
} from '../../catalog/operation.js';
import { formatType } from '../../catalog/types.js';
import { type AlterAction, alterAction, alterActions, clauseAt } from '../../syntax/sql/clauses.js';
import {
  type AlterTableCmd,
  type AlterTableStmt,
  type ATAlterConstraint,
  allOf,
  asNode,
  columnParts,
  type Node,
  stringOf,
  stringsOf,
  type TypeName,
} from '../../syntax/sql/nodes.js';
import {
  findWords,
  firstGroup,
  firstLineOf,
  identifierAt,
  type Range,
  spanOf,
  type TokenText,
  wordAt,
} from '../../syntax/sql/segments.js';
import type { Span } from '../../text/span.js';
import { roleName } from './attachments.js';
import { columnFrom, identitySequence, itemsOf } from './columns.js';
import { constraintFrom } from './constraints.js';
import { boundIn, limitsFrom } from './create.js';
import { alterView } from './create-view.js';
import { alterIndexOperations } from './indexes.js';
import { alterOther } from './other.js';
import { parametersFrom } from './parameters.js';
import { cascadeAt, expressionIn, local, relationAt, typeFrom } from './reading.js';
import { alterComposite } from './types.js';

export function alterTableOperations(of: TokenText, statement: AlterTableStmt): readonly Operation[] {
  const kind = statement.objtype;
  if (kind === 'OBJECT_INDEX') return alterIndexOperations(of, statement);
  if (kind === 'OBJECT_VIEW' || kind === 'OBJECT_MATVIEW') return alterView(of, statement);
  if (kind === 'OBJECT_TYPE') return alterComposite(of, statement);
  if (kind !== 'OBJECT_TABLE' && kind !== 'OBJECT_FOREIGN_TABLE') {
    return [alterOther(of, kind, statement.relation, allOf(statement.cmds, 'AlterTableCmd'))];
  }
  const table = relationAt(of, statement.relation);
  const only = statement.relation?.inh !== true;
  const ranges = alterActions(of);
  const commands = allOf(statement.cmds, 'AlterTableCmd');
  const operations = commands.flatMap((command, index) => {
    const range = ranges[index] ?? all(of);
    return actionOperation({ of, table, only, command, range, action: alterAction(of, range) });
  });
  return inPasses(markSiblings(operations));
}

/** The server does not keep to the order that is written: it drops before all else, say. */
function inPasses(operations: readonly Operation[]): readonly Operation[] {
  return operations.length < 2 ? operations : [...operations].sort((a, b) => passOf(a) - passOf(b));
}

/** The passes of AlterTablePass in tablecmds.c. */
function passOf(operation: Operation): number {
  switch (operation.kind) {
    case 'drop-column':
    case 'drop-constraint':
    case 'drop-not-null':
    case 'drop-default':
      return 0;
    case 'alter-column-type':
      return 1;
    case 'add-column':
      return 2;
    case 'set-not-null':
      return 4;
    case 'add-constraint':
      return passOfConstraint(operation.constraint.kind);
    case 'set-default':
      return 6;
    case 'alter-table-other':
      return PASSES[operation.action] ?? 7;
    default:
      return 7;
  }
}

function passOfConstraint(kind: ConstraintDefinition['kind']): number {
  switch (kind) {
    case 'not-null':
      return 4;
    case 'primary-key':
    case 'unique':
    case 'exclusion':
      return 5;
    default:
      return 6;
  }
}

const PASSES: Readonly<Record<string, number>> = {
  DropExpression: 0,
  DropIdentity: 0,
  SetExpression: 3,
  AddIdentity: 6,
};

/** What one action of the statement means for another. */
function markSiblings(operations: readonly Operation[]): readonly Operation[] {
  const added = new Set(
    operations.flatMap((operation) => (operation.kind === 'add-column' ? [operation.column.name.name] : [])),
  );
  const retyped = new Set(
    operations.flatMap((operation) =>
      operation.kind === 'alter-column-type' ? [operation.column.name] : [],
    ),
  );
  const referring = new Set(
    operations.flatMap((operation) =>
      operation.kind === 'add-constraint' && operation.constraint.kind === 'foreign-key'
        ? operation.constraint.columns
        : [],
    ),
  );
  return operations.map((operation) => {
    if (operation.kind === 'set-not-null' && retyped.has(operation.column.name)) {
      return { ...operation, withType: true };
    }
    if (operation.kind === 'alter-column-type' && referring.has(operation.column.name)) {
      return { ...operation, withForeignKey: true };
    }
    if (operation.kind !== 'add-constraint') return operation;
    const { constraint } = operation;
    const onNewColumn =
      constraint.kind === 'foreign-key' && constraint.columns.every((column) => added.has(column));
    return { ...operation, onNewColumn, amongOthers: operations.length > 1 };
  });
}

interface Command {
  readonly of: TokenText;
  readonly table: Name;
  /** `ALTER TABLE ONLY`. */
  readonly only: boolean;
  readonly command: AlterTableCmd;
  readonly range: Range;
  readonly action: AlterAction;
}

function actionOperation({ of, table, only, command, range, action }: Command): readonly Operation[] {
  const span = spanOf(of, range);
  const located = { span, keyword: action.keyword, table, only };
  const column = local(action.name, command.name ?? '', span);
  // `ALTER COLUMN x` is followed by what is done to it, and that is what a finding is about.
  const doing = { ...located, keyword: firstWords(of, action.rest, span), column };
  const ifExists = command.missing_ok ?? false;
  const cascade = command.behavior === 'DROP_CASCADE';

  switch (command.subtype) {
    case 'AT_AddColumn': {
      const definition = asNode(command.def, 'ColumnDef');
      if (definition === null) return [];
      const from = action.name === null ? range.from : action.rest.from - 1;
      const made = columnFrom(of, definition, { from, to: range.to });
      return [{ ...located, kind: 'add-column', column: made, ifNotExists: ifExists }];
    }
    case 'AT_DropColumn':
      return [
        { ...located, kind: 'drop-column', column, ifExists, cascade, ...cascadeAt(of, cascade, range) },
      ];
    case 'AT_AlterColumnType':
      return alterType(of, command, action.rest, doing);
    case 'AT_ColumnDefault': {
      const value = command.def;
      if (value === undefined) return [{ ...doing, kind: 'drop-default' }];
      const from = Math.max(findWords(of, action.rest, 'default') + 1, action.rest.from);
      return [{ ...doing, kind: 'set-default', value: expressionIn(of, value, { from, to: range.to }) }];
    }
    case 'AT_SetNotNull':
      return [{ ...doing, kind: 'set-not-null', withType: false }];
    case 'AT_DropNotNull':
      return [{ ...doing, kind: 'drop-not-null' }];
    case 'AT_AddConstraint': {
      const constraint = asNode(command.def, 'Constraint');
      const made =
        constraint === null ? null : constraintFrom(of, constraint, clauseAt(of, action.rest), null);
      return made === null
        ? []
        : [
            {
              ...located,
              kind: 'add-constraint',
              constraint: made,
              onNewColumn: false,
              amongOthers: false,
            },
          ];
    }
    case 'AT_ValidateConstraint':
      return [{ ...located, kind: 'validate-constraint', constraint: column }];
    case 'AT_DropConstraint':
      return [
        {
          ...located,
          kind: 'drop-constraint',
          constraint: column,
          ifExists,
          cascade,
          ...cascadeAt(of, cascade, range),
        },
      ];
    case 'AT_EnableRowSecurity':
      return [{ ...located, kind: 'set-row-level-security', enabled: true, forced: null }];
    case 'AT_DisableRowSecurity':
      return [{ ...located, kind: 'set-row-level-security', enabled: false, forced: null }];
    case 'AT_ForceRowSecurity':
      return [{ ...located, kind: 'set-row-level-security', enabled: null, forced: true }];
    case 'AT_NoForceRowSecurity':
      return [{ ...located, kind: 'set-row-level-security', enabled: null, forced: false }];
    case 'AT_AttachPartition':
    case 'AT_DetachPartition': {
      const clause = asNode(command.def, 'PartitionCmd');
      const partition = relationAt(of, clause?.name);
      if (command.subtype === 'AT_AttachPartition') {
        const isDefault = clause?.bound?.is_default ?? false;
        return [
          {
            ...located,
            kind: 'attach-partition',
            partition,
            isDefault,
            bound: boundIn(of, action.rest),
            limits: limitsFrom(clause?.bound),
          },
        ];
      }
      const at = findWords(of, range, 'concurrently');
      const concurrently = at < 0 ? null : spanOf(of, { from: at, to: at + 1 });
      return [{ ...located, kind: 'detach-partition', partition, concurrently }];
    }
    case 'AT_AlterConstraint': {
      const change = asNode(command.def, 'ATAlterConstraint');
      return change === null ? [] : [{ ...located, ...alterConstraint(change, of, range, span) }];
    }
    default:
      return [
        {
          ...located,
          kind: 'alter-table-other',
          action: (command.subtype ?? '').replace(/^AT_/, ''),
          onColumn: ABOUT_A_COLUMN.test(command.subtype ?? '') ? column : null,
          identity: identityOf(command.def),
          sequence: sequenceOf(command.def, span),
          parent: inheritedFrom(of, command),
          expression: command.subtype === 'AT_SetExpression' ? expressionOf(of, command, range) : null,
          value: storageOf(command) ?? replicaIdentity(command.def) ?? stringOf(command.def),
          parameters: parametersOf(command),
          trigger: /^AT_(?:Enable|Disable).*(?:Trig|Rule)$/.test(command.subtype ?? '')
            ? (command.name ?? null)
            : null,
          owner: roleName(command.newowner),
        },
      ];
  }
}

const ABOUT_A_COLUMN =
  /^AT_(?:(?:Add|Set|Drop)Identity|(?:Set|Drop)Expression|Set(?:Statistics|Storage|Compression|Options)|ResetOptions|AlterColumnGenericOptions)$/;

/** Codes of `REPLICA_IDENTITY_…` in pg_class.h. */
const REPLICA_IDENTITIES: Readonly<Record<string, string>> = {
  d: 'default',
  f: 'full',
  i: 'index',
  n: 'nothing',
};

function replicaIdentity(node: Node | undefined): string | null {
  const statement = asNode(node, 'ReplicaIdentityStmt');
  return statement === null ? null : (REPLICA_IDENTITIES[statement.identity_type ?? ''] ?? null);
}

/** ADD GENERATED holds a constraint, SET GENERATED a list of options. */
function identityOf(node: Node | undefined): 'always' | 'by-default' | null {
  const option = allOf(asNode(node, 'List')?.items, 'DefElem').find(({ defname }) => defname === 'generated');
  const code = asNode(option?.arg, 'Integer')?.ival;
  const when = asNode(node, 'Constraint')?.generated_when ?? String.fromCharCode(code ?? 0);
  if (when === 'a') return 'always';
  return when === 'd' ? 'by-default' : null;
}

/** Of ADD GENERATED and SET GENERATED. */
function sequenceOf(node: Node | undefined, span: Span): IdentitySequence | null {
  const options = asNode(node, 'Constraint')?.options ?? asNode(node, 'List')?.items;
  return options === undefined ? null : identitySequence(options, span);
}

function expressionOf(of: TokenText, { def }: AlterTableCmd, range: Range) {
  return def === undefined ? null : expressionIn(of, def, firstGroup(of, range) ?? range);
}

/** Of SET ACCESS METHOD and SET TABLESPACE. */
function storageOf({ subtype, name }: AlterTableCmd): string | null {
  return subtype === 'AT_SetAccessMethod' || subtype === 'AT_SetTableSpace' ? (name ?? null) : null;
}

function parametersOf({ subtype, def }: AlterTableCmd): StorageParameters {
  return /^AT_(?:Set|Reset)RelOptions$/.test(subtype ?? '') ? parametersFrom(itemsOf(def)) : {};
}

function alterConstraint(
  change: ATAlterConstraint,
  of: TokenText,
  range: Range,
  span: Span,
): Pick<AlterConstraint, 'kind' | 'constraint' | 'deferrable' | 'deferred' | 'enforced' | 'noInherit'> {
  const name = identifierAt(of, findWords(of, range, 'constraint') + 1);
  const { alterDeferrability, alterEnforceability, alterInheritability } = change;
  return {
    kind: 'alter-constraint',
    constraint: local(name, change.conname ?? '', span),
    deferrable: alterDeferrability === true ? (change.deferrable ?? false) : null,
    deferred: alterDeferrability === true ? (change.initdeferred ?? false) : null,
    enforced: alterEnforceability === true ? (change.is_enforced ?? false) : null,
    noInherit: alterInheritability === true ? (change.noinherit ?? false) : null,
  };
}

function inheritedFrom(of: TokenText, { subtype, def }: AlterTableCmd): Name | null {
  if (subtype !== 'AT_AddInherit' && subtype !== 'AT_DropInherit') return null;
  const parent = asNode(def, 'RangeVar');
  return parent === null ? null : relationAt(of, parent);
}

interface Doing {
  readonly span: Span;
  readonly keyword: Span;
  readonly table: Name;
  readonly only: boolean;
  readonly column: { readonly name: string; readonly span: Span };
}

function alterType(of: TokenText, command: AlterTableCmd, rest: Range, doing: Doing): readonly Operation[] {
  const definition = asNode(command.def, 'ColumnDef');
  const at = findWords(of, rest, 'type') + 1;
  const using = findWords(of, rest, 'using');
  const collate = findWords(of, rest, 'collate');
  const ends = [using, collate].filter((index) => index >= 0);
  const typeRange = { from: at, to: Math.min(rest.to, ...ends) };
  const { raw_default: given } = definition ?? {};
  const expression =
    given !== undefined && isColumnItself(given, doing.column.name, definition?.typeName) ? undefined : given;
  return [
    {
      ...doing,
      kind: 'alter-column-type',
      type: typeFrom(definition?.typeName, spanOf(of, typeRange)),
      using: expression === undefined ? null : expressionIn(of, expression, { from: using + 1, to: rest.to }),
      collation: stringsOf(definition?.collClause?.collname).at(-1) ?? null,
      withForeignKey: false,
    },
  ];
}

/** `column`, or `column::type` with the very type: what the server does anyway. */
function isColumnItself(node: Node, column: string, type: TypeName | undefined): boolean {
  const reference = asNode(node, 'ColumnRef');
  if (reference !== null) return columnParts(reference).at(-1) === column;
  const cast = asNode(node, 'TypeCast');
  if (cast?.arg === undefined || cast.typeName === undefined || type === undefined) return false;
  const here = { start: 0, end: 0 };
  const same = formatType(typeFrom(cast.typeName, here)) === formatType(typeFrom(type, here));
  return same && isColumnItself(cast.arg, column, type);
}

/** The words at the beginning of a range, as `SET NOT NULL`; the fallback when there are none. */
function firstWords(of: TokenText, range: Range, fallback: Span): Span {
  const words = /^(?:set|drop|not|null|default|data|type|add|generated|restart|statistics|storage)$/;
  let to = range.from;
  while (to < range.to && words.test(wordAt(of, to) ?? '')) to++;
  return to === range.from ? fallback : firstLineOf(of, { from: range.from, to });
}

function all(of: TokenText): Range {
  return { from: 0, to: of.tokens.length };
}
