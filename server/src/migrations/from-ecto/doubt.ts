// What SQL may change that does not parse because parts of it are not known: as little as can be.

import type { Touch } from '../../catalog/operation.js';
import { objectName } from '../../syntax/sql/clauses.js';
import { nameAt, wordAt } from '../../syntax/sql/segments.js';
import type { SqlStatement } from '../../syntax/sql/statement.js';
import { overlaps } from '../../text/span.js';
import type { Hole, Subject } from '../holes.js';

/** What a statement may change that does not parse because parts of it are not known. */
export function touchOfUnread(of: SqlStatement, holes: readonly Hole[], subject: Subject | null): Touch {
  if (subject !== null)
    return { kind: 'relation', relation: { ...subject, span: { start: 0, end: of.text.length } } };
  const verb = wordAt(of, 0);
  if (
    verb !== null &&
    /^(?:insert|update|delete|select|with|copy|truncate|comment|set|grant|revoke)$/.test(verb)
  ) {
    return { kind: 'rows' };
  }
  if (verb === 'create' && wordAt(of, 1) !== 'index' && wordAt(of, 1) !== 'unique') {
    return { kind: 'new-objects' };
  }
  const second = wordAt(of, 1);
  const name = second === 'table' ? nameAt(of, objectName(of)) : null;
  if (name === null || holes.some((hole) => overlaps(hole.span, name.span))) return { kind: 'everything' };
  return { kind: 'relation', relation: { schema: name.schema, name: name.name, span: name.span } };
}
