// Where a wrong estimate begins, and what gives the planner a better one.

import { quoteName } from '../catalog/keywords.js';
import { nodeTitle } from '../plans/names.js';
import { executed } from '../plans/nodes.js';
import type { PlanNode } from '../plans/plan.js';
import type { Comparison } from '../queries/plan-conditions.js';
import { factorText, rowsText } from '../text/numbers.js';
import { isOf, type Moment, sqlName, tableName } from './moment.js';
import type { Finding } from './rule.js';

export interface Limits {
  readonly times: number;
  readonly rows: number;
}

/** Whether far more or far fewer rows came than were expected; not where that says nothing. */
export function isOff(node: PlanNode, moment: Moment, limits: Limits): boolean {
  const { misestimate } = node;
  // A merge join goes back on its inner side, and the rows that it reads again are counted again.
  if (misestimate?.direction === 'under' && isMergedInside(node, moment)) return false;
  const larger = Math.max(executed(node)?.rowsPerLoop ?? 0, node.estimate?.rows ?? 0);
  if (misestimate === null || misestimate.factor < limits.times || larger < limits.rows) return false;
  return misestimate.direction === 'under' || !misestimate.mayHaveStopped;
}

/** The lowest node below it from which it has its mistake; itself where it makes it. */
export function originOf(node: PlanNode, moment: Moment, limits: Limits): PlanNode {
  const below = node.children.find((child) => isOff(child, moment, limits) && isPassedOn(node, child));
  return below === undefined ? node : originOf(below, moment, limits);
}

function isMergedInside(node: PlanNode, moment: Moment): boolean {
  const parent = moment.parentOf(node);
  if (parent?.type === 'Materialize') return isMergedInside(parent, moment);
  return parent?.type === 'Merge Join' && node.role === 'inner';
}

function isPassedOn({ misestimate }: PlanNode, below: PlanNode): boolean {
  const isAside = below.role === 'sub-plan' || below.role === 'init-plan';
  return below.misestimate?.direction === misestimate?.direction && !isAside;
}

/** The node that names the table of a scan: of a bitmap the one that reads the rows. `null` for what is no scan of a table. */
export function tableScanOf(node: PlanNode, moment: Moment): PlanNode | null {
  if (node.relation !== null) return node;
  if (node.type !== 'Bitmap Index Scan') return null;
  return moment.ancestorsOf(node).find(({ type }) => type === 'Bitmap Heap Scan') ?? null;
}

/** `Seq Scan of "orders" was expected to give 1 row and gave 20,000, 20K× more.` */
export function misestimateWords(
  node: PlanNode,
  moment: Moment,
): Pick<Finding, 'message' | 'whatToDo' | 'sql' | 'ecto'> {
  const expected = rowsText(node.estimate?.rows ?? 0);
  const seen = rowsText(executed(node)?.rowsPerLoop ?? 0);
  const scan = tableScanOf(node, moment);
  const of = scan === null ? '' : ` of ${tableName(scan)}`;
  const each = (executed(node)?.loops ?? 1) > 1 ? ' each time' : '';
  const factor = factorText(node.misestimate?.factor ?? 1);
  const message = `${nodeTitle(node)}${of} was expected to give ${expected} ${expected === '1' ? 'row' : 'rows'} and gave ${seen}${each}, ${factor} ${node.misestimate?.direction === 'under' ? 'more' : 'fewer'}.`;
  if (scan !== null) {
    const { why, lines } = statistics(node, scan, moment);
    const executes = lines.map((line) => `  execute ${JSON.stringify(line.replace(/;$/, ''))}`);
    return {
      message,
      whatToDo: why,
      sql: lines.join('\n'),
      ecto: `def up do\n${executes.join('\n')}\nend`,
    };
  }
  return {
    message,
    whatToDo:
      'Statistics know nothing of how tables that are joined, or groups, hang together. Look at the estimates below it first; if they are right, a simpler condition, or an intermediate result with statistics of its own, helps.',
  };
}

/** What the scan of a table looks up and filters. In a bitmap the names of columns are qualified by the node that reads the rows. */
export function comparisonsIn(node: PlanNode, scan: PlanNode, moment: Moment): readonly Comparison[] {
  return moment
    .conditionsOf(node, 'Filter', 'Index Cond', 'Recheck Cond')
    .comparisons.filter(({ column }) => isOf(scan, column.alias));
}

/** What gives the planner a better idea of a scan's conditions. @param scan the node that names its table */
function statistics(
  node: PlanNode,
  scan: PlanNode,
  moment: Moment,
): { readonly why: string; readonly lines: readonly string[] } {
  const name = sqlName(scan);
  const table = scan.relation?.name ?? '';
  const analyze = `ANALYZE ${name};`;
  const all = comparisonsIn(node, scan, moment).filter(({ how }) => how !== 'not-null');
  const made = all.find(isMade);
  if (made !== undefined) {
    return {
      why: `The server has no statistics of ${made.expression}: make them (from PostgreSQL 14 on), and run ANALYZE.`,
      lines: [
        `CREATE STATISTICS ${quoteName(`${table}_${made.column.name}_made`)} ON (${made.expression}) FROM ${name};`,
        analyze,
      ],
    };
  }
  const compared = [...new Set(all.filter((one) => one.with === 'value').map(({ column }) => column.name))];
  if (compared.length > 1) {
    const listed = compared.map((column) => `"${column}"`);
    return {
      why: `Run ANALYZE. If that does not help: the planner takes ${listed.slice(0, -1).join(', ')} and ${listed.at(-1)} for independent of each other. Where they are not, statistics of all of them together tell it.`,
      lines: [
        `CREATE STATISTICS ${quoteName(`${table}_${compared.slice(0, 2).join('_')}`)} ON ${compared.slice(0, 8).map(quoteName).join(', ')} FROM ${name};`,
        analyze,
      ],
    };
  }
  const [column] = compared;
  if (column !== undefined) {
    return {
      why: `Run ANALYZE. If that does not help, "${column}" is spread unevenly: keep more of its statistics.`,
      lines: [`ALTER TABLE ${name} ALTER COLUMN ${quoteName(column)} SET STATISTICS 1000;`, analyze],
    };
  }
  const [joined] = all;
  return {
    why:
      joined === undefined
        ? 'The table has changed since its statistics were made: run ANALYZE.'
        : `Run ANALYZE. If it stays so, some values of "${joined.column.name}" have far more rows than others, and a join knows only the average: look the value up first and give it to the query, so that the statistics of that value count.`,
    lines: [analyze],
  };
}

function isMade({ through }: Comparison): boolean {
  return through !== null && !(through.kind === 'cast' && through.type === 'text');
}
