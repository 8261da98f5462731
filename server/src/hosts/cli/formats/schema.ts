// A schema, and what is different between two, as they are printed.

import type { Catalog } from '../../../catalog/catalog.js';
import type { ObjectKind, SchemaChange } from '../../../catalog/diff.js';
import { catalogDbml } from '../../../catalog/print/dbml.js';
import { catalogJson } from '../../../catalog/print/json.js';
import { catalogMermaid } from '../../../catalog/print/mermaid.js';
import { printCatalog } from '../../../catalog/print/sql.js';
import { printable } from '../../../text/snippet.js';
import type { Format } from '../arguments.js';
import type { Colours } from '../output.js';

/** What is not certain, and why. */
export interface Uncertainty {
  /** `null` when it is no statement's doing. */
  readonly path: string | null;
  readonly line: number | null;
  readonly reason: string;
}

export interface SchemaToPrint {
  readonly catalog: Catalog;
  /** The major version of the server. */
  readonly postgres: number;
  readonly uncertain: readonly Uncertainty[];
  /** Where the server would stop. */
  readonly refused: readonly Uncertainty[];
  /** What the JSON says beside the schema. */
  readonly facts: Readonly<Record<string, unknown>>;
}

export function schemaText(
  { catalog, postgres, uncertain, refused, facts }: SchemaToPrint,
  format: Format,
): string {
  const comments = [
    ...uncertaintyLines(uncertain),
    ...(refused.length === 0
      ? []
      : ['PostgreSQL would refuse these, which are left out:', ...refused.map(placeLine)]),
  ];
  switch (format) {
    case 'json':
      return `${JSON.stringify({ version: 1, ...facts, ...catalogJson(catalog, postgres), unknown: uncertain }, null, 2)}\n`;
    case 'dbml':
      return catalogDbml(catalog, comments);
    case 'mermaid':
      return catalogMermaid(catalog, comments);
    default:
      return printCatalog(catalog, { comments, postgres });
  }
}

export function uncertaintyLines(uncertain: readonly Uncertainty[]): readonly string[] {
  if (uncertain.length === 0) return [];
  return ['Not all of this is certain:', ...uncertain.map(placeLine)];
}

function placeLine({ path, line, reason }: Uncertainty): string {
  return path === null ? `  ${reason}` : `  ${path}${line === null ? '' : `:${line}`}: ${reason}`;
}

const WORDS: Readonly<Record<ObjectKind, string>> = {
  schema: 'SCHEMA',
  extension: 'EXTENSION',
  type: 'TYPE',
  sequence: 'SEQUENCE',
  function: 'FUNCTION',
  table: 'TABLE',
  column: 'COLUMN',
  constraint: 'CONSTRAINT',
  index: 'INDEX',
  policy: 'POLICY',
  'row-level-security': 'ROW LEVEL SECURITY',
  trigger: 'TRIGGER',
  rights: 'GRANT TO',
  view: 'VIEW',
  statistics: 'STATISTICS',
  publication: 'PUBLICATION',
};

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

/** One line for each object; the parts of a table stand under it. */
export function changesText(changes: readonly SchemaChange[], colours: Colours): string {
  const lines: string[] = [];
  let shown: string | null = null;
  for (const one of changes) {
    if (one.of === null) shown = one.name;
    else if (one.of !== shown) {
      shown = one.of;
      lines.push(`~ ${relationWord(one)} ${printable(one.of)}`);
    }
    const line = `${SIGNS[one.change]} ${changeText(one)}`;
    const colour =
      one.change === 'added' ? colours.info : one.change === 'removed' ? colours.error : colours.warning;
    lines.push(`${one.of === null ? '' : '  '}${colour(line)}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

function relationWord({ ofView }: SchemaChange): string {
  return ofView ? WORDS.view : WORDS.table;
}

function changeText({ change, object, name, was, before, after }: SchemaChange): string {
  const renamed = was === null ? '' : ` (was ${printable(was)})`;
  const head = [WORDS[object], printable(name)].filter((word) => word !== '').join(' ') + renamed;
  const old = printable(before ?? '');
  const now = printable(after ?? '');
  if (change !== 'changed') return [head, old + now].filter((word) => word !== '').join(' ');
  if (old === now) return was === null ? `${head}: its definition` : head;
  return `${head}: ${old || 'nothing'} → ${now || 'nothing'}`;
}
