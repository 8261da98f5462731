// An object of a catalog, or a part of one, by what tells it from all others.

import type { RelationId } from '../catalog.js';

/** An object of a catalog, or a part of one that can go alone. */
export type ObjectRef =
  | { readonly kind: 'relation'; readonly id: RelationId }
  | { readonly kind: 'column'; readonly relation: RelationId; readonly name: string }
  | { readonly kind: 'default'; readonly relation: RelationId; readonly name: string }
  | { readonly kind: 'constraint'; readonly relation: RelationId; readonly name: string }
  | { readonly kind: 'index'; readonly relation: RelationId; readonly name: string }
  | { readonly kind: 'policy'; readonly relation: RelationId; readonly name: string }
  | { readonly kind: 'trigger'; readonly relation: RelationId; readonly name: string }
  | { readonly kind: 'type'; readonly schema: string; readonly name: string }
  | { readonly kind: 'attribute'; readonly schema: string; readonly type: string; readonly name: string }
  | {
      readonly kind: 'domain-constraint';
      readonly schema: string;
      readonly type: string;
      readonly name: string;
    }
  /** {@link FunctionFacts.id} */
  | { readonly kind: 'function'; readonly id: number }
  | { readonly kind: 'event-trigger'; readonly name: string }
  | { readonly kind: 'schema'; readonly name: string }
  | { readonly kind: 'extension'; readonly name: string };

export function keyOfObject(object: ObjectRef): string {
  return Object.values(object).join('\0');
}
