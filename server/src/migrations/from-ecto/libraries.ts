// Libraries whose migrations we know: what their functions send, or at least what they may touch.

import type { Touch } from '../../catalog/operation.js';
import { ERROR_TRACKER } from './libraries/error-tracker.js';
import { OBAN } from './libraries/oban.js';
import { type VersionedLibrary, versionedMigration } from './libraries/versioned.js';
import { queueUnknown, type Run } from './run.js';
import { type CallPlace, type Located, NIL, optionsOf, unknown, type Value } from './values.js';

const VERSIONED: ReadonlyMap<string, VersionedLibrary> = new Map([
  ['Oban.Migration', OBAN],
  ['Oban.Migrations', OBAN],
  ['ErrorTracker.Migration', ERROR_TRACKER],
]);

/** Whether the calls of a module are known without its code. */
export function isKnownLibrary(module: string): boolean {
  return VERSIONED.has(module) || OTHERS.test(module);
}

const OTHERS = /^(?:Oban\.Pro\.Migrations?(?:\.|$)|Carbonite\.Migrations$)/;

/** What a call of a library does; `null` where the library or the function is not known here. */
export function libraryMigration(
  run: Run,
  call: CallPlace,
  module: string,
  name: string,
  args: readonly Located[],
): Value | null {
  const versioned = VERSIONED.get(module);
  if (versioned !== undefined) {
    if (name !== 'up' && name !== 'down')
      return unknown(`what ${module}.${name} gives is known at run time alone`);
    return versionedMigration(run, call, versioned, name, optionsOf(args[0]));
  }
  const touches = touchesOf(module, name, call);
  if (touches === null) return null;
  for (const touch of touches) {
    queueUnknown(run, call, `what ${module}.${name} does is known to that library alone`, touch);
  }
  return NIL;
}

/** What is known to be all that a library's function touches; `null` where nothing is known. */
function touchesOf(module: string, name: string, { span }: CallPlace): readonly Touch[] | null {
  if (!OTHERS.test(module)) return null;
  if (module.startsWith('Oban.Pro.')) {
    // It makes tables of its own, and adds columns to those of Oban.
    return [
      { kind: 'new-objects' },
      { kind: 'relation', relation: { schema: null, name: 'oban_jobs', span } },
    ];
  }
  // Tables in a schema of its own, and triggers on those of the application.
  return [/^(?:up|down)$|outbox/.test(name) ? { kind: 'new-objects' } : { kind: 'rows' }];
}
