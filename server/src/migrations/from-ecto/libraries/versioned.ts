// Libraries that keep tables of their own in the application's database and number the changes to them: a migration of the
// application asks for a number, and the library does what lies between that and what it did last.

import type { Touch } from '../../../catalog/operation.js';
import { noteKey } from '../notes.js';
import { queueOfLibrary, queueUnknown, type Run } from '../run.js';
import {
  type CallPlace,
  isAtom,
  NIL,
  type Option,
  type Options,
  option,
  plainText,
  type Value,
} from '../values.js';

export interface VersionedLibrary {
  /** For people. */
  readonly label: string;
  /** What its notes go by. */
  readonly name: string;
  /** Its package, as `mix.lock` names it. */
  readonly package: string;
  /** The tables that it makes. */
  readonly tables: readonly string[];
  /** The number that the installed library goes to when it is not told one. */
  newest(locked: string | null): { readonly version: number; readonly certain: boolean };
  /** Whether what the installed library sends is known here. */
  isKnown(locked: string | null): boolean;
  /** What brings it from the number before to this one, or back. */
  statements(version: number, direction: 'up' | 'down', request: LibraryRequest): readonly string[];
  /** What notes the number; 0 stands for nothing at all. */
  note(version: number, schema: string): readonly string[];
}

export interface LibraryRequest {
  readonly schema: string;
  readonly locked: string | null;
  /** Whether an option is true; the given value where it is not named. */
  flag(name: string, otherwise: boolean): boolean;
}

/** `Library.up(version: 3)` and `Library.down(version: 2)`. */
export function versionedMigration(
  run: Run,
  call: CallPlace,
  library: VersionedLibrary,
  direction: 'up' | 'down',
  options: Options,
): Value {
  const locked = run.around.locked(library.package);
  const what = `the migration of ${library.label}`;
  const schema = textOption(option(options, 'prefix'), 'public');
  const number = option(options, 'version');
  const asked = number === null ? null : numberIn(number);
  const unread = unreadReason(run, library, { schema, asked, options, locked, what });
  const noted = schema === null ? null : run.around.note(noteKey(library.name, schema));
  const before = noted === null ? null : Number(noted);
  const newest = library.newest(locked);
  const target = asked ?? (direction === 'down' ? 1 : newest.version);
  if (unread !== null || schema === null || before === null || Number.isNaN(before)) {
    const reason = unread ?? `what ${library.label} has done before is not known`;
    return notKnown(run, call, library, schema, reason);
  }
  const request: LibraryRequest = {
    schema,
    locked,
    flag(name, otherwise) {
      const found = option(options, name);
      return found === null ? otherwise : !isAtom(found.value.value, 'false', 'nil');
    },
  };
  const send = (sql: string) => queueOfLibrary(run, call, sql);
  const steps = direction === 'up' ? upward(before, target) : downward(Math.max(before, 1), target);
  for (const version of steps) for (const sql of library.statements(version, direction, request)) send(sql);
  const last = steps.at(-1);
  if (last !== undefined)
    for (const sql of library.note(direction === 'up' ? last : last - 1, schema)) send(sql);
  if (asked === null && direction === 'up' && !newest.certain) {
    const reason = `${what} goes to the newest version that is installed, which is not known`;
    notKnown(run, call, library, schema, reason);
  }
  return NIL;
}

interface Request {
  readonly schema: string | null;
  readonly asked: number | null;
  readonly options: Options;
  readonly locked: string | null;
  readonly what: string;
}

/** Why nothing can be told; `null` when it can. */
function unreadReason(
  run: Run,
  library: VersionedLibrary,
  { schema, asked, options, locked, what }: Request,
): string | null {
  if (run.doubt !== null) return run.doubt;
  if (options.unknown !== null) return options.unknown;
  if (schema === null) return `the prefix of ${what} is computed`;
  if (asked === null && option(options, 'version') !== null) return `the version of ${what} is computed`;
  return library.isKnown(locked)
    ? null
    : `what ${library.label} ${locked} does is not known here, the version that mix.lock names`;
}

/** The schema may differ from what we hold in the library's own tables, and there may be more of them. */
function notKnown(
  run: Run,
  call: CallPlace,
  { name, tables }: VersionedLibrary,
  schema: string | null,
  reason: string,
): Value {
  run.forgets.add(schema === null ? name : noteKey(name, schema));
  for (const table of tables) {
    const relation = { schema, name: table, span: call.span };
    const touches: Touch = { kind: 'relation', relation };
    queueUnknown(run, call, reason, touches);
  }
  queueUnknown(run, call, reason, { kind: 'new-objects' });
  return NIL;
}

function textOption(found: Option | null, otherwise: string): string | null {
  return found === null ? otherwise : plainText(found.value.value);
}

function numberIn({ value }: Option): number | null {
  return value.value.kind === 'number' ? Number(value.value.digits) : null;
}

function upward(before: number, target: number): readonly number[] {
  return Array.from({ length: Math.max(0, target - before) }, (_, index) => before + 1 + index);
}

function downward(before: number, target: number): readonly number[] {
  return Array.from({ length: Math.max(0, before - target + 1) }, (_, index) => before - index);
}
