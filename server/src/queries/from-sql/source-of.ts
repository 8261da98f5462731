// Where the reading of a statement begins.

import type { Node } from '../../syntax/sql/nodes.js';
import type { SqlStatement } from '../../syntax/sql/statement.js';
import type { Block } from '../query.js';
import { blockOf } from './blocks.js';
import type { Source, Variables } from './source.js';

export function sourceOf(statement: SqlStatement, variables: Variables | null = null): Source {
  return { of: statement, ctes: new Set(), block: readOnce(), values: new Set(), variables };
}

/** An expression may be looked at in several ways; the subqueries in it are read once. */
function readOnce(): Source['block'] {
  const known = new Map<Node, Block>();
  return (source, node) => {
    let block = known.get(node);
    if (block === undefined) {
      block = blockOf(source, node);
      known.set(node, block);
    }
    return block;
  };
}
