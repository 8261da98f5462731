// Changelogs of Liquibase in XML, YAML and JSON, as far as they say which files run. Change sets that are not in SQL are told, not
// read. Source: https://docs.liquibase.com/change-types/include.html and include-all.html, sql-file.html.

import { asList, asRecord, readJson } from './data.js';

export type ChangelogEntry =
  | { readonly kind: 'file' | 'folder'; readonly path: string; readonly isRelative: boolean }
  /** Change sets whose changes are not SQL files. */
  | { readonly kind: 'other' };

/** In the order in which they run; `null` when the file is no changelog. */
export function readChangelog(path: string, text: string): readonly ChangelogEntry[] | null {
  if (!text.includes('databaseChangeLog')) return null;
  if (path.endsWith('.xml')) return readXml(text);
  if (path.endsWith('.json')) return readEntries(asRecord(readJson(text))?.databaseChangeLog);
  return readYaml(text);
}

const OTHER: ChangelogEntry = { kind: 'other' };

/** What may stand in a change set besides its changes. */
const NO_CHANGES: ReadonlySet<string> = new Set([
  'comment',
  'preConditions',
  'rollback',
  'tagDatabase',
  'validCheckSum',
  'empty',
]);

function readXml(text: string): readonly ChangelogEntry[] {
  const entries: ChangelogEntry[] = [];
  const source = text.replace(/<!--.*?-->/gs, '');
  const pattern = /<(include|includeAll)\b([^>]*?)\/?>|<changeSet\b[^>]*?(?:\/>|>(.*?)<\/changeSet>)/gs;
  for (const [, kind, attributes = '', body = ''] of source.matchAll(pattern)) {
    const attribute = (name: string) =>
      new RegExp(`\\b${name}\\s*=\\s*["']([^"']*)["']`).exec(attributes)?.[1] ?? '';
    if (kind === undefined) entries.push(...readXmlChanges(body));
    else {
      const path = attribute(kind === 'include' ? 'file' : 'path');
      const isRelative = attribute('relativeToChangelogFile') === 'true';
      entries.push({ kind: kind === 'include' ? 'file' : 'folder', path, isRelative });
    }
  }
  return entries;
}

function readXmlChanges(body: string): readonly ChangelogEntry[] {
  const entries: ChangelogEntry[] = [];
  let depth = 0;
  for (const [, closes, name = '', attributes = '', closed] of body.matchAll(
    /<(\/)?([\w:]+)\b([^>]*?)(\/)?>/gs,
  )) {
    if (closes !== undefined) {
      depth--;
      continue;
    }
    if (depth === 0 && name === 'sqlFile') {
      const path = /\bpath\s*=\s*["']([^"']*)["']/.exec(attributes)?.[1] ?? '';
      const isRelative = /\brelativeToChangelogFile\s*=\s*["']true["']/.test(attributes);
      entries.push({ kind: 'file', path, isRelative });
    } else if (depth === 0 && !NO_CHANGES.has(name)) entries.push(OTHER);
    if (closed === undefined) depth++;
  }
  return entries;
}

function readEntries(list: unknown): readonly ChangelogEntry[] {
  return asList(list).flatMap((entry) => {
    const { include, includeAll, changeSet } = asRecord(entry) ?? {};
    if (include !== undefined) return [inclusion('file', asRecord(include))];
    if (includeAll !== undefined) return [inclusion('folder', asRecord(includeAll))];
    if (changeSet === undefined) return [];
    return asList(asRecord(changeSet)?.changes).flatMap((change): readonly ChangelogEntry[] => {
      const [name = ''] = Object.keys(asRecord(change) ?? {});
      if (name === 'sqlFile') return [inclusion('file', asRecord(asRecord(change)?.sqlFile))];
      return NO_CHANGES.has(name) ? [] : [OTHER];
    });
  });
}

function inclusion(kind: 'file' | 'folder', given: Readonly<Record<string, unknown>> | null): ChangelogEntry {
  return {
    kind,
    path: String(given?.file ?? given?.path ?? ''),
    isRelative: String(given?.relativeToChangelogFile ?? 'false') === 'true',
  };
}

/** Line by line: an item of the list is what stands until the next `- include`, `- includeAll` or `- changeSet`. */
function readYaml(text: string): readonly ChangelogEntry[] {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(?:#.*)?$/.test(line));
  const items: { readonly kind: string; readonly lines: string[] }[] = [];
  for (const line of lines) {
    const [, kind, rest = ''] =
      /^\s*-\s*(include|includeAll|changeSet|property|preConditions)\s*:(.*)$/.exec(line) ?? [];
    if (kind !== undefined) items.push({ kind, lines: [rest] });
    else items.at(-1)?.lines.push(line);
  }
  return items.flatMap(({ kind, lines: own }): readonly ChangelogEntry[] => {
    const all = own.join('\n');
    const textOf = (name: string) =>
      new RegExp(`(?:^|[\\s{,])${name}\\s*:\\s*["']?([^"'\\n,}]*)`).exec(all)?.[1]?.trim();
    const isRelative = textOf('relativeToChangelogFile') === 'true';
    if (kind === 'include') return [{ kind: 'file', path: textOf('file') ?? '', isRelative }];
    if (kind === 'includeAll') return [{ kind: 'folder', path: textOf('path') ?? '', isRelative }];
    if (kind !== 'changeSet') return [];
    const changes = own.flatMap((line) => /^\s*-\s*(\w+)\s*:/.exec(line)?.[1] ?? []);
    const path = textOf('path');
    if (
      changes.includes('sqlFile') &&
      path !== undefined &&
      changes.every((one) => one === 'sqlFile' || NO_CHANGES.has(one))
    ) {
      return [{ kind: 'file', path, isRelative }];
    }
    return [OTHER];
  });
}
