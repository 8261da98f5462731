// Under which circumstances a hook of a Repo does something, and whether a call is one of them.

export type Guard =
  | { readonly kind: 'constant'; readonly value: boolean }
  /** The call passes the option, and not as `false` or `nil`; where it holds by default, the call does not turn it off. */
  | { readonly kind: 'option'; readonly name: string; readonly byDefault: boolean }
  /** `:all`, `:stream`, `:update_all`, `:delete_all`, `:insert_all`: https://hexdocs.pm/ecto/Ecto.Repo.html#c:prepare_query/3 */
  | { readonly kind: 'operation'; readonly name: string }
  /** The schema (`@schema_prefix`) of what the query reads first. */
  | { readonly kind: 'prefix'; readonly value: string }
  /** What the query reads first is a subquery. */
  | { readonly kind: 'subquery' }
  /** What the query reads first is that table, and of that schema where one is named. */
  | { readonly kind: 'table'; readonly name: string; readonly schema: string | null }
  /** What the query reads first has a schema. */
  | { readonly kind: 'schema' }
  /** Its schema has that field. */
  | { readonly kind: 'field'; readonly name: string }
  /** One of its conditions has a certain form, and is about that field. */
  | { readonly kind: 'asks'; readonly name: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'not'; readonly of: Guard }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Guard[] };

/** What is known of a call when a hook looks at it. */
export interface HookedCall {
  readonly operation: string;
  /** Options that it passes or gets by default. */
  readonly options: ReadonlySet<string>;
  /** Options that it passes as `false` or `nil`. */
  readonly off: ReadonlySet<string>;
  readonly prefix: string | null;
  readonly subquery: boolean;
  /** `null` when it is not known. */
  readonly table: string | null;
  /** Options of which it is not known whether they are there, or true. Left out: it is known of all. */
  readonly maybe?: ((name: string) => boolean) | undefined;
  /** The schema of what it reads first; `null` for none, left out when it is not known. */
  readonly schema?: { readonly module: string; readonly fields: ReadonlySet<string> } | null | undefined;
  /** Fields that its conditions name; left out when they are not known. */
  readonly asked?: ReadonlySet<string>;
}

export const certainly: Guard = { kind: 'constant', value: true };
export const never: Guard = { kind: 'constant', value: false };
export const perhaps: Guard = { kind: 'unknown' };

export function negated(guard: Guard): Guard {
  if (guard.kind === 'constant') return guard.value ? never : certainly;
  if (guard.kind === 'unknown') return guard;
  return guard.kind === 'not' ? guard.of : { kind: 'not', of: guard };
}

export function allOf(guards: readonly Guard[]): Guard {
  return joined('and', guards, true);
}

export function anyOf(guards: readonly Guard[]): Guard {
  return joined('or', guards, false);
}

/** @param neutral the value that changes nothing; the other one decides */
function joined(kind: 'and' | 'or', guards: readonly Guard[], neutral: boolean): Guard {
  const of: Guard[] = [];
  for (const guard of guards) {
    if (guard.kind === 'constant') {
      if (guard.value !== neutral) return guard;
    } else if (guard.kind === kind) of.push(...guard.of);
    else of.push(guard);
  }
  const [only] = of;
  if (only === undefined) return { kind: 'constant', value: neutral };
  return of.length === 1 ? only : { kind, of };
}

/** `null` when it is not known. */
export function holds(guard: Guard, call: HookedCall): boolean | null {
  switch (guard.kind) {
    case 'constant':
      return guard.value;
    case 'option':
      if (call.maybe?.(guard.name) === true) return null;
      return call.options.has(guard.name) || (guard.byDefault && !call.off.has(guard.name));
    case 'operation':
      return guard.name === call.operation;
    case 'prefix':
      return guard.value === call.prefix;
    case 'subquery':
      return call.subquery;
    case 'table':
      if (call.subquery) return false;
      if (call.table === null) return null;
      if (guard.name !== call.table) return false;
      if (guard.schema === null || call.schema === undefined) return true;
      // What another name stands for is not certain in code that is put into other modules.
      return call.schema?.module === guard.schema ? true : null;
    case 'schema':
      return call.schema === undefined ? null : call.schema !== null;
    case 'field':
      return call.schema === undefined ? null : (call.schema?.fields.has(guard.name) ?? false);
    case 'asks':
      return call.asked === undefined || call.asked.has(guard.name) ? null : false;
    case 'unknown':
      return null;
    case 'not': {
      const inner = holds(guard.of, call);
      return inner === null ? null : !inner;
    }
    case 'and':
      return combined(guard.of, call, false);
    case 'or':
      return combined(guard.of, call, true);
  }
}

function combined(guards: readonly Guard[], call: HookedCall, deciding: boolean): boolean | null {
  const values = guards.map((guard) => holds(guard, call));
  if (values.includes(deciding)) return deciding;
  return values.includes(null) ? null : !deciding;
}

/** Names of the options that it asks for. */
export function optionsOf(guard: Guard): readonly string[] {
  switch (guard.kind) {
    case 'option':
      return [guard.name];
    case 'not':
      return optionsOf(guard.of);
    case 'and':
    case 'or':
      return guard.of.flatMap(optionsOf);
    default:
      return [];
  }
}
