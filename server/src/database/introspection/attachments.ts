// Comments, owners, rights, statistics objects and publications.

import { Map as ImmutableMap } from 'immutable';
import {
  type Attached,
  type DefaultRight,
  functionKey,
  type GrantedRight,
  globalKey,
  memberKey,
  namedKey,
  relationKey,
  type StatisticsObject,
} from '../../catalog/attachments.js';
import { type Catalog, nameKey, type RelationId } from '../../catalog/catalog.js';
import type { Row } from '../session.js';
import type { Answers } from './queries.js';
import { expressionOf, flag, type Ids, maybe, records, text, texts, withoutBrackets } from './rows.js';

const KINDS: Readonly<Record<string, string>> = { d: 'ndistinct', f: 'dependencies', m: 'mcv' };

export function statisticsFrom(row: Row, ids: Ids): readonly (readonly [string, StatisticsObject])[] {
  const table = ids.get(text(row, 'relation'));
  if (table === undefined) return [];
  const expressions = texts(row.expressions).map((one) => expressionOf(withoutBrackets(one)));
  const kinds = texts(row.kinds).flatMap((letter) => KINDS[letter] ?? []);
  const made = {
    schema: text(row, 'schema'),
    name: text(row, 'name'),
    table,
    columns: [...texts(row.columns), ...expressions.map(() => null)],
    expressions,
    kinds: kinds.length === 3 ? [] : kinds,
  };
  return [[nameKey(made.schema, made.name), made]];
}

export function publicationFrom(row: Row, ids: Ids) {
  const name = text(row, 'name');
  const tables = texts(row.tables).flatMap((oid) => ids.get(oid) ?? []);
  return [name, { name, allTables: flag(row, 'all_tables'), tables, schemas: texts(row.schemas) }] as const;
}

const CLASSES: Readonly<Record<string, string>> = {
  r: 'tables',
  S: 'sequences',
  f: 'functions',
  T: 'types',
  n: 'schemas',
};

export function defaultRightsFrom(row: Row): readonly DefaultRight[] {
  return rightsFrom(row, null).map(({ role, right, grantOption }) => ({
    role,
    right,
    grantOption,
    objects: CLASSES[text(row, 'objects')] ?? 'tables',
    schema: maybe(row, 'schema'),
  }));
}

function rightsFrom(row: Row, column: string | null): readonly GrantedRight[] {
  return records(row.rights).map((one) => ({
    role: text(one, 'role'),
    right: text(one, 'right'),
    column,
    grantOption: flag(one, 'grantable'),
  }));
}

export function attachedFrom({ comments, rights, types }: Answers, ids: Ids): Catalog['attached'] {
  const all = new Map<string, Attached>();
  const put = (key: string | null, attached: Attached) => {
    if (key !== null) all.set(key, { ...all.get(key), ...attached });
  };
  const ofType = (oid: string) => {
    const type = types.find((one) => text(one, 'oid') === oid);
    return type === undefined ? null : namedKey('type', text(type, 'schema'), text(type, 'name'));
  };
  const ofObject = (systemTable: string, oid: string): string | null => {
    const id = ids.get(systemTable === 'pg_proc' ? `function ${oid}` : oid);
    if (systemTable === 'pg_type') return ofType(oid);
    if (id === undefined) return null;
    return systemTable === 'pg_proc' ? functionKey(id) : relationKey(id);
  };
  const member = (kind: 'constraint' | 'policy' | 'trigger' | 'column', name: string, oid: string) => {
    const id: RelationId | undefined = ids.get(oid);
    return id === undefined ? null : memberKey(id, kind, name);
  };
  for (const row of comments) {
    const comment = text(row, 'text');
    const systemTable = text(row, 'class');
    const name = maybe(row, 'name') ?? '';
    const column = maybe(row, 'column');
    const of = maybe(row, 'relation') ?? '';
    const key =
      systemTable === 'pg_constraint'
        ? member('constraint', name, of)
        : systemTable === 'pg_policy'
          ? member('policy', name, of)
          : systemTable === 'pg_trigger'
            ? member('trigger', name, of)
            : systemTable === 'pg_namespace'
              ? globalKey('schema', name)
              : column !== null
                ? member('column', column, text(row, 'oid'))
                : ofObject(systemTable, text(row, 'oid'));
    put(key, { comment });
  }
  for (const row of rights) {
    const systemTable = text(row, 'class');
    const key =
      systemTable === 'pg_namespace'
        ? globalKey('schema', text(row, 'name'))
        : ofObject(systemTable, text(row, 'oid'));
    const owner = maybe(row, 'owner');
    const before = key === null ? [] : (all.get(key)?.rights ?? []);
    const given = [...before, ...rightsFrom(row, maybe(row, 'column'))];
    const born = systemTable === 'pg_proc' || systemTable === 'pg_type';
    put(key, {
      ...(owner === null ? {} : { owner }),
      ...(flag(row, 'has_rights') && (given.length > 0 || born) ? { rights: given } : {}),
    });
  }
  return ImmutableMap([...all].filter(([, attached]) => Object.keys(attached).length > 0));
}
