// An expression as the server keeps it after parse analysis: every node with its type, every cast in its place.
// Types are the names of tables.ts; those of the catalog are `schema NUL name`, and arrays have `[]` after their element's.

export type TypeId = string;

export interface OfType {
  readonly type: TypeId;
  /** What stands in parentheses: `255`, `10,2`, of intervals the fields, too; `null` for none. */
  readonly modifier: string | null;
}

export type Typed = OfType &
  (
    | { readonly kind: 'const'; readonly value: string | null }
    | { readonly kind: 'column'; readonly name: string }
    | { readonly kind: 'value'; readonly name: string; readonly precision: number | null }
    | Call
    | { readonly kind: 'operator'; readonly name: string; readonly args: readonly Typed[] }
    | Quantified
    | Coercion
    | { readonly kind: 'boolean'; readonly name: 'AND' | 'OR' | 'NOT'; readonly args: readonly Typed[] }
    | { readonly kind: 'test'; readonly name: string; readonly arg: Typed }
    | { readonly kind: 'distinct'; readonly left: Typed; readonly right: Typed }
    | { readonly kind: 'form'; readonly name: FormName; readonly args: readonly Typed[] }
    | Case
    | { readonly kind: 'array'; readonly args: readonly Typed[] }
    | { readonly kind: 'collate'; readonly name: string; readonly arg: Typed }
    | { readonly kind: 'subscript'; readonly arg: Typed; readonly indexes: readonly Typed[] }
  );

export type FormName = 'COALESCE' | 'GREATEST' | 'LEAST' | 'NULLIF';

interface Call {
  readonly kind: 'call';
  /** `null` where it is printed without. */
  readonly schema: string | null;
  readonly name: string;
  /** In the words of the standard: `EXTRACT(… FROM …)`, `AT TIME ZONE`. */
  readonly syntax: boolean;
  /** The last argument is the array of a VARIADIC. */
  readonly variadic: boolean;
  readonly args: readonly Typed[];
}

interface Quantified {
  readonly kind: 'quantified';
  readonly name: string;
  readonly all: boolean;
  readonly left: Typed;
  readonly right: Typed;
}

export interface Coercion {
  readonly kind: 'coercion';
  readonly via: 'function' | 'relabel' | 'io' | 'array' | 'domain';
  /** Nobody wrote it. */
  readonly implicit: boolean;
  readonly arg: Typed;
}

interface Case {
  readonly kind: 'case';
  readonly subject: Typed | null;
  readonly whens: readonly { readonly when: Typed; readonly then: Typed }[];
  readonly otherwise: Typed;
}

export const BOOLEAN: OfType = { type: 'bool', modifier: null };

export function elementOf(type: TypeId): TypeId | null {
  return type.endsWith('[]') ? type.slice(0, -2) : null;
}

export function arrayOf(type: TypeId): TypeId {
  return `${type}[]`;
}
