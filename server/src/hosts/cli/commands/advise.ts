// plumbline explain --advise

import { withoutSizes } from '../../../database/pglite.js';
import {
  type ExplainTarget,
  explainTargetsIn,
  type NoTarget,
  unreadQueriesIn,
} from '../../../features/explain-target.js';
import { anyFileIn } from '../../../text/source-file.js';
import { adviseIndexes } from '../../advise-indexes.js';
import type { Arguments } from '../arguments.js';
import { type AskedFile, readAsked } from '../asked-file.js';
import { onEmbedded } from '../embedded.js';
import { complain, complainOfFailure, FAILED } from '../failures.js';
import { faultsShape } from '../faults.js';
import { type AskedQueries, indexAdviceIn } from '../formats/index-advice.js';
import type { Opened } from '../open.js';
import type { Output } from '../output.js';
import { fromHere } from '../places.js';
import type { World } from '../world.js';
import { missingLines, statisticsMeant, targetOf } from './explain.js';

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
  if (asked !== null && asked.line === null) complainOfUnread(opened, path, output);
  if (known.length === 0) {
    return complain(output, `There is no query in ${fromHere(path)} that can be explained.`, '');
  }
  const statistics = await statisticsMeant(opened, { path, line: 1 }, args, output);
  if (statistics === 'unreadable') return FAILED;
  if (statistics === null) return complainOfFailure(output, withoutSizes());
  const { answer, replay } = await world.interruptible((signal) =>
    onEmbedded(workspace, path, statistics, world, signal, (database) =>
      adviseIndexes(workspace, path, known, database, statistics, signal, () => {}),
    ),
  );
  if (replay === null) return complainOfFailure(output, answer);
  if (answer.kind !== 'advised') {
    const status = complainOfFailure(output, answer);
    for (const line of missingLines(opened, answer, replay)) output.complain(`${line}\n`);
    return status;
  }
  const file = workspace.files.get(path) ?? null;
  const queries: AskedQueries = known.map(({ sql, span, notes = [] }) => ({
    sql,
    line: file === null || args.sql !== null ? null : file.lines.positionAt(span.start).line + 1,
    notes,
  }));
  output.write(indexAdviceIn(args.format, answer, queries, replay, output.colours, faultsShape(opened)));
  return 0;
}

function complainOfUnread({ workspace }: Opened, path: string, output: Output): void {
  const lines = workspace.files.get(path)?.lines;
  for (const { start, refusal } of unreadQueriesIn(workspace, path)) {
    const line = (lines?.positionAt(start).line ?? 0) + 1;
    complain(output, `${fromHere(path)}:${line}: ${refusal.message}`, refusal.whatToDo);
  }
}

function targetsIn(opened: Opened, asked: AskedFile): readonly (ExplainTarget | NoTarget)[] {
  const file = readAsked(opened, asked);
  return 'message' in file
    ? [{ kind: 'none', message: file.message, whatToDo: '' }]
    : explainTargetsIn(opened.workspace, file.path);
}
