// Lists of settings: storage parameters of tables and indexes, options of sequences.

import type { StorageParameters } from '../../catalog/catalog.js';
import type { SequenceChanges } from '../../catalog/operation.js';
import { allOf, asNode, type DefElem, type Node, stringOf, typeParts } from '../../syntax/sql/nodes.js';
import type { Span } from '../../text/span.js';
import { typeFrom } from './reading.js';

/** As `pg_class.reloptions` keeps them; of those for the TOAST table the names begin with `toast.`. */
export function parametersFrom(options: readonly Node[] | undefined): StorageParameters {
  const found: Record<string, string> = {};
  for (const option of allOf(options, 'DefElem')) found[parameterName(option)] = textOf(option.arg) ?? 'true';
  return found;
}

/** Their names alone, as RESET has them. */
export function parameterNames(options: readonly Node[] | undefined): readonly string[] {
  return allOf(options, 'DefElem').map(parameterName);
}

function parameterName({ defname = '', defnamespace }: DefElem): string {
  return defnamespace === undefined ? defname : `${defnamespace}.${defname}`;
}

/** https://www.postgresql.org/docs/current/sql-createsequence.html; what is not about the sequence itself is left out. */
export function sequenceChanges(options: readonly Node[] | undefined, span: Span): SequenceChanges {
  let changes: SequenceChanges = {};
  for (const { defname, arg } of allOf(options, 'DefElem')) {
    const value = textOf(arg);
    switch (defname) {
      case 'as': {
        const type = asNode(arg, 'TypeName');
        if (type !== null) changes = { ...changes, type: typeFrom(type, span) };
        break;
      }
      case 'start':
      case 'increment':
      case 'cache':
        if (value !== null) changes = { ...changes, [defname]: value };
        break;
      case 'minvalue':
        changes = { ...changes, min: value };
        break;
      case 'maxvalue':
        changes = { ...changes, max: value };
        break;
      case 'cycle':
        changes = { ...changes, cycle: asNode(arg, 'Boolean')?.boolval ?? false };
        break;
    }
  }
  return changes;
}

/** As text; `null` when there is none. */
function textOf(node: Node | undefined): string | null {
  if (node === undefined) return null;
  const integer = asNode(node, 'Integer');
  if (integer !== null) return String(integer.ival ?? 0);
  const float = asNode(node, 'Float');
  if (float !== null) return float.fval ?? '0';
  const boolean = asNode(node, 'Boolean');
  if (boolean !== null) return String(boolean.boolval ?? false);
  const type = asNode(node, 'TypeName');
  return type === null ? stringOf(node) : typeParts(type).name;
}
