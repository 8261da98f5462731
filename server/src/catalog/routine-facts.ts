// Functions and triggers as a catalog holds them, and what objects rest on.

import type { Origin, RelationId } from './catalog.js';
import type { Expression } from './expression.js';
import type { Reference } from './names.js';
import type {
  Parameter,
  RoutineKind,
  RoutineTraits,
  TriggerEvent,
  TriggerState,
  TriggerTiming,
} from './operation.js';
import type { TypeName } from './types.js';

export interface FunctionFacts extends RoutineTraits {
  /** Like the id of a relation; a replaced function keeps it. */
  readonly id: number;
  readonly schema: string;
  readonly name: string;
  readonly routine: RoutineKind;
  readonly parameters: readonly Parameter[];
  readonly returns: TypeName | null;
  readonly returnsSet: boolean;
  readonly language: string;
  readonly body: string | null;
  readonly dependsOn: Dependencies;
  /** ALTER … DEPENDS ON EXTENSION. */
  readonly extensions: readonly string[];
  readonly origin: Origin | null;
}

/** What the server would refuse to drop as long as the object that has this is there. */
export interface Dependencies {
  readonly relations: readonly RelationId[];
  readonly columns: readonly { readonly relation: RelationId; readonly column: string }[];
  /** {@link FunctionFacts.id}. */
  readonly functions: readonly number[];
  /** As resolved: a schema is given but for `public` and built-in types. */
  readonly types: readonly TypeName[];
  /** Names of functions that it calls and no migration makes: built in, or of an extension. */
  readonly calls: readonly string[];
  /** False when it may rest on more. */
  readonly certain: boolean;
}

export const NO_DEPENDENCIES: Dependencies = {
  relations: [],
  columns: [],
  functions: [],
  types: [],
  calls: [],
  certain: true,
};

export interface Trigger {
  readonly name: string;
  readonly constraint: boolean;
  readonly timing: TriggerTiming;
  readonly events: readonly TriggerEvent[];
  /** Of `UPDATE OF`. */
  readonly columns: readonly string[];
  readonly forEachRow: boolean;
  readonly when: Expression | null;
  /** Its name as it was written; {@link FunctionFacts.id} of it when a migration made it. */
  readonly function: Reference;
  readonly functionId: number | null;
  /** Texts that the function is given. */
  readonly arguments: readonly string[];
  readonly deferrable: boolean;
  readonly initiallyDeferred: boolean;
  readonly oldTable: string | null;
  readonly newTable: string | null;
  readonly state: TriggerState;
  /** A partition's copy of its parent's. */
  readonly inherited: boolean;
  readonly origin: Origin | null;
}

export interface EventTrigger {
  readonly name: string;
  readonly event: string;
  readonly function: Reference;
  readonly functionId: number | null;
  readonly state: TriggerState;
}
