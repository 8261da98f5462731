// plumbline schema

import { resolve } from 'node:path';
import type { Catalog } from '../../../catalog/catalog.js';
import { catalogJson } from '../../../catalog/print-json.js';
import { printCatalog } from '../../../catalog/print-sql.js';
import { placeOrigin } from '../../../lint/lint.js';
import { migrationAt, type Workspace, type WorkspaceHistory } from '../../../lint/workspace.js';
import { portable } from '../../files.js';
import type { Arguments } from '../arguments.js';
import type { Opened } from '../open.js';
import type { Output } from '../output.js';
import { fromHere, placeOf } from '../places.js';

/** Gives the exit status. */
export function schema({ workspace }: Opened, args: Arguments, output: Output): number {
  const at = args.at === null ? null : migrationAt(workspace, portable(resolve(args.at)));
  if (args.at !== null && at === null) {
    output.complain(`${args.at} is not a migration of this workspace.\n`);
    return 2;
  }
  const history: WorkspaceHistory | undefined = at?.history ?? workspace.histories[0];
  if (history === undefined) {
    output.complain('There are no migrations here.\n');
    return 2;
  }
  if (at === null && workspace.histories.length > 1) {
    const names = workspace.histories.map(({ set }) => fromHere(set.id)).join(', ');
    output.complain(
      `There are several histories (${names}); this is the first. Name a folder to choose another.\n`,
    );
  }
  const catalog = at === null ? history.history.latest : at.step.before;
  if (args.format !== 'json') {
    output.write(printCatalog(catalog));
    return 0;
  }
  const shape = { version: 1, ...catalogJson(catalog), unknown: doubtsOf(workspace, catalog) };
  output.write(`${JSON.stringify(shape, null, 2)}\n`);
  return 0;
}

/** What the migrations leave in doubt, each statement once: several things may be in doubt because of it. */
function doubtsOf(workspace: Workspace, { doubts }: Catalog): readonly unknown[] {
  const { everything, newObjects, relations, columns } = doubts;
  const all = [everything, newObjects, ...relations.values(), ...columns.values()];
  const shown = new Map<string, unknown>();
  for (const doubt of all) {
    if (doubt === null) continue;
    const found = doubt.origin === null ? null : placeOrigin(workspace, doubt.origin);
    const file = found === null ? undefined : workspace.files.get(found.path);
    const place = found === null || file === undefined ? null : placeOf(file, found.span);
    const one = { path: place?.path ?? null, line: place?.line ?? null, reason: doubt.reason };
    shown.set(JSON.stringify(one), one);
  }
  return [...shown.values()];
}
