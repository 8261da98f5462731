// Random numbers that are the same in every run: a test that fails says its seed.

export interface Random {
  /** From 0 to below `limit`. */
  below(limit: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
}

/** A linear congruential generator; the low bits, which repeat soon, are not used. */
export function randomFrom(seed: number): Random {
  let state = seed;
  const below = (limit: number) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * limit);
  };
  return { below, pick: (items) => items[below(items.length)] ?? items[0] };
}
