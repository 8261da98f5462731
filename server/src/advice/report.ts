// Advice as others print it: for programs, and as lines of text.

import type { Advice } from './advice.js';
import { indexInSql } from './index-texts.js';

/** As `explain --format json` has it. */
export interface AdviceShape extends Omit<Advice, 'index'> {
  /** CREATE INDEX, or `null`. */
  readonly index: string | null;
}

export function adviceShape(advice: Advice): AdviceShape {
  return { ...advice, index: advice.index === null ? null : indexInSql(advice.index) };
}

/** What is said, what to do, and how in SQL; without a title. */
export function adviceLines({
  rule,
  node,
  severity,
  message,
  threshold,
  whatToDo,
  sql,
}: Advice): readonly string[] {
  return [
    `${severity} ${rule}, node ${node}: ${message}`,
    `  ${whatToDo}`,
    ...(sql === null ? [] : sql.split('\n').map((line) => `    ${line}`)),
    ...(threshold === '' ? [] : [`  Threshold: ${threshold}.`]),
  ];
}
