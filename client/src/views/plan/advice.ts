// What is advised about a plan, in the order and words in which the view shows it. More buttons of one piece of advice come
// from `actionsFor`.

import type { Advice, PlanResult } from '../../../../server/src/hosts/lsp/extensions.js';
import { subjectName } from '../../../../server/src/plans/names.js';
import { SEVERITY_NAMES } from '../../../../server/src/plans/table.js';
import type { Button } from './actions.js';

export interface AdviceItem {
  readonly severity: Advice['severity'];
  /** `Warning`: the sign of it, for those who hear it. */
  readonly severityText: string;
  readonly message: string;
  /** Id of the node that it is about. */
  readonly node: string;
  /** `Seq Scan orders`, or `the whole plan`. */
  readonly nodeText: string;
  readonly whatToDo: string;
  /** How it was found: the rule, and from which numbers on it speaks, if it has any. */
  readonly why: string;
  readonly code: readonly AdvisedCode[];
  readonly actions: readonly Button[];
}

export interface AdvisedCode {
  readonly language: 'SQL' | 'Ecto';
  readonly text: string;
}

export function adviceItems(result: PlanResult): readonly AdviceItem[] {
  return adviceOf(result).map((advice, index) => {
    const { severity, message, node, whatToDo, rule, threshold, sql, ecto } = advice;
    return {
      ...{ severity, severityText: SEVERITY_NAMES[severity], message, node, whatToDo },
      nodeText: subjectName(result.plan, node),
      why: threshold === '' ? rule : `${rule}. Threshold: ${threshold}.`,
      code: [...code('SQL', sql), ...code('Ecto', ecto)],
      actions: actionsFor(advice, index, result),
    };
  });
}

/** The worst that is advised about each node that something is advised about. */
export function marksOf(result: PlanResult): ReadonlyMap<string, AdviceMark> {
  const marks = new Map<string, AdviceMark>();
  for (const { node, severity } of adviceOf(result)) {
    const before = marks.get(node);
    const worst = before === undefined || RANK[severity] > RANK[before.severity] ? severity : before.severity;
    marks.set(node, { severity: worst, count: (before?.count ?? 0) + 1 });
  }
  return marks;
}

export interface AdviceMark {
  readonly severity: Advice['severity'];
  readonly count: number;
}

/** `2 pieces of advice`. */
export function markText({ count }: AdviceMark): string {
  return count === 1 ? '1 piece of advice' : `${count} pieces of advice`;
}

const RANK: Readonly<Record<Advice['severity'], number>> = { info: 0, warning: 1, error: 2 };

/** A state that was kept by an older version has none. */
function adviceOf({ advice }: Partial<Pick<PlanResult, 'advice'>>): readonly Advice[] {
  return advice ?? [];
}

/** What can be done about it beside copying: an index is tried, or made. A saved plan belongs to no database that we know. */
function actionsFor({ index }: Advice, place: number, { source }: PlanResult): readonly Button[] {
  if (index === null || source.kind === 'saved') return [];
  const advice = String(place);
  return [
    { action: { kind: 'try-index', advice }, label: 'Try index' },
    { action: { kind: 'index-migration', advice }, label: 'Create migration' },
  ];
}

function code(language: AdvisedCode['language'], text: string | null): readonly AdvisedCode[] {
  return text === null ? [] : [{ language, text }];
}
