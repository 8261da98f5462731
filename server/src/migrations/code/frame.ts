// The variables of one routine or DO block while it is followed.

import type { Target } from '../../syntax/sql/plpgsql.js';
import { isObject, type Row, row, unknown, type Value } from './values.js';

export class Frame {
  private scopes: Map<string, Value>[] = [new Map()];
  private labels: (string | null)[] = [null];
  /** Record variables: a row of a query goes into one as a whole. */
  private readonly records = new Set<string>();
  returned: Value = null;

  constructor(
    /** By it, too, its parameters can be named. */
    readonly name: string | null,
  ) {}

  enter(label: string | null): void {
    this.scopes.push(new Map());
    this.labels.push(label);
  }

  leave(): void {
    this.scopes.pop();
    this.labels.pop();
  }

  declare(name: string, value: Value, type = ''): void {
    this.scopes.at(-1)?.set(name, value);
    if (/^record$|%rowtype$/i.test(type.trim())) this.records.add(name);
  }

  isRecord(name: string): boolean {
    return this.records.has(name);
  }

  set(name: string, value: Value): void {
    const scope = this.scopes.findLast((one) => one.has(name)) ?? this.scopes.at(-1);
    scope?.set(name, value);
  }

  assign({ name, field, indexed }: Target, value: Value): void {
    if (indexed) this.set(name, unknown('an element of it is set'));
    else if (field !== null) this.setField(name, field, value);
    else this.set(name, value);
  }

  private setField(name: string, field: string, value: Value): void {
    const old = this.find(name);
    const fields =
      old !== undefined && isObject(old) && old.kind === 'row' ? old.fields : new Map<string, Value>();
    this.set(name, row([...fields, [field, value]]));
  }

  /** A variable, or a field of one; `undefined` when there is none. */
  variable(parts: readonly string[]): Value | undefined {
    const [first = '', second, third] = parts;
    const own = this.find(first);
    if (second === undefined) return own;
    if (own !== undefined) return fieldOf(own, second);
    // Qualified by a label or the name of the function.
    const labelled = this.labels.lastIndexOf(first);
    const inner =
      labelled >= 0
        ? this.scopes[labelled]?.get(second)
        : first === this.name
          ? this.find(second)
          : undefined;
    return inner === undefined || third === undefined ? inner : fieldOf(inner, third);
  }

  private find(name: string): Value | undefined {
    return this.scopes.findLast((one) => one.has(name))?.get(name);
  }

  /** What the variables are now, to be compared or put back. */
  snapshot(): readonly ReadonlyMap<string, Value>[] {
    return this.scopes.map((scope) => new Map(scope));
  }

  restore(snapshot: readonly ReadonlyMap<string, Value>[]): void {
    this.scopes = snapshot.map((scope) => new Map(scope));
  }

  /** Variables that are not the same in all of the outcomes are not known. */
  merge(outcomes: readonly (readonly ReadonlyMap<string, Value>[])[], reason: string): void {
    for (const [depth, scope] of this.scopes.entries()) {
      for (const name of scope.keys()) {
        const values = new Set(outcomes.map((outcome) => outcome[depth]?.get(name)));
        if (values.size > 1) scope.set(name, unknown(reason));
      }
    }
  }
}

function fieldOf(value: Value, field: string): Value {
  if (value === null) return null;
  if (isObject(value) && value.kind === 'row') {
    return (value as Row).fields.get(field) ?? unknown(`the field "${field}" is not known`);
  }
  return isObject(value) && value.kind === 'unknown' ? value : unknown(`the field "${field}" is not known`);
}
