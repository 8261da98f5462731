// Values of columns as the file of statistics has them: texts, as the server prints them with ISO dates in UTC. Whether they are
// of their type and in its order can be told of few types: texts are in the order of a collation, others in one of their own.

const WHOLE = /^(?:smallint|integer|bigint|oid)$/;
const NUMERIC = /^(?:numeric(?:\(.*\))?|real|double precision)$/;
const TIMES = /^(?:date|timestamp(?:\(\d\))? with(?:out)? time zone)$/;

/** Of a time before our era, and of a fifth digit of the year, the text is not in the order of time. */
const PLAIN_TIME = /^\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d(?:\.\d+)?(?:\+00)?)?$/;

/** False where it is certain that the server would not take it. @param type as `format_type` prints it */
export function isValueOf(type: string | null, text: string): boolean {
  if (type === null) return true;
  if (WHOLE.test(type)) return /^\s*[-+]?\d/.test(text);
  if (NUMERIC.test(type)) return /^\s*[-+]?(?:\.?\d|inf|nan)/i.test(text);
  if (TIMES.test(type)) return /\d|infinity|epoch/i.test(text);
  if (type === 'uuid') return /^[\s{]*[0-9a-f]/i.test(text);
  return true;
}

/** The place of the first value that is less than the one before it; `null` when there is none, or that cannot be told. */
export function outOfOrder(values: readonly string[], type: string | null): number | null {
  const keys = values.map((value) => sortKey(type, value));
  for (const [index, key] of keys.entries()) {
    const before = keys[index - 1] ?? null;
    if (key !== null && before !== null && key < before) return index;
  }
  return null;
}

/** Keys of one type are of one type, too. */
function sortKey(type: string | null, text: string): number | string | null {
  if (type === null) return null;
  if (WHOLE.test(type) || NUMERIC.test(type)) {
    const number = Number(text);
    // NaN, which is greater than all others, and what is written as JavaScript does not.
    return Number.isNaN(number) ? null : number;
  }
  if (TIMES.test(type)) return PLAIN_TIME.test(text) ? text : null;
  return type === 'uuid' ? text.toLowerCase() : null;
}
