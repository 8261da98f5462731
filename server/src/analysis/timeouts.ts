// Which run-time parameters are in force when a statement of a migration runs, as far as the migration itself sets them: timeouts
// above all. What the connection brings along is not seen here.
// https://www.postgresql.org/docs/current/sql-set.html

import type { Operation, SetParameter } from '../catalog/operation.js';
import type { WholeMigration } from './whole-migration.js';

export interface ParameterInForce {
  /** As written; `null` where it is computed: then it is set, and nobody knows to what. */
  readonly value: string | null;
  /** The step that set it, in `steps`. */
  readonly by: number;
}

export interface Parameters {
  /** By name. What is not in it has the value that the connection brought along. */
  readonly inForce: ReadonlyMap<string, ParameterInForce>;
  /** Something ran before that could not be read, and may have set any. */
  readonly doubtful: boolean;
  /** The script itself has begun the transaction that it is in. */
  readonly begun: boolean;
}

interface Session {
  readonly session: ReadonlyMap<string, ParameterInForce>;
  /** What SET LOCAL hides until the transaction ends; `null` as a value is RESET for so long. */
  readonly local: ReadonlyMap<string, ParameterInForce | null>;
}

const nothingSet: Session = { session: new Map(), local: new Map() };

const known = new WeakMap<WholeMigration, readonly Parameters[]>();

/** For each step of the migration, what is in force when it runs. */
export function parametersAt(whole: WholeMigration): readonly Parameters[] {
  let found = known.get(whole);
  if (found === undefined) {
    found = follow(whole);
    known.set(whole, found);
  }
  return found;
}

function follow({ steps, transaction: ofRunner }: WholeMigration): readonly Parameters[] {
  const all: Parameters[] = [];
  let state = nothingSet;
  /** What ROLLBACK goes back to. */
  let atBegin = nothingSet;
  let begun = false;
  let savepoints: readonly { readonly name: string | null; readonly state: Session }[] = [];
  let transaction: number | null = steps[0]?.transaction ?? null;
  let doubtful = false;
  for (const [index, { operation, transaction: now }] of steps.entries()) {
    if (now !== transaction) {
      state = { ...state, local: new Map() };
      atBegin = state;
      savepoints = [];
      transaction = now;
    }
    all.push({ inForce: inForce(state), doubtful, begun });
    if (mayRunAnything(operation)) doubtful = true;
    if (operation.kind === 'set-parameter') {
      if (!operation.local || transaction !== null) state = afterSet(state, operation, index);
    } else if (operation.kind === 'transaction') {
      switch (operation.action) {
        case 'begin':
          // In a transaction of the runner it does nothing.
          if (!begun && ofRunner !== 'per-file') atBegin = state;
          begun = true;
          break;
        case 'commit':
          begun = operation.chain === true;
          state = { ...state, local: new Map() };
          break;
        case 'rollback':
          begun = operation.chain === true;
          state = { ...atBegin, local: new Map() };
          break;
        case 'savepoint':
          savepoints = [...savepoints, { name: operation.savepoint, state }];
          break;
        case 'rollback-to': {
          const { savepoint } = operation;
          state = savepoints.findLast(({ name }) => name === savepoint)?.state ?? state;
          break;
        }
      }
    }
  }
  return all;
}

/** Code that could not be read. */
function mayRunAnything(operation: Operation): boolean {
  return operation.kind === 'unknown' && operation.touches.kind === 'everything';
}

/** SET LOCAL hides what the session has; SET and RESET take the place of both. */
function afterSet(
  { session, local }: Session,
  { parameter, value, isComputed, local: isLocal }: SetParameter,
  by: number,
): Session {
  const setting = value === null ? null : { value: isComputed === true ? null : value, by };
  if (isLocal) return { session, local: new Map(local).set(parameter, setting) };
  if (parameter === 'all') return nothingSet;
  const kept = new Map(session);
  if (setting === null) kept.delete(parameter);
  else kept.set(parameter, setting);
  const hidden = new Map(local);
  hidden.delete(parameter);
  return { session: kept, local: hidden };
}

function inForce({ session, local }: Session): ReadonlyMap<string, ParameterInForce> {
  if (local.size === 0) return session;
  const both = new Map(session);
  for (const [name, setting] of local) {
    if (setting === null) both.delete(name);
    else both.set(name, setting);
  }
  return both;
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['us', 0.001],
  ['ms', 1],
  ['s', 1000],
  ['min', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/**
 * How long a timeout is, in milliseconds; 0 is none at all. `null` for what is no duration, or is computed.
 * https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-NAMES-VALUES
 */
export function milliseconds(value: string | null): number | null {
  const [, amount, unit = 'ms'] =
    /^\s*(\d+(?:\.\d*)?|\.\d+)\s*(us|ms|s|min|h|d)?\s*$/.exec(value ?? '') ?? [];
  return amount === undefined ? null : Number(amount) * (UNITS.get(unit) ?? 1);
}

/** Whether SET LOCAL surely holds there. */
export function setsLocally({ transaction }: WholeMigration, { begun }: Parameters): boolean {
  return begun || transaction === 'per-file';
}

/** In milliseconds. A statement that may not run for longer does not wait for long. */
const SHORT = 10_000;

/** Whether something bounds how long a statement waits for a lock, or may. */
export function boundsWait(now: Parameters): boolean {
  if (isSet(now, 'lock_timeout')) return true;
  const whole = now.inForce.get('statement_timeout');
  if (whole === undefined || !isSet(now, 'statement_timeout')) return false;
  return whole.value === null || (milliseconds(whole.value) ?? Infinity) <= SHORT;
}

/** Whether the parameter is set, or may be. A timeout of 0 and an empty text are as good as none. */
export function isSet({ inForce, doubtful }: Parameters, parameter: string): boolean {
  const setting = inForce.get(parameter);
  if (setting === undefined) return doubtful;
  return setting.value === null || (setting.value !== '' && milliseconds(setting.value) !== 0);
}
