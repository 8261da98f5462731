// Views as SQL: the query in the words of its author, with the names that have changed since.

import { applyEdits, type TextEdit } from '../../text/edits.js';
import { literal } from '../../text/quoted.js';
import type { Catalog, MentionedRelation, Relation, View, ViewDefinition } from '../catalog.js';
import { quoteName } from '../keywords.js';
import { findRelation } from '../lookup.js';
import type { RelationMention } from '../operation.js';
import { qualified } from './names.js';

export type ViewText =
  | { readonly kind: 'known'; readonly statements: readonly string[] }
  /** The reason is a clause for people. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** @param searchPath the one under which the printed statements run */
export function viewDefinition(catalog: Catalog, view: View, searchPath: readonly string[]): ViewText {
  const { definition } = view;
  if (definition === null) return unknown('its query was not read');
  const called = view.dependsOn.functions.flatMap((id) => functionById(catalog, id) ?? []);
  const unnamed = called.find(
    ({ name }) => !definition.query.text.toLowerCase().includes(name.toLowerCase()),
  );
  if (unnamed !== undefined) return unknown(`it calls ${qualified(unnamed)} by another name`);
  const path = definition.searchPath.join('\0') === 'public' ? searchPath : definition.searchPath;
  const query = currentText({ ...catalog, searchPath: path }, view, definition);
  if (query.kind === 'unknown') return query;
  const names = view.columns.map(({ name }) => name);
  const same = view.complete && names.join('\0') === definition.outputs.join('\0');
  const list = same || !view.complete || names.length === 0 ? '' : ` (${names.map(quoteName).join(', ')})`;
  const options = view.options.map(({ name, value }) => `${name} = ${optionValue(value)}`).join(', ');
  const create = [
    `CREATE ${view.materialized ? 'MATERIALIZED ' : ''}VIEW ${qualified(view)}${list}`,
    options === '' ? '' : ` WITH (${options})`,
    ' AS\n',
    query.text,
    view.populated ? '' : '\nWITH NO DATA',
  ].join('');
  if (path === searchPath) return { kind: 'known', statements: [create] };
  const set = (names: readonly string[]) => `SET search_path = ${names.map(quoteName).join(', ') || "''"}`;
  return { kind: 'known', statements: [set(path), create, set(searchPath)] };
}

function unknown(reason: string): { readonly kind: 'unknown'; readonly reason: string } {
  return { kind: 'unknown', reason };
}

function functionById({ functions }: Catalog, id: number) {
  return [...functions.values()].flat().find((one) => one.id === id) ?? null;
}

function optionValue(value: string): string {
  return /^\w+$/.test(value) ? value : literal(value);
}

type CurrentText =
  | { readonly kind: 'known'; readonly text: string }
  | Extract<ViewText, { readonly kind: 'unknown' }>;

function currentText(catalog: Catalog, view: View, definition: ViewDefinition): CurrentText {
  const { query, relations } = definition;
  const edits: TextEdit[] = [];
  let grown = false;
  for (const [index, mention] of query.relations.entries()) {
    const was = relations[index];
    const is = was === undefined || was.id === null ? undefined : catalog.relations.get(was.id);
    // What was not known then is left as it was written.
    if (was === undefined || was.id === null) continue;
    if (is === undefined) return unknown(`it reads "${mention.relation.name}", which is not there any more`);
    const written = query.text.slice(mention.relation.span.start, mention.relation.span.end);
    const { name, schema } = mention.relation;
    const found = findRelation(catalog, { name, schema: isQualified(written) ? schema : null });
    edits.push(...mentionEdits(mention, was, is, found?.id !== is.id));
    grown ||= columnNames(is).some((name) => !was.columns.includes(was.renamed[name] ?? name));
  }
  if (grown && query.stars > 0) {
    const star = starEdit(view, definition);
    if (star === null) return unknown('its * stands for other columns by now');
    edits.push(star);
  }
  return { kind: 'known', text: applyEdits(query.text, edits) };
}

function columnNames(relation: Relation): readonly string[] {
  return 'columns' in relation ? relation.columns.map(({ name }) => name) : [];
}

function isQualified(written: string): boolean {
  return /^(?:"(?:[^"]|"")*"|[^\s".]+)\s*\./.test(written);
}

/** The relation keeps the name that the rest of the query has for it, as an alias, and its columns theirs. */
function mentionEdits(
  { relation, alias }: RelationMention,
  was: MentionedRelation,
  is: Relation,
  isMoved: boolean,
): readonly TextEdit[] {
  const isRenamed = Object.keys(was.renamed).length > 0;
  if (!isMoved && !isRenamed) return [];
  const columns = columnNames(is).map((name) => quoteName(was.renamed[name] ?? name));
  const list = isRenamed ? ` (${columns.join(', ')})` : '';
  const name = isMoved ? qualified(is) : null;
  if (alias === null) {
    const written =
      name ??
      (relation.schema === null
        ? quoteName(relation.name)
        : qualified({ schema: relation.schema, name: relation.name }));
    return [{ span: relation.span, text: `${written} AS ${quoteName(relation.name)}${list}` }];
  }
  return [
    ...(name === null ? [] : [{ span: relation.span, text: name }]),
    // With names of its own for the columns it does not matter what they are called.
    ...(list === '' || alias.hasColumns ? [] : [{ span: { start: alias.end, end: alias.end }, text: list }]),
  ];
}

/** The `*` as the columns that it stood for; `null` when these cannot be told. */
function starEdit(view: View, { query, outputs }: ViewDefinition): TextEdit | null {
  const { star, stars, text, relations } = query;
  if (star === null || stars !== 1 || !view.complete) return null;
  const columns = outputs.slice(star.before, outputs.length - star.after);
  if (columns.length === 0 || outputs.length !== view.columns.length) return null;
  const written = text.slice(star.span.start, star.span.end);
  const qualifier = written === '*' ? '' : written.replace(/\s*\.\s*\*$/, '.');
  // Names alone may be those of several relations by now.
  if (qualifier === '' && relations.length !== 1) return null;
  return { span: star.span, text: columns.map((name) => qualifier + quoteName(name)).join(', ') };
}
