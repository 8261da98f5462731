/** Each once, where it comes first. */
export function unique<T>(all: readonly T[], key: (one: T) => unknown = (one) => one): readonly T[] {
  const seen = new Set<unknown>();
  return all.filter((one) => {
    const isNew = !seen.has(key(one));
    seen.add(key(one));
    return isNew;
  });
}
