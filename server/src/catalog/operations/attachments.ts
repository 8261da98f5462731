// What hangs on objects: comments, owners, rights; and objects that only say something about tables: statistics, publications.
// See ../operation.ts.

import type { Expression } from '../expression.js';
import type { Name } from '../names.js';
import type { TypeName } from '../types.js';

/** An object by the words that a statement has for it. */
export interface ObjectReference {
  readonly kind: ObjectKind;
  /** Of a column, constraint, policy or trigger it is the relation that has it. */
  readonly name: Name;
  /** The column, constraint, policy or trigger. */
  readonly member: string | null;
  /** Argument types of a function; `null` when none are given. */
  readonly arguments: readonly TypeName[] | null;
}

export type ObjectKind =
  | 'relation'
  | 'column'
  | 'constraint'
  | 'policy'
  | 'trigger'
  | 'schema'
  | 'extension'
  | 'type'
  | 'function'
  | 'statistics';

/** What a statement that changes no table or type does to what the catalog holds. */
export type Attachment =
  | { readonly kind: 'owner'; readonly object: ObjectReference; readonly role: string }
  | ChangeRights
  | ChangeDefaultRights
  | CreateStatistics
  | { readonly kind: 'drop-statistics'; readonly statistics: readonly Name[] }
  | { readonly kind: 'rename-statistics'; readonly statistics: Name; readonly to: string }
  | { readonly kind: 'move-statistics'; readonly statistics: Name; readonly to: string }
  | ChangePublication
  | { readonly kind: 'drop-publication'; readonly publications: readonly string[] }
  | { readonly kind: 'rename-publication'; readonly publication: string; readonly to: string };

/** GRANT and REVOKE. */
export interface ChangeRights {
  readonly kind: 'rights';
  readonly objects: readonly ObjectReference[];
  /** ON ALL TABLES IN SCHEMA. */
  readonly allIn: { readonly objects: RightsClass; readonly schemas: readonly string[] } | null;
  readonly change: RightsChange;
}

export interface RightsChange {
  readonly grants: boolean;
  /** Lower case; empty for ALL. */
  readonly rights: readonly Right[];
  /** `public` for everybody. */
  readonly roles: readonly string[];
  /** WITH GRANT OPTION; of a REVOKE, GRANT OPTION FOR. */
  readonly grantOption: boolean;
}

export interface Right {
  readonly right: string;
  /** Empty for the whole relation. */
  readonly columns: readonly string[];
}

export type RightsClass = 'tables' | 'sequences' | 'functions' | 'types' | 'schemas';

/** ALTER DEFAULT PRIVILEGES. */
export interface ChangeDefaultRights {
  readonly kind: 'default-rights';
  readonly objects: RightsClass;
  /** Empty for every schema. */
  readonly schemas: readonly string[];
  /** Whose objects; empty for those of the role that runs the migration. */
  readonly makers: readonly string[];
  readonly change: RightsChange;
}

export interface CreateStatistics {
  readonly kind: 'create-statistics';
  /** `null` when the server is to name it. */
  readonly statistics: Name | null;
  readonly ifNotExists: boolean;
  readonly table: Name;
  /** Columns by name; `null` for an expression. */
  readonly columns: readonly (string | null)[];
  /** One for each `null` among them. */
  readonly expressions: readonly Expression[];
  /** `ndistinct`, `dependencies`, `mcv`; empty for all. */
  readonly kinds: readonly string[];
}

/** CREATE PUBLICATION and ALTER PUBLICATION. */
export interface ChangePublication {
  readonly kind: 'publication';
  readonly publication: string;
  readonly action: 'create' | 'add' | 'drop' | 'set';
  readonly allTables: boolean;
  readonly tables: readonly Name[];
  readonly schemas: readonly string[];
}
