// Types and sequences as SQL.

import { literal } from '../../text/quoted.js';
import type { Catalog, Sequence, UserType } from '../catalog.js';
import { quoteName } from '../keywords.js';
import { objectName } from '../server-names.js';
import { formatType } from '../types.js';
import { qualified } from './names.js';
import { sequenceOptions } from './sql-table.js';

/** A whole statement without the semicolon; `null` when the catalog does not hold what it would have to say. */
export function typeDefinition(type: UserType): string | null {
  const name = qualified(type);
  switch (type.kind) {
    case 'enum':
      return `CREATE TYPE ${name} AS ENUM (${type.values.map(literal).join(', ')})`;
    case 'domain':
      return [
        `CREATE DOMAIN ${name} AS ${formatType(type.base)}`,
        ...(type.default === null ? [] : [`DEFAULT ${type.default.text}`]),
        ...(type.notNull && !type.constraints.some(({ kind }) => kind === 'not-null') ? ['NOT NULL'] : []),
        ...type.constraints.flatMap((constraint) => {
          if (!constraint.validated) return [];
          const usual = objectName(type.name, '', 'not_null');
          if (constraint.kind === 'not-null') {
            return [
              constraint.name === usual ? 'NOT NULL' : `CONSTRAINT ${quoteName(constraint.name)} NOT NULL`,
            ];
          }
          return [`CONSTRAINT ${quoteName(constraint.name)} CHECK (${constraint.expression?.text ?? '?'})`];
        }),
      ].join(' ');
    case 'composite':
      return `CREATE TYPE ${name} AS (${type.attributes.map((one) => `${quoteName(one.name)} ${formatType(one.type)}`).join(', ')})`;
    case 'range': {
      const multirange =
        type.multirange === null
          ? ''
          : `, MULTIRANGE_TYPE_NAME = ${qualified({ schema: type.multirange.schema ?? type.schema, name: type.multirange.name })}`;
      return `CREATE TYPE ${name} AS RANGE (SUBTYPE = ${formatType(type.subtype)}${multirange})`;
    }
    case 'other':
      return null;
  }
}

/** Constraints of a domain that hold for new values only, which CREATE DOMAIN has no words for. */
export function pendingDomainConstraints(type: UserType): readonly string[] {
  if (type.kind !== 'domain') return [];
  return type.constraints
    .filter(({ validated, kind }) => !validated && kind === 'check')
    .map(
      ({ name, expression }) =>
        `ALTER DOMAIN ${qualified(type)} ADD CONSTRAINT ${quoteName(name)} CHECK (${expression?.text ?? '?'}) NOT VALID`,
    );
}

export function sequenceDefinition(sequence: Sequence): string {
  return [
    `CREATE ${sequence.unlogged ? 'UNLOGGED ' : ''}SEQUENCE ${qualified(sequence)}`,
    ...sequenceOptions(sequence.options),
  ].join(' ');
}

/** Whether an identity has it, which makes it with its column. */
export function isOfIdentity(catalog: Catalog, sequence: Sequence): boolean {
  const owner = sequence.ownedBy === null ? undefined : catalog.relations.get(sequence.ownedBy);
  if (owner?.kind !== 'table') return false;
  return owner.columns.some(({ name, identity }) => name === sequence.ownerColumn && identity !== null);
}
