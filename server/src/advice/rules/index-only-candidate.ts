import { executed } from '../../plans/nodes.js';
import { countText } from '../../text/numbers.js';
import { tableName } from '../moment.js';
import { adviceRule } from '../rule.js';
import { columnKey } from '../wish.js';

export default adviceRule({
  id: 'index-only-candidate',
  severity: 'info',
  docs: {
    what: 'An index scan fetches rows from the table for one or two columns that the index does not hold.',
    why: 'With these columns in the index, the table need not be read at all.',
    instead: 'Make the index again with INCLUDE, then drop the old one.',
    unless:
      'Silent without VERBOSE, which tells the columns, where the index is not known from the migrations, for unique indexes that a constraint needs, for json and long text, and for few rows. Each included column makes the index larger and an UPDATE of the column dearer.',
    references: ['https://www.postgresql.org/docs/current/indexes-index-only-scans.html'],
  },
  needs: 'estimates',
  gate: 'own',
  thresholds: {
    rows: { value: 1000, means: 'N rows' },
    columns: { value: 2, means: 'at most N columns missing' },
  },
  betterSaidBy: ['composite-index', 'wrong-index-order-by', 'buffers-per-row'],
  on: 'node',

  *check(scan, moment, limits) {
    if (scan.type !== 'Index Scan' || scan.output.length === 0) return;
    const index = moment.indexOf(scan);
    const rows = executed(scan)?.rows ?? moment.expectedRows(scan) ?? 0;
    if (index === null || index.method !== 'btree' || index.constraint !== null || rows < limits.rows) return;
    if (index.keys.some(({ column }) => column === null) || scan.relation === null) return;
    const held = new Set([...index.keys.map(({ column }) => column), ...index.include]);
    const needed = new Set<string>();
    for (const text of scan.output) {
      const name = /^(?:[\w]+\.)?([a-z_]\w*)$/.exec(text)?.[1];
      // More than columns is worked out here.
      if (name === undefined) return;
      needed.add(name);
    }
    for (const { column } of moment.comparisonsOf(scan, 'Filter')) needed.add(column.name);
    if (moment.conditionsOf(scan, 'Filter').others.length > 0) return;
    const missing = [...needed].filter((name) => !held.has(name));
    if (missing.length === 0 || missing.length > limits.columns) return;
    if (missing.some((name) => !SHORT.has(moment.columnOf(scan, name)?.type.name ?? ''))) return;
    const names = missing.map((name) => `"${name}"`).join(' and ');
    yield {
      message: `${countText(rows)} rows of ${tableName(scan)} are fetched for ${names} alone, which the index "${index.name}" does not hold: ${moment.shareText(scan)}.`,
      whatToDo: `With ${names} included, the index answers alone. Make it anew, then drop the old one.`,
      index: {
        table: {
          schema: scan.relation.schema === 'public' ? null : scan.relation.schema,
          name: scan.relation.name,
        },
        partitioned: false,
        method: 'btree',
        keys: index.keys.map(({ column, descending, nullsFirst, operatorClass }) => ({
          ...columnKey(column ?? '', 'order'),
          operatorClass,
          descending,
          nulls: nullsFirst === descending ? null : nullsFirst ? 'first' : 'last',
        })),
        include: [...index.include, ...missing],
        where: index.where?.text ?? null,
      },
      saves: 0.4,
    };
  },
});

const SHORT: ReadonlySet<string> = new Set([
  'bool',
  'int2',
  'int4',
  'int8',
  'float4',
  'float8',
  'numeric',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'uuid',
  'varchar',
  'bpchar',
]);
