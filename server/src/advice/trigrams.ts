// What an index of trigrams can find.

/** Whether a pattern has three letters in a row. */
export function hasTrigram(pattern: string): boolean {
  return pattern.split(/[%_\\]/).some((part) => part.length >= 3);
}
