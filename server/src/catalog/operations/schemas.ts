// Operations on schemas and extensions. See ../operation.ts.

import type { LocalName } from '../names.js';
import type { Located } from './located.js';

export interface CreateSchema extends Located {
  readonly kind: 'create-schema';
  readonly schema: LocalName;
  readonly ifNotExists: boolean;
}

export interface RenameSchema extends Located {
  readonly kind: 'rename-schema';
  readonly schema: LocalName;
  readonly to: LocalName;
}

export interface DropSchema extends Located {
  readonly kind: 'drop-schema';
  readonly schema: LocalName;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export interface CreateExtension extends Located {
  readonly kind: 'create-extension';
  readonly extension: LocalName;
  /** Where its objects go; `null` when the search path says it. */
  readonly schema: string | null;
  readonly ifNotExists: boolean;
}

export interface DropExtension extends Located {
  readonly kind: 'drop-extension';
  readonly extension: LocalName;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}
