// Calls of code that is not in the file. Nothing is known of them but how such code is usually named, and that says what they
// may touch.

import type { Touch } from '../../catalog/operation.js';
import type { ElixirModule } from '../../syntax/elixir/modules.js';
import { keyword, pairNamed, pairsOf } from '../../syntax/elixir/nodes.js';
import { AT_RUN_TIME } from './control.js';
import { inDoubt, queueUnknown, type Run, type Scope, sendUnknown } from './run.js';
import { type CallPlace, type Located, unknown, type Value } from './values.js';

/** Modules that never reach a database, by the first part of their names. */
const HARMLESS: ReadonlySet<string> = new Set(
  (
    'Access Agent Application Atom Base Bitwise Calendar Code Date DateTime Decimal Duration Enum Exception File Float ' +
    'Function GenServer Inspect Integer IO JSON Jason Kernel Keyword List Logger Macro Map MapSet Mix Module ' +
    'NaiveDateTime Node Path Poison Process Range Regex Stream String Supervisor System Task Time Timex Tuple URI UUID Version'
  ).split(' '),
);

function isHarmless(module: string): boolean {
  return HARMLESS.has(rootOf(module)) || /^Ecto\.(?!Migration|Migrator|Adapters)/.test(module);
}

/** @param module `null` when it is not known either */
export function foreignCall(
  run: Run,
  { module: own }: Scope,
  call: CallPlace,
  module: string | null,
  name: string,
  args: readonly Located[],
): Value {
  const what = module === null ? name : `${module}.${name}`;
  applyFunctions(run, call, args);
  if (module !== null && isHarmless(module)) return unknown(`what ${what} gives is known at run time alone`);
  const reason = `${what} is not in this file`;
  if (run.inArgument) return unknown(reason);
  const touches = touchOfCall(own.name, module, name);
  // What changes the schema does so by commands, which wait their turn.
  if (touches.kind === 'rows') sendUnknown(run, call, reason, touches);
  else queueUnknown(run, call, reason, touches);
  return unknown(reason);
}

/** Functions that are handed over may be called, and how often is not known. */
function applyFunctions(run: Run, call: CallPlace, args: readonly Located[]): void {
  for (const { value } of args) {
    if (value.kind === 'function') inDoubt(run, AT_RUN_TIME, () => value.apply([], call.span));
  }
}

/** Names of functions by which libraries make enums and the like: `MyApp.StatusEnum.create_type()`. */
const MAKES_OBJECTS = /^(?:create|drop)_(?:type|enum|table|index|schema|view|function|trigger)\b/;

function touchOfCall(own: string, module: string | null, name: string): Touch {
  if (module === null) return { kind: /^(?:up|down|change)$/.test(name) ? 'everything' : 'rows' };
  if (!/(?:^|\.)\w*Migrat\w*(?:\.|$)/.test(module)) {
    return { kind: MAKES_OBJECTS.test(name) ? 'new-objects' : 'rows' };
  }
  // The migrations of a library make and change tables of its own.
  return { kind: rootOf(module) === rootOf(own) ? 'everything' : 'new-objects' };
}

function rootOf(module: string): string {
  const dot = module.indexOf('.');
  return dot < 0 ? module : module.slice(0, dot);
}

/** Functions of Ecto.Changeset, which migrations of rows import. */
const CHANGESET =
  /^(?:cast(?:_\w+)?|change|put_\w+|force_change|delete_change|update_change|merge|validate_\w+|\w+_constraint|optimistic_lock|add_error|apply_\w+|get_(?:field|change|assoc|embed)|fetch_\w+|prepare_changes|traverse_errors)!?$/;

/** A local call of nothing that we know: from an import, or from what the module uses. */
export function unknownCommand(
  run: Run,
  scope: Scope,
  call: CallPlace,
  name: string,
  args: readonly Located[],
): Value {
  const { module } = scope;
  const imported = importedFrom(module, name);
  if (imported !== null) return foreignCall(run, scope, call, imported, name, args);
  const imports = module.references.some((reference) => reference.module === 'Ecto.Changeset');
  if (imports && CHANGESET.test(name)) return unknown(`what ${name} gives is known at run time alone`);
  const reason = `${name} is not in this file`;
  applyFunctions(run, call, args);
  if (run.inArgument) return unknown(reason);
  if (run.block !== null) run.block.unclear.push({ call, reason, column: null });
  else queueUnknown(run, call, reason, { kind: isOfMigrations(scope) ? 'everything' : 'rows' });
  return unknown(reason);
}

/** Code of the application that a migration calls has no commands of Ecto.Migration, unless it names that module. */
function isOfMigrations({ module, away }: Scope): boolean {
  return away === null || module.references.some((reference) => reference.module === 'Ecto.Migration');
}

/** The module of `import Module, only: [name: 1]`. */
function importedFrom({ references }: ElixirModule, name: string): string | null {
  for (const { kind, module, call } of references) {
    const only = kind === 'import' ? keyword(call, 'only') : null;
    if (only?.kind === 'list' && pairNamed(pairsOf(only), name) !== null) return module;
  }
  return null;
}
