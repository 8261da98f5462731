// Runs a rule and remembers what it asked and what the answers were. As long as the same questions get the same answers,
// the findings are the same too, and the rule need not run again: a keystroke costs only those rules that could answer otherwise.

import type { Moment, Schema } from '../rules/rule.js';
import { sameData } from '../text/same-data.js';

type Question = (moment: Moment) => unknown;

/** A question, and what was answered. */
interface Asked {
  /** What of the moment was asked, and about what: the same for the same question. */
  readonly of: string;
  readonly about: readonly unknown[];
  readonly question: Question;
  readonly answer: unknown;
  /** The last turn in which the question was asked again, and whether the answer was still the same. */
  turn: object;
  holds: boolean;
}

/** What was asked about one subject, whichever rule asked: rules ask much the same, and each question is answered once a turn. */
export interface Notes {
  readonly asked: Asked[];
}

export interface Remembered<T> {
  readonly result: T;
  readonly asked: readonly Asked[];
  /** It asked about more than the schema and its own migration: what queries reach, who uses what. */
  readonly asksWorld: boolean;
}

/** A moment in which rules are run on a subject, and the notes about that subject. */
export interface Turn {
  readonly moment: Moment;
  readonly notes: Notes;
  /** Tells turns apart; it keeps nothing of the moment alive. */
  readonly mark: object;
  /** Takes notes of what it is asked: one for all rules of the turn, since there are thousands of turns. */
  readonly noting: Moment;
  readonly desk: Desk;
}

/** Where questions arrive. They are remembered, and it with them: so it leads to nothing. */
interface Desk {
  /** Of the rule that is running; `null` between them. */
  present: Asking | null;
}

interface Asking {
  readonly turn: Turn;
  readonly asked: Asked[];
  asksWorld: boolean;
}

export function newTurn(moment: Moment, notes: Notes = { asked: [] }): Turn {
  const desk: Desk = { present: null };
  return { moment, notes, mark: {}, noting: notingAt(desk), desk };
}

function notingAt(desk: Desk): Moment {
  const asking = (): Asking => {
    if (desk.present === null) throw new Error('a rule asks after it has answered');
    return desk.present;
  };
  const ask: Ask = (of, about, question) => {
    const { turn, asked } = asking();
    const one = answered(turn, of, about, question);
    asked.push(one);
    return one.answer as never;
  };
  const askWorld: Ask = (of, about, question) => {
    asking().asksWorld = true;
    return ask(of, about, question);
  };
  return noting(ask, askWorld);
}

/** Runs `work` with a moment that takes notes, and that answers only as long as `work` runs. */
export function remember<T>(turn: Turn, work: (moment: Moment) => T): Remembered<T> {
  const { desk } = turn;
  const asking: Asking = { turn, asked: [], asksWorld: false };
  desk.present = asking;
  const result = work(turn.noting);
  // What is remembered lives long, and must not keep the whole workspace of its moment alive.
  desk.present = null;
  const { asked, asksWorld } = asking;
  return { result, asked, asksWorld };
}

/** Whether every question still gets the answer that it got. */
export function stillHolds({ asked }: Remembered<unknown>, turn: Turn): boolean {
  return asked.every((one) => holds(one, turn));
}

function holds(one: Asked, { moment, mark }: Turn): boolean {
  if (one.turn !== mark) {
    one.holds = sameData(one.question(moment), one.answer);
    one.turn = mark;
  }
  return one.holds;
}

function answered(turn: Turn, of: string, about: readonly unknown[], question: Question): Asked {
  const { asked } = turn.notes;
  const index = asked.findIndex((one) => one.of === of && isSameList(one.about, about));
  const before = asked[index];
  if (before !== undefined && holds(before, turn)) return before;
  const now: Asked = { of, about, question, answer: question(turn.moment), turn: turn.mark, holds: true };
  if (index < 0) asked.push(now);
  else asked[index] = now;
  return now;
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => Object.is(item, b[index]));
}

type Ask = <A>(of: string, about: readonly unknown[], question: (moment: Moment) => A) => A;

function noting(ask: Ask, askWorld: Ask): Moment {
  return {
    before: notingSchema(ask, 'before'),
    afterMigration: notingSchema(ask, 'afterMigration'),
    latest: notingSchema(ask, 'latest'),
    get postgres() {
      return ask('postgres', [], (m) => m.postgres);
    },
    get migration() {
      return ask('migration', [], (m) => m.migration);
    },
    tableIsNew: (table) => ask('tableIsNew', [table], (m) => m.tableIsNew(table)),
    typeIsNew: (type) => ask('typeIsNew', [type], (m) => m.typeIsNew(type)),
    functionIsNew: (name) => ask('functionIsNew', [name], (m) => m.functionIsNew(name)),
    schemaIsNew: (name) => ask('schemaIsNew', [name], (m) => m.schemaIsNew(name)),
    columnIsNew: (table, column) => ask('columnIsNew', [table, column], (m) => m.columnIsNew(table, column)),
    constraintIsNew: (table, constraint) =>
      ask('constraintIsNew', [table, constraint], (m) => m.constraintIsNew(table, constraint)),
    constraintIsHeld: (table, constraint) =>
      ask('constraintIsHeld', [table, constraint], (m) => m.constraintIsHeld(table, constraint)),
    inTransaction: () => ask('inTransaction', [], (m) => m.inTransaction()),
    locksOf: (operation) => ask('locksOf', [operation], (m) => m.locksOf(operation)),
    // Whether one is certain depends on the whole history; that there is none, on the schema alone.
    refusalOf(operation) {
      const found = ask('refusalOf', [operation], (m) => m.refusalOf(operation));
      return found === null ? null : askWorld('refusalOf', [operation], (m) => m.refusalOf(operation));
    },
    get tenancy() {
      return ask('tenancy', [], (m) => m.tenancy);
    },
    keepsToTenant: (table, command) =>
      ask('keepsToTenant', [table, command], (m) => m.keepsToTenant(table, command)),
    protectedTables: (schema) => ask('protectedTables', [schema], (m) => m.protectedTables(schema)),
    scoping: (query) => askWorld('scoping', [query], (m) => m.scoping(query)),
    callersOf: (query) => askWorld('callersOf', [query], (m) => m.callersOf(query)),
    scopedTwin: (query) => askWorld('scopedTwin', [query], (m) => m.scopedTwin(query)),
    lookupHabit: () => askWorld('lookupHabit', [], (m) => m.lookupHabit()),
    get usesAreKnown() {
      return askWorld('usesAreKnown', [], (m) => m.usesAreKnown);
    },
    usesOf: (table, column) => askWorld('usesOf', [table, column], (m) => m.usesOf(table, column)),
  };
}

function notingSchema(ask: Ask, which: 'before' | 'afterMigration' | 'latest'): Schema {
  const noted = <A>(of: string, about: readonly unknown[], question: (schema: Schema) => A) =>
    ask(`${which} ${of}`, about, (moment) => question(moment[which]));
  return {
    table: (name) => noted('table', [name], (schema) => schema.table(name)),
    column: (table, column) => noted('column', [table, column], (schema) => schema.column(table, column)),
    tableById: (id) => noted('tableById', [id], (schema) => schema.tableById(id)),
    tableOfIndex: (index) => noted('tableOfIndex', [index], (schema) => schema.tableOfIndex(index)),
    whole: () => noted('whole', [], (schema) => schema.whole()),
  };
}
