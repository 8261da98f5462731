import { quoteName } from '../../catalog/keywords.js';
import { indexLeadingWith } from '../../catalog/lookup.js';
import { formatBareType } from '../../catalog/types.js';
import { executed } from '../../plans/nodes.js';
import type { PlanNode } from '../../plans/plan.js';
import type { Comparison } from '../../queries/plan-conditions.js';
import { countText } from '../../text/numbers.js';
import { doubtsAbout } from '../doubts.js';
import { keysText } from '../index-texts.js';
import { type Moment, sqlName, tableName } from '../moment.js';
import { limitedOrder } from '../order.js';
import { adviceRule } from '../rule.js';
import { columnKey, containmentIndex, indexOn, isColumnAlone, wishedIndex } from '../wish.js';

export default adviceRule({
  id: 'seq-scan-discard',
  severity: 'warning',
  otherwise: 'information where there is an index that the planner did not take',
  docs: {
    what: 'All of a table is read, and nearly all of it is thrown away.',
    why: 'Every row is fetched and compared, so the query gets slower as the table grows, however few rows it gives.',
    instead:
      'Index the columns that the filter compares: those that must be equal first, then those of the order where a LIMIT wants the first rows, then one that is compared with a range. For what documents, arrays and text search hold, a GIN index; `= ANY (tags)` has to be asked as `tags @> ARRAY[…]` for it.',
    unless:
      'Silent when the filter keeps a tenth or more, since reading all of it is the best way then. Silent when no column of the filter can be looked up, such as where a subquery decides. Where an index on the columns is there already, its advice names it instead of another.',
    references: ['https://www.postgresql.org/docs/current/indexes-multicolumn.html'],
  },
  needs: 'measured',
  gate: 'own',
  thresholds: {
    removed: { value: 10_000, means: 'N rows removed by the filter' },
    times: { value: 10, means: 'N times as many as are kept' },
  },
  betterSaidBy: ['like-prefix', 'like-infix', 'function-on-column', 'nested-loop-inner-seq'],
  on: 'node',

  *check(scan, moment, limits) {
    const actual = executed(scan);
    const removed = scan.removed?.byFilter ?? 0;
    if (scan.type !== 'Seq Scan' || actual === null) return;
    if (removed < limits.removed || removed < limits.times * actual.rows) return;
    const { others } = moment.conditionsOf(scan, 'Filter');
    const comparisons = moment.comparisonsOf(scan, 'Filter');
    const order = limitedOrder(moment, scan);
    const index =
      wishedIndex(moment, scan, comparisons, order) ?? containmentIndex(moment, scan, comparisons);
    const doubts = doubtsAbout(moment, scan, comparisons, 'warning').words;
    // A pattern in it needs an index of its own kind, or none serves it.
    const member = comparisons.find((one) => one.how === 'member' && one.with === 'value') ?? null;
    const choice = others.find(({ kind, text }) => kind === 'or' && !text.includes('~')) ?? null;
    const lookedUp = comparisons.filter(
      (one) => (one.how === 'equality' || one.how === 'range') && isColumnAlone(moment, scan, one),
    );
    const finding = {
      message: `All of ${tableName(scan)} is read, ${moment.shareText(scan)}: ${countText(removed)} rows are thrown away for ${countText(actual.rows)} that are kept.`,
      saves: removed / (removed + actual.rows),
    };
    if (index !== null) {
      yield {
        ...finding,
        whatToDo: `An index on ${keysText(index)} lets the server read only the rows it needs.${doubts}`,
        index,
      };
    } else if (member !== null && isReadable(member, moment, scan)) {
      const held = indexOn(moment, scan, 'gin', [columnKey(member.column.name)]);
      yield {
        ...finding,
        whatToDo: `No index finds what an array holds by ANY. Ask it as ${containsText(member, moment, scan)}: ${held === null ? 'there is an index that finds it' : 'a GIN index finds that'}.`,
        index: held,
      };
    } else if (lookedUp.length > 0) {
      yield {
        ...finding,
        severity: 'info',
        whatToDo: `There is an index that begins with these columns, and the planner did not take it. Look at the expected rows: if they are far from the ${countText(actual.rows)} that came, run ANALYZE; if not, compare the plan with enable_seqscan = off, and look whether random_page_cost fits the disks.`,
        sql: `ANALYZE ${sqlName(scan)};`,
      };
    } else if (choice !== null && choice.columns.length > 0) {
      const names = [...new Set(choice.columns.map(({ name }) => name))];
      const table = moment.tableOf(scan);
      const lacking =
        table?.complete === true ? names.filter((name) => indexLeadingWith(table, [name]) === null) : names;
      yield {
        ...finding,
        whatToDo: `The condition is an OR over ${listed(names)}: it can only be looked up when every side of it has an index${missingText(names, lacking)} write the sides as queries of their own joined by UNION.`,
      };
    }
  },
});

function missingText(names: readonly string[], lacking: readonly string[]): string {
  if (lacking.length === 0) return '. Each begins one, and the planner did not take them:';
  if (lacking.length === names.length) return '. Index each, or';
  return `, and ${listed(lacking)} ${lacking.length === 1 ? 'has none. Index it, or' : 'have none. Index them, or'}`;
}

function listed(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(' and ');
}

/** Whether it is the array itself that is asked, or one of `varchar`, which is read as one of `text`. */
function isReadable({ through, column }: Comparison, moment: Moment, scan: PlanNode): boolean {
  const type = moment.columnOf(scan, column.name)?.type ?? null;
  return through === null || (through.kind === 'cast' && (type?.arrayDimensions ?? 0) > 0);
}

/** `tags @> ARRAY['new']`. Both sides of it have to be of the same type. */
function containsText({ column, constant }: Comparison, moment: Moment, scan: PlanNode): string {
  const type = moment.columnOf(scan, column.name)?.type ?? null;
  const value = constant === null ? '$1' : `'${constant.replaceAll("'", "''")}'`;
  // `character` would be a single one.
  const name = type?.name === 'bpchar' ? 'bpchar[]' : type === null ? '' : formatBareType(type);
  const cast = type === null || type.name === 'text' ? '' : `::${name}`;
  return `${quoteName(column.name)} @> ARRAY[${value}]${cast}`;
}
