// Runs a rule and remembers what it asked and what the answers were. As long as the same questions get the same answers,
// the findings are the same too, and the rule need not run again: a keystroke costs only those rules that could answer otherwise.

import type { Moment, Schema } from '../rules/rule.js';
import { sameData } from '../text/same-data.js';

type Question = (moment: Moment) => unknown;

export interface Remembered<T> {
  readonly result: T;
  readonly asked: readonly { readonly question: Question; readonly answer: unknown }[];
}

/** Runs `work` with a moment that takes notes. */
export function remember<T>(moment: Moment, work: (moment: Moment) => T): Remembered<T> {
  const asked: { question: Question; answer: unknown }[] = [];
  const ask = <A>(question: (moment: Moment) => A): A => {
    const answer = question(moment);
    asked.push({ question, answer });
    return answer;
  };
  return { result: work(noting(moment, ask)), asked };
}

/** Whether every question still gets the answer that it got. */
export function stillHolds({ asked }: Remembered<unknown>, moment: Moment): boolean {
  return asked.every(({ question, answer }) => sameData(question(moment), answer));
}

type Ask = <A>(question: (moment: Moment) => A) => A;

function noting(moment: Moment, ask: Ask): Moment {
  return {
    before: notingSchema(ask, (m) => m.before),
    afterMigration: notingSchema(ask, (m) => m.afterMigration),
    latest: notingSchema(ask, (m) => m.latest),
    // These are the same for all of a workspace; a change of them drops what is remembered (see lint.ts).
    postgres: moment.postgres,
    get migration() {
      return ask((m) => m.migration);
    },
    get tenancy() {
      return ask((m) => m.tenancy);
    },
    scoping: (query) => ask((m) => m.scoping(query)),
    get usesAreKnown() {
      return ask((m) => m.usesAreKnown);
    },
    tableIsNew: (table) => ask((m) => m.tableIsNew(table)),
    inTransaction: () => ask((m) => m.inTransaction()),
    locksOf: (operation) => ask((m) => m.locksOf(operation)),
    usesOf: (table, column) => ask((m) => m.usesOf(table, column)),
    share: (tables, has) => ask((m) => m.share(tables, has)),
  };
}

function notingSchema(ask: Ask, pick: (moment: Moment) => Schema): Schema {
  return {
    table: (name) => ask((m) => pick(m).table(name)),
    column: (table, column) => ask((m) => pick(m).column(table, column)),
    tableById: (id) => ask((m) => pick(m).tableById(id)),
    tableOfIndex: (index) => ask((m) => pick(m).tableOfIndex(index)),
    whole: () => ask((m) => pick(m).whole()),
  };
}
