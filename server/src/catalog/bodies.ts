// Catalogs that differ in nothing but the bodies of functions. To the server a body is only text until it is run, so what
// follows from a catalog follows from all of these alike, but for running code. Where in a statement something stands does not
// count, either.

import { sameData } from '../text/same-data.js';
import { isSpan } from '../text/span.js';
import type { Catalog } from './catalog.js';
import type { FunctionFacts } from './routine-facts.js';

const kin = new WeakMap<Catalog, Catalog>();

/**
 * One catalog in the place of all that are known to differ from it in bodies alone; the catalog itself when none is. What does
 * not depend on bodies can be kept by it.
 */
export function besideBodies(catalog: Catalog): Catalog {
  return kin.get(catalog) ?? catalog;
}

/** Whether nothing is known to differ but bodies. */
export function isAlike(a: Catalog, b: Catalog): boolean {
  return a === b || besideBodies(a) === besideBodies(b);
}

/** Makes two catalogs known as alike, when they are. */
export function compareBesideBodies(known: Catalog, now: Catalog): void {
  if (isAlike(known, now) || !differsInBodiesAlone(known, now)) return;
  kin.set(now, besideBodies(known));
}

/** The catalog with the functions of one that is known as alike. */
export function withBodiesOf(catalog: Catalog, { functions }: Catalog): Catalog {
  if (catalog.functions === functions) return catalog;
  const now = { ...catalog, functions };
  kin.set(now, besideBodies(catalog));
  return now;
}

function differsInBodiesAlone(a: Catalog, b: Catalog): boolean {
  for (const key of Object.keys(a) as (keyof Catalog)[]) {
    if (key !== 'functions' && a[key] !== b[key]) return false;
  }
  if (a.functions.size !== b.functions.size) return false;
  return b.functions.every((functions, key) => {
    const before = a.functions.get(key);
    return functions === before || (before !== undefined && sameFunctions(before, functions));
  });
}

const BODY: ReadonlySet<string> = new Set(['body']);

function sameFunctions(a: readonly FunctionFacts[], b: readonly FunctionFacts[]): boolean {
  return (
    sameData(a, b, BODY, isSpan) &&
    a.every(({ body }, index) => (body === null) === (b[index]?.body === null))
  );
}
