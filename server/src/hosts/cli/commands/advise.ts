// plumbline explain --advise

import type { ExplainRequest, Failure } from '../../../database/database.js';
import { type ExplainTarget, explainTargetsIn } from '../../../features/explain-target.js';
import type { Advised } from '../../advise-indexes.js';
import { adviseIndexes } from '../../advise-indexes.js';
import type { Arguments } from '../arguments.js';
import { onEmbedded } from '../embedded.js';
import { type AskedQueries, indexAdviceIn } from '../formats/index-advice.js';
import type { Opened } from '../open.js';
import { fromHere } from '../places.js';
import type { World } from '../world.js';
import { complain, INTERRUPTED, productionOf, targetOf } from './explain.js';
import type { AskedFile } from './sql.js';

/** All queries of a file together, or the one that is named. Gives the exit status. */
export async function advise(
  opened: Opened,
  asked: AskedFile | null,
  args: Arguments,
  world: World,
): Promise<number> {
  const { workspace } = opened;
  const { output } = world;
  const path = asked?.path ?? `${workspace.root}/x`;
  const place = asked === null || asked.line === null ? null : { path, line: asked.line };
  const targets =
    asked !== null && asked.line === null ? targetsIn(opened, path) : [targetOf(opened, place, args)];
  const known = targets.filter((target): target is ExplainTarget => !('message' in target));
  const [wrong] = targets.filter((target) => 'message' in target);
  if (wrong !== undefined && 'message' in wrong) return complain(output, wrong.message, wrong.whatToDo);
  if (known.length === 0) {
    return complain(output, `There is no query in ${fromHere(path)} that can be explained.`, '');
  }
  const production = await productionOf(opened, { path, line: 1 }, args, output);
  if (production === 'unreadable') return 2;
  const requests = known.map(
    ({ sql, writes, parameters }): ExplainRequest => ({
      statement: sql,
      writes,
      parameters,
      analyze: false,
    }),
  );
  const answer = await world.interruptible(
    (signal): Promise<Advised | Failure> =>
      onEmbedded(workspace, path, production, world, (database) =>
        adviseIndexes(workspace, path, requests, database, signal, () => {}),
      ),
  );
  if (answer.kind !== 'advised') {
    complain(output, answer.message, answer.whatToDo);
    return answer.kind === 'cancelled' ? INTERRUPTED : 2;
  }
  const file = workspace.files.get(path) ?? null;
  const queries: AskedQueries = known.map(({ sql, span }) => ({
    sql,
    line: file === null || args.sql !== null ? null : file.lines.positionAt(span.start).line + 1,
  }));
  output.write(indexAdviceIn(args.format, answer, queries, output.colours));
  return 0;
}

function targetsIn({ workspace }: Opened, path: string): readonly ExplainTarget[] {
  return workspace.files.has(path) ? explainTargetsIn(workspace, path) : [];
}
