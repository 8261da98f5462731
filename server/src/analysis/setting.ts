// What kind of code a query stands in: code that serves one tenant is held to more than code that sweeps over all of them.

import { snakeCase } from '../text/words.js';
import {
  isOnceByModule,
  isOnceByPath,
  isProcess,
  isSweepByComment,
  isSweepByName,
  isSweepByPath,
  isWorkInBackground,
} from './sweep-names.js';

/**
 * - `once`: a migration, a seed, a test, a task that a person starts.
 * - `sweep`: it is called like something that goes over all tenants, a worker, a scheduler, `delete_expired_tokens`, or a
 *   comment says so, and it is not told of one.
 */
export type Setting = 'application' | 'sweep' | 'once';

export interface Place {
  /** With `/` between folders, relative to the workspace. */
  readonly path: string;
  /** The module's full name; `null` in SQL. */
  readonly module: string | null;
  /** Full names of the modules that it uses: `Oban.Worker`. Left out: none. */
  readonly uses?: readonly string[];
  /** The function, as `name/arity`, or the name that a comment gives a SQL query; `null` when there is none. */
  readonly name: string | null;
  /** Variables that the function gets from its caller. */
  readonly given: readonly string[];
  /** What is written in comments right above it. */
  readonly says: string;
}

/** @param column by which most tables name their tenant */
export function settingOf(
  { path, module, uses = [], name, given, says }: Place,
  column: string | null,
): Setting {
  if (isOnceByPath(path) || (module !== null && isOnceByModule(module))) return 'once';
  // What is told whom it works for does not go over all of them, whatever it is called.
  if (isToldOfOne(given, column)) return 'application';
  const called = snakeCase((name ?? '').replace(/\/\d+$/, '').replace(/[?!]$/, ''));
  if (uses.some(isWorkInBackground)) return 'sweep';
  if (isSweepByPath(path) || isSweepByName(called) || isSweepByComment(says)) return 'sweep';
  return isProcess(name, module) ? 'sweep' : 'application';
}

/** Whether one of the variables that a function is given says for which tenant it works. */
export function isToldOfOne(given: readonly string[], column: string | null): boolean {
  return given.some((variable) => namesTenant(variable, column));
}

/** `organization_id`, `organization`, `current_organization`, or a scope that holds it. */
function namesTenant(variable: string, column: string | null): boolean {
  const name = variable.replace(/^current_/, '');
  if (name === 'scope') return true;
  return column !== null && (name === column || name === column.replace(/_id$/, ''));
}
