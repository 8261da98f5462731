// Structural equality of plain data.

const NOTHING: ReadonlySet<string> = new Set();

/**
 * True when both are the same value, or arrays, maps or plain objects of the same values. Functions and instances of classes
 * are the same only to themselves.
 * @param ignored keys of objects that do not count, wherever they are
 * @param alike what counts as the same whatever is in it, such as places
 */
export function sameData(
  a: unknown,
  b: unknown,
  ignored: ReadonlySet<string> = NOTHING,
  alike: ((value: unknown) => boolean) | null = null,
): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return (
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, index) => sameData(item, b[index], ignored, alike))
    );
  }
  if (alike?.(a) && alike(b)) return true;
  if (a instanceof Map) return b instanceof Map && sameEntries(a, b, ignored, alike);
  if (!isPlain(a) || !isPlain(b)) return false;
  let fields = 0;
  for (const key in a) {
    fields++;
    if (!(key in b)) return false;
    if (ignored.has(key)) continue;
    if (!sameData(a[key], b[key], ignored, alike)) return false;
  }
  for (const _ in b) fields--;
  return fields === 0;
}

function sameEntries(
  a: ReadonlyMap<unknown, unknown>,
  b: ReadonlyMap<unknown, unknown>,
  ignored: ReadonlySet<string>,
  alike: ((value: unknown) => boolean) | null,
) {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    if (!b.has(key) || !sameData(value, b.get(key), ignored, alike)) return false;
  }
  return true;
}

function isPlain(value: object): value is Record<string, unknown> {
  return Object.getPrototypeOf(value) === Object.prototype;
}
