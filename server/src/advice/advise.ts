// Runs the advice rules over a plan. Of what several rules say of one node only what says it best is kept, and what would save
// most comes first.

import { executed, wasNeverRun } from '../plans/nodes.js';
import type { Plan, PlanNode } from '../plans/plan.js';
import { bug } from '../text/bug.js';
import { blocksText, bytesText, countText, percentText, timeText } from '../text/numbers.js';
import type { Advice } from './advice.js';
import { ADVICE_RULES } from './index.js';
import { indexInEcto, indexInSql, missingExtension } from './index-texts.js';
import { doesAllOf } from './indexes/existing.js';
import { type Circumstances, Moment } from './moment.js';
import type { AdviceRule, Finding, Limits, Severity, Threshold } from './rule.js';

/** What the configuration says of the rules, by their ids. */
export interface AdviceOptions {
  readonly levels: Readonly<Record<string, Severity | 'hint' | 'off'>>;
  readonly thresholds: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** From these shares of the whole on a node is looked at; of a measured one also from {@link OWN_MS} and {@link SMALL_SHARE} on. */
const TIME_SHARE = 0.05;
const COST_SHARE = 0.1;
const OWN_MS = 5;
const SMALL_SHARE = 0.01;
/** Of the whole. */
const LITTLE = 0.05;

/** Best first. A rule that throws is our bug, and loses only its own advice. */
export function adviceOn(
  plan: Plan,
  circumstances: Circumstances,
  { levels, thresholds }: AdviceOptions = { levels: {}, thresholds: {} },
): readonly Advice[] {
  const moment = new Moment(plan, circumstances);
  const said: Said[] = [];
  for (const rule of ADVICE_RULES) {
    const given = levels[rule.id] ?? null;
    if (given === 'off' || !hasNeeded(rule, moment)) continue;
    // Advice knows nothing quieter than information.
    const level = given === 'hint' ? 'info' : given;
    const limits = limitsOf(rule, thresholds[rule.id] ?? {});
    for (const { subject, finding } of findings(rule, moment, limits)) {
      const node = finding.node ?? subject;
      const weight = (finding.share ?? moment.share(node)) * finding.saves;
      said.push({ rule, node, finding, weight, level, limits });
    }
  }
  return said
    .filter((one) => !isBetterSaid(one, said) && !isSaidLouder(one, said))
    .filter((one, place, all) => !isSaidOfSibling(one, place, all, moment))
    .filter((one, _, all) => !isServed(one, all))
    .sort((a, b) => b.weight - a.weight || rank(a) - rank(b))
    .map((one) => adviceOf(one, moment));
}

interface Said {
  readonly rule: AdviceRule;
  readonly node: PlanNode;
  readonly finding: Finding;
  readonly weight: number;
  /** As configured. */
  readonly level: Severity | null;
  readonly limits: Limits<string>;
}

function isBetterSaid({ rule, node }: Said, all: readonly Said[]): boolean {
  return all.some(
    (other) => other.node.id === node.id && (rule.betterSaidBy?.includes(other.rule.id) ?? false),
  );
}

/** Whether the same rule says it of the same node with more at stake. */
function isSaidLouder(one: Said, all: readonly Said[]): boolean {
  const same = all.filter(
    ({ rule, node }) => rule === one.rule && node.id === one.node.id && rule.on === 'node',
  );
  const [loudest] = [...same].sort((a, b) => b.weight - a.weight);
  return same.length > 1 && loudest !== one && one.finding.index === undefined;
}

/** Whether the same is to be done about another part of the same Append, where more is at stake: of partitions it is said once. */
function isSaidOfSibling(one: Said, place: number, all: readonly Said[], moment: Moment): boolean {
  const parts = partsAbove(one.node, moment);
  const { whatToDo, sql = null } = one.finding;
  return (
    parts !== null &&
    all.some(
      (other, at) =>
        other.rule === one.rule &&
        other.node !== one.node &&
        other.finding.whatToDo === whatToDo &&
        (other.finding.sql ?? null) === sql &&
        partsAbove(other.node, moment) === parts &&
        (other.weight > one.weight || (other.weight === one.weight && at < place)),
    )
  );
}

function partsAbove(node: PlanNode, moment: Moment): PlanNode | null {
  return moment.ancestorsOf(node).find(({ type }) => type === 'Append' || type === 'Merge Append') ?? null;
}

/** Whether another advice wishes for an index that does the same, or more: one that begins with the same keys. */
function isServed(said: Said, all: readonly Said[]): boolean {
  const { index } = said.finding;
  if (index == null) return false;
  return all.some((other, place) => {
    const wish = other.finding.index ?? null;
    if (other === said || wish === null) return false;
    if (wish.table.name !== index.table.name || wish.table.schema !== index.table.schema) return false;
    if (!doesAllOf(wish, index)) return false;
    if (!doesAllOf(index, wish)) return true;
    // Of two that wish for the same, the more serious one tells why.
    return (rank(other) - rank(said) || said.weight - other.weight || place - all.indexOf(said)) < 0;
  });
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/** As configured, or as the rule says; what saves next to nothing is information, whatever it is. */
function severityOf({ rule, finding, weight, level }: Said): Severity {
  return level ?? (weight < LITTLE ? 'info' : (finding.severity ?? rule.severity));
}

function rank(said: Said): number {
  return SEVERITIES.indexOf(severityOf(said));
}

function hasNeeded({ needs }: AdviceRule, { plan, hasTimes }: Moment): boolean {
  switch (needs) {
    case 'estimates':
      return true;
    case 'measured':
      return plan.analyzed;
    case 'times':
      return hasTimes;
    case 'buffers':
      return plan.root.buffers !== null;
  }
}

function limitsOf({ thresholds }: AdviceRule, own: Readonly<Record<string, number>>): Limits<string> {
  return Object.fromEntries(
    Object.entries<Threshold>(thresholds).map(([name, { value }]) => [name, own[name] ?? value]),
  );
}

interface Found {
  readonly subject: PlanNode;
  readonly finding: Finding;
}

function findings(rule: AdviceRule, moment: Moment, limits: Limits<string>): readonly Found[] {
  const { plan } = moment;
  try {
    if (rule.on === 'plan') {
      return [...rule.check(plan, moment, limits)].map((finding) => ({ subject: plan.root, finding }));
    }
    return moment.nodes
      .filter((node) => !wasNeverRun(node))
      .filter((node) => rule.gate === 'none' || matters(node, moment))
      .flatMap((subject) =>
        [...rule.check(subject, moment, limits)].map((finding) => ({ subject, finding })),
      );
  } catch (error) {
    bug(`the advice rule ${rule.id} failed`, error);
    return [];
  }
}

function matters(node: PlanNode, moment: Moment): boolean {
  const share = moment.share(node);
  if (!moment.hasTimes) return share >= COST_SHARE;
  return share >= TIME_SHARE || (share >= SMALL_SHARE && (executed(node)?.ownMs ?? 0) >= OWN_MS);
}

function adviceOf(said: Said, { catalog }: Moment): Advice {
  const { rule, node, finding, weight, limits } = said;
  const { index = null } = finding;
  const extension = index === null ? null : missingExtension(catalog, index);
  return {
    rule: rule.id,
    node: node.id,
    severity: severityOf(said),
    score: scoreOf(weight),
    message: finding.message,
    threshold: thresholdText(rule, limits),
    whatToDo: finding.whatToDo,
    sql: finding.sql ?? (index === null ? null : indexInSql(index, extension)),
    ecto: finding.ecto ?? (index === null ? null : indexInEcto(index, extension)),
    index,
  };
}

function scoreOf(weight: number): Advice['score'] {
  const steps = [1, 2, 3, 4, 5] as const;
  return steps[Math.min(4, Math.max(0, Math.ceil(weight * 5) - 1))] ?? 1;
}

/** `10,000 rows removed, 10 times as many as are kept`. Empty for a rule that has none. */
function thresholdText({ thresholds }: AdviceRule, limits: Limits<string>): string {
  const parts = Object.entries<Threshold>(thresholds).map(([name, threshold]) =>
    threshold.means.replace('N', thresholdNumber(threshold, limits[name] ?? threshold.value)),
  );
  return parts.join(', ');
}

export function thresholdNumber({ unit }: Threshold, value: number): string {
  switch (unit) {
    case 'percent':
      return percentText(value / 100);
    case 'ms':
      return timeText(value);
    case 'bytes':
      return bytesText(value);
    case 'blocks':
      return blocksText(value);
    default:
      return countText(value);
  }
}
