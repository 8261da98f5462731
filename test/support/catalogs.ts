// A catalog from DDL, for tests of what asks one.

import { apply } from '../../server/src/catalog/apply.js';
import { type Catalog, emptyCatalog } from '../../server/src/catalog/catalog.js';
import { operationsOf } from '../../server/src/migrations/from-sql.js';
import { sqlParser } from './parsers.js';

export function catalogFrom(ddl: string): Catalog {
  let catalog = emptyCatalog;
  sqlParser.parse(ddl).statements.forEach(({ statement }, index) => {
    for (const operation of operationsOf(statement)) {
      const origin = { path: 'schema.sql', statement: index, operation: 0, constraint: null };
      catalog = apply(catalog, operation, { origin, postgres: 15 });
    }
  });
  return catalog;
}
