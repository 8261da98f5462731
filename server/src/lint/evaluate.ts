// Evaluates rules on a subject, and as seldom as possible: what a rule said holds as long as what it asked has the same answers,
// and these are asked for again only when the subject does not stand where it stood.

import type { Finding, Moment, Rule, Subject } from '../rules/rule.js';
import { bug } from '../text/bug.js';
import { type Remembered, remember, stillHolds } from './remember.js';

/** What the answers follow from, by identity. Uses of tables and what queries reach are not part of it. */
export interface Standing {
  readonly rules: readonly Rule[];
  /** The same object as long as nothing has changed for the file as a whole. */
  readonly file: object;
  readonly before: object;
  readonly transaction: object | null;
}

export interface Said {
  readonly rule: Rule;
  readonly finding: Finding;
}

interface Memory {
  standing: Standing;
  said: readonly Said[];
  /** None of the rules asked about the rest of the workspace. */
  isLocal: boolean;
  readonly answers: Map<Rule, Remembered<readonly Finding[]>>;
}

const memories = new WeakMap<Subject, Memory>();

/** What the rules said last, when nothing has changed that could make them say something else; else `null`. */
export function recall(
  subject: Subject,
  rules: readonly Rule[],
  file: object,
  before: object,
  transaction: object | null,
): readonly Said[] | null {
  const memory = memories.get(subject);
  if (memory === undefined || !memory.isLocal) return null;
  const { standing } = memory;
  const stands =
    standing.before === before &&
    standing.file === file &&
    standing.rules === rules &&
    standing.transaction === transaction;
  return stands ? memory.said : null;
}

/** What the rules say. Those whose questions still have the same answers are not run. */
export function evaluate(subject: Subject, standing: Standing, moment: Moment): readonly Said[] {
  const answers = memories.get(subject)?.answers ?? new Map<Rule, Remembered<readonly Finding[]>>();
  const said: Said[] = [];
  let isLocal = true;
  for (const rule of standing.rules) {
    const before = answers.get(rule);
    const now =
      before !== undefined && stillHolds(before, moment)
        ? before
        : remember(moment, (noting) => check(rule, subject, noting));
    answers.set(rule, now);
    if (now.asksWorld) isLocal = false;
    for (const finding of now.result) said.push({ rule, finding });
  }
  memories.set(subject, { standing, said, isLocal, answers });
  return said;
}

function check(rule: Rule, subject: Subject, moment: Moment): readonly Finding[] {
  try {
    return [...rule.check(subject as never, moment)];
  } catch (error) {
    bug(`the rule ${rule.id} failed`, error);
    return [];
  }
}
