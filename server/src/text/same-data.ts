// Structural equality of plain data.

const NOTHING: ReadonlySet<string> = new Set();

/**
 * True when both are the same value, or arrays, maps or plain objects of the same values. Functions and instances of classes
 * are the same only to themselves.
 * @param ignored keys of objects that do not count, wherever they are; `outer.inner` means `inner` right inside `outer` alone
 */
export function sameData(
  a: unknown,
  b: unknown,
  ignored: ReadonlySet<string> = NOTHING,
  inside = '',
): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return (
      Array.isArray(b) && a.length === b.length && a.every((item, index) => sameData(item, b[index], ignored))
    );
  }
  if (a instanceof Map) return b instanceof Map && sameEntries(a, b, ignored);
  if (!isPlain(a) || !isPlain(b)) return false;
  let fields = 0;
  for (const key in a) {
    fields++;
    if (!(key in b)) return false;
    if (ignored.size > 0 && (ignored.has(key) || ignored.has(`${inside}.${key}`))) continue;
    if (!sameData(a[key], b[key], ignored, key)) return false;
  }
  for (const _ in b) fields--;
  return fields === 0;
}

function sameEntries(
  a: ReadonlyMap<unknown, unknown>,
  b: ReadonlyMap<unknown, unknown>,
  ignored: ReadonlySet<string>,
) {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    if (!b.has(key) || !sameData(value, b.get(key), ignored)) return false;
  }
  return true;
}

function isPlain(value: object): value is Record<string, unknown> {
  return Object.getPrototypeOf(value) === Object.prototype;
}
