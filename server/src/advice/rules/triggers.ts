import { foreignKeysOf, indexLeadingWith, tableById, tablesOf } from '../../catalog/lookup.js';
import { countText, percentText, timeText } from '../../text/numbers.js';
import type { WishedIndex } from '../advice.js';
import type { Moment } from '../moment.js';
import { adviceRule } from '../rule.js';
import { indexOnColumns } from '../wish.js';

export default adviceRule({
  id: 'triggers',
  severity: 'warning',
  docs: {
    what: 'Triggers take a good part of the time of a change.',
    why: 'Each row that changes runs them. Those of a foreign key look for rows that point at a row that goes: without an index on the referencing column each of them reads the whole referencing table.',
    instead:
      'Index the referencing columns. Make a trigger of your own do less, or run once for the statement.',
    unless:
      'Silent when they take little. Checking that a referenced row exists costs a lookup by its key for each new row, which is as it should be.',
    references: ['https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK'],
  },
  needs: 'times',
  gate: 'none',
  thresholds: {
    share: { value: 10, means: 'N of the time', unit: 'percent' },
    ms: { value: 5, means: 'N', unit: 'ms' },
  },
  on: 'plan',

  *check({ triggers }, moment, limits) {
    const sum = triggers.reduce((total, { ms }) => total + (ms ?? 0), 0);
    if (sum < limits.ms || sum / moment.totalMs < limits.share / 100) return;
    const [slowest] = [...triggers].sort((a, b) => (b.ms ?? 0) - (a.ms ?? 0));
    if (slowest === undefined) return;
    const share = (slowest.ms ?? 0) / moment.totalMs;
    const changing = moment.nodes.find(({ operation }) => operation !== null);
    const index = missingIndex(slowest.name, slowest.relation, moment);
    const each = (slowest.ms ?? 0) / Math.max(1, slowest.calls);
    yield {
      ...(changing === undefined ? {} : { node: changing }),
      severity: index === null ? 'warning' : 'error',
      message: `Triggers take ${timeText(sum)} of ${timeText(moment.totalMs)} (${percentText(sum / moment.totalMs)}). "${slowest.name}"${slowest.relation === null ? '' : ` on "${slowest.relation}"`} ran ${countText(slowest.calls)} ${slowest.calls === 1 ? 'time' : 'times'}, ${timeText(each)} each.`,
      whatToDo:
        index === null
          ? 'If it is a foreign key, see that its referencing columns are indexed. If it is your own, let it do less, or run once for the statement.'
          : `It is a foreign key of "${index.table.name}" whose columns no index begins with: each row that goes reads the whole of it. Index them.`,
      index,
      share,
      saves: index === null ? 0.3 : 0.95,
    };
  },
});

/** Where the trigger is that of a foreign key to the changed table, the index that its own table lacks; else `null`. */
function missingIndex(name: string, relation: string | null, moment: Moment): WishedIndex | null {
  const { catalog } = moment;
  if (catalog === null) return null;
  for (const table of tablesOf(catalog)) {
    const key = foreignKeysOf(table).find((one) => one.name === name);
    const target = key?.references == null ? null : tableById(catalog, key.references);
    if (key === undefined || target === null || (relation !== null && target.name !== relation)) continue;
    if (!table.complete || indexLeadingWith(table, key.columns) !== null) return null;
    return indexOnColumns(moment, table, key.columns);
  }
  return null;
}
