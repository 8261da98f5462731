// The general mends of a SQL statement, the same for a `.sql` file and for the string of an `execute`.

import { type Change, changeOf, type TextEdit } from '../text/edits.js';
import type { StatementFixes } from './every-fix.js';
import { guardIn, guardOf, guardPlace, guardPlaceIn } from './guards.js';
import { runsOften, statementOf } from './lasting.js';
import { mayRunLast, runsOutside, standsAlone, undoingOf } from './moving.js';
import { type Site, type StatementPlace, some, together, type Undoes } from './place.js';
import { countActions, withoutAction, withoutSpan } from './sql-statement.js';
import { inStyle, spaced } from './sql-words.js';
import type { Reversible } from './steps.js';
import { sqlOf } from './steps-sql.js';

/** What rules put small mends together from, for one operation. */
export function generalFixes(site: Site, place: StatementPlace) {
  const { statement, style } = place;
  const { path } = site.file;
  const here = (edits: readonly TextEdit[]) => some(changeOf(path, place.placed(edits)));

  const replace = (start: number | null, end: number | null, words: string): Change | null => {
    if (start === null || end === null) return null;
    if (words === '') return here([withoutSpan(statement, { start, end })]);
    const text = spaced(statement.text, start, end, inStyle(words, style));
    return statement.text.slice(start, end) === text ? null : here([{ span: { start, end }, text }]);
  };

  return {
    guard(operation, isGuarded) {
      const behind = place.inner(guardPlace(operation));
      const end = behind === null ? null : guardPlaceIn(statement, operation, behind);
      if (isGuarded) return replace(end, end, guardOf(operation));
      const start = place.inner(operation.keyword.start);
      const words = start === null ? null : guardIn(statement, operation, start);
      return words === null ? null : replace(words.start, words.end, '');
    },

    insertWords: (_operation, at, words) => replace(place.inner(at), place.inner(at), words),

    replaceWords: (_operation, at, words) => replace(place.inner(at.start), place.inner(at.end), words),

    wrapWords(_operation, at, before, after) {
      const [start, end] = [place.inner(at.start), place.inner(at.end)];
      if (start === null || end === null) return null;
      return here([
        { span: { start, end: start }, text: inStyle(before, style) },
        { span: { start: end, end }, text: inStyle(after, style) },
      ]);
    },

    removeOperation(operation) {
      if (runsOften(site, operation)) return null;
      const undoes = undoingOf(site, operation);
      if (countActions(statement) < 2) return place.remove(undoes, 'stay');
      const without = withoutAction(statement, place.within(operation));
      const change = without === null ? null : here(without);
      return change === null ? null : together(change, place.undo(undoes, []));
    },

    runBefore: (_operation, steps) => some(changeOf(path, place.prepend(steps))),

    runAfter: (operation, steps) =>
      runsOften(site, operation) ? null : some(changeOf(path, place.append(steps))),

    runAlone(operation, name) {
      const all = statementOf(site, operation)?.operations ?? [];
      if (standsAlone(site) || all.length === 0 || !all.every((one) => mayRunLast(site, one))) return null;
      const undoes: Undoes = (other) => all.some((one) => undoingOf(site, one)(other));
      return place.move([], { name, undoes, outside: runsOutside(site, operation) });
    },

    postpone(operation, steps, { before = [], name, notes, first, last, down }) {
      const [only] = statementOf(site, operation)?.operations ?? [];
      if (only !== operation || countActions(statement) > 1 || !mayRunLast(site, operation)) return null;
      const text = statement.text.replace(/;?\s*$/, '');
      const itself = { kind: 'moved', text: `${text};` } as const;
      const up = [...first, itself, ...last];
      const own = { name, notes, up, down, outside: runsOutside(site, operation) };
      const undoes = undoingOf(site, operation);
      /** Its place is taken by steps, whose first stands where it stood. */
      const instead = ([step, ...others]: readonly Reversible[]): Change => {
        if (step === undefined) return place.remove(undoes, 'stay');
        const edit = { span: { start: 0, end: text.length }, text: sqlOf(step.up, style) };
        const back = step.down === null ? [] : [step.down];
        const more = others.length === 0 ? [] : place.append(others);
        return together(changeOf(path, [...place.placed([edit]), ...more]), place.undo(undoes, back));
      };
      const [now, ...later] = before;
      if (steps.length > 0 || now === undefined || !standsAlone(site)) {
        return together(instead(steps), place.next([...before, own]));
      }
      // A migration that would be empty does what has to be done first.
      const stays = now.outside ? place.outside('anything') : { edits: [], creates: [] };
      const reversible = now.up.map((one, index) => ({ up: one, down: now.down[index] ?? null }));
      return stays === null ? null : together(instead(reversible), stays, place.next([...later, own]));
    },
  } satisfies StatementFixes;
}
