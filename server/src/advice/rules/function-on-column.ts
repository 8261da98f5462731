import { quoteName } from '../../catalog/keywords.js';
import { spelling } from '../../catalog/serving-index.js';
import { formatBareType, type TypeName } from '../../catalog/types.js';
import { readsRows } from '../../plans/node-types.js';
import { executed } from '../../plans/nodes.js';
import type { PlanNode } from '../../plans/plan.js';
import type { Comparison } from '../../queries/plan-conditions.js';
import { countText } from '../../text/numbers.js';
import { doubtsAbout } from '../doubts.js';
import { isImmutable } from '../immutable.js';
import { type Moment, tableName } from '../moment.js';
import { adviceRule, type Finding } from '../rule.js';
import { isColumnAlone, wishedIndex } from '../wish.js';

export default adviceRule({
  id: 'function-on-column',
  severity: 'warning',
  otherwise: 'information where the planner has no statistics to tell how many rows fit',
  docs: {
    what: 'A filter compares what a function, a cast or arithmetic makes of a column, so no index on the column serves it.',
    why: 'The server works the function out for each row of the table. Often that is an accident: a value of another type makes the server cast the column.',
    instead:
      'Leave the column alone and move the work to the value: a range in the place of date(…), a value of the type of the column. Where that is not possible, index the expression itself.',
    unless:
      'Silent for tables with few rows, for scans that a join repeats, for casts that are none (a varchar, or a domain of it, read as text), where an index on the expression is there, and where the filter keeps most rows.',
    references: ['https://www.postgresql.org/docs/current/indexes-expressional.html'],
  },
  needs: 'estimates',
  gate: 'own',
  thresholds: { rows: { value: 10_000, means: 'N rows to compare' } },
  on: 'node',

  *check(scan, moment, limits) {
    if (!readsRows(scan)) return;
    const actual = executed(scan);
    const compared = moment.comparedRows(scan);
    const kept = actual?.rows ?? moment.expectedRows(scan) ?? 0;
    if (compared === null || compared < limits.rows || kept > compared / 2) return;
    const comparisons = moment.comparisonsOf(scan, 'Filter');
    for (const one of comparisons) {
      if (one.with !== 'value' || (one.how !== 'equality' && one.how !== 'range' && one.how !== 'prefix'))
        continue;
      if (isColumnAlone(moment, scan, one) || isIndexed(moment, scan, one)) continue;
      const remedy = remedyFor(one, moment, scan);
      if (remedy === null) continue;
      const doubts = doubtsAbout(moment, scan, [one], 'warning');
      yield {
        message: `${one.expression} is worked out for ${countText(compared)} rows of ${tableName(scan)} to find ${actual === null ? 'about ' : ''}${countText(kept)}: ${moment.shareText(scan)}. An index on "${one.column.name}" cannot serve it.`,
        ...remedy,
        severity: doubts.severity,
        whatToDo: `${remedy.whatToDo}${doubts.words}`,
        saves: 1 - kept / compared,
      };
      return;
    }
  },
});

const DATES: ReadonlySet<string> = new Set([
  'date_trunc',
  'extract',
  'date_part',
  'date',
  'timezone',
  'to_char',
]);
const NUMBERS: ReadonlySet<string> = new Set([
  'numeric',
  'float8',
  'float4',
  'double precision',
  'int8',
  'int4',
]);

type Remedy = Pick<Finding, 'whatToDo'> & Partial<Pick<Finding, 'sql' | 'ecto' | 'index'>>;

/** `null` for what we do not know well enough to say something about. */
function remedyFor(one: Comparison, moment: Moment, scan: PlanNode): Remedy | null {
  const { how, through, column } = one;
  const { name } = column;
  if (through === null) return null;
  const isDate =
    (through.kind === 'function' && DATES.has(through.name)) ||
    (through.kind === 'cast' && (through.type === 'date' || /^time/.test(through.type)));
  if (isDate) {
    return {
      whatToDo: `Compare "${name}" itself with a range: from the first moment that fits, up to the first that does not.`,
      sql: `WHERE ${quoteName(name)} >= $1 AND ${quoteName(name)} < $2`,
      ecto: `where: x.${name} >= ^from and x.${name} < ^until`,
    };
  }
  if (through.kind === 'cast') {
    const type = moment.columnOf(scan, name)?.type ?? null;
    if (NUMBERS.has(through.type)) {
      return {
        whatToDo: `The value has another type than "${name}", so the server casts the column (to ${through.type}). Give the value the type of the column.`,
        sql: type === null ? null : `WHERE ${quoteName(name)} = $1::${typeText(type)}`,
        ecto: `where: x.${name} == type(^value, x.${name})`,
      };
    }
    // An enum or a number that is read as text is better compared as what it is; a text that we do not know may be none.
    if (type === null) return null;
    // As citext it would be another comparison: without case.
    if (type.name === 'citext') return ofExpression(one, moment, scan);
    return {
      whatToDo: `Compare "${name}" as what it is: cast the value to its type, not the column to ${through.type}.`,
      sql: `WHERE ${quoteName(name)} = $1::${typeText(type)}`,
      ecto: `where: x.${name} == type(^value, x.${name})`,
    };
  }
  if (through.kind === 'operator' && /^[-+*/]$/.test(through.name)) {
    return { whatToDo: `Move the arithmetic to the other side, so that "${name}" stands alone.` };
  }
  // What lies between two results of a function is seldom what is meant.
  if (!isImmutable(through) || how === 'range') return null;
  const isCase = through.kind === 'function' && /^(lower|upper)$/.test(through.name);
  const or = isCase
    ? ', or make the column case-insensitive (citext, or a collation that is not deterministic)'
    : '';
  return ofExpression(one, moment, scan, or);
}

function ofExpression(one: Comparison, moment: Moment, scan: PlanNode, or = ''): Remedy | null {
  const equal = moment
    .comparisonsOf(scan, 'Index Cond', 'Recheck Cond', 'Filter')
    .filter((other) => other.with === 'value' && (other.how === 'equality' || other.how === 'null'));
  const index = wishedIndex(moment, scan, [...equal.filter((other) => other !== one), one], [], one);
  if (index === null) return null;
  const behind = index.keys.length > 1 ? ', behind what must be equal' : '';
  return { whatToDo: `Index the expression itself${behind}${or}.`, index };
}

/** As SQL has it in a cast: `character` would be a single one. */
function typeText(type: TypeName): string {
  return type.name === 'bpchar' ? 'bpchar' : formatBareType(type);
}

/** Some index has this expression as a key, so the planner had the choice. */
function isIndexed(moment: Moment, scan: PlanNode, { expression }: Comparison): boolean {
  return (moment.indexesOf(scan) ?? []).some(({ keys }) =>
    keys.some((key) => key.expression !== null && spelling(key.expression.text) === spelling(expression)),
  );
}
