// Schemas and extensions.

import type { Catalog } from '../catalog.js';
import type { LocalName, Name } from '../names.js';
import type { CreateExtension, CreateSchema, DropExtension, DropSchema, RenameSchema } from '../operation.js';
import { holdsSchema, mayHoldMore } from './certainty.js';
import { exists, missing, type Refusal, refusal } from './refusal.js';

/** Schemas that hosts make, or the server itself. */
const OF_THE_HOST =
  /^(?:pg_.*|information_schema|auth|storage|realtime|extensions|graphql|graphql_public|vault|cron|net|pgbouncer|pgsodium|supabase_\w+|hdb_catalog|topology|tiger|partman)$/;

/** Of the schema that a new object is made in. */
export function lacksSchema(catalog: Catalog, { schema, span }: Name): Refusal | null {
  return schema === null ? null : lacksNamedSchema(catalog, { name: schema, span });
}

export function lacksNamedSchema(catalog: Catalog, { name, span }: LocalName): Refusal | null {
  if (name === '' || catalog.schemas.has(name) || mayHoldMore(catalog) || OF_THE_HOST.test(name)) return null;
  const object = { kind: 'schema', schema: null, name } as const;
  return missing('missing-object', '3F000', object, span, catalog.schemas, { restsOnAbsence: true });
}

export function refusedSchema(
  catalog: Catalog,
  operation: CreateSchema | RenameSchema | DropSchema,
): Refusal | null {
  const { schema } = operation;
  const taken = ({ name, span }: LocalName) =>
    catalog.schemas.has(name) && catalog.doubts.everything === null
      ? exists('42P06', { kind: 'schema', schema: null, name }, span)
      : null;
  switch (operation.kind) {
    case 'create-schema':
      return operation.ifNotExists ? null : taken(schema);
    case 'rename-schema':
      return lacksNamedSchema(catalog, schema) ?? taken(operation.to);
    case 'drop-schema': {
      if (!catalog.schemas.has(schema.name))
        return operation.ifExists ? null : lacksNamedSchema(catalog, schema);
      return operation.cascade ? null : holdsObjects(catalog, schema);
    }
  }
}

function holdsObjects(catalog: Catalog, { name, span }: LocalName): Refusal | null {
  if (catalog.doubts.everything !== null || !holdsSchema(catalog, name)) return null;
  const inside =
    [...catalog.relations.values()].find(
      (relation) =>
        relation.schema === name &&
        !catalog.doubts.relations.has(relation.id) &&
        (relation.kind !== 'table' || relation.origin !== null),
    ) ?? [...catalog.types.values()].find((type) => type.schema === name);
  if (inside === undefined) return null;
  const object = { kind: 'schema', schema: null, name } as const;
  return refusal('dependents', '2BP01', `the schema "${name}" still holds "${inside.name}"`, object, span);
}

export function refusedExtension(
  catalog: Catalog,
  operation: CreateExtension | DropExtension,
  dependents: (extension: string) => Refusal | null,
): Refusal | null {
  const { name, span } = operation.extension;
  const object = { kind: 'extension', schema: null, name } as const;
  const isThere = catalog.extensions.has(name) && catalog.doubts.everything === null;
  if (operation.kind === 'create-extension') {
    return isThere && !operation.ifNotExists ? exists('42710', object, span) : null;
  }
  if (isThere) return operation.cascade ? null : dependents(name);
  return operation.ifExists ? null : lacksExtension(catalog, operation.extension);
}

export function lacksExtension(catalog: Catalog, { name, span }: LocalName): Refusal | null {
  if (name === '' || catalog.extensions.has(name) || mayHoldMore(catalog)) return null;
  const object = { kind: 'extension', schema: null, name } as const;
  return missing('missing-object', '42704', object, span, catalog.extensions, { restsOnAbsence: true });
}
