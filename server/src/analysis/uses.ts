// Who in the workspace still uses a table or a column: Ecto schemas, queries, views.

import type { Catalog, Origin } from '../catalog/catalog.js';
import type { Conflict } from '../queries/query.js';
import type { Span } from '../text/span.js';

export interface Use {
  readonly kind: 'schema' | 'query' | 'view';
  /** For people: `the schema Shop.Orders.Order`, `the view open_orders`. */
  readonly by: string;
  readonly at: { readonly path: string; readonly span: Span } | Origin;
  /** Of an INSERT … ON CONFLICT into it. */
  readonly conflict?: Conflict;
}

/** What one file uses, by what it names. */
export interface FileUses {
  /** By table as written (`posts`, `audit.events`), or by Ecto schema module (`module:Shop.Post`). */
  readonly relations: ReadonlyMap<string, readonly RelationUse[]>;
}

export interface RelationUse {
  readonly use: Use;
  /** Columns, or fields of a schema, that are named; `null` when all of them are meant or it cannot be told. */
  readonly columns: readonly string[] | null;
  /** A view by `*`, which stands for the columns that there were when it was made. */
  readonly all: boolean;
}

/**
 * Views whose query certainly reads the table, or the column when one is given: the server refuses to drop that. They follow
 * when it is renamed.
 */
export function viewsUsing(
  catalog: Catalog,
  table: { readonly schema: string; readonly name: string },
  column: string | null,
): readonly Use[] {
  const uses: Use[] = [];
  for (const relation of catalog.relations.values()) {
    if (relation.kind !== 'view' || relation.origin === null) continue;
    const reads = relation.reads.some(
      (read) =>
        read.relation.name === table.name &&
        (read.relation.schema ?? 'public') === table.schema &&
        (column === null || read.all || read.columns.includes(column)),
    );
    if (reads) uses.push({ kind: 'view', by: `the view ${relation.name}`, at: relation.origin });
  }
  return uses;
}
