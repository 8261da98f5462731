// What the query of a view reads.

import type { Name } from '../../catalog/names.js';
import type { RelationRead } from '../../catalog/operation.js';
import { columnParts, type Node, relationName, type SelectStmt, walk } from '../../syntax/sql/nodes.js';
import type { TokenText } from '../../syntax/sql/segments.js';
import { relationAt } from './reading.js';

/** One SELECT without those inside it. */
interface Block {
  readonly relations: readonly { readonly name: Name; readonly alias: string }[];
  /** Columns that it names without a qualifier; `*` for all. */
  readonly bare: readonly string[];
  /** It reads one relation and nothing else, so they are columns of that. */
  readonly alone: boolean;
}

interface Found {
  readonly blocks: Block[];
  /** By alias, as `alias.column`, wherever they stand: a subquery may name what is around it. */
  readonly qualified: { readonly alias: string; readonly column: string }[];
  readonly ctes: Set<string>;
}

/** The relations that a query names, in its subqueries too, with what it certainly reads of them. */
export function readsOf(of: TokenText, query: Node | undefined): readonly RelationRead[] {
  const found: Found = { blocks: [], qualified: [], ctes: new Set() };
  const waiting: (readonly Node[])[] = query === undefined ? [] : [[query]];
  for (let nodes = waiting.pop(); nodes !== undefined; nodes = waiting.pop()) {
    found.blocks.push(readBlock(of, nodes, found, (inner) => waiting.push(...inner)));
  }
  return found.blocks.flatMap(({ relations, bare, alone }) =>
    relations
      .filter(({ name }) => name.schema !== null || !found.ctes.has(name.name))
      .map(({ name, alias }) => {
        const own = found.qualified.filter((one) => one.alias === alias).map(({ column }) => column);
        const columns = [...own, ...bare.filter((column) => alone || column === '*')];
        return {
          relation: name,
          columns: columns.filter((column) => column !== '*'),
          all: columns.includes('*'),
        };
      }),
  );
}

function readBlock(
  of: TokenText,
  nodes: readonly Node[],
  { qualified, ctes }: Found,
  later: (blocks: readonly (readonly Node[])[]) => void,
): Block {
  const relations: { name: Name; alias: string }[] = [];
  const bare: string[] = [];
  let sources = 0;
  walk(nodes, ({ kind, value }) => {
    switch (kind) {
      case 'SelectStmt':
        later(blocksOf(value));
        return false;
      case 'RangeVar':
        relations.push({
          name: relationAt(of, value),
          alias: value.alias?.aliasname ?? relationName(value).name,
        });
        sources += 1;
        break;
      case 'RangeSubselect':
      case 'RangeFunction':
      case 'RangeTableFunc':
        sources += 1;
        break;
      case 'CommonTableExpr':
        ctes.add(value.ctename ?? '');
        break;
      case 'ColumnRef': {
        const [column = '*', alias] = columnParts(value).reverse();
        if (alias === undefined) bare.push(column);
        else qualified.push({ alias, column });
        break;
      }
    }
    return true;
  });
  return { relations, bare, alone: sources === 1 };
}

/** What stands in a SELECT, and in the branches of a UNION and its like. */
function blocksOf(select: SelectStmt): readonly (readonly Node[])[] {
  const { larg, rarg, withClause, limitCount, limitOffset, whereClause, havingClause } = select;
  const single = [whereClause, havingClause, limitCount, limitOffset].filter((node) => node !== undefined);
  const own = [
    ...(select.targetList ?? []),
    ...(select.fromClause ?? []),
    ...(select.groupClause ?? []),
    ...(select.windowClause ?? []),
    ...(select.sortClause ?? []),
    ...(select.valuesLists ?? []),
    ...(select.distinctClause ?? []),
    ...(withClause?.ctes ?? []),
    ...single,
  ];
  return [own, ...[larg, rarg].flatMap((branch) => (branch === undefined ? [] : blocksOf(branch)))];
}
