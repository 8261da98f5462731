// Reading EXPLAIN's JSON without trusting it: typed values by key, and what nobody asked for at the end.

export type Raw = Readonly<Record<string, unknown>>;

export interface RawReader {
  /** `null` for a key that is absent, or of another type, which is told; so for all that give one value. */
  text(key: string): string | null;
  number(key: string): number | null;
  flag(key: string): boolean;
  texts(key: string): readonly string[];
  record(key: string): Raw | null;
  records(key: string): readonly Raw[];
  /** Keys that were not read. */
  rest(): Raw;
}

/** @param complain is told, as the end of a sentence, of a value that is not what PostgreSQL writes there */
export function readerOf(raw: Raw, complain: (problem: string) => void = () => {}): RawReader {
  const rest = new Map(Object.entries(raw));
  const take = <T>(key: string, is: (value: unknown) => value is T, expected: string): T | null => {
    const value = raw[key];
    rest.delete(key);
    if (is(value)) return value;
    if (value !== undefined && value !== null) {
      complain(`"${key}" is ${JSON.stringify(value).slice(0, 40)}, not ${expected}`);
    }
    return null;
  };
  return {
    text: (key) => take(key, isText, 'a text'),
    number(key) {
      const value = raw[key];
      // As programs write it that know texts alone.
      if (typeof value === 'string' && NUMBER.test(value)) {
        rest.delete(key);
        return Number(value);
      }
      return take(key, isNumber, 'a number');
    },
    flag: (key) => take(key, isFlag, 'true or false') === true,
    texts: (key) => (take(key, isList, 'a list') ?? []).filter(isText),
    record: (key) => take(key, isRaw, 'an object'),
    records: (key) => (take(key, isList, 'a list') ?? []).filter(isRaw),
    rest: () => Object.fromEntries(rest),
  };
}

const NUMBER = /^-?\d+(?:\.\d+)?$/;
const isText = (value: unknown) => typeof value === 'string';
const isNumber = (value: unknown) => typeof value === 'number';
const isFlag = (value: unknown) => typeof value === 'boolean';
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

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
 * Finds the plan in what EXPLAIN gave: the JSON array, its first element as auto_explain logs it, or a node alone. Gives the
 * reason, a sentence, when there is none.
 */
export function rawPlanOf(value: unknown): RawPlan | string {
  const statement: unknown = Array.isArray(value) ? value[0] : value;
  if (!isRaw(statement)) return 'The JSON holds no plan.';
  const { Plan: node, ...rest } = statement;
  if (isRaw(node)) return checked({ node, statement: rest });
  return 'Node Type' in statement ? checked({ node: statement, statement: {} }) : 'The JSON holds no plan.';
}

/** PostgreSQL itself gives up on queries that are nested far less deeply. */
const DEEPEST = 500;

function checked(plan: RawPlan): RawPlan | string {
  if (typeof plan.node['Node Type'] !== 'string')
    return 'The plan in the JSON is empty: its root has no "Node Type".';
  let level: readonly Raw[] = [plan.node];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === DEEPEST)
      return `The plan is nested more than ${DEEPEST} levels deep, which no plan of PostgreSQL is.`;
    level = level.flatMap(({ Plans: children }) => (Array.isArray(children) ? children.filter(isRaw) : []));
  }
  return plan;
}

function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
