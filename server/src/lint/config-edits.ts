// Changes to the configuration file that keep its comments and layout.

import { findNodeAtLocation, type Node, parseTree, visit } from 'jsonc-parser';
import { type Change, changeOf, insertAt, type TextEdit } from '../text/edits.js';
import { folderOf, joinPath } from '../text/source-file.js';
import { CONFIG_FILE } from './config.js';
import { configInForceFor, type Workspace } from './workspace.js';

/**
 * Says that all tenants share the table, for the files for which the configuration of `path` holds. A file is made in the
 * folder of the workspace where there is none.
 *
 * @param table by its key in the tenant model
 * @returns `null` when the configuration says so already, or its file could not be read
 */
export function shareTable(workspace: Workspace, path: string, table: string): Change | null {
  const { config, sources } = configInForceFor(workspace, path);
  const { globalTables } = config.tenancy;
  if (globalTables.includes(table)) return null;
  const [own] = sources;
  if (own === undefined) {
    const text = `{\n  ${inTenancy([...globalTables, table])}\n}\n`;
    return { edits: [], creates: [{ path: joinPath(workspace.root, CONFIG_FILE), text }] };
  }
  const file = workspace.files.get(own);
  const edits = file === undefined ? null : withTable(file.text, table, globalTables);
  return edits === null ? null : changeOf(own, edits);
}

/**
 * Names a file of statistics in the configuration that holds for `path`. A file is made in the folder of the workspace where
 * there is none.
 *
 * @returns `null` when the configuration names it already, or its file could not be read
 */
export function useStatistics(workspace: Workspace, path: string, statistics: string): Change | null {
  const { sources, statisticsFile: named } = configInForceFor(workspace, path);
  if (named === statistics) return null;
  const [own = joinPath(workspace.root, CONFIG_FILE)] = sources;
  const value = JSON.stringify(relativeTo(folderOf(own), statistics));
  const entry = `"statistics": ${value}`;
  if (sources.length === 0) return { edits: [], creates: [{ path: own, text: `{\n  ${entry}\n}\n` }] };
  const text = workspace.files.get(own)?.text ?? '';
  const tree = parseTree(text, [], { allowTrailingComma: true });
  if (tree?.type !== 'object') return null;
  const found = findNodeAtLocation(tree, ['statistics']);
  if (found === undefined) return changeOf(own, appended(text, tree, entry));
  return changeOf(own, [{ span: { start: found.offset, end: found.offset + found.length }, text: value }]);
}

/** With `../` for what is elsewhere. */
function relativeTo(folder: string, path: string): string {
  const [from, to] = [folder.split('/'), path.split('/')];
  const same = from.findIndex((name, index) => name !== to[index]);
  const shared = same === -1 ? from.length : same;
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/');
}

/** @param inForce what is shared so far, also by files that this one extends: a list of its own takes their place */
function withTable(text: string, table: string, inForce: readonly string[]): readonly TextEdit[] | null {
  const tree = parseTree(text, [], { allowTrailingComma: true });
  if (tree?.type !== 'object') return null;
  const tenancy = findNodeAtLocation(tree, ['tenancy']);
  if (tenancy === undefined) return appended(text, tree, inTenancy([...inForce, table]));
  if (tenancy.type !== 'object') return null;
  const list = findNodeAtLocation(tenancy, ['globalTables']);
  if (list === undefined) return appended(text, tenancy, shared([...inForce, table]));
  if (list.type === 'array') return appended(text, list, JSON.stringify(table));
  const span = { start: list.offset, end: list.offset + list.length };
  return [{ span, text: listed([...inForce, table]) }];
}

function inTenancy(tables: readonly string[]): string {
  return `"tenancy": { ${shared(tables)} }`;
}

function shared(tables: readonly string[]): string {
  return `"globalTables": ${listed(tables)}`;
}

function listed(tables: readonly string[]): string {
  return `[${tables.map((table) => JSON.stringify(table)).join(', ')}]`;
}

/** One more entry at the end of an object or a list: behind the comments there, on a line of its own where others are. */
function appended(text: string, { type, offset, length, children = [] }: Node, entry: string): TextEdit[] {
  const close = offset + length - 1;
  const last = children.at(-1);
  const behind = last === undefined ? offset + 1 : last.offset + last.length;
  const rest = text.slice(behind, close);
  const at = behind + rest.trimEnd().length;
  const hasComma = hasCommaBetween(text, behind, close);
  const needsComma = last !== undefined && !hasComma;
  const lineBreak = /\r\n|\n|\r/.exec(rest)?.[0];
  if (lineBreak === undefined) {
    const blank = type === 'object' || last !== undefined ? ' ' : '';
    return [insertAt(at, `${needsComma ? ',' : ''}${blank}${entry}${last === undefined ? blank : ''}`)];
  }
  const indent = `${indentOf(text, last?.offset ?? offset)}${last === undefined ? '  ' : ''}`;
  const comma = needsComma ? [insertAt(behind, ',')] : [];
  return [...comma, insertAt(at, `${lineBreak}${indent}${entry}${hasComma ? ',' : ''}`)];
}

function hasCommaBetween(text: string, start: number, end: number): boolean {
  let found = false;
  visit(text, {
    onSeparator(character, offset) {
      if (character === ',' && offset >= start && offset < end) found = true;
    },
  });
  return found;
}

function indentOf(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start))?.[0] ?? '';
}
