import { quoteName } from '../../catalog/keywords.js';
import { executed } from '../../plans/nodes.js';
import type { PlanNode } from '../../plans/plan.js';
import { countText, percentText } from '../../text/numbers.js';
import type { Moment } from '../moment.js';
import { throughGather } from '../order.js';
import { adviceRule, type Finding } from '../rule.js';

export default adviceRule({
  id: 'large-offset',
  severity: 'warning',
  docs: {
    what: 'OFFSET makes the server find many rows only to skip them.',
    why: 'The further down the page, the more rows are read and thrown away. Rows that come or go meanwhile shift the pages, too.',
    instead: 'Begin after the last row of the page before, by the columns of the order (keyset pagination).',
    unless: 'Silent for the first pages, where little is skipped.',
    references: ['https://www.postgresql.org/docs/current/queries-limit.html'],
  },
  needs: 'measured',
  gate: 'none',
  thresholds: {
    skipped: { value: 1000, means: 'N rows skipped' },
    share: { value: 90, means: 'N of those that were found', unit: 'percent' },
  },
  on: 'node',

  *check(limit, moment, limits) {
    const [child] = limit.children;
    if (limit.type !== 'Limit' || child === undefined) return;
    const given = executed(limit)?.rows ?? 0;
    const found = executed(child)?.rows ?? 0;
    const skipped = found - given;
    if (skipped < limits.skipped || skipped / found < limits.share / 100) return;
    // Without an OFFSET, parallel workers may have found a few rows too many.
    if (moment.statement !== null && !/\boffset\b/i.test(moment.statement)) return;
    const share = moment.shareWithin(limit);
    yield {
      message: `${countText(found)} rows were found and ${countText(skipped)} of them skipped by OFFSET (${percentText(skipped / found)}), to give ${countText(given)}.`,
      whatToDo:
        'Begin after the last row of the page before: compare the columns of the order, which an index on them looks up. The last of them should be unique.',
      ...pageAfter(orderBelow(limit, moment)),
      share,
      saves: skipped / found,
    };
  },
});

interface Ordered {
  readonly name: string;
  readonly descending: boolean;
}

/** The columns by which rows come in order: of the sort below, or of the index that is read. */
function orderBelow(limit: PlanNode, moment: Moment): readonly Ordered[] | null {
  const [first] = limit.children;
  const node = throughGather(first);
  if (node === null) return null;
  if (node.type === 'Sort') {
    const keys = moment.sortKeysOf(node);
    const columns = keys.flatMap((key) =>
      key?.column == null ? [] : [{ name: key.column.name, descending: key.descending }],
    );
    return columns.length === keys.length ? columns : null;
  }
  const backward = node.details['Scan Direction'] === 'Backward';
  const keys = moment.indexOf(node)?.keys ?? [];
  const columns = keys.flatMap(({ column, descending }) =>
    column === null ? [] : [{ name: column, descending: descending !== backward }],
  );
  return columns.length === keys.length && columns.length > 0 ? columns : null;
}

/** The next page, after values of the last row; nothing where the order is not known, or goes both ways. */
function pageAfter(order: readonly Ordered[] | null): Pick<Finding, 'sql' | 'ecto'> {
  const [first] = order ?? [];
  if (order === null || first === undefined) return {};
  if (order.some(({ descending }) => descending !== first.descending)) return {};
  // How many rows a page has is the query's own: the plan tells only how many there were.
  const all = order.some(({ name }) => name === 'id') ? order : [...order, { ...first, name: 'id' }];
  const names = all.map(({ name }) => quoteName(name));
  const sign = first.descending ? '<' : '>';
  const row = (parts: readonly string[]) => (parts.length === 1 ? parts.join() : `(${parts.join(', ')})`);
  const marks = row(names.map(() => '?'));
  const compared = [...names.map((name) => `x.${name}`), ...names.map((name) => `^last.${name}`)].join(', ');
  const where =
    names.length === 1
      ? `x.${names.join()} ${sign} ^last.${names.join()}`
      : `fragment("${marks} ${sign} ${marks}", ${compared})`;
  return {
    sql: `WHERE ${row(names)} ${sign} ${row(names.map((_, index) => `$${index + 1}`))}\nORDER BY ${names.map((name) => `${name}${first.descending ? ' DESC' : ''}`).join(', ')}\nLIMIT $${names.length + 1}`,
    ecto: `from x in query,\n  where: ${where},\n  order_by: [${names.map((name) => `${first.descending ? 'desc' : 'asc'}: x.${name}`).join(', ')}],\n  limit: ^count`,
  };
}
