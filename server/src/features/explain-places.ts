// Where "Explain" is offered over a query.

import { queriesOf } from '../lint/queries.js';
import type { Workspace } from '../lint/workspace.js';
import type { Span } from '../text/span.js';
import { type FilledIn, statementsOf } from './file-queries.js';

/**
 * Of SQL statements and Ecto queries. Whether one of Ecto can be written as SQL is only found out when somebody asks: this is
 * asked after every edit.
 */
export function explainPlaces(workspace: Workspace, path: string): readonly Span[] {
  const isInterpolated = ({ kind }: FilledIn) => kind === 'interpolation';
  const statements = statementsOf(workspace, path).flatMap(({ span, holes }) =>
    holes.some(isInterpolated) ? [] : [span],
  );
  const queries = queriesOf(workspace, path).flatMap(({ block, sink, span }) => {
    const isSeen = block.opaque === null && block.relations[0]?.source.kind !== 'opaque';
    return isSeen && sink !== null && !sink.ofLoaded && block.verb !== 'insert' ? [span] : [];
  });
  return [...statements, ...queries];
}
