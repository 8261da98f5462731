// plumbline/readPlans and plumbline/planReport: plans out of a text, and plans as a text.

import { planReport } from '../../../features/plan-report.js';
import { openedPlan, titleOfSaved } from '../../../features/saved-plans.js';
import { parsePlan } from '../../../plans/plan.js';
import { savedPlansIn } from '../../../plans/saved-plan.js';
import { timeText } from '../../../text/numbers.js';
import type { PlanReportParams, PlanReportResult, ReadPlansParams, ReadPlansResult } from '../extensions.js';
import { failed } from '../failed.js';
import { pathOf } from '../from-protocol.js';
import type { Session } from '../session.js';

export function readPlansOf(
  { workspace }: Session,
  { textDocument, text, name }: ReadPlansParams,
): ReadPlansResult {
  const saved = savedPlansIn(text);
  if ('kind' in saved) return failed(saved.reason);
  const path = textDocument === null ? null : pathOf(textDocument.uri);
  let reason = 'The plan cannot be read.';
  const plans = saved.flatMap((one) => {
    const opened = openedPlan(workspace, path, one, name);
    if ('kind' in opened) {
      reason = opened.reason;
      return [];
    }
    const { title, tookMs } = titleOfSaved(one);
    const description = `line ${one.line + 1}${tookMs === null ? '' : `, ${timeText(tookMs)}`}`;
    const result = { kind: 'plan' as const, ...opened, range: null, places: null };
    return [{ title, description, result }];
  });
  return plans.length === 0 ? failed(reason) : { kind: 'plans', plans };
}

export function planReportOf({ format, plan: asked }: PlanReportParams): PlanReportResult {
  const plan = parsePlan(asked.json);
  return { text: plan.kind === 'unreadable' ? `${plan.reason}\n` : planReport(format, { ...asked, plan }) };
}
