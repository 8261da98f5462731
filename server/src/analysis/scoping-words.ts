// Why a query stands to the tenants as it does, in one line for people.

import type { RelationScoping, Scoping } from './scoping.js';

/** A clause without a full stop: `"posts" is compared by "organization_id"`. */
export function scopingWords({ verdict, decisive, root }: Scoping): string {
  if (decisive === null) return 'it reads no table of the project';
  const { table, column, columns, reason } = decisive;
  const named = columns.map((name) => `"${name}"`).join(', ');
  const whose = column === null ? `one of "${root}"` : `"${column}"`;
  switch (verdict) {
    case 'global':
      return globalWords(decisive, root);
    case 'scoped':
      return scopedWords(decisive, named);
    case 'optional':
      return `"${table}" is compared by ${named || whose}, but the caller can leave that out`;
    case 'by-key':
      return `${foundWords(decisive, named)}; ${column === null ? `nothing ties it to ${whose}` : `nothing compares ${whose}`}`;
    case 'unknown':
      if (reason === 'half-typed')
        return 'a condition is half typed: a column that no table has, or that is not true or false';
      return reason === 'table-not-known'
        ? table === ''
          ? 'what it reads comes from elsewhere'
          : `nothing is known of the table "${table}"`
        : 'a part of the query could not be read, which may hold the tenant';
    case 'unscoped':
      return unscopedWords(decisive, named, whose);
  }
}

function globalWords({ class: kind, table }: RelationScoping, root: string): string {
  if (kind === 'root') return `it lists "${root}", the tenants themselves`;
  if (kind === 'system')
    return `${table === '' ? 'what it reads' : `"${table}"`} holds no rows of the project`;
  return `"${table}" is shared by all tenants`;
}

function scopedWords({ table, reason }: RelationScoping, named: string): string {
  if (table === '') return 'what it reads belongs to a row that is loaded already, or is tied to one tenant';
  switch (reason) {
    case 'division':
      return `"${table}" is compared by ${named}, which is a part of one tenant`;
    case 'person':
      return `"${table}" is compared by ${named}, one person`;
    case 'shared':
      return `only rows of "${table}" without a tenant are read: ${named} is NULL`;
    case 'related':
      return `"${table}" belongs to a row of the query that is tied to one tenant`;
    case 'loaded':
      return `"${table}" belongs to a row that is loaded already`;
    case 'given':
      return named === '' ? `it makes a row of "${table}"` : `the new row of "${table}" says ${named}`;
    default:
      return named === '' ? `"${table}" is tied to one tenant` : `"${table}" is compared by ${named}`;
  }
}

function foundWords({ table, reason }: RelationScoping, named: string): string {
  switch (reason) {
    case 'primary-key':
      return `a row of "${table}" is found by its key ${named}`;
    case 'unique-key':
      return `a row of "${table}" is found by ${named}, which is unique`;
    case 'conflict-without-tenant':
      return `the row of "${table}" that is there already is found by ${named}`;
    case 'secret':
      return `a row of "${table}" is found by ${named}, which nobody can guess`;
    case 'parent':
      return named === ''
        ? `the row of "${table}" belongs to another row`
        : `rows of "${table}" are found by the row that they belong to, ${named}`;
    default:
      return `rows of "${table}" belong to a row that is found by its key`;
  }
}

function unscopedWords({ table, reason, column }: RelationScoping, named: string, whose: string): string {
  switch (reason) {
    case 'unique-key-without-tenant':
      return `${named} of "${table}" is unique only together with ${whose}, which is not compared`;
    case 'primary-key-without-tenant':
      return `the primary key of "${table}" holds ${whose} too, and only ${named} is compared`;
    case 'insert-without-tenant':
      return `the new row of "${table}" does not say ${whose}`;
    default:
      return column === null
        ? `nothing ties "${table}" to ${whose}`
        : `nothing compares ${whose} of "${table}" with one tenant`;
  }
}
