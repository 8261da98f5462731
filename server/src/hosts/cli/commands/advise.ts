// plumbline explain --advise

import type { ExplainRequest, Failure } from '../../../database/database.js';
import { type ExplainTarget, explainTargetsIn, type NoTarget } from '../../../features/explain-target.js';
import { anyFileIn } from '../../../text/source-file.js';
import type { Advised } from '../../advise-indexes.js';
import { adviseIndexes } from '../../advise-indexes.js';
import type { Arguments } from '../arguments.js';
import { type AskedFile, readAsked } from '../asked-file.js';
import { onEmbedded } from '../embedded.js';
import { complain, complainOfFailure, FAILED } from '../failures.js';
import { type AskedQueries, indexAdviceIn } from '../formats/index-advice.js';
import type { Opened } from '../open.js';
import { fromHere } from '../places.js';
import type { World } from '../world.js';
import { productionOf, targetOf } from './explain.js';

/** All queries of a file together, or the one that is named. Gives the exit status. */
export async function advise(
  opened: Opened,
  asked: AskedFile | null,
  args: Arguments,
  world: World,
): Promise<number> {
  const { workspace } = opened;
  const { output } = world;
  const path = asked?.path ?? anyFileIn(workspace.root);
  const targets =
    asked !== null && asked.line === null ? targetsIn(opened, asked) : [targetOf(opened, asked, args)];
  const known = targets.filter((target): target is ExplainTarget => !('message' in target));
  const [wrong] = targets.filter((target) => 'message' in target);
  if (wrong !== undefined && 'message' in wrong) return complain(output, wrong.message, wrong.whatToDo);
  if (known.length === 0) {
    return complain(output, `There is no query in ${fromHere(path)} that can be explained.`, '');
  }
  const production = await productionOf(opened, { path, line: 1 }, args, output);
  if (production === 'unreadable') return FAILED;
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
        adviseIndexes(workspace, path, requests, database, production, signal, () => {}),
      ),
  );
  if (answer.kind !== 'advised') return complainOfFailure(output, answer);
  const file = workspace.files.get(path) ?? null;
  const queries: AskedQueries = known.map(({ sql, span }) => ({
    sql,
    line: file === null || args.sql !== null ? null : file.lines.positionAt(span.start).line + 1,
  }));
  output.write(indexAdviceIn(args.format, answer, queries, output.colours));
  return 0;
}

function targetsIn(opened: Opened, asked: AskedFile): readonly (ExplainTarget | NoTarget)[] {
  const file = readAsked(opened, asked);
  return 'message' in file
    ? [{ kind: 'none', message: file.message, whatToDo: '' }]
    : explainTargetsIn(opened.workspace, file.path);
}
