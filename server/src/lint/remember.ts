// Runs a rule and remembers what it asked and what the answers were. As long as the same questions get the same answers,
// the findings are the same too, and the rule need not run again: a keystroke costs only those rules that could answer otherwise.

import type { Moment, Schema } from '../rules/rule.js';
import { sameData } from '../text/same-data.js';

type Question = (moment: Moment) => unknown;

export interface Remembered<T> {
  readonly result: T;
  readonly asked: readonly { readonly question: Question; readonly answer: unknown }[];
  /** It asked about more than the schema and its own migration: what queries reach, who uses what. */
  readonly asksWorld: boolean;
}

/** Runs `work` with a moment that takes notes, and that answers only as long as `work` runs. */
export function remember<T>(moment: Moment, work: (moment: Moment) => T): Remembered<T> {
  const asked: { question: Question; answer: unknown }[] = [];
  let asksWorld = false;
  // What is remembered lives long, and must not keep the whole workspace of its moment alive.
  let present: Moment | null = moment;
  const ask = <A>(question: (moment: Moment) => A): A => {
    if (present === null) throw new Error('a rule asks after it has answered');
    const answer = question(present);
    asked.push({ question, answer });
    return answer;
  };
  const askWorld = <A>(question: (moment: Moment) => A): A => {
    asksWorld = true;
    return ask(question);
  };
  const result = work(noting(ask, askWorld));
  present = null;
  return { result, asked, asksWorld };
}

/** Whether every question still gets the answer that it got. */
export function stillHolds({ asked }: Remembered<unknown>, moment: Moment): boolean {
  return asked.every(({ question, answer }) => sameData(question(moment), answer));
}

type Ask = <A>(question: (moment: Moment) => A) => A;

function noting(ask: Ask, askWorld: Ask): Moment {
  return {
    before: notingSchema(ask, (m) => m.before),
    afterMigration: notingSchema(ask, (m) => m.afterMigration),
    latest: notingSchema(ask, (m) => m.latest),
    get postgres() {
      return ask((m) => m.postgres);
    },
    get migration() {
      return ask((m) => m.migration);
    },
    tableIsNew: (table) => ask((m) => m.tableIsNew(table)),
    typeIsNew: (type) => ask((m) => m.typeIsNew(type)),
    functionIsNew: (name) => ask((m) => m.functionIsNew(name)),
    schemaIsNew: (name) => ask((m) => m.schemaIsNew(name)),
    columnIsNew: (table, column) => ask((m) => m.columnIsNew(table, column)),
    constraintIsNew: (table, constraint) => ask((m) => m.constraintIsNew(table, constraint)),
    constraintIsHeld: (table, constraint) => ask((m) => m.constraintIsHeld(table, constraint)),
    inTransaction: () => ask((m) => m.inTransaction()),
    locksOf: (operation) => ask((m) => m.locksOf(operation)),
    // Whether one is certain depends on the whole history; that there is none, on the schema alone.
    refusalOf(operation) {
      const found = ask((m) => m.refusalOf(operation));
      return found === null ? null : askWorld((m) => m.refusalOf(operation));
    },
    get tenancy() {
      return ask((m) => m.tenancy);
    },
    protectedTables: (schema) => ask((m) => m.protectedTables(schema)),
    scoping: (query) => askWorld((m) => m.scoping(query)),
    get usesAreKnown() {
      return askWorld((m) => m.usesAreKnown);
    },
    usesOf: (table, column) => askWorld((m) => m.usesOf(table, column)),
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
