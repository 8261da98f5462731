// Settings that name something which is not there: a folder without migrations, a version that no migration has. A check by
// them would be one of nothing, or of everything, and look clean.

import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import { compareVersions } from '../migrations/order.js';
import type { Problem } from '../syntax/problem.js';
import { anyFileIn, folderOf, joinPath } from '../text/source-file.js';
import { type ConfigInForce, configInForce } from './config-files.js';
import { unmetTenancy } from './unmet-tenancy.js';
import type { Workspace } from './workspace.js';

/** Those of one configuration file. What lies outside of the workspace is not known, so nothing is said of it. */
export function unmetSettings(workspace: Workspace, path: string): readonly Problem[] {
  const { configs, root } = workspace;
  const forRoot = configInForce(configs, anyFileIn(root));
  const all = new Set([forRoot, configs.elsewhere, ...configs.byFolder.values()]);
  return [
    ...[...all].flatMap((config) => [
      ...foldersWithoutMigrations(workspace, config, path),
      ...baselineWithoutFile(workspace, config, path),
      ...startWithoutMigration(workspace, config, path),
      ...statisticsWithoutFile(workspace, config, path),
      ...sinceWithoutReference(workspace, config, path),
      ...unmetTenancy(workspace, config, path),
    ]),
  ];
}

function foldersWithoutMigrations(
  workspace: Workspace,
  { folder, config, sources }: ConfigInForce,
  path: string,
): readonly Problem[] {
  const setting = settingIn(workspace, sources, 'migrations');
  if (setting?.path !== path) return [];
  const nodes = setting.node.type === 'array' ? (setting.node.children ?? []) : [setting.node];
  return nodes.flatMap((node) => {
    if (typeof node.value !== 'string') return [];
    const inside = `${joinPath(folder, node.value)}/`;
    const isIn = (other: string) => other.startsWith(inside);
    if (!inside.startsWith(`${workspace.root}/`)) return [];
    const listed = workspace.histories.flatMap(({ set }) => set.files.map((file) => file.path));
    if ([...workspace.migrationFiles.keys(), ...listed].some(isIn)) return [];
    const isEmpty = ![...workspace.files.values()].some(
      (file) => file.language !== 'data' && isIn(file.path),
    );
    const where = `in the folder "${node.value}"`;
    const kind = config.layout === null ? 'a migration' : `a migration of the layout "${config.layout}"`;
    const message = isEmpty
      ? `There is no .sql or .exs file ${where}.`
      : `None of the files ${where} is ${kind}.`;
    return [problemAt(node, message)];
  });
}

function baselineWithoutFile(
  workspace: Workspace,
  { folder, sources }: ConfigInForce,
  path: string,
): readonly Problem[] {
  const setting = settingIn(workspace, sources, 'baseline');
  if (setting?.path !== path || typeof setting.node.value !== 'string') return [];
  const file = joinPath(folder, setting.node.value);
  if (!file.startsWith(`${workspace.root}/`) || workspace.readings.get(file)?.kind === 'sql') return [];
  return [problemAt(setting.node, `There is no .sql file "${setting.node.value}".`)];
}

function startWithoutMigration(
  workspace: Workspace,
  inForce: ConfigInForce,
  path: string,
): readonly Problem[] {
  const { startAfter } = inForce.config;
  if (startAfter === null || workspace.options.enforced.startAfter !== undefined) return [];
  const setting = settingIn(workspace, inForce.sources, 'startAfter');
  if (setting?.path !== path || !`${inForce.folder}/`.startsWith(`${workspace.root}/`)) return [];
  const versions = workspace.histories
    .flatMap(({ set }) => set.files)
    .filter((file) => configInForce(workspace.configs, file.path) === inForce)
    .map(({ role }) => role.version)
    .sort(compareVersions);
  if (versions.length === 0 || versions.some((version) => compareVersions(version, startAfter) === 0))
    return [];
  const last = versions.findLast((version) => compareVersions(version, startAfter) < 0);
  const instead = last === undefined ? 'all come after it' : `the last one before it is "${last}"`;
  return [problemAt(setting.node, `No migration has the version "${startAfter}": ${instead}.`)];
}

function statisticsWithoutFile(
  workspace: Workspace,
  { sources }: ConfigInForce,
  path: string,
): readonly Problem[] {
  const setting = settingIn(workspace, sources, 'statistics');
  if (setting?.path !== path || typeof setting.node.value !== 'string') return [];
  const { value } = setting.node;
  if (workspace.files.has(joinPath(folderOf(path), value))) return [];
  const message = `There is no file "${value}", or it cannot be read: it must be UTF-8 of at most 20 MB.`;
  return [problemAt(setting.node, message)];
}

/** That of the root alone is asked for: one workspace has one reference. */
function sinceWithoutReference(
  workspace: Workspace,
  { sources }: ConfigInForce,
  path: string,
): readonly Problem[] {
  const { base } = workspace.options;
  const setting = settingIn(workspace, sources, 'since');
  if (base?.kind !== 'missing' || setting?.path !== path || setting.node.value !== base.ref) return [];
  return [problemAt(setting.node, base.message)];
}

interface Setting {
  readonly path: string;
  /** Its value. */
  readonly node: Node;
}

/** Where the setting that holds is written: in the file itself, or in the last that it extends. */
function settingIn({ files }: Workspace, sources: readonly string[], name: string): Setting | null {
  const [own, ...parents] = sources;
  for (const path of own === undefined ? [] : [own, ...parents.reverse()]) {
    const tree = parseTree(files.get(path)?.text ?? '', [], { allowTrailingComma: true });
    const node = tree === undefined ? undefined : findNodeAtLocation(tree, [name]);
    if (node !== undefined) return { path, node };
  }
  return null;
}

function problemAt({ offset, length }: Node, message: string): Problem {
  return { kind: 'problem', span: { start: offset, end: offset + length }, message };
}
