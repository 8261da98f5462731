// Where a catalog and a server agree, and where they do not.

import type { Catalog } from '../../../server/src/catalog/catalog.js';
import type { RealServer } from '../support/server-process.js';
import { SPELLING } from './expressions.js';
import type { CatalogFact, Fact, FactFamily } from './fact.js';
import { RELATIONS } from './fact.js';
import { FACT_FAMILIES } from './families.js';

export interface Comparison {
  readonly equal: number;
  /** Both have it, and differ. */
  readonly wrong: readonly string[];
  /** The server alone has it. */
  readonly missing: readonly string[];
  /** We alone have it. */
  readonly invented: readonly string[];
  /** Those that we do not claim to know. */
  readonly unknown: readonly string[];
  /** Expressions of which we do not know how the server would print them. */
  readonly unspelled: readonly string[];
}

export async function factsOfServer(server: RealServer, database: string): Promise<readonly Fact[]> {
  const facts: Fact[] = [];
  for (const { query } of FACT_FAMILIES) {
    const rows = await server.run(database, `${RELATIONS} ${query}`);
    facts.push(...rows.map(({ key, value }) => ({ key: String(key), value: String(value) })));
  }
  return facts;
}

export function factsOfCatalog(
  catalog: Catalog,
  families: readonly FactFamily[] = FACT_FAMILIES,
  postgres = 18,
): readonly CatalogFact[] {
  return families.flatMap((family) => family.of(catalog, postgres));
}

/**
 * @param everythingKnown false when the catalog says that objects may exist which it does not hold: then what is missing is unknown
 */
export function compare(
  ours: readonly CatalogFact[],
  theirs: readonly Fact[],
  everythingKnown = true,
): Comparison {
  const held = new Map(theirs.map(({ key, value }) => [key, value]));
  const claimed = new Map(ours.map(({ key, value }) => [key, value]));
  const wrong: string[] = [];
  const invented: string[] = [];
  const unknown: string[] = [];
  const unspelled: string[] = [];
  let equal = 0;
  for (const [key, value] of claimed) {
    const real = held.get(key);
    if (value === null) (key.startsWith(SPELLING) ? unspelled : unknown).push(key);
    else if (real === undefined) invented.push(`${key}: ${value}`);
    else if (real === value) equal += 1;
    else wrong.push(`${key}: ${value} (the server: ${real})`);
  }
  const absent = [...held].filter(([key]) => !claimed.has(key)).map(([key, value]) => `${key}: ${value}`);
  return {
    equal,
    wrong: wrong.sort(),
    missing: everythingKnown ? absent.sort() : [],
    invented: invented.sort(),
    unknown: [...unknown, ...(everythingKnown ? [] : absent)].sort(),
    unspelled: unspelled.sort(),
  };
}
