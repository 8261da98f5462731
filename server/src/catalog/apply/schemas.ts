// A schema that gets another name, with all that is in it.

import { Map as ImmutableMap } from 'immutable';
import { type Catalog, nameKey } from '../catalog.js';
import { truncateIdentifier } from '../names.js';
import type { RenameSchema } from '../operation.js';
import { moveRelation } from './relations.js';
import { typeRenamed } from './types.js';

export function renameSchema(catalog: Catalog, operation: RenameSchema): Catalog {
  const from = operation.schema.name;
  const to = truncateIdentifier(operation.to.name);
  const schemaOf = (schema: string) => (schema === from ? to : schema);
  let next: Catalog = {
    ...catalog,
    schemas: catalog.schemas.delete(from).add(to),
    types: ImmutableMap(
      [...catalog.types.values()].map((type) => {
        const moved = { ...type, schema: schemaOf(type.schema) };
        const whole =
          moved.kind === 'range' && moved.multirange?.schema === from
            ? { ...moved, multirange: { ...moved.multirange, schema: to } }
            : moved;
        return [nameKey(whole.schema, whole.name), whole];
      }),
    ),
    functions: ImmutableMap(
      [...catalog.functions.values()].flatMap((named) => {
        const moved = named.map((routine) => ({ ...routine, schema: schemaOf(routine.schema) }));
        const [first] = moved;
        return first === undefined ? [] : [[nameKey(first.schema, first.name), moved] as const];
      }),
    ),
  };
  for (const id of catalog.relations.keys()) {
    // Indexes and sequences have moved with their table by then.
    const relation = next.relations.get(id);
    if (relation?.schema === from) next = moveRelation(next, relation, { schema: to, name: relation.name });
  }
  for (const { schema, name } of catalog.types.values()) {
    if (schema === from) next = typeRenamed(next, { schema, name }, { schema: to, name });
  }
  return next;
}
