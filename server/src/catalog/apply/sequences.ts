// Sequences: those on their own, and those behind serial and identity columns.
// Source: init_params in sequence.c, generateSerialExtraStmts in parse_utilcmd.c.

import type { Catalog, RelationId, SequenceOptions, Table } from '../catalog.js';
import type { Expression } from '../expression.js';
import { findRelation, findTable, type Reference } from '../lookup.js';
import { truncateIdentifier } from '../names.js';
import type { AlterSequence, CreateSequence, IdentitySequence, SequenceChanges } from '../operation.js';
import type { TypeName } from '../types.js';
import { chooseRelationName } from './choose-names.js';
import { addRelation, type Context, creationSchema, putRelation, relationNameTaken } from './relations.js';

const TYPES: Readonly<Record<string, SequenceOptions['type']>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
};

const BOUNDS: Readonly<Record<SequenceOptions['type'], readonly [min: string, max: string]>> = {
  smallint: ['-32768', '32767'],
  integer: ['-2147483648', '2147483647'],
  bigint: ['-9223372036854775808', '9223372036854775807'],
};

/** @param from what an altered sequence had; `null` for a new one */
export function changedOptions(from: SequenceOptions | null, changes: SequenceChanges): SequenceOptions {
  const type = (changes.type === undefined ? null : TYPES[changes.type.name]) ?? from?.type ?? 'bigint';
  const increment = changes.increment ?? from?.increment ?? '1';
  const descends = increment.startsWith('-');
  const [least, most] = BOUNDS[type];
  const retyped = from !== null && from.type !== type;
  // Bounds that were those of the old type follow to the new one.
  const followsMax = retyped && from.max === BOUNDS[from.type][1];
  const followsMin = retyped && from.min === BOUNDS[from.type][0];
  const max =
    changes.max ??
    (from === null || changes.max === null || followsMax
      ? descends && !followsMax
        ? '-1'
        : most
      : from.max);
  const min =
    changes.min ??
    (from === null || changes.min === null || followsMin ? (descends || followsMin ? least : '1') : from.min);
  return {
    type,
    increment,
    min,
    max,
    start: changes.start ?? from?.start ?? (descends ? max : min),
    cache: changes.cache ?? from?.cache ?? '1',
    cycle: changes.cycle ?? from?.cycle ?? false,
  };
}

/** Makes the sequence behind a serial or identity column. Its id is {@link Catalog.sequence} of the catalog given. */
export function addOwnedSequence(
  catalog: Catalog,
  table: Pick<Table, 'id' | 'schema' | 'name' | 'unlogged'>,
  column: { readonly name: string; readonly type: TypeName },
  written: IdentitySequence | null,
  { origin, postgres }: Context,
): Catalog {
  const id = catalog.sequence;
  const named = written?.name ?? null;
  const changes = { type: column.type, ...written?.options };
  return addRelation(catalog, {
    kind: 'sequence',
    id,
    schema: named?.schema ?? table.schema,
    name:
      named === null
        ? chooseRelationName(catalog, table, column.name, 'seq')
        : truncateIdentifier(named.name),
    ownedBy: table.id,
    ownerColumn: column.name,
    options: changedOptions(null, changes),
    unlogged: table.unlogged && postgres >= 15,
    origin,
    madeAt: id,
  });
}

export function createSequence(catalog: Catalog, operation: CreateSequence, context: Context): Catalog {
  const schema = operation.temporary ? 'pg_temp' : creationSchema(catalog, operation.sequence.schema);
  const name = truncateIdentifier(operation.sequence.name);
  if (relationNameTaken(catalog, schema, name)) return catalog;
  const id = catalog.sequence;
  const made = addRelation(catalog, {
    kind: 'sequence',
    id,
    schema,
    name,
    ownedBy: null,
    ownerColumn: null,
    options: changedOptions(null, operation.options),
    unlogged: operation.unlogged,
    origin: context.origin,
    madeAt: id,
  });
  const listed = schema === 'pg_temp' ? { ...made, temporaryTables: [...made.temporaryTables, id] } : made;
  const owned = { ...operation, sequence: { ...operation.sequence, schema, name }, options: {} };
  return alterSequence(listed, owned);
}

export function alterSequence(
  catalog: Catalog,
  { sequence: name, owner, options }: Pick<AlterSequence, 'sequence' | 'owner' | 'options'>,
): Catalog {
  const sequence = findRelation(catalog, name);
  if (sequence?.kind !== 'sequence') return catalog;
  const changed =
    Object.keys(options).length === 0
      ? sequence
      : { ...sequence, options: changedOptions(sequence.options, options) };
  if (owner === null) return changed === sequence ? catalog : putRelation(catalog, changed);
  const table = owner.table === null ? null : findTable(catalog, owner.table);
  const ownerColumn = table === null ? null : owner.column;
  return putRelation(catalog, { ...changed, ownedBy: table?.id ?? null, ownerColumn });
}

/** The sequence that a default names as `nextval('name')` or `nextval('name'::regclass)`; `null` when it names none that there is. */
export function sequenceDrawnFrom(catalog: Catalog, { functions, text }: Expression): RelationId | null {
  if (!functions.some((name) => /(?:^|\.)nextval$/.test(name))) return null;
  const [, literal] =
    /nextval\s*\(\s*'((?:[^']|'')+)'\s*(?:::\s*(?:pg_catalog\s*\.\s*)?regclass\s*)?\)/i.exec(text) ?? [];
  const name = literal === undefined ? null : referenceIn(literal.replaceAll("''", "'"));
  const sequence = name === null ? null : findRelation(catalog, name);
  return sequence?.kind === 'sequence' ? sequence.id : null;
}

/** A name as `regclass` reads it. */
function referenceIn(text: string): Reference | null {
  const parts = [...text.matchAll(/"((?:[^"]|"")+)"|([^".\s]+)/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare?.toLowerCase() ?? '',
  );
  const name = parts.at(-1);
  return name === undefined ? null : { schema: parts.at(-2) ?? null, name };
}
