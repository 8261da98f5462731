// Types that users make.

import { formatType } from '../../../server/src/catalog/types.js';
import { type FactFamily, nameOf, notOfExtension, words } from './fact.js';

const NAMED = `CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || t.typname`;

export const enums: FactFamily = {
  name: 'enums',
  query: `
    SELECT 'enum ' || ${NAMED} AS key, (SELECT coalesce(string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder), '') FROM pg_enum e WHERE e.enumtypid = t.oid) AS value
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND ${notOfExtension('pg_type', 't')}`,
  of: (catalog) =>
    [...catalog.types.values()].flatMap((type) =>
      type.kind === 'enum' ? [{ key: `enum ${nameOf(type)}`, value: type.values.join(',') }] : [],
    ),
};

export const domains: FactFamily = {
  name: 'domains',
  query: `
    SELECT 'domain ' || ${NAMED} AS key, concat_ws(' ', format_type(t.typbasetype, t.typtypmod), CASE WHEN t.typnotnull THEN 'not null' END) AS value
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'd' AND n.nspname <> 'information_schema' AND ${notOfExtension('pg_type', 't')}`,
  of: (catalog) =>
    [...catalog.types.values()].flatMap((type) =>
      type.kind === 'domain'
        ? [
            {
              key: `domain ${nameOf(type)}`,
              value: words(formatType(type.base), type.notNull && 'not null'),
            },
          ]
        : [],
    ),
};
