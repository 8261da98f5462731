// What the server calls a column that is an expression: in the name that it gives to an index.
// Source: FigureColnameInternal in src/backend/parser/parse_target.c.

import { columnParts, type Node, stringsOf, tagged } from '../../syntax/sql/nodes.js';

/** `expr` when nothing better comes to mind. */
export function nameOfExpression(node: Node): string {
  return figure(node)?.name ?? 'expr';
}

interface Figured {
  readonly name: string;
  /** A cast's type is called upon only when what is cast has no name. */
  readonly weak: boolean;
}

function figure(node: Node | undefined): Figured | null {
  const found = node === undefined ? null : tagged(node);
  const strong = (name: string | undefined): Figured | null =>
    name === undefined ? null : { name, weak: false };
  switch (found?.kind) {
    case 'ColumnRef':
      return strong(columnParts(found.value).findLast((part) => part !== '*'));
    case 'A_Indirection': {
      const fields = stringsOf(found.value.indirection);
      return fields.length > 0 ? strong(fields.at(-1)) : figure(found.value.arg);
    }
    case 'FuncCall':
      return strong(stringsOf(found.value.funcname).at(-1));
    case 'A_Expr':
      return found.value.kind === 'AEXPR_NULLIF' ? strong('nullif') : null;
    case 'TypeCast': {
      const inner = figure(found.value.arg);
      if (inner !== null && !inner.weak) return inner;
      const type = stringsOf(found.value.typeName?.names).at(-1);
      return type === undefined ? inner : { name: type, weak: true };
    }
    case 'CollateClause':
      return figure(found.value.arg);
    case 'CaseExpr': {
      const otherwise = figure(found.value.defresult);
      return otherwise !== null && !otherwise.weak ? otherwise : { name: 'case', weak: true };
    }
    case 'CoalesceExpr':
      return strong('coalesce');
    case 'MinMaxExpr':
      return strong(found.value.op === 'IS_LEAST' ? 'least' : 'greatest');
    case 'SubLink':
      return found.value.subLinkType === 'EXISTS_SUBLINK' ? strong('exists') : strong('array');
    case 'A_ArrayExpr':
      return strong('array');
    case 'RowExpr':
      return strong('row');
    case 'SQLValueFunction':
      return strong((found.value.op ?? '').replace(/^SVFOP_|_N$/g, '').toLowerCase());
    default:
      return null;
  }
}
