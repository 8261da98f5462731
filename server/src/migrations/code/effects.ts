// What code does, one operation after the other, and the schema that it meets on its way.

import { apply } from '../../catalog/apply.js';
import type { Catalog } from '../../catalog/catalog.js';
import type { Operation, Touch, Unknown } from '../../catalog/operation.js';
import { changesNoSchema } from '../../catalog/operation-target.js';
import { refusalOf } from '../../catalog/refusals.js';
import type { Span } from '../../text/span.js';
import { relocated } from '../relocate.js';
import { catches } from './conditions.js';
import { firstOf, type Placement } from './placement.js';

export interface CodePlace {
  readonly path: string;
  /** Its index in the file. */
  readonly statement: number;
  /** Major version of the server. */
  readonly postgres: number;
}

/** An error that the code raises or the server would. */
export class Raised extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** It does more than is followed. */
export class Exhausted extends Error {}

const MOST_STEPS = 20_000;

export class Effects {
  readonly operations: Operation[] = [];
  private maybe: string | null = null;
  private guards: readonly (readonly string[])[] = [];
  private steps = 0;

  constructor(
    public catalog: Catalog,
    private readonly place: CodePlace,
  ) {}

  step(): void {
    if (++this.steps > MOST_STEPS) throw new Exhausted();
  }

  /** An operation of the statement itself. */
  plain(operation: Operation): void {
    if (operation.kind === 'unknown' && this.isSaid(operation)) return;
    const origin = {
      path: this.place.path,
      statement: this.place.statement,
      operation: this.operations.length,
      constraint: null,
    };
    this.operations.push(operation);
    this.catalog = apply(this.catalog, operation, { origin, postgres: this.place.postgres });
  }

  emit(operation: Operation, placement: Placement): void {
    const moved = relocated(operation, placement.span);
    const placed: Operation = { ...moved, keyword: placement.keyword ?? moved.keyword, inBody: true };
    const reason = isAlwaysDone(placed) ? null : (this.maybe ?? this.mayFail(placed));
    this.plain(reason === null ? placed : { ...placed, maybe: reason });
  }

  /** Raises what a handler catches. Gives why it may fail where that is not known. */
  private mayFail(operation: Operation): string | null {
    if (this.guards.length === 0 || this.maybe !== null) return null;
    const refusal = refusalOf(this.catalog, operation, {
      postgres: this.place.postgres,
      statement: [operation],
    });
    if (refusal !== null && this.isCaught(refusal.code)) {
      if (refusal.restsOnAbsence && this.catalog.doubts.newObjects !== null) return refusal.message;
      throw new Raised(refusal.code);
    }
    if (
      operation.kind === 'create-extension' &&
      ['0A000', '58P01', '42501'].some((code) => this.isCaught(code))
    ) {
      return `whether the server has the extension "${operation.extension.name}" is not known`;
    }
    return null;
  }

  /** The same doubt once more, as a loop gives it. */
  private isSaid({ reason, touches, span }: Unknown): boolean {
    return this.operations.some(
      (one) =>
        one.kind === 'unknown' &&
        one.reason === reason &&
        one.span.start === span.start &&
        JSON.stringify(one.touches) === JSON.stringify(touches),
    );
  }

  private isCaught(code: string): boolean {
    return this.guards.some((conditions) => catches(conditions, code));
  }

  doubt(reason: string, touches: Touch, placement: Placement, at: Span): void {
    const span = placement.span(at);
    this.plain({
      kind: 'unknown',
      reason,
      touches: relocated(touches, placement.span),
      span,
      keyword: placement.keyword ?? firstOf(span),
      inBody: true,
    });
  }

  perhaps<T>(reason: string, work: () => T): T {
    const outer = this.maybe;
    this.maybe = outer ?? reason;
    try {
      return work();
    } finally {
      this.maybe = outer;
    }
  }

  /**
   * Does the work, or nothing of it and then what `otherwise` gives for the error that was raised. Errors that it does not
   * answer go on.
   */
  attempt<T>(work: () => T, otherwise: (raised: Raised) => (() => T) | null): T {
    const count = this.operations.length;
    const begun = this.catalog;
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Raised)) throw error;
      const instead = otherwise(error);
      if (instead === null) throw error;
      this.operations.length = count;
      this.catalog = begun;
      return instead();
    }
  }

  /** Does the work without keeping anything of it. */
  dry<T>(work: () => T): T | undefined {
    const count = this.operations.length;
    const begun = this.catalog;
    try {
      return work();
    } catch (error) {
      if (error instanceof Raised) return undefined;
      throw error;
    } finally {
      this.operations.length = count;
      this.catalog = begun;
    }
  }

  /** Errors of these conditions are caught meanwhile. */
  guarded<T>(conditions: readonly string[], work: () => T): T {
    const outer = this.guards;
    this.guards = [...outer, conditions];
    try {
      return work();
    } finally {
      this.guards = outer;
    }
  }
}

/** What it may do is of no consequence, or it is a doubt itself. */
function isAlwaysDone(operation: Operation): boolean {
  if (operation.kind === 'comment') return false;
  if (operation.kind === 'other') return operation.change === null;
  return operation.kind === 'unknown' || changesNoSchema(operation);
}
