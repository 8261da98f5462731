// CREATE VIEW, CREATE MATERIALIZED VIEW and what ALTER says of views.

import type { AlterView, CreateView, Operation, ViewOption } from '../../catalog/operation.js';
import {
  type AlterTableCmd,
  type AlterTableStmt,
  allOf,
  asNode,
  type CreateTableAsStmt,
  constantOf,
  type Node,
  stringsOf,
  type ViewStmt,
} from '../../syntax/sql/nodes.js';
import { firstLineOf, keywordSpan, type TokenText } from '../../syntax/sql/segments.js';
import { ownerOfRelation } from './attachments.js';
import { locking } from './other.js';
import { queryShape } from './query-shape.js';
import { queryTextAfterAs } from './query-text.js';
import { relationAt, wholeSpan } from './reading.js';
import { readsOf } from './reads.js';

export function createView(of: TokenText, statement: ViewStmt): CreateView {
  return {
    kind: 'create-view',
    span: wholeSpan(of),
    keyword: keywordSpan(of, 0, 'create', 'or', 'replace', 'temp', 'temporary', 'recursive', 'view'),
    view: relationAt(of, statement.view),
    materialized: false,
    orReplace: statement.replace ?? false,
    ifNotExists: false,
    temporary: statement.view?.relpersistence === 't',
    columns: stringsOf(statement.aliases),
    query: queryShape(of, statement.query),
    text: queryTextAfterAs(of, statement.query),
    options: [...optionsFrom(statement.options), ...checkOption(statement)],
    populated: true,
    reads: readsOf(of, statement.query),
  };
}

export function createMaterializedView(of: TokenText, statement: CreateTableAsStmt): CreateView {
  return {
    kind: 'create-view',
    span: wholeSpan(of),
    keyword: keywordSpan(of, 0, 'create', 'materialized', 'view'),
    view: relationAt(of, statement.into?.rel),
    materialized: true,
    orReplace: false,
    ifNotExists: statement.if_not_exists ?? false,
    temporary: false,
    columns: stringsOf(statement.into?.colNames),
    query: queryShape(of, statement.query),
    text: queryTextAfterAs(of, statement.query),
    options: optionsFrom(statement.into?.options),
    populated: statement.into?.skipData !== true,
    reads: readsOf(of, statement.query),
  };
}

/** Each action of ALTER VIEW and ALTER MATERIALIZED VIEW. */
export function alterView(of: TokenText, statement: AlterTableStmt): readonly Operation[] {
  const isMaterialized = statement.objtype === 'OBJECT_MATVIEW';
  const shared = {
    span: wholeSpan(of),
    keyword: firstLineOf(of, { from: 0, to: Math.min(2, of.tokens.length) }),
    view: relationAt(of, statement.relation),
    ifExists: statement.missing_ok ?? false,
  };
  return allOf(statement.cmds, 'AlterTableCmd').map((command): Operation => {
    const change = ownerOfRelation(of, statement.relation, [command]);
    if (change !== null) {
      return { ...locking(of, 'AlterTableStmt', [shared.view], 'AccessExclusiveLock'), change };
    }
    return { ...shared, kind: 'alter-view', action: viewAction(command, isMaterialized) };
  });
}

/** What of a materialized view needs no more than ShareUpdateExclusiveLock. */
const LIGHT =
  /^AT_(?:SetRelOptions|ResetRelOptions|ClusterOn|DropCluster|SetStatistics|SetOptions|ResetOptions)$/;

function viewAction(command: AlterTableCmd, isMaterialized: boolean): AlterView['action'] {
  const options = asNode(command.def, 'List')?.items;
  switch (command.subtype) {
    case 'AT_SetRelOptions':
      return { kind: 'set-options', options: optionsFrom(options) };
    case 'AT_ResetRelOptions':
      return { kind: 'reset-options', names: optionsFrom(options).map(({ name }) => name) };
    default:
      return { kind: 'other', light: isMaterialized && LIGHT.test(command.subtype ?? '') };
  }
}

function optionsFrom(options: readonly Node[] | undefined): readonly ViewOption[] {
  return allOf(options, 'DefElem').map(({ defname, arg }) => ({
    name: defname ?? '',
    value: arg === undefined ? 'true' : textOf(arg),
  }));
}

/** As pg_class.reloptions holds it. */
function textOf(node: Node): string {
  const constant = constantOf(node);
  if ('value' in constant) return String(constant.value);
  return stringsOf(asNode(node, 'TypeName')?.names).at(-1) ?? '';
}

function checkOption({ withCheckOption }: ViewStmt): readonly ViewOption[] {
  switch (withCheckOption) {
    case 'LOCAL_CHECK_OPTION':
      return [{ name: 'check_option', value: 'local' }];
    case 'CASCADED_CHECK_OPTION':
      return [{ name: 'check_option', value: 'cascaded' }];
    default:
      return [];
  }
}
