// A plan as the rows and columns of a table. Only words and order: every number comes from the plan as the server made it.

import {
  nodeCondition,
  nodeHeading,
  nodeRole,
  nodeTarget,
  nodeTitle,
} from '../../../../server/src/plans/names.js';
import { wasNeverRun } from '../../../../server/src/plans/nodes.js';
import type { Plan, PlanNode } from '../../../../server/src/plans/plan.js';
import {
  type Cell as BareCell,
  type Column as BareColumn,
  columnsOf,
} from '../../../../server/src/plans/table.js';
import { type AdviceMark, markText } from './advice.js';

export interface PlanTable {
  /** Those that follow the node's own column. */
  readonly columns: readonly Column[];
  /** Parents before children. */
  readonly rows: readonly PlanRow[];
}

export type Column = Pick<BareColumn, 'id' | 'title' | 'hint'>;

export interface PlanRow {
  readonly id: string;
  readonly parent: string | null;
  /** 1 for the root. */
  readonly level: number;
  /** Among its siblings, from 1. */
  readonly place: number;
  readonly siblings: number;
  readonly children: number;
  readonly title: string;
  readonly role: string;
  readonly target: string;
  readonly condition: string;
  readonly executed: boolean;
  /** Something is advised about it. */
  readonly mark: AdviceMark | null;
  /** All of it in words, for those who hear it. */
  readonly spoken: string;
  /** In the order of the columns. */
  readonly cells: readonly Cell[];
}

export interface Cell extends BareCell {
  /** Less important, on a line of its own; empty when there is nothing. */
  readonly aside: string;
}

interface ColumnOf extends Column {
  readonly cell: (node: PlanNode) => Cell;
}

export type Marks = ReadonlyMap<string, AdviceMark>;

export function planTable(plan: Plan, marks: Marks = new Map()): PlanTable {
  const columns = columnsFor(plan);
  return { columns, rows: rowsBelow(plan.root, null, { level: 1, place: 1, siblings: 1 }, columns, marks) };
}

/** So many rows are built and understood at once. */
const MANY_ROWS = 200;
const FEW_ROWS = 60;

/**
 * Nodes whose children are hidden at first: in a large plan those with many children of a kind, such as partitions; in a very
 * large one all but the ways to the nodes that take most.
 */
export function initiallyCollapsed({ rows, columns }: PlanTable): readonly string[] {
  if (rows.length <= FEW_ROWS) return [];
  const wide = rows.filter(({ children }) => children > 8).map(({ id }) => id);
  if (rows.length <= MANY_ROWS) return wide;
  const byId = new Map(rows.map((row) => [row.id, row]));
  const share = columns.findIndex(({ id }) => id === 'share');
  const shareOf = ({ cells }: PlanRow) => cells[share]?.bar ?? 0;
  const unfolded = new Set<string>();
  let visible = 1;
  for (const row of [...rows].sort((a, b) => shareOf(b) - shareOf(a))) {
    const way: PlanRow[] = [];
    for (let up = byId.get(row.parent ?? ''); up !== undefined; up = byId.get(up.parent ?? '')) {
      if (!unfolded.has(up.id)) way.push(up);
    }
    const more = way.reduce((sum, { children }) => sum + children, 0);
    if (visible + more > MANY_ROWS) continue;
    for (const { id } of way) unfolded.add(id);
    visible += more;
  }
  return rows.filter(({ id, children }) => children > 0 && !unfolded.has(id)).map(({ id }) => id);
}

function rowsBelow(
  node: PlanNode,
  parent: string | null,
  at: Pick<PlanRow, 'level' | 'place' | 'siblings'>,
  columns: readonly ColumnOf[],
  marks: Marks,
): readonly PlanRow[] {
  const title = nodeTitle(node);
  const role = nodeRole(node);
  const target = nodeTarget(node);
  const cells = columns.map((column) => column.cell(node));
  const mark = marks.get(node.id) ?? null;
  const row: PlanRow = {
    id: node.id,
    parent,
    ...at,
    children: node.children.length,
    title,
    role,
    target,
    condition: nodeCondition(node),
    executed: !wasNeverRun(node),
    mark,
    spoken: spokenRow(nodeHeading(node), mark, columns, cells),
    cells,
  };
  const below = node.children.flatMap((child, index) =>
    rowsBelow(
      child,
      node.id,
      { level: at.level + 1, place: index + 1, siblings: node.children.length },
      columns,
      marks,
    ),
  );
  return [row, ...below];
}

function spokenRow(
  name: string,
  mark: AdviceMark | null,
  columns: readonly Column[],
  cells: readonly Cell[],
): string {
  const values = cells.flatMap(({ text, aside, flag }, index) =>
    text === '' ? [] : [`${columns[index]?.title} ${text}`, aside, flag?.text ?? ''],
  );
  return [name, mark === null ? '' : markText(mark), ...values].filter((part) => part !== '').join(', ');
}

/** What may stand below another column's values has none of its own here. */
function columnsFor(plan: Plan): readonly ColumnOf[] {
  const columns: ColumnOf[] = [];
  for (const { id, title, hint, aside: word, cell } of columnsOf(plan)) {
    const above = columns.at(-1);
    if (word === null || above === undefined) {
      columns.push({ id, title, hint, cell: (node) => ({ ...cell(node), aside: '' }) });
      continue;
    }
    const asideOf = (node: PlanNode) => {
      const { text } = cell(node);
      // A leaf has no children whose time it could hold.
      return text === '' || (id === 'total' && node.children.length === 0) ? '' : `${word} ${text}`;
    };
    columns[columns.length - 1] = {
      ...above,
      hint: `${above.hint} Below: ${hint.charAt(0).toLowerCase()}${hint.slice(1)}`,
      cell: (node) => ({ ...above.cell(node), aside: asideOf(node) }),
    };
  }
  return columns;
}
