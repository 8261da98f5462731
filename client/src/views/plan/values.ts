// Values of parameters as people type them: whether they can be meant, before the server is asked. Pure.

/** What was typed: `NULL` in any case is SQL's, and quotes around it make a text of anything. */
export function valueTyped(typed: string): string | null {
  if (/^null$/i.test(typed)) return null;
  return /^'.*'$/s.test(typed) ? typed.slice(1, -1).replaceAll("''", "'") : typed;
}

/** As {@link valueTyped} reads it. */
export function typedOf(value: string | null): string {
  if (value === null) return 'NULL';
  return /^null$/i.test(value) || /^'.*'$/s.test(value) ? `'${value.replaceAll("'", "''")}'` : value;
}

/** What is wrong with it as a value of the type, or `null`; the server has the last word. */
export function problemOf(typed: string, type: string | null): string | null {
  const value = valueTyped(typed);
  if (value === null || type === null) return null;
  const rule = RULES.find(({ types }) => types.test(type));
  return rule === undefined || rule.pattern.test(value.trim()) ? null : `${rule.words} NULL is a value, too.`;
}

const RULES: readonly { readonly types: RegExp; readonly pattern: RegExp; readonly words: string }[] = [
  { types: /^(?:smallint|integer|bigint|oid)$/, pattern: /^[-+]?\d+$/, words: 'A whole number, such as 42.' },
  {
    types: /^(?:numeric|real|double precision)/,
    pattern: /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$|^[-+]?(?:infinity|nan)$/i,
    words: 'A number, such as 3.5.',
  },
  {
    types: /^boolean$/,
    pattern: /^(?:t|true|f|false|y|yes|n|no|on|off|0|1)$/i,
    words: 'true or false.',
  },
  {
    types: /^uuid$/,
    pattern: /^\{?[\da-f]{8}-?(?:[\da-f]{4}-?){3}[\da-f]{12}\}?$/i,
    words: 'A UUID, such as 0c6e1d4c-64e5-4b4c-8f4e-6d0b8a1c7d11.',
  },
  { types: /\[\]$/, pattern: /^\s*(?:\[.*\]=)?\{.*\}\s*$/s, words: 'An array in braces, such as {1,2,3}.' },
];

/** `Value of $1 (org.id), bigint`. */
export function questionFor(number: number, name: string | null, type: string | null): string {
  return `Value of $${number}${name === null ? '' : ` (${name})`}${type === null ? '' : `, ${type}`}`;
}
