// Constraints of tables. Names of NOT NULL are left out: only PostgreSQL 18 has them.

import type { Constraint } from '../../../server/src/catalog/catalog.js';
import { type FactFamily, nameOf, ofTable, tablesOf, words } from './fact.js';

const LETTERS: Readonly<Record<Constraint['kind'], string>> = {
  'primary-key': 'p',
  unique: 'u',
  'foreign-key': 'f',
  check: 'c',
  exclusion: 'x',
  'not-null': 'n',
};

const LETTER_OF_ACTION: Readonly<Record<string, string>> = {
  'NO ACTION': 'a',
  RESTRICT: 'r',
  CASCADE: 'c',
  'SET NULL': 'n',
  'SET DEFAULT': 'd',
};

export const constraints: FactFamily = {
  name: 'constraints',
  query: `
    SELECT 'constraint ' || r.name || ' ' || k.conname AS key,
      concat_ws(' ', k.contype::text,
        CASE WHEN k.contype IN ('p', 'u', 'f') THEN (SELECT '(' || string_agg(a.attname, ',' ORDER BY o.n) || ')' FROM unnest(k.conkey) WITH ORDINALITY o(num, n) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = o.num) END,
        (SELECT '-> ' || f.name FROM relations f WHERE f.oid = k.confrelid),
        (SELECT '(' || string_agg(a.attname, ',' ORDER BY o.n) || ')' FROM unnest(k.confkey) WITH ORDINALITY o(num, n) JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = o.num),
        CASE WHEN k.contype = 'f' THEN k.confdeltype::text || k.confupdtype::text END,
        CASE WHEN NOT k.convalidated THEN 'not valid' END) AS value
    FROM pg_constraint k JOIN relations r ON r.oid = k.conrelid
    WHERE k.contype NOT IN ('n', 't')`,
  of(catalog) {
    const targetOf = (id: number | null): string | false => {
      const target = id === null ? undefined : catalog.relations.get(id);
      return target !== undefined && `-> ${nameOf(target)}`;
    };
    return tablesOf(catalog).flatMap((table) =>
      ofTable(
        catalog,
        table,
        table.constraints
          .filter(({ kind }) => kind !== 'not-null')
          .map((constraint) => ({
            key: `constraint ${nameOf(table)} ${constraint.name}`,
            value: words(
              LETTERS[constraint.kind],
              'columns' in constraint && `(${constraint.columns})`,
              constraint.kind === 'foreign-key' && targetOf(constraint.references),
              constraint.kind === 'foreign-key' && `(${constraint.referencedColumns})`,
              constraint.kind === 'foreign-key' &&
                `${LETTER_OF_ACTION[constraint.onDelete]}${LETTER_OF_ACTION[constraint.onUpdate]}`,
              'validated' in constraint && !constraint.validated && 'not valid',
            ),
          })),
      ),
    );
  },
};
