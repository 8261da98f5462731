// Words that are close to each other, for "did you mean".

/** ` Did you mean "x"?` for the nearest known word, or `''` when none is near. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const [near] = nearest(word, known);
  return near === undefined ? '' : ` Did you mean "${near}"?`;
}

/**
 * The known words that are near, the nearest first.
 * @param limit how many slips are taken for one word
 */
export function nearest(
  word: string,
  known: Iterable<string>,
  limit: (candidate: string) => number = ({ length }) => Math.max(2, length / 4),
): readonly string[] {
  const near: { candidate: string; distance: number }[] = [];
  for (const candidate of new Set(known)) {
    const most = limit(candidate);
    if (Math.abs(candidate.length - word.length) > most) continue;
    const distance = editDistance(word, candidate);
    if (distance <= most) near.push({ candidate, distance });
  }
  return near.sort((a, b) => a.distance - b.distance).map(({ candidate }) => candidate);
}

/** How many characters must be put in, taken out, replaced, or exchanged with their neighbour (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isExchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const exchange = isExchanged ? (beforeLast[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, substitution, exchange));
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
