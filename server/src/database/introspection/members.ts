// What is in tables: columns, constraints, indexes, policies, triggers; and sequences.

import type { Column, Constraint, Index, Policy, Sequence, Table, Trigger } from '../../catalog/catalog.js';
import type { IndexKey, PolicyCommand, ReferentialAction } from '../../catalog/operation.js';
import type { Row } from '../session.js';
import {
  expressionFrom,
  expressionOf,
  flag,
  type Ids,
  maybe,
  PARTS,
  parametersFrom,
  records,
  STATES,
  splitAtCommas,
  text,
  texts,
  withoutBrackets,
} from './rows.js';
import { identifiersIn, typeFromText } from './type-text.js';

export function columnFrom(row: Row, ids: Ids): Column {
  const generated = text(row, 'generated');
  const identity = text(row, 'identity');
  const sequence = maybe(row, identity === '' ? 'default_sequence' : 'identity_sequence');
  const value = expressionFrom(maybe(row, 'default'));
  const drawn = sequence === null ? null : (ids.get(sequence) ?? null);
  // Only `nextval` alone is what serial makes; a default may use a sequence otherwise.
  const isSerial =
    identity === '' && drawn !== null && /^nextval\('(?:[^']|'')+'::regclass\)$/.test(value?.text ?? '');
  return {
    name: text(row, 'name'),
    type: typeFromText(text(row, 'type')),
    collation: maybe(row, 'collation'),
    notNull: flag(row, 'not_null'),
    default: isSerial ? null : value,
    generated: generated === 's' ? 'stored' : generated === 'v' ? 'virtual' : null,
    identity: identity === 'a' ? 'always' : identity === 'd' ? 'by-default' : null,
    serial: isSerial,
    sequence: isSerial || identity !== '' ? drawn : null,
    storage: STORAGE[text(row, 'storage')] ?? null,
    compression: COMPRESSION[text(row, 'compression')] ?? null,
    local: flag(row, 'local'),
    inherited: Number(row.inherited),
    origin: null,
  };
}

const STORAGE: Readonly<Record<string, string>> = { p: 'plain', m: 'main', e: 'external', x: 'extended' };
const COMPRESSION: Readonly<Record<string, string>> = { p: 'pglz', l: 'lz4' };

const ACTIONS: Readonly<Record<string, ReferentialAction>> = {
  a: 'NO ACTION',
  r: 'RESTRICT',
  c: 'CASCADE',
  n: 'SET NULL',
  d: 'SET DEFAULT',
};

export function constraintFrom(row: Row, ids: Ids): readonly Constraint[] {
  const shared = {
    name: text(row, 'name'),
    local: flag(row, 'local'),
    inherited: Number(row.inherited),
    origin: null,
  };
  const deferral = { deferrable: flag(row, 'deferrable'), deferred: flag(row, 'deferred') };
  const columns = texts(row.columns);
  const temporal = flag(row, 'temporal');
  const validated = flag(row, 'validated');
  const noInherit = flag(row, 'no_inherit');
  switch (text(row, 'kind')) {
    case 'p':
      return [{ ...shared, ...deferral, kind: 'primary-key', columns, temporal }];
    case 'u':
      return [{ ...shared, ...deferral, kind: 'unique', columns, temporal }];
    case 'x':
      return [{ ...shared, ...deferral, kind: 'exclusion', operators: texts(row.operators) }];
    case 'n':
      return [{ ...shared, kind: 'not-null', column: columns[0] ?? '', validated, noInherit }];
    case 'c':
      return [
        {
          ...shared,
          kind: 'check',
          expression: expressionOf(withoutBrackets(text(row, 'expression'))),
          validated,
          enforced: flag(row, 'enforced'),
          noInherit,
        },
      ];
    case 'f':
      return [
        {
          ...shared,
          ...deferral,
          kind: 'foreign-key',
          index: null,
          columns,
          references: ids.get(text(row, 'references')) ?? null,
          referencedColumns: texts(row.referenced_columns),
          onDelete: ACTIONS[text(row, 'on_delete')] ?? 'NO ACTION',
          onUpdate: ACTIONS[text(row, 'on_update')] ?? 'NO ACTION',
          onDeleteColumns: texts(row.on_delete_columns),
          matchFull: flag(row, 'match_full'),
          temporal,
          validated,
          enforced: flag(row, 'enforced'),
          parent: maybe(row, 'parent'),
        },
      ];
    default:
      return [];
  }
}

export function indexFrom(row: Row, ids: Ids): Index {
  const keys = records(row.keys);
  const written = keysIn(text(row, 'definition'));
  const parent = maybe(row, 'parent');
  return {
    id: ids.get(text(row, 'oid')) ?? 0,
    name: text(row, 'name'),
    keys: keys.filter((key) => flag(key, 'key')).map((key, at) => keyFrom(key, written[at] ?? '')),
    include: keys.filter((key) => !flag(key, 'key')).map((key) => text(key, 'column')),
    unique: flag(row, 'unique'),
    method: text(row, 'method'),
    where: expressionFrom(maybe(row, 'where')),
    nullsNotDistinct: flag(row, 'nulls_not_distinct'),
    constraint: maybe(row, 'constraint'),
    parent: parent === null ? null : (ids.get(parent) ?? null),
    valid: flag(row, 'valid'),
    parameters: parametersFrom(row.options),
    origin: null,
  };
}

/** What stands between the brackets after the method, key by key. */
function keysIn(definition: string): readonly string[] {
  const from = definition.indexOf('(', definition.indexOf(' USING '));
  const parts = [...definition.slice(from).matchAll(PARTS)].map(([part]) => part);
  let depth = 0;
  const end = parts.findIndex((part) => {
    if (part === '(') depth += 1;
    if (part === ')') depth -= 1;
    return depth === 0;
  });
  return splitAtCommas(parts.slice(1, end).join(''));
}

/** @param written the key in CREATE INDEX, which alone tells the collation of an expression */
function keyFrom(key: Row, written: string): IndexKey {
  const column = maybe(key, 'column');
  const option = Number(key.option ?? 0);
  const operatorClass = maybe(key, 'class');
  const options = maybe(key, 'options');
  return {
    column,
    expression: column === null ? expressionOf(text(key, 'definition')) : null,
    label: column ?? 'expr',
    descending: (option & 1) === 1,
    nullsFirst: (option & 2) === 2,
    operatorClass:
      operatorClass === null || options === null ? operatorClass : `${operatorClass}(${options})`,
    collation: column === null ? collationIn(written) : maybe(key, 'collation'),
  };
}

function collationIn(key: string): string | null {
  const found = /[\w")] COLLATE ((?:"(?:[^"]|"")*"|\w+)(?:\.(?:"(?:[^"]|"")*"|\w+))?)(?: [^()]*)?$/.exec(
    key,
  )?.[1];
  return found === undefined ? null : identifiersIn(found).join('.');
}

const STRATEGIES: Readonly<Record<string, 'range' | 'list' | 'hash'>> = { r: 'range', l: 'list', h: 'hash' };

export function partitionKeyFrom(row: Row, strategy: string, columns: readonly Row[]): Table['partitionKey'] {
  const expressions = splitAtCommas(maybe(row, 'partition_expressions') ?? '');
  const numbers = text(row, 'partition_columns').split(' ').map(Number);
  const keys = numbers.map((number): IndexKey => {
    // Numbers of columns count those that were dropped, which are not among these; the name is looked up by it.
    const column = number === 0 ? null : (columns.find((one) => Number(one.number) === number) ?? null);
    const name = column === null ? null : text(column, 'name');
    return {
      column: name,
      expression: name === null ? expressionOf(expressions.shift() ?? '') : null,
      label: name ?? 'expr',
      descending: false,
      nullsFirst: false,
      operatorClass: null,
      collation: null,
    };
  });
  return { strategy: STRATEGIES[strategy] ?? 'range', keys };
}

const COMMANDS: Readonly<Record<string, PolicyCommand>> = {
  '*': 'all',
  r: 'select',
  a: 'insert',
  w: 'update',
  d: 'delete',
};

export function policyFrom(row: Row): Policy {
  return {
    name: text(row, 'name'),
    command: COMMANDS[text(row, 'command')] ?? 'all',
    permissive: flag(row, 'permissive'),
    roles: texts(row.roles),
    using: expressionFrom(maybe(row, 'using')),
    check: expressionFrom(maybe(row, 'check')),
    reads: [],
    origin: null,
  };
}

/** Bits of `pg_trigger.tgtype`: pg_trigger.h. */
export function triggerFrom(row: Row, ids: Ids): Trigger {
  const bits = Number(row.type);
  const when = / WHEN \(([\s\S]*)\) EXECUTE (?:FUNCTION|PROCEDURE) /.exec(text(row, 'definition'))?.[1];
  const events = (
    [
      [4, 'insert'],
      [16, 'update'],
      [8, 'delete'],
      [32, 'truncate'],
    ] as const
  ).flatMap(([bit, event]) => ((bits & bit) === 0 ? [] : [event]));
  return {
    name: text(row, 'name'),
    constraint: flag(row, 'constraint'),
    timing: (bits & 2) !== 0 ? 'before' : (bits & 64) !== 0 ? 'instead of' : 'after',
    events,
    columns: texts(row.columns),
    forEachRow: (bits & 1) !== 0,
    when: expressionFrom(when ?? null),
    function: { schema: schemaOfFunction(row), name: text(row, 'function_name') },
    functionId: ids.get(`function ${text(row, 'function')}`) ?? null,
    arguments: triggerArguments(text(row, 'arguments')),
    deferrable: flag(row, 'deferrable'),
    initiallyDeferred: flag(row, 'deferred'),
    oldTable: maybe(row, 'old_table'),
    newTable: maybe(row, 'new_table'),
    state: STATES[text(row, 'state')] ?? 'origin',
    inherited: flag(row, 'inherited'),
    origin: null,
  };
}

/** Nobody writes the schema of the server's own. */
function schemaOfFunction(row: Row): string | null {
  const schema = text(row, 'function_schema');
  return schema === 'pg_catalog' ? null : schema;
}

/** Each ends with a NUL. */
function triggerArguments(hex: string): readonly string[] {
  return Buffer.from(hex, 'hex').toString('utf8').split('\0').slice(0, -1);
}

export function sequenceFrom(row: Row, ids: Ids): Sequence {
  const id = ids.get(text(row, 'oid')) ?? 0;
  const owner = maybe(row, 'owner');
  const type = text(row, 'type');
  return {
    kind: 'sequence',
    id,
    schema: text(row, 'schema'),
    name: text(row, 'name'),
    ownedBy: owner === null ? null : (ids.get(owner) ?? null),
    ownerColumn: maybe(row, 'owner_column'),
    options: {
      type: type === 'smallint' || type === 'integer' ? type : 'bigint',
      start: text(row, 'start'),
      increment: text(row, 'increment'),
      min: text(row, 'min'),
      max: text(row, 'max'),
      cache: text(row, 'cache'),
      cycle: flag(row, 'cycle'),
    },
    unlogged: text(row, 'persistence') === 'u',
    origin: null,
    madeAt: id,
  };
}
