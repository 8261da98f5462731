// Constraints of tables. What the server keeps for each partition that a foreign key points at is left out: those are parts of it.

import type { Constraint } from '../../../server/src/catalog/catalog.js';
import { tablesOf } from '../../../server/src/catalog/lookup.js';
import { type FactFamily, nameOf, ofTable, words } from './fact.js';

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
        CASE WHEN k.contype IN ('p', 'u', 'f', 'n') THEN (SELECT '(' || string_agg(a.attname, ',' ORDER BY o.n) || ')' FROM unnest(k.conkey) WITH ORDINALITY o(num, n) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = o.num) END,
        (SELECT '-> ' || f.name FROM relations f WHERE f.oid = k.confrelid),
        (SELECT '(' || string_agg(a.attname, ',' ORDER BY o.n) || ')' FROM unnest(k.confkey) WITH ORDINALITY o(num, n) JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = o.num),
        CASE WHEN k.contype = 'f' THEN k.confdeltype::text || k.confupdtype::text || CASE k.confmatchtype WHEN 'f' THEN ' full' ELSE '' END END,
        (SELECT 'only (' || string_agg(a.attname, ',' ORDER BY a.attname) || ')' FROM jsonb_array_elements_text(nullif(to_jsonb(k) -> 'confdelsetcols', 'null')) c(num) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = c.num::int),
        (SELECT 'with ' || string_agg(o.oprname, ',' ORDER BY c.n) FROM unnest(k.conexclop) WITH ORDINALITY c(num, n) JOIN pg_operator o ON o.oid = c.num WHERE k.contype = 'x'),
        CASE WHEN (to_jsonb(k) ->> 'conperiod')::bool THEN 'temporal' END,
        CASE WHEN k.condeferrable THEN 'deferrable' END, CASE WHEN k.condeferred THEN 'deferred' END,
        CASE WHEN NOT (to_jsonb(k) ->> 'conenforced')::bool THEN 'not enforced' END,
        CASE WHEN NOT k.convalidated THEN 'not valid' END,
        CASE WHEN k.connoinherit AND k.contype IN ('c', 'n') THEN 'no inherit' END,
        CASE WHEN NOT k.conislocal THEN 'not local' END, CASE WHEN k.coninhcount > 0 THEN 'inherited ' || k.coninhcount END) AS value
    FROM pg_constraint k JOIN relations r ON r.oid = k.conrelid LEFT JOIN pg_constraint above ON above.oid = k.conparentid
    WHERE k.contype <> 't' AND r.relkind IN ('r', 'p', 'f') AND above.conrelid IS DISTINCT FROM k.conrelid`,
  of(catalog) {
    const targetOf = (id: number | null): string | false => {
      const target = id === null ? undefined : catalog.relations.get(id);
      return target !== undefined && `-> ${nameOf(target)}`;
    };
    const own = (constraint: Constraint): readonly (string | false)[] => {
      switch (constraint.kind) {
        case 'primary-key':
        case 'unique':
          return [`(${constraint.columns})`, constraint.temporal && 'temporal'];
        case 'not-null':
          return [`(${constraint.column})`];
        case 'exclusion':
          return [`with ${constraint.operators}`];
        case 'check':
          return [];
        case 'foreign-key': {
          const { onDelete, onUpdate, onDeleteColumns } = constraint;
          return [
            `(${constraint.columns})`,
            targetOf(constraint.references),
            `(${constraint.referencedColumns})`,
            `${LETTER_OF_ACTION[onDelete]}${LETTER_OF_ACTION[onUpdate]}`,
            constraint.matchFull && 'full',
            onDeleteColumns.length > 0 && `only (${[...onDeleteColumns].sort()})`,
            constraint.temporal && 'temporal',
          ];
        }
      }
    };
    return tablesOf(catalog).flatMap((table) =>
      ofTable(
        catalog,
        table,
        table.constraints.map((constraint) => ({
          key: `constraint ${nameOf(table)} ${constraint.name}`,
          value: words(
            LETTERS[constraint.kind],
            ...own(constraint),
            'deferrable' in constraint && constraint.deferrable && 'deferrable',
            'deferred' in constraint && constraint.deferred && 'deferred',
            'enforced' in constraint && !constraint.enforced && 'not enforced',
            'validated' in constraint && !constraint.validated && 'not valid',
            'noInherit' in constraint && constraint.noInherit && 'no inherit',
            !constraint.local && 'not local',
            constraint.inherited > 0 && `inherited ${constraint.inherited}`,
          ),
        })),
      ),
    );
  },
};
