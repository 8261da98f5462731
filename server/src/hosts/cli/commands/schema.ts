// plumbline schema

import { resolve } from 'node:path';
import type { Catalog } from '../../../catalog/catalog.js';
import { diffCatalogs } from '../../../catalog/diff.js';
import { placeOrigin } from '../../../lint/lint.js';
import { migrationAt, type Workspace, type WorkspaceHistory } from '../../../lint/workspace.js';
import { type Held, heldAfter } from '../../../migrations/held.js';
import type { ReplayedMigration } from '../../../migrations/history.js';
import { layoutNamed } from '../../../migrations/layouts/index.js';
import type { LayoutId } from '../../../migrations/layouts/layout.js';
import { renamesIn } from '../../../migrations/renames.js';
import { didYouMean } from '../../../text/similar.js';
import { portable } from '../../files.js';
import type { Arguments } from '../arguments.js';
import { changesText, schemaText, type Uncertainty, uncertaintyLines } from '../formats/schema.js';
import type { Opened } from '../open.js';
import type { Output } from '../output.js';
import { fromHere, placeOf } from '../places.js';

const FAILED = 2;

/** Gives the exit status. */
export function schema({ workspace }: Opened, args: Arguments, output: Output): number {
  const asked = askedOf(workspace, args);
  if ('message' in asked) {
    output.complain(`${asked.message}\n`);
    return FAILED;
  }
  const { chosen, from, at } = asked;
  const steps = chosen.history.migrations;
  const end = at ?? steps.length;
  const others = workspace.histories.filter((one) => one !== chosen);
  if (others.length > 0 && args.history === null && args.at === null && args.from === null) {
    const names = workspace.histories.map((one) => `  --history ${nameOf(one)}`).join('\n');
    output.complain(
      `There are several histories; this is the first. Name a folder, or choose one of them:\n${names}\n`,
    );
  }
  output.complain(`${readLine(steps.slice(0, end), steps.length)}\n`);
  const held = heldAfter(chosen.history, end);
  const refused = refusedPlaces(workspace, held);
  for (const one of refused)
    output.complain(`PostgreSQL would refuse ${one.path}:${one.line}: ${one.reason}.\n`);
  const uncertain = doubtsOf(workspace, held.catalog);
  if (from !== null) {
    printChanges(chosen, { from, end }, uncertain, args, output);
    return 0;
  }
  const facts = {
    ...summary(chosen, end),
    histories: workspace.histories.map((one) => historyShape(one)),
    refused,
  };
  const { postgres } = chosen.history;
  output.write(schemaText({ catalog: held.catalog, postgres, uncertain, refused, facts }, args.format));
  return 0;
}

interface Asked {
  readonly chosen: WorkspaceHistory;
  /** Indexes of the migrations before which the states are that were asked for; `null` for none. */
  readonly from: number | null;
  readonly at: number | null;
}

function askedOf(workspace: Workspace, args: Arguments): Asked | { readonly message: string } {
  const [first] = workspace.histories;
  if (first === undefined) return { message: 'There are no migrations here.' };
  const named = args.history === null ? null : historyNamed(workspace, args.history);
  if (args.history !== null && named === null) {
    const names = workspace.histories.map(nameOf);
    return {
      message: `There is no history "${args.history}".${didYouMean(args.history, names)} There are: ${names.join(', ')}.`,
    };
  }
  let chosen = named;
  const indexes: (number | null)[] = [];
  for (const file of [args.from, args.at]) {
    const found = file === null ? null : migrationAt(workspace, portable(resolve(file)));
    if (file !== null && found === null) {
      return { message: `${file} is not a migration of this workspace.` };
    }
    indexes.push(found === null ? null : found.history.history.migrations.indexOf(found.step));
    if (found === null) continue;
    if (chosen !== null && chosen !== found.history) {
      const theirs = nameOf(found.history);
      return { message: `${file} is not of the history ${nameOf(chosen)}, but of ${theirs}.` };
    }
    chosen = found.history;
  }
  const [from = null, at = null] = indexes;
  if (from !== null && at !== null && at < from) {
    return { message: `${args.from} runs after ${args.at}: give --from the earlier one.` };
  }
  return { chosen: chosen ?? first, from, at };
}

/** By its whole name, or by how it ends. */
function historyNamed({ histories }: Workspace, name: string): WorkspaceHistory | null {
  const wanted = name.replace(/\/$/, '');
  const exact = histories.find((one) => nameOf(one) === wanted);
  if (exact !== undefined) return exact;
  const ending = histories.filter((one) => nameOf(one).endsWith(wanted));
  return ending.length === 1 ? (ending[0] ?? null) : null;
}

function nameOf({ set }: WorkspaceHistory): string {
  return fromHere(set.id);
}

/** `Read 3 migrations (Ecto).` */
function readLine(read: readonly ReplayedMigration[], all: number): string {
  const layouts = layoutsOf(read.length === 0 ? [] : read).map((id) => layoutNamed(id).title);
  const of = read.length === all ? '' : ` of ${all}`;
  const plural = (read.length === all ? read.length : all) === 1 ? 'migration' : 'migrations';
  return `Read ${read.length}${of} ${plural}${layouts.length === 0 ? '' : `, layout: ${layouts.join(', ')}`}.`;
}

/** That of most files comes first. */
function layoutsOf(steps: readonly ReplayedMigration[]): readonly LayoutId[] {
  const counts = new Map<LayoutId, number>();
  for (const { migration } of steps) counts.set(migration.layout, (counts.get(migration.layout) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([layout]) => layout);
}

function summary(chosen: WorkspaceHistory, end: number) {
  const { migrations } = chosen.history;
  return { history: nameOf(chosen), layout: layoutsOf(migrations)[0] ?? null, files: end };
}

function historyShape(one: WorkspaceHistory) {
  const { migrations } = one.history;
  return { id: nameOf(one), layouts: layoutsOf(migrations), files: migrations.length };
}

function printChanges(
  chosen: WorkspaceHistory,
  { from, end }: { readonly from: number; readonly end: number },
  uncertain: readonly Uncertainty[],
  args: Arguments,
  output: Output,
): void {
  const { history } = chosen;
  const steps = history.migrations;
  const after = heldAfter(history, end);
  const undone = new Set(after.refused.map(({ path }) => path));
  const done = steps.slice(from, end).filter(({ migration }) => !undone.has(migration.file.path));
  const renames = renamesIn(done, history.postgres);
  const changes = diffCatalogs(heldAfter(history, from).catalog, after.catalog, renames);
  if (args.format === 'json') {
    const shape = {
      version: 1,
      ...summary(chosen, end),
      from: pathAt(steps, from),
      at: pathAt(steps, end),
      changes: changes.map(({ ofView: _, ...change }) => change),
      unknown: uncertain,
    };
    output.write(`${JSON.stringify(shape, null, 2)}\n`);
    return;
  }
  for (const line of uncertaintyLines(uncertain)) output.complain(`${line}\n`);
  if (changes.length === 0) output.complain('Nothing in the schema has changed.\n');
  output.write(changesText(changes, output.colours));
}

function pathAt(steps: readonly ReplayedMigration[], index: number): string | null {
  const path = steps[index]?.migration.file.path;
  return path === undefined ? null : fromHere(path);
}

/** Where the server would stop, which leaves the rest of the file, or all of its transaction, undone. */
function refusedPlaces(workspace: Workspace, { refused }: Held): readonly Uncertainty[] {
  return refused.map(({ path, statement, refusal }) => {
    const file = workspace.files.get(path);
    const start = migrationAt(workspace, path)?.step.migration.statements[statement]?.start ?? 0;
    const { at, message } = refusal;
    const span = { start: at.start + start, end: at.end + start };
    return {
      path: fromHere(path),
      line: file === undefined ? null : placeOf(file, span).line,
      reason: message,
    };
  });
}

/** What the migrations leave in doubt, each statement once: several things may be in doubt because of it. */
function doubtsOf(workspace: Workspace, { doubts }: Catalog): readonly Uncertainty[] {
  const { everything, newObjects, relations, columns, types } = doubts;
  const all = [everything, newObjects, ...relations.values(), ...columns.values(), ...types.values()];
  const shown = new Map<string, Uncertainty>();
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
