// Sequences, and whose they are.

import { type FactFamily, nameOf, words } from './fact.js';

export const sequences: FactFamily = {
  name: 'sequences',
  query: `
    SELECT 'sequence ' || s.name AS key,
      concat_ws(' ', CASE s.relpersistence WHEN 'u' THEN 'unlogged' END,
        format_type(q.seqtypid, NULL), q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, CASE WHEN q.seqcycle THEN 'cycle' END,
        (SELECT 'of ' || r.name || '.' || a.attname FROM pg_depend d JOIN relations r ON r.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = d.refobjsubid
          WHERE d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))) AS value
    FROM relations s JOIN pg_sequence q ON q.seqrelid = s.oid WHERE s.relkind = 'S'`,
  of: (catalog) =>
    [...catalog.relations.values()].flatMap((sequence) => {
      if (sequence.kind !== 'sequence') return [];
      const owner = sequence.ownedBy === null ? undefined : catalog.relations.get(sequence.ownedBy);
      const { type, start, increment, min, max, cache, cycle } = sequence.options;
      const value = words(
        sequence.unlogged && 'unlogged',
        ...[type, start, increment, min, max, cache],
        cycle && 'cycle',
        owner !== undefined && `of ${nameOf(owner)}.${sequence.ownerColumn}`,
      );
      return [{ key: `sequence ${nameOf(sequence)}`, value }];
    }),
};
