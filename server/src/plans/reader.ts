// Reading EXPLAIN's JSON without trusting it: typed values by key, and what nobody asked for at the end.

export type Raw = Readonly<Record<string, unknown>>;

export interface RawReader {
  /** `null` for a key that is absent or of another type; so for all that give one value. */
  text(key: string): string | null;
  number(key: string): number | null;
  flag(key: string): boolean;
  texts(key: string): readonly string[];
  record(key: string): Raw | null;
  records(key: string): readonly Raw[];
  /** Keys that were not read. */
  rest(): Raw;
}

export function readerOf(raw: Raw): RawReader {
  const rest = new Map(Object.entries(raw));
  const take = (key: string): unknown => {
    rest.delete(key);
    return raw[key];
  };
  return {
    text(key) {
      const value = take(key);
      return typeof value === 'string' ? value : null;
    },
    number(key) {
      const value = take(key);
      return typeof value === 'number' ? value : null;
    },
    flag: (key) => take(key) === true,
    texts(key) {
      const value = take(key);
      return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
    },
    record(key) {
      const value = take(key);
      return isRaw(value) ? value : null;
    },
    records(key) {
      const value = take(key);
      return Array.isArray(value) ? value.filter(isRaw) : [];
    },
    rest: () => Object.fromEntries(rest),
  };
}

/** Every object in a plan at any depth, whichever key it stands under; those above before those inside. */
export function recordsIn(value: unknown): readonly Raw[] {
  if (Array.isArray(value)) return value.flatMap(recordsIn);
  return isRaw(value) ? [value, ...Object.values(value).flatMap(recordsIn)] : [];
}

/** The relations that a plan names, each as often as it does. `schema` is `null` without VERBOSE. */
export function rawRelationsIn(
  plan: unknown,
): readonly { readonly schema: string | null; readonly name: string }[] {
  return recordsIn(plan).flatMap(({ 'Relation Name': name, Schema: schema }) =>
    typeof name === 'string' ? [{ schema: typeof schema === 'string' ? schema : null, name }] : [],
  );
}

export interface RawPlan {
  /** The root. */
  readonly node: Raw;
  /** What is said of the whole statement. */
  readonly statement: Raw;
}

/**
 * Finds the plan in what EXPLAIN printed: the JSON array, its first element as auto_explain logs it, or psql's table
 * around either. Gives the reason, a sentence, when there is none.
 */
export function rawPlanOf(value: unknown): RawPlan | string {
  const json = typeof value === 'string' ? parsed(value) : value;
  if (json === undefined) return 'The text is not JSON; plans are read from EXPLAIN (FORMAT JSON).';
  const statement: unknown = Array.isArray(json) ? json[0] : json;
  if (!isRaw(statement)) return 'The JSON holds no plan.';
  const { Plan: node, ...rest } = statement;
  if (isRaw(node)) return { node, statement: rest };
  return 'Node Type' in statement ? { node: statement, statement: {} } : 'The JSON holds no plan.';
}

function parsed(text: string): unknown {
  for (const candidate of [text, withoutTable(text)]) {
    try {
      return JSON.parse(candidate);
    } catch {
      // The next candidate, or undefined.
    }
  }
  return undefined;
}

/** psql prints a title, a rule, a `+` at the end of each line but the last, and the count of rows. */
function withoutTable(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^\s*(QUERY PLAN|[-+]+|\(\d+ rows?\))\s*$/.test(line))
    .map((line) => line.replace(/^\s*\|?|\s*[+|]?\s*$/g, ''))
    .join('\n');
}

function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
