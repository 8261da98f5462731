// Comments, owners, rights, statistics objects and publications: what they are about must be there.

import type { Span } from '../../text/span.js';
import { type Catalog, nameKey } from '../catalog.js';
import { findStatistics, findType } from '../lookup.js';
import { type Name, truncateIdentifier } from '../names.js';
import type {
  ChangePublication,
  ChangeRights,
  Comment,
  CreateStatistics,
  ObjectReference,
  Other,
} from '../operation.js';
import {
  asLookedUp,
  certainRelation,
  homeOf,
  isAbsent,
  isWhole,
  lacksColumn,
  lacksColumnOfView,
  lacksRelation,
  lacksTable,
  mayHoldMore,
} from './certainty.js';
import { lacksConstraint } from './constraints.js';
import { exists, firstIn, firstOf, missing, type Refusal } from './refusal.js';
import { lacksRoutine } from './routines.js';
import { lacksExtension, lacksNamedSchema } from './schemas.js';
import { lacksMember } from './security.js';
import { lacksTypeNamed } from './types.js';

/** COMMENT ON and SECURITY LABEL. */
export function refusedComment(catalog: Catalog, { relation, on, keyword }: Comment): Refusal | null {
  if (on !== null) return lacksObject(catalog, on, keyword);
  // The label of a column names its table as a column's does, which may be a composite type.
  if (relation === null || findType(catalog, relation) !== null) return null;
  return lacksRelation(catalog, relation);
}

/** A statement that only says something about objects. */
export function refusedOther(catalog: Catalog, { change, keyword, onlyIfThere }: Other): Refusal | null {
  if (change === null || onlyIfThere === true) return null;
  switch (change.kind) {
    case 'owner':
      return lacksObject(catalog, change.object, keyword);
    case 'rights':
      return refusedRights(catalog, change, keyword);
    case 'default-rights':
      return firstIn(change.schemas, (name) => lacksNamedSchema(catalog, { name, span: keyword }));
    case 'create-statistics':
      return refusedStatistics(catalog, change, keyword);
    case 'drop-statistics':
      return firstIn(change.statistics, (name) => lacksStatistics(catalog, { ...name, span: keyword }));
    case 'rename-statistics':
    case 'move-statistics':
      return lacksStatistics(catalog, { ...change.statistics, span: keyword });
    case 'publication':
      return refusedPublication(catalog, change, keyword);
    case 'drop-publication':
      return firstIn(change.publications, (name) => lacksPublication(catalog, name, keyword));
    case 'rename-publication':
      return firstOf(
        () => lacksPublication(catalog, change.publication, keyword),
        () => publicationIsTaken(catalog, change.to, keyword),
      );
  }
}

function lacksObject(catalog: Catalog, object: ObjectReference, at: Span): Refusal | null {
  const name = { ...object.name, span: at };
  const member = { name: object.member ?? '', span: at };
  switch (object.kind) {
    case 'relation':
      return lacksRelation(catalog, name);
    case 'column': {
      const relation = certainRelation(catalog, name);
      if (relation?.kind === 'table') return lacksColumn(catalog, relation, member);
      if (relation?.kind === 'view') return lacksColumnOfView(catalog, relation, member);
      // The attributes of a composite type are columns, too.
      return findType(catalog, asLookedUp(name)) === null ? lacksRelation(catalog, name) : null;
    }
    case 'constraint': {
      const lacks = lacksTable(catalog, name);
      const table = certainRelation(catalog, name);
      return lacks ?? (table?.kind === 'table' ? lacksConstraint(catalog, table, member) : null);
    }
    case 'policy':
    case 'trigger': {
      const relation = certainRelation(catalog, name);
      if (relation === null) return lacksRelation(catalog, name);
      return relation.kind === 'table' && isWhole(catalog, relation)
        ? lacksMember(relation, object.kind, member)
        : null;
    }
    case 'schema':
      return lacksNamedSchema(catalog, name);
    case 'extension':
      return lacksExtension(catalog, name);
    case 'type':
      return lacksTypeNamed(catalog, name);
    case 'function':
      return lacksRoutine(catalog, name);
    case 'statistics':
      return lacksStatistics(catalog, name);
  }
}

/** Whether there is such a role is not known: roles belong to the server, not to a database. */
function refusedRights(catalog: Catalog, { objects, allIn, change }: ChangeRights, at: Span): Refusal | null {
  const columns = change.rights.flatMap((right) => right.columns);
  return firstOf(
    () => firstIn(allIn?.schemas ?? [], (name) => lacksNamedSchema(catalog, { name, span: at })),
    () => firstIn(objects, (object) => lacksObject(catalog, object, at)),
    () =>
      firstIn(objects, ({ kind, name }) => {
        const relation = kind === 'relation' ? certainRelation(catalog, name) : null;
        if (relation?.kind !== 'table') return null;
        return firstIn(columns, (column) => lacksColumn(catalog, relation, { name: column, span: at }));
      }),
  );
}

function refusedStatistics(
  catalog: Catalog,
  { statistics, ifNotExists, table: on, columns, expressions }: CreateStatistics,
  at: Span,
): Refusal | null {
  const lacks = lacksRelation(catalog, on);
  if (lacks !== null) return lacks;
  const schema = statistics === null ? null : homeOf(catalog, statistics);
  const taken = statistics === null ? null : truncateIdentifier(statistics.name);
  const isTaken =
    schema !== null &&
    taken !== null &&
    catalog.doubts.everything === null &&
    catalog.statistics.has(nameKey(schema, taken));
  if (isTaken) return ifNotExists ? null : exists('42710', { kind: 'statistics', schema, name: taken }, at);
  const table = certainRelation(catalog, on);
  if (table?.kind !== 'table') return null;
  const named = [...columns, ...expressions.flatMap((expression) => expression.columns)];
  return firstIn(named, (name) =>
    name === null || name === '*' || name === table.name
      ? null
      : lacksColumn(catalog, table, { name, span: at }),
  );
}

function lacksStatistics(catalog: Catalog, given: Name): Refusal | null {
  const name = asLookedUp(given);
  if (findStatistics(catalog, name) !== null) return null;
  const has = (schema: string, one: string) => catalog.statistics.has(nameKey(schema, one));
  if (!isAbsent(catalog, name, has)) return null;
  const object = { kind: 'statistics', schema: homeOf(catalog, name), name: name.name } as const;
  const known = [...catalog.statistics.values()].map((one) => one.name);
  return missing('missing-object', '42704', object, name.span, known, { restsOnAbsence: true });
}

function refusedPublication(catalog: Catalog, change: ChangePublication, at: Span): Refusal | null {
  const { publication, action, tables, schemas } = change;
  return firstOf(
    () =>
      action === 'create'
        ? publicationIsTaken(catalog, publication, at)
        : lacksPublication(catalog, publication, at),
    () => firstIn(tables, (table) => lacksTable(catalog, table)),
    () => firstIn(schemas, (name) => lacksNamedSchema(catalog, { name, span: at })),
  );
}

function publicationIsTaken(catalog: Catalog, given: string, at: Span): Refusal | null {
  const name = truncateIdentifier(given);
  if (!catalog.publications.has(name) || catalog.doubts.everything !== null) return null;
  return exists('42710', { kind: 'publication', schema: null, name }, at);
}

function lacksPublication(catalog: Catalog, given: string, at: Span): Refusal | null {
  const name = truncateIdentifier(given);
  if (name === '' || catalog.publications.has(name) || mayHoldMore(catalog)) return null;
  const object = { kind: 'publication', schema: null, name } as const;
  return missing('missing-object', '42704', object, at, catalog.publications.keys(), {
    restsOnAbsence: true,
  });
}
