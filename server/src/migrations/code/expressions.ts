// Expressions of code, evaluated as far as their values are known.

import { findRelation, findType } from '../../catalog/lookup.js';
import {
  asNode,
  columnParts,
  constantOf,
  type Node,
  type NodeOf,
  qualified,
  stringOf,
  stringsOf,
  tagged,
  typeParts,
} from '../../syntax/sql/nodes.js';
import { callFunction } from './functions.js';
import {
  allOfThem,
  among,
  anyOf,
  best,
  binary,
  booleanTest,
  nullTest,
  type Truth,
  toList,
} from './operators.js';
import type { Scope } from './scope.js';
import { DATABASE, relationId, schemaId, typeId } from './system-rows.js';
import {
  equal,
  isObject,
  isUnknown,
  list,
  not,
  reasonOf,
  row,
  textOf,
  truthOf,
  unknown,
  type Value,
} from './values.js';

export function evaluate(node: Node | undefined, scope: Scope): Value {
  const found = tagged(node);
  if (found === null) return null;
  switch (found.kind) {
    case 'A_Const': {
      const constant = constantOf(node);
      if (constant.kind === 'null') return null;
      if (constant.kind === 'decimal') return Number(constant.value);
      if (!('value' in constant)) return unknown('a constant is not read');
      const { value } = constant;
      return typeof value === 'string' && /\{\{|\$\{|__interpolated/.test(value)
        ? unknown('a part of it is filled in by another program')
        : value;
    }
    case 'TypeCast':
      return cast(evaluate(found.value.arg, scope), found.value.typeName, scope);
    case 'CollateClause':
      return evaluate(found.value.arg, scope);
    case 'ColumnRef':
      return column(columnParts(found.value), scope);
    case 'ParamRef':
      return scope.variable([`$${found.value.number ?? 0}`]) ?? unknown('a parameter is not known');
    case 'A_Expr':
      return operation(found.value, scope);
    case 'BoolExpr':
      return logic(found.value, scope);
    case 'NullTest':
      return nullTest(evaluate(found.value.arg, scope), found.value.nulltesttype !== 'IS_NOT_NULL');
    case 'BooleanTest':
      return booleanTest(truthOf(evaluate(found.value.arg, scope)), found.value.booltesttype ?? '');
    case 'CoalesceExpr': {
      for (const argument of found.value.args ?? []) {
        const value = evaluate(argument, scope);
        if (value !== null) return value;
      }
      return null;
    }
    case 'MinMaxExpr': {
      const values = (found.value.args ?? [])
        .map((one) => evaluate(one, scope))
        .filter((one) => one !== null);
      const sign = found.value.op === 'IS_LEAST' ? -1 : 1;
      return best(values, sign);
    }
    case 'CaseExpr':
      return caseOf(found.value, scope);
    case 'FuncCall':
      return call(found.value, scope);
    case 'SQLValueFunction':
      return sqlValue(found.value.op ?? '', scope);
    case 'SubLink':
      return subLink(found.value, scope);
    case 'A_ArrayExpr':
      return list((found.value.elements ?? []).map((element) => evaluate(element, scope)));
    case 'A_Indirection':
      return indirection(found.value, scope);
    case 'RowExpr':
      return row(
        (found.value.args ?? []).map((one, index) => [`f${index + 1}`, evaluate(one, scope)] as const),
      );
    default:
      return unknown('an expression is not read');
  }
}

function column(parts: readonly string[], scope: Scope): Value {
  const own = scope.variable(parts);
  if (own !== undefined) return own;
  const [name = '', alias] = [...parts].reverse();
  for (const { alias: known, values, reason } of [...scope.bindings].reverse()) {
    if (alias !== undefined && alias !== known) continue;
    const value = values?.[name];
    if (value !== undefined) return value;
    if (alias !== undefined || values === null) return unknown(reason);
  }
  const last = scope.bindings.at(-1);
  return unknown(last?.reason ?? `"${parts.join('.')}" is not known`);
}

function cast(value: Value, type: Parameters<typeof typeParts>[0] | undefined, scope: Scope): Value {
  if (value === null || type === undefined) return value;
  const { name, arrayDimensions, modifiers } = typeParts(type);
  if (arrayDimensions > 0) return toList(value);
  switch (name) {
    case 'text':
    case 'varchar':
    case 'bpchar':
    case 'name': {
      const text = textOf(value);
      return modifiers.length > 0 && typeof text !== 'string'
        ? unknown(reasonOf(text) ?? 'a text is cut')
        : text;
    }
    case 'int2':
    case 'int4':
    case 'int8':
    case 'numeric':
    case 'float8': {
      if (isObject(value))
        return value.kind === 'oid' ? value : unknown(reasonOf(value) ?? 'a number is not known');
      const number = Number(value);
      return Number.isNaN(number) ? unknown('a number is not known') : number;
    }
    case 'oid':
      return value;
    case 'bool':
      return truthOf(value);
    case 'regclass':
      return typeof value === 'string' ? (relationNamed(value, scope) ?? missing(value, scope)) : value;
    case 'regtype':
      return typeof value === 'string' ? typeNamed(value, scope) : value;
    case 'regnamespace':
      return typeof value === 'string' ? schemaId(partsOf(value)[0] ?? value) : value;
    case 'regproc':
    case 'regprocedure':
    case 'regrole':
      return unknown('which object it is is not known');
    case 'date':
      return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)
        ? value
        : unknown(reasonOf(value) ?? 'a date is not computed');
    case 'timestamp':
    case 'timestamptz':
    case 'interval':
    case 'time':
      return unknown(reasonOf(value) ?? 'a time is not computed');
    default:
      return value;
  }
}

/** The parts of a name in a text, as the server reads them. */
export function partsOf(text: string): readonly string[] {
  const parts = text.match(/"(?:[^"]|"")*"|[^".\s]+/g) ?? [];
  return parts.map((part) =>
    part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.toLowerCase(),
  );
}

function relationNamed(text: string, { catalog }: Scope): Value | null {
  const relation = findRelation(catalog, qualified(partsOf(text)));
  return relation === null ? null : relationId(catalog, relation);
}

function missing(text: string, { catalog }: Scope): Value {
  const { everything, newObjects } = catalog.doubts;
  return unknown((everything ?? newObjects)?.reason ?? `there is no "${text}"`);
}

function typeNamed(text: string, { catalog }: Scope): Value {
  const isArray = text.trim().endsWith('[]');
  const name = qualified(partsOf(text.trim().replace(/\[\]$/, '')));
  const found = isArray ? null : findType(catalog, name);
  if (found !== null) return typeId(catalog, found);
  const spelled = typeId(catalog, {
    ...name,
    name: WORDS[name.name] ?? name.name,
    modifiers: [],
    arrayDimensions: 0,
    serial: false,
    span: { start: 0, end: 0 },
  }).text;
  const text_ = isArray ? `${spelled}[]` : spelled;
  return { kind: 'oid', key: `type ${text_}`, text: text_, name: name.name };
}

const WORDS: Readonly<Record<string, string>> = {
  int: 'int4',
  integer: 'int4',
  bigint: 'int8',
  smallint: 'int2',
  boolean: 'bool',
  decimal: 'numeric',
  real: 'float4',
  character: 'varchar',
};

function logic({ boolop, args = [] }: NodeOf<'BoolExpr'>, scope: Scope): Truth {
  if (boolop === 'NOT_EXPR') return not(truthOf(evaluate(args[0], scope)));
  const decides = boolop === 'OR_EXPR';
  let open: Truth = !decides;
  for (const argument of args) {
    const value = truthOf(evaluate(argument, scope));
    if (value === decides) return decides;
    if (isObject(value)) open = value;
    else if (value === null && !isObject(open)) open = null;
  }
  return open;
}

function caseOf({ arg, args, defresult }: NodeOf<'CaseExpr'>, scope: Scope): Value {
  const subject = arg === undefined ? null : evaluate(arg, scope);
  for (const branch of args ?? []) {
    const when = asNode(branch, 'CaseWhen');
    const value = evaluate(when?.expr, scope);
    const truth = arg === undefined ? truthOf(value) : equal(subject, value);
    if (isObject(truth)) return unknown(truth.reason);
    if (truth === true) return evaluate(when?.result, scope);
  }
  return evaluate(defresult, scope);
}

function operation({ kind, name, lexpr, rexpr }: NodeOf<'A_Expr'>, scope: Scope): Value {
  const sign = stringsOf(name).at(-1) ?? '';
  switch (kind) {
    case 'AEXPR_IN': {
      const items = asNode(rexpr, 'List')?.items ?? [];
      const found = among(
        evaluate(lexpr, scope),
        items.map((item) => evaluate(item, scope)),
      );
      return sign === '<>' ? not(found) : found;
    }
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL': {
      const values = toList(evaluate(rexpr, scope));
      if (!isObject(values) || values.kind !== 'list')
        return values === null ? null : unknown(reasonOf(values) ?? 'an array is not known');
      const value = evaluate(lexpr, scope);
      if (sign === '=' && kind === 'AEXPR_OP_ANY') return among(value, values.items);
      if (sign === '<>' && kind === 'AEXPR_OP_ALL') return not(among(value, values.items));
      if ((sign === '~~' || sign === '~~*') && kind === 'AEXPR_OP_ANY')
        return anyOf(values.items.map((item) => binary(sign, value, item)));
      return unknown('a comparison is not read');
    }
    case 'AEXPR_LIKE':
    case 'AEXPR_ILIKE': {
      const right = evaluate(rexpr, scope);
      const like = binary(kind === 'AEXPR_ILIKE' ? '~~*' : '~~', evaluate(lexpr, scope), right);
      return sign.startsWith('!') ? not(truthOf(like)) : like;
    }
    case 'AEXPR_NULLIF': {
      const value = evaluate(lexpr, scope);
      const same = equal(value, evaluate(rexpr, scope));
      return isObject(same) ? unknown(same.reason) : same === true ? null : value;
    }
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT': {
      const [left, right] = [evaluate(lexpr, scope), evaluate(rexpr, scope)];
      const same =
        left === null || right === null
          ? isUnknown(left) || isUnknown(right)
            ? unknown(reasonOf(left) ?? reasonOf(right) ?? '')
            : left === right
          : equal(left, right);
      return kind === 'AEXPR_DISTINCT' ? not(same) : same;
    }
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN': {
      const [from, to] = asNode(rexpr, 'List')?.items ?? [];
      const value = evaluate(lexpr, scope);
      const inside = allOfThem([
        truthOf(binary('>=', value, evaluate(from, scope))),
        truthOf(binary('<=', value, evaluate(to, scope))),
      ]);
      return kind === 'AEXPR_BETWEEN' ? inside : not(inside);
    }
    default: {
      const right = evaluate(rexpr, scope);
      if (lexpr === undefined) return sign === '-' && typeof right === 'number' ? -right : right;
      return binary(sign, evaluate(lexpr, scope), right);
    }
  }
}

function indirection({ arg, indirection: steps = [] }: NodeOf<'A_Indirection'>, scope: Scope): Value {
  let value = evaluate(arg, scope);
  for (const step of steps) {
    const indices = asNode(step, 'A_Indices');
    const field = stringOf(step);
    if (indices !== null && isObject(value) && value.kind === 'list' && indices.is_slice !== true) {
      const at = evaluate(indices.uidx, scope);
      value =
        typeof at === 'number'
          ? (value.items[at - 1] ?? null)
          : unknown(reasonOf(at) ?? 'an index is not known');
    } else if (field !== null && isObject(value) && value.kind === 'row') {
      value = value.fields.get(field) ?? unknown(`the field "${field}" is not known`);
    } else return unknown(reasonOf(value) ?? 'a part of it is not known');
  }
  return value;
}

function call(node: NodeOf<'FuncCall'>, scope: Scope): Value {
  const name = qualified(stringsOf(node.funcname));
  const named = (node.args ?? []).map((argument) => asNode(argument, 'NamedArgExpr'));
  const values = (node.args ?? []).map((argument, index) => evaluate(named[index]?.arg ?? argument, scope));
  const own = scope.call(
    name,
    values,
    named.map((one) => one?.name ?? null),
  );
  if (own !== undefined) return own;
  if (name.schema !== null && name.schema !== 'pg_catalog')
    return unknown(`what ${name.name}() returns is not known`);
  const first = values[0] ?? null;
  switch (name.name) {
    case 'to_regclass':
      return typeof first === 'string' ? (relationNamed(first, scope) ?? absence(scope)) : first;
    case 'to_regtype': {
      if (typeof first !== 'string') return first;
      const found = findType(scope.catalog, qualified(partsOf(first)));
      return found === null ? absence(scope) : typeId(scope.catalog, found);
    }
    case 'to_regnamespace': {
      if (typeof first !== 'string') return first;
      const schema = partsOf(first)[0] ?? '';
      return scope.catalog.schemas.has(schema) ? schemaId(schema) : absence(scope);
    }
    case 'current_schema':
      return scope.catalog.searchPath[0] ?? null;
    case 'pg_table_is_visible':
    case 'pg_type_is_visible':
      return isObject(first) && first.kind === 'oid'
        ? !first.text.includes('.')
        : unknown('whether it is visible is not known');
    case 'current_schemas':
      return list(scope.catalog.searchPath.map((schema) => schema));
    case 'current_database':
      return DATABASE;
    case 'format_type':
      return isObject(first) && first.kind === 'oid' && (values[1] ?? null) === null
        ? first.text
        : unknown('the type is not known');
    default:
      return callFunction(name.name, values) ?? unknown(`what ${name.name}() returns is not known`);
  }
}

/** NULL, when nothing can be there that we never saw. */
function absence({ catalog }: Scope): Value {
  const doubt = catalog.doubts.everything ?? catalog.doubts.newObjects;
  return doubt === null ? null : unknown(doubt.reason);
}

function sqlValue(op: string, { catalog }: Scope): Value {
  if (op === 'SVFOP_CURRENT_SCHEMA') return catalog.searchPath[0] ?? null;
  if (op === 'SVFOP_CURRENT_CATALOG') return DATABASE;
  if (/USER|ROLE/.test(op)) return unknown('the role that runs it is not known');
  return unknown('the time at which it runs is not known');
}

function subLink({ subLinkType, subselect, testexpr }: NodeOf<'SubLink'>, scope: Scope): Value {
  const select = asNode(subselect, 'SelectStmt');
  if (select === null) return unknown('a subquery is not read');
  const { rows } = scope.query(select, scope);
  switch (subLinkType) {
    case 'EXISTS_SUBLINK': {
      if (rows.some(({ doubt }) => doubt === null)) return true;
      const open = rows[0]?.doubt;
      return open === undefined || open === null ? false : unknown(open);
    }
    case 'ANY_SUBLINK': {
      const value = evaluate(testexpr, scope);
      return anyOf(
        rows.map((one) =>
          one.doubt === null
            ? equal(value, one.values[0] ?? null)
            : uncertain(equal(value, one.values[0] ?? null), one.doubt),
        ),
      );
    }
    case 'ARRAY_SUBLINK': {
      const open = rows.find(({ doubt }) => doubt !== null)?.doubt;
      return open === undefined || open === null
        ? list(rows.map(({ values }) => values[0] ?? null))
        : unknown(open);
    }
    case 'EXPR_SUBLINK': {
      const open = rows.find(({ doubt }) => doubt !== null)?.doubt;
      if (open !== undefined && open !== null) return unknown(open);
      return rows[0]?.values[0] ?? null;
    }
    default:
      return unknown('a comparison with a subquery is not read');
  }
}

/** An answer about a row that may not be there. */
function uncertain(truth: Truth, reason: string): Truth {
  return truth === false ? false : unknown(reason);
}
