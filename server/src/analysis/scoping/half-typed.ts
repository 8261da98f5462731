// Conditions that nobody can mean, because somebody is still typing them: `WHERE tena`, `where: i.organi`. What such a query will compare
// is not known yet, so that nothing is said of it.

import type { TypeName } from '../../catalog/types.js';
import { type Frame, tableColumn } from '../../queries/frames.js';
import type { Condition } from '../../queries/query.js';
import { columnsInCondition } from '../../queries/walk.js';

/** Whether a condition of the frame names a column that no table has, or is a column that is neither true nor false. */
export function isHalfTyped(frame: Frame): boolean {
  const { where, relations } = frame.block;
  return [where, ...relations.map(({ on }) => on)].some((condition) => holdsHalf(frame, condition));
}

function holdsHalf(frame: Frame, condition: Condition): boolean {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.of.some((part) => holdsHalf(frame, part));
    case 'not':
      return holdsHalf(frame, condition.of);
    case 'choice':
      // One function may filter many tables, each by what it has.
      return false;
    default:
      return namesNothing(frame, condition) || isPlainValue(frame, condition);
  }
}

function namesNothing(frame: Frame, condition: Condition): boolean {
  if (condition.kind === 'opaque' && condition.what === 'runtime') return false;
  return columnsInCondition(condition).some((column) => tableColumn(frame, column) === 'absent');
}

function isPlainValue(frame: Frame, condition: Condition): boolean {
  if (condition.kind !== 'opaque' || condition.alone !== true) return false;
  const [only] = condition.columns;
  const column = only === undefined ? null : tableColumn(frame, only);
  return column !== null && column !== 'absent' && isNeverBoolean(column.type);
}

/** A type of one's own may be a domain of booleans. */
function isNeverBoolean({ schema, name, arrayDimensions }: TypeName): boolean {
  return arrayDimensions > 0 || (schema === null && NEVER_BOOLEAN.test(name));
}

const NEVER_BOOLEAN =
  /^(?:int[248]|float[48]|numeric|text|varchar|bpchar|citext|uuid|jsonb?|bytea|date|times?(?:tamp)?(?:tz)?|interval)$/;
