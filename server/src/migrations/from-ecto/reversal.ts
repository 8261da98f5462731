// The way back of what `change/0` does inside `alter table`.
// Source: Ecto.Migration.Runner (table_reverse), ecto_sql 3.14.

import type { SubCommand } from './column-sql.js';
import { given, noOptions, type Options, optionsOf } from './values.js';

/** The changes that undo these, last to first. Ecto raises when one of them has no way back. */
export function reversed(subs: readonly SubCommand[]): {
  readonly back: readonly SubCommand[];
  readonly without: readonly SubCommand[];
} {
  const back = subs.toReversed().flatMap((sub) => undone(sub) ?? []);
  return { back, without: subs.filter((sub) => undone(sub) === null) };
}

function undone(sub: SubCommand): SubCommand | null {
  switch (sub.verb) {
    case 'add':
      return { ...sub, verb: 'remove', options: noOptions };
    case 'remove':
      return sub.type === null ? null : { ...sub, verb: 'add' };
    case 'modify':
      return unmodified(sub);
    default:
      return null;
  }
}

/** `from: type` keeps the options as they are; `from: {type, options}` has its own. */
function unmodified(sub: SubCommand): SubCommand | null {
  const { type, options } = sub;
  const from = given(options, 'from');
  if (from === null || type === null) return null;
  const { value, span } = from.value;
  const [own, written] = value.kind === 'tuple' ? value.items : [];
  const isPair = own !== undefined && written?.value.kind === 'list';
  const back: Options = isPair ? optionsOf(written) : options;
  const list = back.list.filter(({ name }) => name !== 'from');
  return {
    ...sub,
    type: isPair ? own : { value, span },
    options: { ...back, list: [{ ...from, value: type }, ...list] },
  };
}
