// Operations on functions, procedures, aggregates, triggers and rules. See ../operation.ts.

import type { Expression } from '../expression.js';
import type { LocalName, Name } from '../names.js';
import type { TypeName } from '../types.js';
import type { Located } from './located.js';
import type { RelationRead } from './views.js';

export type RoutineKind = 'function' | 'procedure' | 'aggregate';
export type Volatility = 'volatile' | 'stable' | 'immutable';

export interface CreateFunction extends Located, RoutineTraits {
  readonly kind: 'create-function';
  readonly function: Name;
  readonly routine: RoutineKind;
  readonly orReplace: boolean;
  readonly parameters: readonly Parameter[];
  /** `null` for a procedure, for RETURNS TABLE and where OUT parameters say it. */
  readonly returns: TypeName | null;
  readonly returnsSet: boolean;
  /** Lower case. */
  readonly language: string;
  /** The text between the quotes; of a body in SQL (BEGIN ATOMIC, RETURN) its text; of an aggregate its options. `null` where it is not known. */
  readonly body: string | null;
  /** What a body in SQL reads: the server refuses to drop that. */
  readonly reads: readonly RelationRead[];
  /** Of an aggregate: the functions behind it. */
  readonly calls: readonly Name[];
  /** Of an aggregate: the one that makes the result of its state. */
  readonly finalFunction: Name | null;
}

export interface Parameter {
  readonly name: string | null;
  readonly mode: 'in' | 'out' | 'inout' | 'variadic' | 'table';
  readonly type: TypeName;
  readonly default: Expression | null;
}

/** What CREATE and ALTER FUNCTION say beside the signature. */
export interface RoutineTraits {
  readonly volatility: Volatility;
  readonly strict: boolean;
  readonly securityDefiner: boolean;
  readonly leakproof: boolean;
  readonly parallel: 'unsafe' | 'restricted' | 'safe';
  /** `SET name = value`; `FROM CURRENT` has the value `null`. */
  readonly settings: readonly RoutineSetting[];
}

export interface RoutineSetting {
  readonly name: string;
  readonly value: string | null;
}

/** A routine by its name, with the types of its input arguments; `null` when none are written. */
export interface RoutineReference {
  readonly function: Name;
  readonly arguments: readonly TypeName[] | null;
  /** `routine` for either. */
  readonly routine: RoutineKind | 'routine';
}

export interface AlterFunction extends Located, RoutineReference {
  readonly kind: 'alter-function';
  readonly action:
    | { readonly kind: 'rename'; readonly to: LocalName }
    | { readonly kind: 'set-schema'; readonly to: LocalName }
    | {
        readonly kind: 'traits';
        /** What is absent stays as it is. */
        readonly traits: Partial<Omit<RoutineTraits, 'settings'>>;
        readonly set: readonly RoutineSetting[];
        /** `null` for RESET ALL. */
        readonly reset: readonly string[] | null;
      }
    | { readonly kind: 'depends-on-extension'; readonly extension: string; readonly depends: boolean };
}

export interface DropFunction extends Located, RoutineReference {
  readonly kind: 'drop-function';
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export interface CreateTrigger extends Located {
  readonly kind: 'create-trigger';
  readonly table: Name;
  readonly trigger: LocalName;
  readonly orReplace: boolean;
  /** CREATE CONSTRAINT TRIGGER. */
  readonly constraint: boolean;
  readonly timing: TriggerTiming;
  readonly events: readonly TriggerEvent[];
  /** Of `UPDATE OF`. */
  readonly columns: readonly string[];
  /** `FOR EACH ROW`: of a partitioned table each partition gets one, too. */
  readonly forEachRow: boolean;
  readonly when: Expression | null;
  readonly function: Name;
  /** Texts that the function is given. */
  readonly arguments: readonly string[];
  readonly deferrable: boolean;
  readonly initiallyDeferred: boolean;
  /** REFERENCING. */
  readonly oldTable: string | null;
  readonly newTable: string | null;
}

export type TriggerTiming = 'before' | 'after' | 'instead of';
export type TriggerEvent = 'insert' | 'update' | 'delete' | 'truncate';
export type TriggerState = 'origin' | 'disabled' | 'replica' | 'always';

export interface RenameTrigger extends Located {
  readonly kind: 'rename-trigger';
  readonly table: Name;
  readonly trigger: LocalName;
  readonly to: LocalName;
}

export interface DropTrigger extends Located {
  readonly kind: 'drop-trigger';
  readonly table: Name;
  readonly trigger: LocalName;
  readonly ifExists: boolean;
}

/** CREATE, ALTER and DROP EVENT TRIGGER. */
export interface ChangeEventTrigger extends Located {
  readonly kind: 'change-event-trigger';
  readonly trigger: LocalName;
  readonly action:
    | { readonly kind: 'create'; readonly event: string; readonly function: Name }
    | { readonly kind: 'set-state'; readonly state: TriggerState }
    | { readonly kind: 'rename'; readonly to: LocalName }
    | { readonly kind: 'drop'; readonly ifExists: boolean };
}

/** CREATE RULE and what changes one. */
export interface ChangeRule extends Located {
  readonly kind: 'change-rule';
  readonly table: Name;
  readonly rule: LocalName;
  readonly action:
    | {
        readonly kind: 'create';
        readonly orReplace: boolean;
        /** What its actions write, which is locked as they would. */
        readonly writes: readonly Name[];
      }
    | { readonly kind: 'rename'; readonly to: LocalName }
    | { readonly kind: 'drop'; readonly ifExists: boolean };
}
