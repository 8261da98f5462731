// Views and materialized views, with their columns.

import { broadDoubt } from '../../../server/src/catalog/lookup.js';
import { formatType, isKnownType } from '../../../server/src/catalog/types.js';
import { type FactFamily, nameOf, words } from './fact.js';

/** With the names of the columns, in order. */
export const views: FactFamily = {
  name: 'views',
  query: `
    SELECT 'view ' || r.name AS key,
      concat_ws(' ', CASE r.relkind WHEN 'm' THEN 'materialized' END, CASE WHEN NOT r.relispopulated THEN 'not populated' END,
        'with ' || (SELECT string_agg(o, ',' ORDER BY o) FROM unnest(r.reloptions) o),
        (SELECT string_agg(a.attname, ',' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attnum > 0)) AS value
    FROM relations r WHERE r.relkind IN ('v', 'm')`,
  of: (catalog) =>
    [...catalog.relations.values()].flatMap((view) => {
      if (view.kind !== 'view') return [];
      const options = view.options.map(({ name, value }) => `${name}=${value}`).sort();
      const value = words(
        view.materialized && 'materialized',
        !view.populated && 'not populated',
        options.length > 0 && `with ${options.join(',')}`,
        view.columns.map(({ name }) => name).join(','),
      );
      const isSure = view.complete && broadDoubt(catalog, view) === null;
      return [{ key: `view ${nameOf(view)}`, value: isSure ? value : null }];
    }),
};

export const viewColumns: FactFamily = {
  name: 'columns of views',
  query: `
    SELECT 'view column ' || r.name || '.' || a.attname AS key, format_type(a.atttypid, a.atttypmod) AS value
    FROM pg_attribute a JOIN relations r ON r.oid = a.attrelid
    WHERE r.relkind IN ('v', 'm') AND a.attnum > 0`,
  of: (catalog) =>
    [...catalog.relations.values()].flatMap((view) =>
      view.kind === 'view'
        ? view.columns.map(({ name, type }) => ({
            key: `view column ${nameOf(view)}.${name}`,
            value:
              isKnownType(type) && view.complete && broadDoubt(catalog, view) === null
                ? formatType(type)
                : null,
          }))
        : [],
    ),
};
