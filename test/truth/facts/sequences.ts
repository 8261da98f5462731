// Sequences, and whose they are.

import { type FactFamily, nameOf, words } from './fact.js';

export const sequences: FactFamily = {
  name: 'sequences',
  query: `
    SELECT 'sequence ' || s.name AS key,
      coalesce((SELECT 'of ' || r.name || '.' || a.attname FROM pg_depend d JOIN relations r ON r.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')), '') AS value
    FROM relations s WHERE s.relkind = 'S'`,
  of: (catalog) =>
    [...catalog.relations.values()].flatMap((sequence) => {
      if (sequence.kind !== 'sequence') return [];
      const owner = sequence.ownedBy === null ? undefined : catalog.relations.get(sequence.ownedBy);
      const value = words(owner !== undefined && `of ${nameOf(owner)}.${sequence.ownerColumn}`);
      return [{ key: `sequence ${nameOf(sequence)}`, value }];
    }),
};
