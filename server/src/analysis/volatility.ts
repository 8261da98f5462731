// How often a function's result changes: what decides whether a default rewrites a table.
// The names are those of pg_proc in PostgreSQL 18; a test compares them with a server.

import builtin from '../catalog/builtin-functions.json' with { type: 'json' };
import type { Catalog, FunctionFacts } from '../catalog/catalog.js';
import type { Expression } from '../catalog/expression.js';
import { functionsNamed } from '../catalog/lookup.js';

export type Volatility = 'immutable' | 'stable' | 'volatile';

/** A name with several signatures counts as the most volatile of them. */
const BUILT_IN: ReadonlyMap<string, Volatility> = new Map([
  ...named(builtin.immutable, 'immutable'),
  ...named(builtin.stable, 'stable'),
  ...named(builtin.volatile, 'volatile'),
]);

/** Words of the grammar that are functions without being in pg_proc: the time and names of a transaction. */
const SQL_VALUES: ReadonlyMap<string, Volatility> = new Map(
  named(
    'current_catalog current_date current_role current_schema current_time current_timestamp current_user ' +
      'localtime localtimestamp session_user system_user user',
    'stable',
  ),
);

/** Functions of extensions that defaults often call. Source: the extensions' own scripts. */
const EXTENSIONS: ReadonlyMap<string, Volatility> = new Map([
  ...named(
    'uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 uuid_generate_v7 gen_random_bytes gen_salt ' +
      'ulid_generate gen_ulid nanoid cuid ksuid gen_ksuid uuid_generate_v6',
    'volatile',
  ),
  ...named('uuid_nil uuid_generate_v3 uuid_generate_v5 digest hmac hstore similarity', 'immutable'),
  ...named('unaccent', 'stable'),
]);

function named(names: string, volatility: Volatility): [string, Volatility][] {
  return names.split(' ').map((name) => [name, volatility]);
}

/** Whether a function of the server has that name; one of the user's may have it, too. */
export function isBuiltIn(name: string): boolean {
  const last = name.replace(/^pg_catalog\./, '');
  return BUILT_IN.has(last) || SQL_VALUES.has(last);
}

/** `unknown` for a function that is neither built in nor made by a migration that we read. */
export function volatilityOf(catalog: Catalog, name: string): Volatility | 'unknown' {
  const [last = name, schema] = name.split('.').reverse();
  // Of several with that name the most volatile: which of them is called depends on the arguments.
  const own = functionsNamed(catalog, { schema: schema ?? null, name: last });
  const found = (['volatile', 'stable', 'immutable'] as const).find((one) =>
    own.some((routine) => (isInlinedConstant(routine) ? 'immutable' : routine.volatility) === one),
  );
  if (found !== undefined) return found;
  return BUILT_IN.get(last) ?? SQL_VALUES.get(last) ?? EXTENSIONS.get(last) ?? 'unknown';
}

/**
 * The planner puts the body of such a function in its place, whatever its author said of its volatility: inline_function in
 * clauses.c (measured).
 */
function isInlinedConstant({
  language,
  securityDefiner,
  settings,
  returnsSet,
  body,
}: FunctionFacts): boolean {
  return (
    language === 'sql' &&
    !securityDefiner &&
    settings.length === 0 &&
    !returnsSet &&
    body !== null &&
    /^\s*(?:select|return)\s+(?:-?\d+(?:\.\d+)?|'[^'\\]*'|true|false|null)(?:::\w+)?\s*;?\s*$/i.test(body)
  );
}

/** The most volatile function that the expression calls, and its volatility; `immutable` with `null` when it calls none. */
export function volatilityOfExpression(
  catalog: Catalog,
  expression: Expression,
): { readonly volatility: Volatility | 'unknown'; readonly because: string | null } {
  const order = ['immutable', 'stable', 'unknown', 'volatile'] as const;
  let worst: { volatility: (typeof order)[number]; because: string | null } = {
    volatility: 'immutable',
    because: null,
  };
  for (const name of expression.functions) {
    const volatility = volatilityOf(catalog, name);
    if (order.indexOf(volatility) > order.indexOf(worst.volatility)) worst = { volatility, because: name };
  }
  return worst;
}
