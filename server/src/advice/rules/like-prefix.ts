import { readsRows } from '../../plans/node-types.js';
import { executed } from '../../plans/nodes.js';
import type { PlanNode } from '../../plans/plan.js';
import { countText } from '../../text/numbers.js';
import { type Moment, tableName } from '../moment.js';
import { adviceRule } from '../rule.js';
import { indexOn, isColumnAlone, keyOf } from '../wish.js';

export default adviceRule({
  id: 'like-prefix',
  severity: 'warning',
  docs: {
    what: "LIKE 'abc%' filters rows of a column that has a b-tree index, which it cannot use.",
    why: 'LIKE compares bytes. An index is in the order of the collation, which is another one unless that is C.',
    instead: 'Another index on the column, with text_pattern_ops (varchar_pattern_ops for varchar).',
    unless:
      "Silent when the pattern begins with a wildcard, which is another matter, when the column's collation is C, and when such an index is there.",
    references: ['https://www.postgresql.org/docs/current/indexes-opclass.html'],
  },
  needs: 'estimates',
  gate: 'own',
  thresholds: {},
  on: 'node',

  *check(scan, moment) {
    if (!readsRows(scan)) return;
    const lookedUp = moment
      .comparisonsOf(scan, 'Index Cond', 'Recheck Cond')
      .map(({ column }) => column.name);
    for (const one of moment.comparisonsOf(scan, 'Filter')) {
      const { how, column, constant, with: against } = one;
      if (how !== 'prefix' || against !== 'value' || lookedUp.includes(column.name)) continue;
      if (!isColumnAlone(moment, scan, one) || !hasPlainIndex(moment, scan, column.name)) continue;
      const key = keyOf(moment, scan, one);
      const index = key === null ? null : indexOn(moment, scan, 'btree', [key]);
      if (index === null) continue;
      const removed = scan.removed?.byFilter ?? null;
      yield {
        message: `LIKE '${constant ?? ''}' is compared row by row in ${tableName(scan)}, although "${column.name}" has an index: that is in the order of its collation, not of the bytes. ${removed === null ? '' : `${countText(removed)} rows are thrown away for ${countText(executed(scan)?.rows ?? 0)}, `}${moment.shareText(scan)}.`,
        whatToDo: `An index on "${column.name}" with ${index.keys[0]?.operatorClass} serves LIKE with a fixed beginning.`,
        index,
        saves: 0.9,
      };
    }
  },
});

function hasPlainIndex(moment: Moment, scan: PlanNode, name: string): boolean {
  if (moment.columnOf(scan, name)?.collation === 'C') return false;
  const indexes = moment.indexesOf(scan) ?? [];
  return indexes.some(
    ({ method, keys: [first] }) =>
      method === 'btree' && first?.column === name && first.operatorClass === null,
  );
}
