import { findTable } from '../../catalog/lookup.js';
import { executed } from '../../plans/nodes.js';
import type { PlanNode } from '../../plans/plan.js';
import { countText } from '../../text/numbers.js';
import { detail, type Moment } from '../moment.js';
import { adviceRule } from '../rule.js';

export default adviceRule({
  id: 'many-partitions',
  severity: 'warning',
  docs: {
    what: 'A query reads many partitions of a table.',
    why: 'Each partition is planned, locked and opened on its own. A condition on the partition key would leave out all that cannot hold a row that fits.',
    instead:
      'Compare the partition key with a value in the query, also where another column already says it.',
    unless:
      'Silent when some were left out, before or while running, when the key is compared already, and where partitions are not those of one table, as with UNION ALL.',
    references: ['https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITION-PRUNING'],
  },
  needs: 'estimates',
  gate: 'none',
  thresholds: { partitions: { value: 50, means: 'N partitions' } },
  on: 'node',

  *check(append, moment, limits) {
    if (append.type !== 'Append' && append.type !== 'Merge Append') return;
    if (detail(append, 'Subplans Removed') > 0) return;
    const read = append.children.filter((child) => !moment.plan.analyzed || executed(child) !== null);
    if (read.length < limits.partitions || read.length < append.children.length) return;
    const parent = parentOfAll(append.children, moment);
    if (parent === null) return;
    if (isKeyCompared(append.children[0], parent.keys, moment)) return;
    const keys =
      parent.keys.length === 0 ? 'its partition key' : parent.keys.map((key) => `"${key}"`).join(' and ');
    const share = moment.shareWithin(append);
    yield {
      message: `${countText(read.length)} partitions of "${parent.name}" are read, and none was left out: ${moment.shareText(append, share)}.`,
      whatToDo: `Compare ${keys} with a value, so that only the partitions that can hold such rows are read.`,
      share,
      saves: 0.7,
    };
  },
});

/** The partitioned table whose partitions these read, by the schema or by what their aliases have in common. */
function parentOfAll(
  children: readonly PlanNode[],
  moment: Moment,
): { readonly name: string; readonly keys: readonly string[] } | null {
  const [first] = children;
  const scan =
    first === undefined
      ? undefined
      : [first, ...moment.below(first)].find(({ relation }) => relation !== null);
  const table = scan === undefined ? null : moment.tableOf(scan);
  if (table !== null) {
    const root = moment.rootTable(table);
    if (root === table) return null;
    const keys = (root.partitionKey?.keys ?? []).flatMap(({ column }) => column ?? []);
    return { name: root.name, keys };
  }
  // Partitions are called `orders_1`, `orders_2`, … after the alias of their table.
  const stems = new Set(children.map((child) => child.alias?.replace(/_\d+$/, '') ?? null));
  const [stem] = stems;
  if (stems.size !== 1 || stem == null || moment.catalog === null) return null;
  const named = findTable(moment.catalog, { schema: scan?.relation?.schema ?? null, name: stem });
  return { name: stem, keys: (named?.partitionKey?.keys ?? []).flatMap(({ column }) => column ?? []) };
}

/** Then all of them are wanted; or the value is a parameter, and partitions are left out when it runs. */
function isKeyCompared(child: PlanNode | undefined, keys: readonly string[], moment: Moment): boolean {
  if (child === undefined) return false;
  return [child, ...moment.below(child)].some((node) =>
    keys.length === 0
      ? node.conditions.some(({ text }) => /\$\d/.test(text))
      : moment
          .comparisonsOf(node, 'Filter', 'Index Cond', 'Recheck Cond')
          .some(({ column }) => keys.includes(column.name)),
  );
}
