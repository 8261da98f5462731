// Values of parameters as they are given on the command line: JSON, since a shell has only texts, and NULL must be told from 'NULL'.
// The server reads each by its parameter's type, so all become texts here.

/** In order, or by names; `null` is NULL. */
export type GivenValues =
  | { readonly kind: 'list'; readonly values: readonly (string | null)[] }
  | { readonly kind: 'named'; readonly values: ReadonlyMap<string, string | null> };

/** Wrong ones say why, for people. */
export function readValues(text: string): GivenValues | { readonly message: string } {
  const how = 'Write a list, such as [42, "open", null], or {"$1": 42} by names.';
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return { message: `--values is no JSON: ${text.length > 60 ? `${text.slice(0, 60)}…` : text}\n${how}` };
  }
  if (typeof given !== 'object' || given === null) {
    return { message: `--values must hold a value for each parameter.\n${how}` };
  }
  // JSON.parse rounds them without a word.
  const long = /-?\d[\d.]{15,}(?:[eE][-+]?\d+)?/.exec(text.replace(/"(?:[^"\\]|\\.)*"/g, '""'));
  if (long !== null) {
    return { message: `--values: a number of JSON has no room for ${long[0]}. Write it in quotes.` };
  }
  if (Array.isArray(given)) return { kind: 'list', values: given.map(textOf) };
  return {
    kind: 'named',
    values: new Map(Object.entries(given).map(([name, value]) => [name, textOf(value)])),
  };
}

/** A list is an array of the server, an object a JSON value. */
function textOf(value: unknown): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? arrayText(value) : JSON.stringify(value);
}

/** As the server writes arrays: manual, section 8.15.2. */
function arrayText(values: readonly unknown[]): string {
  const parts = values.map((value) => {
    if (value === null) return 'NULL';
    if (Array.isArray(value)) return arrayText(value);
    return `"${(textOf(value) ?? '').replace(/["\\]/g, '\\$&')}"`;
  });
  return `{${parts.join(',')}}`;
}
