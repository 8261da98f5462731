import { isTableScan } from '../../plans/node-types.js';
import { executed } from '../../plans/nodes.js';
import type { PlanNode } from '../../plans/plan.js';
import type { Comparison } from '../../queries/plan-conditions.js';
import { countText } from '../../text/numbers.js';
import type { WishedIndex } from '../advice.js';
import { keysText } from '../index-texts.js';
import { tableName } from '../moment.js';
import { adviceRule } from '../rule.js';
import { isColumnAlone, wishedIndex } from '../wish.js';

export default adviceRule({
  id: 'composite-index',
  severity: 'warning',
  docs: {
    what: 'An index finds rows of which a filter then throws away nearly all.',
    why: 'Each of those rows is fetched from the table to be looked at, mostly from a block of its own.',
    instead:
      'Put the columns of the filter into the index, after those that are looked up already, or make it a partial index.',
    unless:
      'Silent when a lookup finds no more than one row, when no column of the filter can be in a b-tree, and where an index with all of the columns is there already. Silent, too, where a part of the filter may throw the rows away of which nothing is known (a function, an OR, a pattern), and where the index is of another kind than a b-tree.',
    references: ['https://www.postgresql.org/docs/current/indexes-multicolumn.html'],
  },
  needs: 'measured',
  gate: 'own',
  thresholds: {
    removed: { value: 1000, means: 'N rows removed by the filter' },
    times: { value: 10, means: 'N times as many as are kept' },
  },
  betterSaidBy: ['like-infix', 'function-on-column'],
  on: 'node',

  *check(scan, moment, limits) {
    const actual = executed(scan);
    const removed = scan.removed?.byFilter ?? 0;
    if (actual === null || !isLookedUp(scan)) return;
    if (removed < limits.removed || removed < limits.times * actual.rows) return;
    // A lookup that finds one row cannot find fewer.
    if (removed + actual.rows <= actual.loops) return;
    const conditions = moment.conditionsOf(scan, 'Index Cond', 'Recheck Cond', 'Filter');
    if (conditions.others.length + conditions.subplans.length > 0) return;
    const found = moment.comparisonsOf(scan, 'Index Cond', 'Recheck Cond');
    const filtered = moment.comparisonsOf(scan, 'Filter');
    // What a b-tree can find.
    const isOrdered = (one: Comparison) => ORDERED.includes(one.how) && isColumnAlone(moment, scan, one);
    if (!found.every(isOrdered) || !filtered.every((one) => isOrdered(one) || keepsMost(one))) return;
    // What nothing can be added to is not mended by an index on the same columns.
    const added = wishedIndex(moment, scan, filtered.filter(isOrdered));
    const index = added === null ? null : wishedIndex(moment, scan, [...found, ...filtered]);
    if (added === null || index === null || !holdsSomeOf(index, added)) return;
    yield {
      message: `Of ${tableName(scan)} ${indexText(scan)} finds ${countText(removed + actual.rows)} rows, of which the filter throws away ${countText(removed)}: ${moment.shareText(scan)}.`,
      whatToDo: `An index on ${keysText(index)} finds only the rows that fit these.`,
      index,
      saves: removed / (removed + actual.rows),
    };
  },
});

const ORDERED: readonly Comparison['how'][] = ['equality', 'range', 'null', 'prefix'];

/** What few rows fail, as a rule. */
function keepsMost({ how }: Comparison): boolean {
  return how === 'not-null' || how === 'not-equal';
}

function holdsSomeOf(index: WishedIndex, added: WishedIndex): boolean {
  return (
    index.where !== null ||
    index.keys.some((key) => added.keys.some(({ expression }) => expression === key.expression))
  );
}

function isLookedUp(node: PlanNode): boolean {
  const kind = node.type === 'Bitmap Heap Scan' ? 'Recheck Cond' : 'Index Cond';
  return isTableScan(node) && node.conditions.some((one) => one.kind === kind);
}

function indexText({ index, children }: PlanNode): string {
  const name = index ?? children.find((child) => child.index !== null)?.index ?? null;
  return name === null ? 'an index' : `the index "${name}"`;
}
