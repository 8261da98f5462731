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
  PolicyCommand,
  QueryShape,
  QueryText,
  ReferentialAction,
  RelationRead,
  ViewOption,
} from './operation.js';
import type { Dependencies, EventTrigger, FunctionFacts, Trigger } from './routine-facts.js';
import type { TypeName } from './types.js';
import type { UserType } from './user-types.js';

export type * from './routine-facts.js';
export { NO_DEPENDENCIES } from './routine-facts.js';
export type * from './user-types.js';

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
  /** Where the objects of an extension are, by its name. */
  readonly extensionSchemas: ImmutableMap<string, string>;
  /**
   * By relation: those that hang on it, which are partitions, heirs, its indexes, sequences that its columns own, tables with
   * foreign keys to it or defaults from it. It may hold more than there are: ask {@link childrenOf} and its like.
   */
  readonly dependents: ImmutableMap<RelationId, ImmutableSet<RelationId>>;
  /** How many constraints of a schema have a name. Key: {@link nameKey}. */
  readonly constraintNames: ImmutableMap<string, number>;
  readonly searchPath: readonly string[];
  /** What the session has prepared. */
  readonly preparedQueries: ImmutableMap<string, QueryShape>;
  /** Comments, owners and rights. */
  readonly attached: Attachments;
  readonly defaultRights: readonly DefaultRight[];
  /** False once ALTER DEFAULT PRIVILEGES, for no schema, has taken from PUBLIC what it has of every new function. */
  readonly publicCallsNewFunctions: boolean;
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
  /** `null` also where a partitioned table was not seen to be made. */
  readonly partitionKey: PartitionKey | null;
  readonly partitionOf: RelationId | null;
  /** Takes the rows that no other partition takes. */
  readonly defaultPartition: boolean;
  /** `FOR VALUES …` or `DEFAULT`, as the author wrote it; `null` for what is no partition. */
  readonly bound: string | null;
  readonly inherits: readonly RelationId[];
  readonly temporary: boolean;
  readonly unlogged: boolean;
  readonly foreign: boolean;
  /** ON COMMIT DROP. */
  readonly dropOnCommit: boolean;
  /** The composite type that it is made OF. */
  readonly ofType: Reference | null;
  /** Storage parameters, by name: `fillfactor`, `toast.autovacuum_enabled`. */
  readonly parameters: StorageParameters;
  /** False when it may hold columns, constraints or indexes that we never saw (its CREATE TABLE is missing or opaque). */
  readonly complete: boolean;
  /** A migration has written rows into it since it was made. */
  readonly filled: boolean;
  /** `null` when no migration that we read made it. */
  readonly origin: Origin | null;
  /** {@link Catalog.sequence} when it was made. */
  readonly madeAt: number;
}

/** Values as the server keeps them, which is as text. */
export type StorageParameters = Readonly<Record<string, string>>;

export interface PartitionKey {
  readonly strategy: 'range' | 'list' | 'hash';
  readonly keys: readonly IndexKey[];
}

export interface Column {
  readonly name: string;
  readonly type: TypeName;
  /** `null` for the one of its type. */
  readonly collation: string | null;
  readonly notNull: boolean;
  /** Of a generated column the expression that it is made from. */
  readonly default: Expression | null;
  readonly generated: 'stored' | 'virtual' | null;
  readonly identity: 'always' | 'by-default' | null;
  /** Made by `serial`; its default is the sequence's nextval, and `default` is `null`. */
  readonly serial: boolean;
  /** The sequence from which its default or its identity draws, whatever the name is by now; `null` when none is known. */
  readonly sequence: RelationId | null;
  /** `plain`, `main`, …; `null` for the one of its type. */
  readonly storage: string | null;
  readonly compression: string | null;
  /** False when it is there only because a parent has it. */
  readonly local: boolean;
  /** How many parents it has it from. */
  readonly inherited: number;
  readonly origin: Origin | null;
}

export type Constraint = KeyConstraint | ForeignKey | Check | Exclusion | NotNullConstraint;

interface ConstraintBase {
  readonly name: string;
  /** False when it is there only because a parent has it. */
  readonly local: boolean;
  /** How many parents it has it from. */
  readonly inherited: number;
  readonly origin: Origin | null;
}

export interface Deferral {
  readonly deferrable: boolean;
  /** INITIALLY DEFERRED. */
  readonly deferred: boolean;
}

export interface KeyConstraint extends ConstraintBase, Deferral {
  readonly kind: 'primary-key' | 'unique';
  readonly columns: readonly string[];
  /** WITHOUT OVERLAPS on the last column. */
  readonly temporal: boolean;
}

export interface ForeignKey extends ConstraintBase, Deferral {
  readonly kind: 'foreign-key';
  readonly columns: readonly string[];
  /** `null` when the referenced table is not known. */
  readonly references: RelationId | null;
  readonly referencedColumns: readonly string[];
  /** The unique index that it leans on, chosen when it was made; `null` when that is not known. */
  readonly index: RelationId | null;
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
  /** Of SET NULL and SET DEFAULT; empty for all of its columns. */
  readonly onDeleteColumns: readonly string[];
  readonly matchFull: boolean;
  /** PERIOD on the last column. */
  readonly temporal: boolean;
  readonly validated: boolean;
  readonly enforced: boolean;
  /** Of a partition: the foreign key of its parent that it is a part of, by name. */
  readonly parent: string | null;
}

export interface Check extends ConstraintBase {
  readonly kind: 'check';
  readonly expression: Expression;
  readonly validated: boolean;
  readonly enforced: boolean;
  readonly noInherit: boolean;
}

/** Its method, keys and predicate are those of the index behind it. */
export interface Exclusion extends ConstraintBase, Deferral {
  readonly kind: 'exclusion';
  /** One for each key. */
  readonly operators: readonly string[];
}

/** PostgreSQL 18 names NOT NULL; older servers have the column's flag alone. */
export interface NotNullConstraint extends ConstraintBase {
  readonly kind: 'not-null';
  readonly column: string;
  readonly validated: boolean;
  readonly noInherit: boolean;
}

export interface Index {
  /** Of its {@link IndexRelation}. */
  readonly id: RelationId;
  readonly name: string;
  readonly keys: readonly IndexKey[];
  readonly include: readonly string[];
  readonly unique: boolean;
  readonly method: string;
  readonly where: Expression | null;
  readonly nullsNotDistinct: boolean;
  /** The constraint that it stands behind. */
  readonly constraint: string | null;
  /** Of a partition: the index of its parent that it is a part of. */
  readonly parent: RelationId | null;
  /** False for one of a partitioned table while partitions lack theirs. */
  readonly valid: boolean;
  readonly parameters: StorageParameters;
  readonly origin: Origin | null;
}

export interface Policy {
  readonly name: string;
  readonly command: PolicyCommand;
  readonly permissive: boolean;
  readonly roles: readonly string[];
  readonly using: Expression | null;
  readonly check: Expression | null;
  /** Tables that its subqueries read. */
  readonly reads: readonly RelationId[];
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
  readonly definition: ViewDefinition | null;
  readonly dependsOn: Dependencies;
  readonly origin: Origin | null;
  readonly madeAt: number;
}

/** Its query as it was written, with what has to be known to write it again when names have changed. */
export interface ViewDefinition {
  readonly query: QueryText;
  /** What the query called its columns when it was made. */
  readonly outputs: readonly string[];
  readonly searchPath: readonly string[];
  /** For each of the query's mentions of a relation, what it was. */
  readonly relations: readonly MentionedRelation[];
}

export interface MentionedRelation {
  /** `null` when it was not known. */
  readonly id: RelationId | null;
  /** Those that it had when the query was written, by their names then. */
  readonly columns: readonly string[];
  /** Of those that were renamed since, the names that they had then by those that they have now. */
  readonly renamed: Readonly<Record<string, string>>;
}

/** Of a type that is not known when its name is `unknown`: see {@link isKnownType}. */
export interface ViewColumn {
  readonly name: string;
  readonly type: TypeName;
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
  readonly options: SequenceOptions;
  readonly unlogged: boolean;
  readonly origin: Origin | null;
  readonly madeAt: number;
}

/** Numbers are texts: those of a bigint are too large for ours. */
export interface SequenceOptions {
  readonly type: 'smallint' | 'integer' | 'bigint';
  readonly start: string;
  readonly increment: string;
  readonly min: string;
  readonly max: string;
  readonly cache: string;
  readonly cycle: boolean;
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

/** What we know that we do not know. */
export interface Doubts {
  /** Something opaque may have changed any object made before it. */
  readonly everything: Doubt | null;
  /** Objects may exist that we never saw: the history's base is missing, or something opaque made them. */
  readonly newObjects: Doubt | null;
  readonly relations: ImmutableMap<RelationId, Doubt>;
  /** Key: `id.column`. */
  readonly columns: ImmutableMap<string, Doubt>;
  /** Key: {@link nameKey}. */
  readonly types: ImmutableMap<string, Doubt>;
  /** What hangs on objects. Key: as of {@link Catalog.attached}. */
  readonly attached: ImmutableMap<string, Doubt>;
}

export interface Doubt {
  /** For people, as a clause. */
  readonly reason: string;
  /** {@link Catalog.sequence} when it began. */
  readonly since: number;
  readonly origin: Origin | null;
  /** Of {@link Doubts.newObjects}: nothing opaque made them, but something is used that no migration makes. */
  readonly baseIsMissing?: true;
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
    partitionKey: null,
    partitionOf: null,
    defaultPartition: false,
    bound: null,
    inherits: [],
    temporary: false,
    unlogged: false,
    foreign: false,
    dropOnCommit: false,
    ofType: null,
    parameters: {},
    complete: false,
    filled: false,
    origin: null,
    madeAt: 0,
  };
}

/** What every column has that says nothing else. */
export const PLAIN_COLUMN = {
  collation: null,
  notNull: false,
  default: null,
  generated: null,
  identity: null,
  serial: false,
  sequence: null,
  storage: null,
  compression: null,
  local: true,
  inherited: 0,
} as const satisfies Omit<Column, 'name' | 'type' | 'origin'>;

/** What every constraint of the table's own has. */
export const OWN = { local: true, inherited: 0 } as const satisfies Pick<Column, 'local' | 'inherited'>;

/** What a new database holds. */
export const emptyCatalog: Catalog = {
  relations: ImmutableMap(),
  names: ImmutableMap(),
  types: ImmutableMap(),
  functions: ImmutableMap(),
  eventTriggers: ImmutableMap(),
  schemas: ImmutableSet(['public']),
  extensions: ImmutableSet(['plpgsql']),
  extensionSchemas: ImmutableMap(),
  dependents: ImmutableMap(),
  constraintNames: ImmutableMap(),
  searchPath: ['public'],
  preparedQueries: ImmutableMap(),
  attached: ImmutableMap(),
  defaultRights: [],
  publicCallsNewFunctions: true,
  statistics: ImmutableMap(),
  publications: ImmutableMap(),
  temporaryTables: [],
  doubts: {
    everything: null,
    newObjects: null,
    relations: ImmutableMap(),
    columns: ImmutableMap(),
    types: ImmutableMap(),
    attached: ImmutableMap(),
  },
  sequence: 1,
};
