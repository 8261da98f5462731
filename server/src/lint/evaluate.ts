// Evaluates rules on a subject, and as seldom as possible: what a rule said holds as long as what it asked has the same answers,
// and these are asked for again only when the subject does not stand where it stood.

import type { Finding, Moment, Rule, Subject } from '../rules/rule.js';
import { bug } from '../text/bug.js';
import { sameSpan } from '../text/span.js';
import { type Notes, newTurn, type Remembered, remember, stillHolds } from './remember.js';

/** What the answers follow from, by identity. Uses of tables and what queries reach are not part of it. */
export interface Grounds {
  readonly rules: readonly Rule[];
  /** The same object as long as nothing has changed for the file as a whole. */
  readonly file: object;
  readonly before: object;
  readonly transaction: object | null;
}

export interface Said {
  readonly rule: Rule;
  readonly finding: Finding;
  /** It was said of a forerunner, to whose places its fixes belong: see {@link sayAgain}. */
  readonly isInherited: boolean;
}

/** A subject that was the same but for where some of it stood. */
export interface Forerunner {
  readonly subject: Subject;
  /** Whether a finding is about something that stands elsewhere now. */
  hasMoved(finding: Finding): boolean;
}

interface Answer extends Remembered<readonly Finding[]> {
  readonly isInherited: boolean;
}

interface Memory {
  grounds: Grounds;
  said: readonly Said[];
  /** None of the rules asked about the rest of the workspace. */
  isLocal: boolean;
  readonly answers: Map<Rule, Answer>;
  readonly notes: Notes;
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
  const { grounds } = memory;
  const stands =
    grounds.before === before &&
    grounds.file === file &&
    grounds.rules === rules &&
    grounds.transaction === transaction;
  return stands ? memory.said : null;
}

/**
 * What the rules say. Those whose questions still have the same answers are not run.
 *
 * @param forerunner what was said of it holds here, too, but for what has moved
 */
export function evaluate(
  subject: Subject,
  grounds: Grounds,
  moment: Moment,
  forerunner: Forerunner | null = null,
): readonly Said[] {
  const memory = memories.get(subject);
  const inherited =
    memory === undefined && forerunner !== null ? memories.get(forerunner.subject) : undefined;
  const answers = memory?.answers ?? new Map<Rule, Answer>();
  const turn = newTurn(moment, (memory ?? inherited)?.notes);
  const said: Said[] = [];
  let isLocal = true;
  for (const rule of grounds.rules) {
    const before = answers.get(rule) ?? inheritable(inherited?.answers.get(rule), forerunner);
    const now =
      before !== null && stillHolds(before, turn)
        ? before
        : { ...remember(turn, (noting) => check(rule, subject, noting)), isInherited: false };
    answers.set(rule, now);
    if (now.asksWorld) isLocal = false;
    for (const finding of now.result) said.push({ rule, finding, isInherited: now.isInherited });
  }
  memories.set(subject, { grounds, said, isLocal, answers, notes: turn.notes });
  return said;
}

function inheritable(answer: Answer | undefined, forerunner: Forerunner | null): Answer | null {
  if (answer === undefined || forerunner === null) return null;
  if (answer.result.some((finding) => forerunner.hasMoved(finding))) return null;
  return answer.result.length === 0 ? answer : { ...answer, isInherited: true };
}

/** The finding as the rule makes it of the subject itself; `null` when it says something else now. */
export function sayAgain({ rule, finding }: Said, subject: Subject, moment: Moment): Finding | null {
  const again = check(rule, subject, moment);
  const isSame = ({ message, at, step }: Finding) =>
    message === finding.message && sameSpan(at, finding.at) && step?.statement === finding.step?.statement;
  return again.find(isSame) ?? null;
}

function check(rule: Rule, subject: Subject, moment: Moment): readonly Finding[] {
  try {
    return [...rule.check(subject as never, moment)];
  } catch (error) {
    bug(`the rule ${rule.id} failed`, error);
    return [];
  }
}
