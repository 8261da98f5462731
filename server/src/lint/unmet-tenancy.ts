// Names in the `tenancy` of a configuration that no table, column or module has: a check by them would look clean.

import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import { columnFor, columnLike, spelling } from '../analysis/tenancy/names.js';
import { tenantKey } from '../analysis/tenancy.js';
import type { Table } from '../catalog/catalog.js';
import type { Problem } from '../syntax/problem.js';
import { didYouMean } from '../text/similar.js';
import { anyFileIn } from '../text/source-file.js';
import { type ConfigInForce, configInForce } from './config-files.js';
import { schemaTablesFor } from './names.js';
import type { Workspace } from './workspace.js';

/** Those of that file. Nothing is said where something that could not be read may have made the table. */
export function unmetTenancy(workspace: Workspace, inForce: ConfigInForce, path: string): readonly Problem[] {
  if (!inForce.sources.includes(path)) return [];
  const tree = parseTree(workspace.files.get(path)?.text ?? '', [], { allowTrailingComma: true });
  const setting = tree === undefined ? undefined : findNodeAtLocation(tree, ['tenancy']);
  if (setting === undefined) return [];
  const tables = tablesUnder(workspace, inForce);
  return [...(tables === null ? [] : problemsIn(setting, tables)), ...missingModules(setting, workspace)];
}

/** Of `hook` and `wrappers`; none where there is no Elixir. */
function missingModules(setting: Node, { readings }: Workspace): readonly Problem[] {
  const hook = findNodeAtLocation(setting, ['hook']);
  const wrappers = findNodeAtLocation(setting, ['wrappers'])?.children ?? [];
  const named = [
    ...(hook?.type === 'array' ? (hook.children ?? []) : hook === undefined ? [] : [hook]),
    ...wrappers.map((wrapper) => findNodeAtLocation(wrapper, ['module'])),
  ].filter((node) => typeof node?.value === 'string');
  if (named.length === 0) return [];
  const defined = new Set<string>();
  for (const reading of readings.values()) {
    if (reading.kind === 'elixir') for (const { name } of reading.modules) defined.add(name);
  }
  return named.flatMap((node) => {
    if (node === undefined || defined.size === 0 || defined.has(node.value)) return [];
    const message = `No file here defines the module "${node.value}".${didYouMean(node.value, defined)}`;
    return [problemAt(node, message)];
  });
}

/** All tables to which the configuration applies, by their keys; `null` where there are none, or there may be more. */
function tablesUnder(
  workspace: Workspace,
  inForce: ConfigInForce,
): ReadonlyMap<string, readonly Table[]> | null {
  const tables = new Map<string, readonly Table[]>();
  const add = (table: Table) =>
    tables.set(tenantKey(table), [...(tables.get(tenantKey(table)) ?? []), table]);
  for (const { history, set } of workspace.histories) {
    const [first] = set.files;
    if (first === undefined || configInForce(workspace.configs, first.path) !== inForce) continue;
    const { doubts, relations } = history.latest;
    if (doubts.everything !== null || doubts.newObjects !== null) return null;
    for (const relation of relations.values()) if (relation.kind === 'table') add(relation);
  }
  for (const table of schemaTablesFor(workspace, anyFileIn(inForce.folder))) add(table);
  return tables.size === 0 ? null : tables;
}

function problemsIn(setting: Node, tables: ReadonlyMap<string, readonly Table[]>): readonly Problem[] {
  const all = [...tables.values()].flat();
  const at = (name: string) => findNodeAtLocation(setting, [name]);
  const itemsOf = (name: string) => at(name)?.children ?? [];
  const column = at('column');
  const isColumn = (node: Node) =>
    typeof node.value !== 'string' || all.some((table) => columnLike(table, node.value) !== null);
  const isDivision = (node: Node) => all.some((table) => hasKeyFor(table, String(node.value)));
  const root = at('root');
  const named = [
    // Tenants that are kept elsewhere have no table here, only a column.
    ...(root === undefined || column !== undefined ? [] : [root]),
    ...itemsOf('subTenants').filter((node) => !isDivision(node)),
    ...itemsOf('globalTables'),
    ...itemsOf('ignoreTables'),
  ];
  const aliases = (at('columnAliases')?.children ?? []).flatMap(({ children }) => {
    const [table, alias] = children ?? [];
    if (table === undefined || alias === undefined) return [];
    const found = tablesNamed(tables, String(table.value));
    if (found.length === 0) return missingTable(table, tables);
    const isThere = found.some((one) => !one.complete || columnLike(one, String(alias.value)) !== null);
    return isThere ? [] : [problemAt(alias, `The table "${table.value}" has no column "${alias.value}".`)];
  });
  return [
    ...named.flatMap((node) => missingTable(node, tables)),
    ...(column === undefined || isColumn(column)
      ? []
      : [problemAt(column, `No table has a column "${column.value}".`)]),
    ...aliases,
  ];
}

function hasKeyFor({ columns }: Table, table: string): boolean {
  return columns.some(({ name }) => spelling(name) === columnFor(table));
}

function missingTable(node: Node, tables: ReadonlyMap<string, readonly Table[]>): readonly Problem[] {
  if (typeof node.value !== 'string' || tablesNamed(tables, node.value).length > 0) return [];
  return [problemAt(node, `There is no table "${node.value}".${didYouMean(node.value, [...tables.keys()])}`)];
}

function tablesNamed(tables: ReadonlyMap<string, readonly Table[]>, name: string): readonly Table[] {
  return tables.get(name.replace(/^public\./, '')) ?? [];
}

function problemAt({ offset, length }: Node, message: string): Problem {
  return { kind: 'problem', span: { start: offset, end: offset + length }, message };
}
