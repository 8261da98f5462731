// What ties queries to a tenant, as people see it: in a line above each function, and on hover with the reasons.

import type { QueryScoping, RelationScoping, Scoping, Verdict } from '../analysis/scoping.js';
import { scopingWords } from '../analysis/scoping-words.js';
import { OWNED } from '../analysis/tenancy.js';
import { queriesOfFile } from '../lint/placed-queries.js';
import type { Reading } from '../lint/reading.js';
import { scopingFor } from '../lint/scoping.js';
import type { Suppression } from '../lint/suppressions.js';
import { tenancyFor } from '../lint/tenancy.js';
import type { Workspace } from '../lint/workspace.js';
import type { Block, Query } from '../queries/query.js';
import { contains, type Span, shift, touches } from '../text/span.js';
import { singular, snakeCase } from '../text/words.js';

/** A query that is run, with what is known of it and tenants. */
interface JudgedQuery {
  readonly query: Query;
  /** In the file. */
  readonly span: Span;
  readonly keyword: Span;
  /** Where in the file its spans count from. */
  readonly start: number;
  readonly scoping: QueryScoping;
  /** What people have said of it. */
  readonly annotation: Suppression | null;
}

/** Silent where there are no tenants, and in code that runs once: tests, seeds and tasks. */
function judgedQueries(workspace: Workspace, path: string): readonly JudgedQuery[] {
  const reading = workspace.readings.get(path);
  if (reading === undefined || tenancyFor(workspace, path).root === null) return [];
  return queriesOfFile(workspace, reading).flatMap(({ query, start }) => {
    if (query.language === 'ecto' && query.sink === null) return [];
    const scoping = scopingFor(workspace, path, query);
    if (scoping === null || scoping.setting === 'once') return [];
    const keyword = shift(query.keyword, start);
    const annotation = annotationAt(reading, keyword.start);
    return [{ query, span: shift(query.span, start), keyword, start, scoping, annotation }];
  });
}

function annotationAt({ file, suppressions }: Reading, offset: number): Suppression | null {
  const annotations = suppressions.filter(({ tenants }) => tenants !== null);
  if (annotations.length === 0) return null;
  const { line } = file.lines.positionAt(offset);
  return annotations.find(({ lines }) => lines.includes(line)) ?? null;
}

/** What stands above a function or a query. */
export interface TenantLens {
  /** The function's name in its head; the statement of SQL. */
  readonly span: Span;
  readonly title: string;
  /** The place of the query that decides, where a hover says why. */
  readonly at: Span;
}

/** One for each function with queries and for each statement of SQL: the worst that is known of them. */
export function tenantLenses(workspace: Workspace, path: string): readonly TenantLens[] {
  const { column } = tenancyFor(workspace, path);
  const groups = new Map<string, JudgedQuery[]>();
  for (const judged of judgedQueries(workspace, path)) {
    const { query, span } = judged;
    if (query.module !== null && query.within === null) continue;
    const key = query.within === null ? `${span.start}` : `${query.module}.${query.within.name}`;
    groups.set(key, [...(groups.get(key) ?? []), judged]);
  }
  return [...groups.values()].flatMap((group) => {
    const worst = worstOf(group);
    const title = worst === null ? null : titleOf(worst, column ?? '');
    if (worst === null || title === null) return [];
    return [{ span: worst.query.within?.head ?? worst.span, title, at: worst.keyword }];
  });
}

/** Worst first. Of what is not known nothing is said, and nothing better either. */
const RANKS: readonly (Verdict | 'annotated')[] = [
  'unscoped',
  'optional',
  'unknown',
  'annotated',
  'by-key',
  'scoped',
];

function worstOf(group: readonly JudgedQuery[]): JudgedQuery | null {
  for (const rank of RANKS) {
    const found = group.find((judged) => rankOf(judged) === rank);
    if (found !== undefined) return found;
  }
  return null;
}

function rankOf({ scoping: { verdict }, annotation }: JudgedQuery): Verdict | 'annotated' {
  return annotation === null || verdict === 'scoped' || verdict === 'global' ? verdict : 'annotated';
}

/** @param tenant the column by which most tables name their tenant; `null` is returned when there is nothing to say */
function titleOf({ query, scoping, annotation }: JudgedQuery, tenant: string): string | null {
  const { verdict, decisive, root } = scoping;
  if (decisive === null) return null;
  if (annotation !== null && verdict !== 'scoped') {
    if (annotation.tenants === 'ignore') return null;
    const { reason } = annotation;
    return `meant for every ${tenantWord(root)}${reason === null ? '' : `: ${shorten(reason)}`}`;
  }
  if (scoping.wrapper?.effect === 'unscoped' && verdict !== 'scoped') {
    return `meant for every ${tenantWord(root)}: ${wrapperName(scoping.wrapper)}`;
  }
  switch (verdict) {
    case 'scoped':
      return scopedTitle(scoping, decisive);
    case 'by-key':
      return `not scoped by ${decisive.field ?? decisive.column ?? tenant} (found by ${keyWords(decisive)})`;
    case 'optional':
      return decisive.class === 'root'
        ? `the ${tenantWord(root)} may be left open by the caller`
        : `${decisive.columns[0] ?? tenant} may be switched off by the caller`;
    case 'unscoped':
      return unscopedTitle(query.block, decisive, root);
    default:
      return null;
  }
}

function scopedTitle({ relations, root }: Scoping, decisive: RelationScoping): string {
  const { reason, columns, table } = decisive;
  const [column] = columns;
  if (decisive.class === 'root' && column !== undefined) return `one ${tenantWord(root)}, by ${column}`;
  if (reason === 'loaded') return 'scoped by a row that is loaded';
  if (reason === 'shared') return `only what belongs to no ${tenantWord(root)}`;
  if (reason !== 'related' && column !== undefined) return `scoped by ${column}`;
  const through = relations.find(
    (other) => other.verdict === 'scoped' && other.reason !== 'related' && other.columns.length > 0,
  );
  return through === undefined || through.table === table
    ? `scoped by ${through?.columns[0] ?? 'a row of its tenant'}`
    : `scoped by ${through.columns[0]} through ${through.table}`;
}

function keyWords({ reason, columns }: RelationScoping): string {
  const isKey = reason === 'primary-key' || reason === 'unique-key' || columns.length === 0;
  return isKey ? 'key' : columns.join(' and ');
}

const VERBS: Readonly<Record<Block['verb'], string>> = {
  select: 'reads',
  insert: 'adds to',
  update: 'changes',
  delete: 'deletes',
  merge: 'changes',
};

function unscopedTitle(
  { verb }: Block,
  { reason, column, table, role }: RelationScoping,
  root: string,
): string {
  if (reason === 'insert-without-tenant') return `adds to ${table} without ${column}`;
  return `${role === 'target' ? VERBS[verb] : 'reads'} every ${tenantWord(root)}'s ${table}`;
}

/** `organization` for the table `organizations`. */
function tenantWord(root: string): string {
  return singular(snakeCase(root.slice(root.lastIndexOf('.') + 1))).replaceAll('_', ' ');
}

const LONGEST = 60;

function shorten(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

/** What the query at a finding reaches that may belong to others. */
export interface Reached {
  readonly query: Span;
  /** What one tenant is called: `organization`. */
  readonly tenant: string;
  /** The table, by its key in the tenant model, that is not held to one tenant; `null` when all are. */
  readonly table: string | null;
}

/** @param at where the finding stands: at a table of the query, or at what runs it */
export function reachedBy(workspace: Workspace, path: string, at: Span): Reached | null {
  const [found] = judgedQueries(workspace, path)
    .filter(({ span, keyword }) => contains(span, at) || contains(keyword, at))
    .sort((a, b) => length(a.span) - length(b.span));
  if (found === undefined) return null;
  const { span, start, scoping } = found;
  const named = scoping.relations.find((relation) => shift(relation.span, start).start === at.start);
  const relation = named ?? scoping.decisive;
  const isOpen = relation !== null && relation.verdict !== 'scoped' && OWNED.has(relation.class);
  return { query: span, tenant: tenantWord(scoping.root), table: isOpen ? relation.table : null };
}

function length({ start, end }: Span): number {
  return end - start;
}

/** Over a table of a query, or over what runs it: what ties it to a tenant, relation by relation. */
export function tenantHover(
  workspace: Workspace,
  path: string,
  offset: number,
): { readonly span: Span; readonly markdown: string } | null {
  const found = judgedQueries(workspace, path)
    .flatMap((judged) => {
      const { query, keyword, scoping, start } = judged;
      const spans = [
        keyword,
        ...(query.sink === null ? [] : [shift(query.sink.span, start)]),
        ...scoping.relations.map(({ span }) => shift(span, start)),
      ];
      return spans.filter((span) => touches(span, offset)).map((span) => ({ span, judged }));
    })
    .sort((a, b) => length(a.span) - length(b.span))[0];
  if (found === undefined || found.judged.scoping.decisive === null) return null;
  const { column } = tenancyFor(workspace, path);
  return { span: found.span, markdown: describe(found.judged, column ?? '') };
}

function describe(judged: JudgedQuery, tenant: string): string {
  const { scoping, annotation } = judged;
  const title = titleOf(judged, tenant) ?? TITLES[scoping.verdict];
  const rows = scoping.relations.filter(({ table }) => table !== '');
  return [
    `**Tenants**: ${title}`,
    '',
    ...rows.map((relation) => `- ${because(relation, scoping)}`),
    ...byTheRepo(scoping).map((line) => `- ${line}`),
    ...(annotation === null ? [] : ['', annotationWords(annotation)]),
  ].join('\n');
}

const TITLES: Readonly<Record<Verdict, string>> = {
  scoped: 'scoped',
  'by-key': 'found by key',
  optional: 'may be switched off by the caller',
  global: 'reads nothing that belongs to one of them',
  unknown: 'what scopes it is not known',
  unscoped: 'not scoped',
};

/** Why, with the equalities that say so. */
function because(relation: RelationScoping, scoping: Scoping): string {
  const words = scopingWords({ ...scoping, verdict: relation.verdict, decisive: relation });
  const pins = relation.pins.filter(({ column }) => relation.columns.includes(column));
  const shown = pins.map(({ column, value, list }) => `\`${column} ${list ? 'in' : '='} ${value.text}\``);
  return `${words.replace(/"([^"]+)"/g, '`$1`')}${shown.length === 0 ? '' : `: ${shown.join(', ')}`}`;
}

/** What is done for the query where it is run, which it does not show. */
function byTheRepo({ hook, wrapper }: QueryScoping): readonly string[] {
  const hooked =
    hook?.effect === 'applied'
      ? [`\`${hook.module}\` compares \`${hook.column}\` in its queries`]
      : hook?.effect === 'skipped'
        ? [`\`${hook.option}\` keeps \`${hook.module}\` from comparing \`${hook.column}\``]
        : [];
  if (wrapper === null) return hooked;
  const effect = wrapper.effect === 'scoped' ? 'adds the tenant' : 'says that no tenant is meant';
  return [...hooked, `\`${wrapperName(wrapper)}\` ${effect}`];
}

/** `Safe.scoped` */
function wrapperName({ module, name }: NonNullable<QueryScoping['wrapper']>): string {
  return `${module.slice(module.lastIndexOf('.') + 1)}.${name}`;
}

function annotationWords({ tenants, reason }: Suppression): string {
  const meant = tenants === 'global' ? 'Meant for all tenants' : 'Nothing is said about it';
  return `${meant}${reason === null ? '' : `: ${reason}`}.`;
}
