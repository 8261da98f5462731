// Fields that macros of libraries make in a schema, where what they make follows from the schema's own file.

import type { ModuleReference } from '../syntax/elixir/aliases.js';
import { keyword, keywordsOf } from '../syntax/elixir/nodes.js';
import { atomName } from './literals.js';
import type { Field } from './model.js';

export type LibraryField = Pick<Field, 'name' | 'type' | 'virtual' | 'redacted'>;

/** By the name of the macro, of those that take no arguments. */
export function libraryFields(
  references: readonly ModuleReference[],
): ReadonlyMap<string, readonly LibraryField[]> {
  const pow = fieldsOfPow(references);
  return new Map(pow === null ? [] : [['pow_user_fields', pow]]);
}

/**
 * The last one of its list comes first: it is an attribute that accumulates. `null` where configuration or extensions that are not
 * known may add to it. Source: Pow.Ecto.Schema, Pow.Ecto.Schema.Fields and Pow.Extension.Ecto.Schema of Pow 1.0.39
 */
function fieldsOfPow(references: readonly ModuleReference[]): readonly LibraryField[] | null {
  const used = (module: string) =>
    references.find((one) => one.kind === 'use' && one.module === module)?.call;
  const schema = used('Pow.Ecto.Schema');
  if (schema === undefined || schema.args.length > 1) return null;
  const given = keyword(schema, 'user_id_field');
  const userId = given === null ? 'email' : atomName(given);
  if (userId === null) return null;
  const extension = used('Pow.Extension.Ecto.Schema');
  if (extension !== undefined) {
    const [names, ...others] = keywordsOf(extension);
    const list = names?.value.kind === 'list' ? names.value.items : null;
    const isPlain = list?.every((one) => one.kind === 'alias' && WITHOUT_FIELDS.has(one.name));
    if (extension.args.length > 1 || others.length > 0 || isPlain !== true) return null;
  }
  const secret = { type: ':string', redacted: true } as const;
  return [
    { name: 'password', virtual: true, ...secret },
    { name: 'current_password', virtual: true, ...secret },
    { name: 'password_hash', virtual: false, ...secret },
    { name: userId, virtual: false, type: ':string' },
  ];
}

/** Extensions of Pow that add nothing to the schema. */
const WITHOUT_FIELDS: ReadonlySet<string> = new Set(['PowPersistentSession', 'PowResetPassword']);
