// Schemas and extensions.

import type { FactFamily } from './fact.js';

export const schemas: FactFamily = {
  name: 'schemas',
  query: `
    SELECT 'schema ' || nspname AS key, '' AS value FROM pg_namespace n WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    UNION ALL
    SELECT 'extension ' || extname, '' FROM pg_extension`,
  of: (catalog) => [
    ...[...catalog.schemas].map((name) => ({ key: `schema ${name}`, value: '' })),
    ...[...catalog.extensions].map((name) => ({ key: `extension ${name}`, value: '' })),
  ],
};
