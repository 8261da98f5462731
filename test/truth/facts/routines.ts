// Functions, procedures and aggregates.

import { identityArguments } from '../../../server/src/catalog/apply/routines.js';
import type { FunctionFacts } from '../../../server/src/catalog/catalog.js';
import { quoteName } from '../../../server/src/catalog/keywords.js';
import { functionsOf } from '../../../server/src/catalog/lookup.js';
import { formatBareType, isKnownType } from '../../../server/src/catalog/types.js';
import { type FactFamily, nameOf, notOfExtension, words } from './fact.js';

export const routines: FactFamily = {
  name: 'routines',
  query: `
    SELECT 'routine ' || CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS key,
      concat_ws(' ', CASE p.prokind WHEN 'f' THEN 'function' WHEN 'p' THEN 'procedure' ELSE 'aggregate' END,
        'returns ' || pg_get_function_result(p.oid), l.lanname, p.provolatile::text, p.proparallel::text,
        CASE WHEN p.proisstrict THEN 'strict' END, CASE WHEN p.prosecdef THEN 'definer' END, CASE WHEN p.proleakproof THEN 'leakproof' END,
        CASE WHEN p.pronargdefaults > 0 THEN 'defaults ' || p.pronargdefaults END,
        'with ' || (SELECT string_agg(c, ';' ORDER BY c) FROM unnest(p.proconfig) c),
        'of ' || (SELECT string_agg(e.extname, ',' ORDER BY e.extname) FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
          WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'x')) AS value
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND p.prokind <> 'w' AND ${notOfExtension('pg_proc', 'p')}
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')`,
  of: (catalog, postgres) =>
    functionsOf(catalog).map((routine) => {
      const { language, parallel, strict, securityDefiner, leakproof, settings, volatility } = routine;
      const result = resultOf(routine);
      const defaults = routine.parameters.filter((parameter) => parameter.default !== null).length;
      const value = words(
        routine.routine,
        result !== null && `returns ${result}`,
        language,
        volatility.slice(0, 1),
        parallel.slice(0, 1),
        strict && 'strict',
        securityDefiner && 'definer',
        leakproof && 'leakproof',
        defaults > 0 && `defaults ${defaults}`,
        settings.length > 0 &&
          `with ${settings
            .map((setting) => `${setting.name}=${setting.value}`)
            .sort()
            .join(';')}`,
        routine.extensions.length > 0 && `of ${[...routine.extensions].sort().join(',')}`,
      );
      const isSure =
        (routine.returns === null || isKnownType(routine.returns)) &&
        settings.every((setting) => setting.value !== null) &&
        catalog.doubts.everything === null;
      return {
        key: `routine ${nameOf(routine)}(${identityArguments(routine, postgres)})`,
        value: isSure ? value : null,
      };
    }),
};

/** As `pg_get_function_result` prints it. */
function resultOf({ parameters, returns, returnsSet, routine }: FunctionFacts): string | null {
  const columns = parameters.filter(({ mode }) => mode === 'table');
  if (columns.length > 0) {
    return `TABLE(${columns.map(({ name, type }) => `${quoteName(name ?? '')} ${formatBareType(type)}`).join(', ')})`;
  }
  const out = parameters.filter(({ mode }) => mode === 'out' || mode === 'inout');
  if (routine === 'procedure') return null;
  const [only] = out;
  const type = returns === null && only !== undefined && out.length === 1 ? only.type : returns;
  const spelled = type === null ? 'record' : formatBareType(type);
  return returnsSet ? `SETOF ${spelled}` : spelled;
}
