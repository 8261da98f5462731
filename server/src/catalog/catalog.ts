// The schema of a database at one moment, as replaying migrations gives it. It does not know whether it came from SQL,
// from Ecto or from a live server. Catalogs are immutable and share what they have in common.
//
// Relations have ids, as pg_class has oids, so that a rename touches one place. Columns go by name within their table.

import { Map as ImmutableMap, Set as ImmutableSet } from 'immutable';
import type { Attachments, DefaultRight, Publication, StatisticsObject } from './attachments.js';
import type { Expression } from './expression.js';
import type { Reference } from './names.js';
import type {
  IndexKey,
  Parameter,
  PolicyCommand,
  ReferentialAction,
  RelationRead,
  RoutineKind,
  RoutineTraits,
  TriggerEvent,
  TriggerState,
  TriggerTiming,
  ViewOption,
} from './operation.js';
import type { TypeName } from './types.js';

export type RelationId = number;

export interface Catalog {
  readonly relations: ImmutableMap<RelationId, Relation>;
  /** Key: {@link nameKey}. Tables, views, sequences and indexes share one namespace in each schema, as in pg_class. */
  readonly names: ImmutableMap<string, RelationId>;
  readonly types: ImmutableMap<string, UserType>;
  /** Key: {@link nameKey}; those of one name that differ in their arguments are beside each other. */
  readonly functions: ImmutableMap<string, readonly FunctionFacts[]>;
  readonly eventTriggers: ImmutableMap<string, EventTrigger>;
  readonly schemas: ImmutableSet<string>;
  readonly extensions: ImmutableSet<string>;
  readonly searchPath: readonly string[];
  /** Comments, owners and rights. */
  readonly attached: Attachments;
  readonly defaultRights: readonly DefaultRight[];
  /** Key: {@link nameKey}. */
  readonly statistics: ImmutableMap<string, StatisticsObject>;
  readonly publications: ImmutableMap<string, Publication>;
  /** Tables of the session that replays a migration just now. */
  readonly temporaryTables: readonly RelationId[];
  readonly doubts: Doubts;
  /** Counts the operations applied so far; the id of the next relation. */
  readonly sequence: number;
}

/** What in the migrations made something. It holds no span: an edit that moves things without changing them changes no catalog. */
export interface Origin {
  readonly path: string;
  /** Index of the statement in its file. */
  readonly statement: number;
  /** Index of the operation in its statement. */
  readonly operation: number;
  /** Which of the constraints that the operation makes, in the order in which they are written; `null` for all else. */
  readonly constraint: number | null;
}

export type Relation = Table | View | Sequence | IndexRelation;

export interface Table {
  readonly kind: 'table';
  readonly id: RelationId;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly constraints: readonly Constraint[];
  readonly indexes: readonly Index[];
  readonly policies: readonly Policy[];
  readonly triggers: readonly Trigger[];
  /** Names of rules. */
  readonly rules: readonly string[];
  readonly rowLevelSecurity: { readonly enabled: boolean; readonly forced: boolean };
  readonly partitioned: boolean;
  readonly partitionOf: RelationId | null;
  /** Takes the rows that no other partition takes. */
  readonly defaultPartition: boolean;
  readonly inherits: readonly RelationId[];
  readonly temporary: boolean;
  readonly unlogged: boolean;
  /** False when it may hold columns, constraints or indexes that we never saw (its CREATE TABLE is missing or opaque). */
  readonly complete: boolean;
  /** A migration has written rows into it since it was made. */
  readonly filled: boolean;
  /** `null` when no migration that we read made it. */
  readonly origin: Origin | null;
  /** {@link Catalog.sequence} when it was made. */
  readonly madeAt: number;
}

export interface Column {
  readonly name: string;
  readonly type: TypeName;
  readonly notNull: boolean;
  readonly default: Expression | null;
  readonly generated: 'stored' | 'virtual' | null;
  readonly identity: 'always' | 'by-default' | null;
  /** Made by `serial`; its default is the sequence's nextval. */
  readonly serial: boolean;
  readonly origin: Origin | null;
}

export type Constraint = KeyConstraint | ForeignKey | Check | Exclusion | NotNullConstraint;

interface ConstraintBase {
  readonly name: string;
  readonly origin: Origin | null;
}

export interface KeyConstraint extends ConstraintBase {
  readonly kind: 'primary-key' | 'unique';
  readonly columns: readonly string[];
}

export interface ForeignKey extends ConstraintBase {
  readonly kind: 'foreign-key';
  readonly columns: readonly string[];
  /** `null` when the referenced table is not known. */
  readonly references: RelationId | null;
  readonly referencedColumns: readonly string[];
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
  readonly validated: boolean;
}

export interface Check extends ConstraintBase {
  readonly kind: 'check';
  readonly expression: Expression;
  readonly validated: boolean;
}

export interface Exclusion extends ConstraintBase {
  readonly kind: 'exclusion';
}

/** PostgreSQL 18 names NOT NULL; older servers have the column's flag alone. */
export interface NotNullConstraint extends ConstraintBase {
  readonly kind: 'not-null';
  readonly column: string;
  readonly validated: boolean;
}

export interface Index {
  readonly name: string;
  readonly keys: readonly IndexKey[];
  readonly include: readonly string[];
  readonly unique: boolean;
  readonly method: string;
  readonly where: Expression | null;
  readonly nullsNotDistinct: boolean;
  /** The constraint that it stands behind. */
  readonly constraint: string | null;
  readonly origin: Origin | null;
}

export interface Policy {
  readonly name: string;
  readonly command: PolicyCommand;
  readonly permissive: boolean;
  readonly roles: readonly string[];
  readonly using: Expression | null;
  readonly check: Expression | null;
  readonly origin: Origin | null;
}

export interface View {
  readonly kind: 'view';
  readonly id: RelationId;
  readonly schema: string;
  readonly name: string;
  readonly materialized: boolean;
  readonly temporary: boolean;
  readonly columns: readonly ViewColumn[];
  /** False when it may have other columns than those we hold. */
  readonly complete: boolean;
  readonly options: readonly ViewOption[];
  /** False for WITH NO DATA. */
  readonly populated: boolean;
  /** Of a materialized view. */
  readonly indexes: readonly Index[];
  /** INSTEAD OF, and for statements. */
  readonly triggers: readonly Trigger[];
  /** Names of rules but that of the view itself. */
  readonly rules: readonly string[];
  /** As its query was written. */
  readonly reads: readonly RelationRead[];
  readonly dependsOn: Dependencies;
  readonly origin: Origin | null;
  readonly madeAt: number;
}

/** Of a type that is not known when its name is `unknown`: see {@link isKnownType}. */
export interface ViewColumn {
  readonly name: string;
  readonly type: TypeName;
}

/** What the server would refuse to drop as long as the object that has this is there. */
export interface Dependencies {
  readonly relations: readonly RelationId[];
  readonly columns: readonly { readonly relation: RelationId; readonly column: string }[];
  /** {@link FunctionFacts.id}. */
  readonly functions: readonly number[];
  /** As resolved: a schema is given but for `public` and built-in types. */
  readonly types: readonly TypeName[];
}

export const NO_DEPENDENCIES: Dependencies = { relations: [], columns: [], functions: [], types: [] };

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

export interface Sequence {
  readonly kind: 'sequence';
  readonly id: RelationId;
  readonly schema: string;
  readonly name: string;
  /** The table whose column owns it. */
  readonly ownedBy: RelationId | null;
  /** That column; `null` when none owns it. */
  readonly ownerColumn: string | null;
  readonly origin: Origin | null;
  readonly madeAt: number;
}

/** The entry of an index in the namespace; its definition is with its table. */
export interface IndexRelation {
  readonly kind: 'index';
  readonly id: RelationId;
  readonly schema: string;
  readonly name: string;
  readonly table: RelationId;
  readonly madeAt: number;
}

export type UserType = EnumType | DomainType | CompositeType | RangeType | OtherType;

interface TypeBase {
  readonly schema: string;
  readonly name: string;
  /** What its array type is called: `_name`, with more underscores where that is taken. */
  readonly arrayName: string | null;
}

export interface EnumType extends TypeBase {
  readonly kind: 'enum';
  readonly values: readonly string[];
}

export interface DomainType extends TypeBase {
  readonly kind: 'domain';
  readonly base: TypeName;
  readonly notNull: boolean;
  readonly default: Expression | null;
  readonly constraints: readonly DomainConstraint[];
  /** How many CHECKs it has. */
  readonly checks: number;
  /** Has a CHECK or NOT NULL. */
  readonly constrained: boolean;
}

export interface DomainConstraint {
  /** NOT NULL has a name since PostgreSQL 17. */
  readonly kind: 'check' | 'not-null';
  readonly name: string;
  readonly expression: Expression | null;
  readonly validated: boolean;
}

export interface CompositeType extends TypeBase {
  readonly kind: 'composite';
  readonly attributes: readonly ViewColumn[];
}

export interface RangeType extends TypeBase {
  readonly kind: 'range';
  readonly subtype: TypeName;
  /** In the same schema unless it says otherwise; `null` before PostgreSQL 14. */
  readonly multirange: Reference | null;
}

/** A base type, or a shell that waits to become one; also a multirange. */
export interface OtherType extends TypeBase {
  readonly kind: 'other';
  /** The range that a multirange is of. */
  readonly rangeName: string | null;
}

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

/** What we know that we do not know. */
export interface Doubts {
  /** Something opaque may have changed any object made before it. */
  readonly everything: Doubt | null;
  /** Objects may exist that we never saw: the history's base is missing, or something opaque made them. */
  readonly newObjects: Doubt | null;
  readonly relations: ImmutableMap<RelationId, Doubt>;
  /** Key: `id.column`. */
  readonly columns: ImmutableMap<string, Doubt>;
}

export interface Doubt {
  /** For people, as a clause. */
  readonly reason: string;
  /** {@link Catalog.sequence} when it began. */
  readonly since: number;
  readonly origin: Origin | null;
}

/** An identifier may hold any character but NUL, so NUL parts the two halves. */
export function nameKey(schema: string, name: string): string {
  return `${schema}\0${name}`;
}

/** A table of which nothing is known but its name. */
export function bareTable(id: RelationId, schema: string, name: string): Table {
  return {
    kind: 'table',
    id,
    schema,
    name,
    columns: [],
    constraints: [],
    indexes: [],
    policies: [],
    triggers: [],
    rules: [],
    rowLevelSecurity: { enabled: false, forced: false },
    partitioned: false,
    partitionOf: null,
    defaultPartition: false,
    inherits: [],
    temporary: false,
    unlogged: false,
    complete: false,
    filled: false,
    origin: null,
    madeAt: 0,
  };
}

/** What a new database holds. */
export const emptyCatalog: Catalog = {
  relations: ImmutableMap(),
  names: ImmutableMap(),
  types: ImmutableMap(),
  functions: ImmutableMap(),
  eventTriggers: ImmutableMap(),
  schemas: ImmutableSet(['public']),
  extensions: ImmutableSet(['plpgsql']),
  searchPath: ['public'],
  attached: ImmutableMap(),
  defaultRights: [],
  statistics: ImmutableMap(),
  publications: ImmutableMap(),
  temporaryTables: [],
  doubts: { everything: null, newObjects: null, relations: ImmutableMap(), columns: ImmutableMap() },
  sequence: 1,
};
