// A catalog as an entity-relationship diagram of Mermaid: https://mermaid.js.org/syntax/entityRelationshipDiagram.html.
// Its grammar has changed often; what is written here is read by version 11, and by 10 where names of columns are in Latin letters.

import type { Catalog, Column } from '../catalog.js';
import { type Diagram, diagramOf, type Entity, type Relationship, shortType } from './diagram.js';
import type { Named } from './names.js';

/** Mermaid draws no text that is longer (`maxTextSize`). */
const LONGEST = 50_000;

/** @param comments lines that stand at the top as comments */
export function catalogMermaid(catalog: Catalog, comments: readonly string[] = []): string {
  const diagram = diagramOf(catalog);
  const head = comments.map((line) => `%% ${oneLine(line)}\n`).join('');
  for (const detail of DETAILS) {
    const text = head + (detail.note === '' ? '' : `%% ${detail.note}\n`) + drawn(diagram, detail);
    // Whoever draws what is longer even so has to allow it.
    if (text.length <= LONGEST || detail === DETAILS.at(-1)) return text;
  }
  return head;
}

/** How much is drawn. */
interface Detail {
  readonly note: string;
  shows(entity: Entity, column: string): boolean;
  /** Each pair of tables once, without a word, and nothing about single tables. */
  readonly brief: boolean;
}

const DETAILS: readonly Detail[] = [
  { note: '', shows: () => true, brief: false },
  {
    note: 'Only keys are shown: with all columns Mermaid would find the text too long.',
    shows: isKey,
    brief: false,
  },
  {
    note: 'No columns are shown: with them Mermaid would find the text too long.',
    shows: () => false,
    brief: false,
  },
  {
    note: 'Each pair of tables is shown once, without columns: Mermaid would find the text too long.',
    shows: () => false,
    brief: true,
  },
];

function drawn({ entities, relationships }: Diagram, detail: Detail): string {
  const pairs = new Map(relationships.map((one) => [`${one.from.id} ${one.to.id}`, one]));
  const lines = [
    'erDiagram',
    ...entities.flatMap((entity) => entityLines(entity, detail)),
    ...(detail.brief ? [...pairs.values()] : relationships).map((one) => relationshipLine(one, detail)),
  ];
  return `${lines.join('\n')}\n`;
}

function isKey({ primaryKey, references, unique }: Entity, column: string): boolean {
  return primaryKey.includes(column) || references.has(column) || unique.has(column);
}

function entityLines(entity: Entity, { shows, brief }: Detail): readonly string[] {
  const { table, partitions, doubt } = entity;
  const columns = table.columns.filter(({ name }) => shows(entity, name));
  const notes = [
    ...(partitions === 0 ? [] : [`${partitions} ${partitions === 1 ? 'partition' : 'partitions'}`]),
    ...(doubt === null ? [] : [`not certain: ${oneLine(doubt)}`]),
  ];
  const name = entityName(table);
  return [
    ...(brief ? [] : notes).map((note) => `  %% ${oneLine(`${table.name}: ${note}`)}`),
    ...(columns.length === 0
      ? [`  ${name}`]
      : [`  ${name} {`, ...columns.map((column) => `    ${attribute(entity, column)}`), '  }']),
  ];
}

function attribute({ primaryKey, references, unique, columnComments }: Entity, column: Column): string {
  const keys = [
    primaryKey.includes(column.name) && 'PK',
    references.has(column.name) && 'FK',
    unique.has(column.name) && !(primaryKey.length === 1 && primaryKey[0] === column.name) && 'UK',
  ].filter((key) => key !== false);
  const name = word(column.name);
  const notes = [
    ...(name === column.name ? [] : [column.name]),
    ...[columnComments.get(column.name)].flatMap((note) => note ?? []),
  ];
  const comment = notes.length === 0 ? '' : ` ${text(notes.join(': '))}`;
  return `${typeWord(shortType(column))} ${name}${keys.length === 0 ? '' : ` ${keys.join(', ')}`}${comment}`;
}

function relationshipLine(
  { from, to, foreignKey, optional, single, identifying }: Relationship,
  { brief }: Detail,
): string {
  const line = `${optional ? '|o' : '||'}${identifying ? '--' : '..'}${single ? 'o|' : 'o{'}`;
  const label = brief ? '…' : foreignKey.columns.join(', ');
  return `  ${entityName(to)} ${line} ${entityName(from)} : ${text(label)}`;
}

/** Words that the grammar takes for something else where the name of an entity can stand. */
const WORDS =
  /^(?:accdescr|acctitle|class|classdef|direction|end|erdiagram|many|o|one|only|optionally|style|subgraph|title|to|u|zero)$/i;

function entityName({ schema, name }: Named): string {
  const full = schema === 'public' ? name : `${schema}.${name}`;
  return /^[a-z_][a-z0-9_]*$/i.test(full) && !WORDS.test(full) ? full : text(full);
}

/** In quotes. Mermaid has codes for what may not stand there, as HTML has. */
function text(content: string): string {
  const coded = oneLine(content).replace(/["%\\#;<>]/g, (character) => `#${character.charCodeAt(0)};`);
  // Those two words are a statement wherever they stand in a line.
  return `"${coded.replace(/(direction)\s+(?=TB|BT|RL|LR)/gi, '$1_') || ' '}"`;
}

function oneLine(content: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names may hold them.
  return content.replace(/[\u0000-\u001f\u2028\u2029]+/g, ' ');
}

/** The name of an attribute; what may not be in one becomes `_`. */
function word(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_\u00c0-\uffff]/g, '_').replace(/^(?=[0-9])/, '_');
  return /^(?:pk|fk|uk)$/i.test(plain) ? `${plain}_` : plain || '_';
}

function typeWord(type: string): string {
  const plain = type.replace(/[^A-Za-z0-9_()[\]\u00c0-\uffff]/g, '_').replace(/^_+(?=.)/, '');
  return /^[A-Za-z\u00c0-\uffff]/.test(plain) && !/^(?:pk|fk|uk)\b/i.test(plain) ? plain : `_${plain}`;
}
