// Types and functions.

import { type FunctionFacts, NO_DEPENDENCIES, type UserType } from '../../catalog/catalog.js';
import type { Parameter } from '../../catalog/operation.js';
import type { Row } from '../session.js';
import {
  checkIn,
  expressionFrom,
  expressionOf,
  flag,
  type Ids,
  maybe,
  records,
  text,
  texts,
} from './rows.js';
import { typeFromText } from './type-text.js';

export function typeFrom(row: Row): UserType {
  const shared = {
    schema: text(row, 'schema'),
    name: text(row, 'name'),
    arrayName: maybe(row, 'array_name'),
  };
  switch (text(row, 'kind')) {
    case 'e':
      return { ...shared, kind: 'enum', values: texts(row.labels) };
    case 'd': {
      const constraints = records(row.constraints).map((one) => {
        const isCheck = text(one, 'kind') === 'c';
        return {
          kind: isCheck ? ('check' as const) : ('not-null' as const),
          name: text(one, 'name'),
          expression: isCheck ? expressionOf(checkIn(text(one, 'expression'))) : null,
          validated: flag(one, 'validated'),
        };
      });
      const checks = constraints.filter(({ kind }) => kind === 'check').length;
      const notNull = flag(row, 'not_null');
      return {
        ...shared,
        kind: 'domain',
        base: typeFromText(text(row, 'base')),
        notNull,
        default: expressionFrom(maybe(row, 'default')),
        constraints,
        checks,
        constrained: notNull || checks > 0,
      };
    }
    case 'c':
      return {
        ...shared,
        kind: 'composite',
        attributes: records(row.attributes).map((one) => ({
          name: text(one, 'name'),
          type: typeFromText(text(one, 'type')),
        })),
      };
    case 'r': {
      const multirange = maybe(row, 'multirange');
      return {
        ...shared,
        kind: 'range',
        subtype: typeFromText(text(row, 'subtype')),
        multirange: multirange === null ? null : { schema: null, name: multirange },
      };
    }
    default:
      return { ...shared, kind: 'other', rangeName: null };
  }
}

const MODES: Readonly<Record<string, Parameter['mode']>> = {
  i: 'in',
  o: 'out',
  b: 'inout',
  v: 'variadic',
  t: 'table',
};

export function functionFrom(row: Row, ids: Ids): FunctionFacts {
  const kind = text(row, 'kind');
  const volatility = text(row, 'volatility');
  const parallel = text(row, 'parallel');
  const inSql = maybe(row, 'sql_body');
  const returns = maybe(row, 'returns');
  const parameters = records(row.parameters).map(
    (one): Parameter => ({
      name: maybe(one, 'name') || null,
      mode: MODES[text(one, 'mode')] ?? 'in',
      type: typeFromText(text(one, 'type')),
      default: expressionFrom(maybe(one, 'default')),
    }),
  );
  // What OUT parameters and RETURNS TABLE say is not said again.
  const isSet = flag(row, 'returns_set');
  const isSaid = parameters.some(
    ({ mode }) => mode === 'table' || (!isSet && (mode === 'out' || mode === 'inout')),
  );
  return {
    id: ids.get(`function ${text(row, 'oid')}`) ?? 0,
    schema: text(row, 'schema'),
    name: text(row, 'name'),
    // Window functions are written in C.
    routine: kind === 'p' ? 'procedure' : kind === 'a' ? 'aggregate' : 'function',
    parameters,
    returns: returns === null || isSaid ? null : typeFromText(returns),
    returnsSet: isSet,
    language: text(row, 'language'),
    body: kind === 'a' ? maybe(row, 'aggregate') : (inSql ?? text(row, 'source')),
    dependsOn: {
      ...NO_DEPENDENCIES,
      relations: texts(row.reads).flatMap((oid) => ids.get(oid) ?? []),
      functions: texts(row.reads).flatMap((oid) => ids.get(`function ${oid}`) ?? []),
    },
    extensions: texts(row.extensions),
    origin: null,
    volatility: volatility === 'i' ? 'immutable' : volatility === 's' ? 'stable' : 'volatile',
    strict: flag(row, 'strict'),
    securityDefiner: flag(row, 'security_definer'),
    leakproof: flag(row, 'leakproof'),
    parallel: parallel === 's' ? 'safe' : parallel === 'r' ? 'restricted' : 'unsafe',
    settings: texts(row.settings).map((setting) => ({
      name: setting.slice(0, setting.indexOf('=')),
      value: setting.slice(setting.indexOf('=') + 1),
    })),
  };
}
