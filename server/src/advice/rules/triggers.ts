import type { ForeignKey, Table } from '../../catalog/catalog.js';
import { foreignKeysOf, indexLeadingWith, tableById, tablesOf } from '../../catalog/lookup.js';
import type { Trigger } from '../../plans/plan.js';
import { countText, percentText, timeText } from '../../text/numbers.js';
import type { WishedIndex } from '../advice.js';
import type { Moment } from '../moment.js';
import { adviceRule } from '../rule.js';
import { indexOnColumns } from '../wish.js';

export default adviceRule({
  id: 'triggers',
  severity: 'warning',
  otherwise:
    'an error where a foreign key lacks an index, information where new rows look up what they point at',
  docs: {
    what: 'Triggers take a good part of the time of a change.',
    why: 'Each row that changes runs them. Those of a foreign key look for rows that point at a row that goes: without an index on the referencing column each of them reads the whole referencing table.',
    instead:
      'Index the referencing columns. Make a trigger of your own do less, or run once for the statement.',
    unless:
      'Silent when they take little. Checking that a referenced row exists costs a lookup by its key for each new row, which is as it should be: that is information.',
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
    const key = keyBehind(slowest, changing?.operation ?? null, moment);
    const index = key === null ? null : missingIndex(key, moment);
    const each = (slowest.ms ?? 0) / Math.max(1, slowest.calls);
    yield {
      ...(changing === undefined ? {} : { node: changing }),
      severity: index !== null ? 'error' : key?.side === 'referencing' ? 'info' : 'warning',
      message: `Triggers take ${timeText(sum)} of ${timeText(moment.totalMs)} (${percentText(sum / moment.totalMs)}). "${slowest.name}"${slowest.relation === null ? '' : ` on "${slowest.relation}"`} ran ${countText(slowest.calls)} ${slowest.calls === 1 ? 'time' : 'times'}, ${timeText(each)} each.`,
      whatToDo: key === null ? own(moment) : remedyFor(key, index !== null),
      index,
      share,
      saves: index === null ? 0.3 : 0.95,
    };
  },
});

/** A foreign key, and what its trigger does: look up what new rows point at, or find the rows that point at one that goes. */
interface KeyBehind {
  readonly side: 'referencing' | 'referenced';
  readonly key: ForeignKey;
  readonly table: Table;
  readonly target: Table;
}

/** The foreign key that a trigger guards; `null` where it is none that is known. */
function keyBehind({ name, relation }: Trigger, operation: string | null, moment: Moment): KeyBehind | null {
  const { catalog } = moment;
  if (catalog === null) return null;
  for (const table of tablesOf(catalog)) {
    const key = foreignKeysOf(table).find((one) => one.name === name);
    const target = key?.references == null ? null : tableById(catalog, key.references);
    if (key === undefined || target === null) continue;
    const isOfTarget = relation === null ? operation !== 'Insert' : target.name === relation;
    const isOfTable = relation === null ? operation === 'Insert' : table.name === relation;
    if (!isOfTarget && !isOfTable) continue;
    const checks = isOfTable && (!isOfTarget || operation === 'Insert');
    return { side: checks ? 'referencing' : 'referenced', key, table, target };
  }
  return null;
}

/** The index by which rows that point at one that goes are found; `null` where there is one, or may be. */
function missingIndex({ side, key, table }: KeyBehind, moment: Moment): WishedIndex | null {
  if (side === 'referencing' || !table.complete || indexLeadingWith(table, key.columns) !== null) return null;
  return indexOnColumns(moment, table, key.columns);
}

function remedyFor({ side, table, target }: KeyBehind, isMissing: boolean): string {
  const of = `It is a foreign key of "${table.name}"`;
  if (side === 'referencing') {
    return `${of}: each new value is looked up by the key of "${target.name}", so no index is missing. A load of many rows is faster where the constraint is made after it (NOT VALID, then VALIDATE CONSTRAINT).`;
  }
  if (isMissing) {
    return `${of} whose columns no index begins with: each row that goes reads the whole of it. Index them.`;
  }
  if (!table.complete) return `${of}: see that its columns are indexed.`;
  return `${of} whose columns are indexed: the time goes into the rows of "${table.name}" that point at those that go. Change fewer rows at once.`;
}

/** What is known to be no foreign key is a trigger of the user's own. */
function own({ catalog }: Moment): string {
  const less = 'let it do less, or run once for the statement.';
  if (catalog !== null && tablesOf(catalog).every(({ complete }) => complete)) {
    return `It is a trigger of your own: ${less}`;
  }
  return `If it is a foreign key, see whether it finds rows that point at those that go: then index its referencing columns. If it is your own, ${less}`;
}
