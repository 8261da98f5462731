// Annotations by which people say that a query is meant as it is, whatever tenants there are.
//
//   -- tenant: global (reason)      for all tenants: above a query, on a line of it, or above a function
//   # tenant: ignore (reason)       nothing is to be said about it
//   @tenant :global                 of the function that follows; {:global, "reason"} gives a reason
//
// They silence the rules about queries and tenants, for the whole query or function, and are suppressions like all others.

import { modulesIn } from '../syntax/elixir/modules.js';
import type { Attribute, ElixirFile, Expr } from '../syntax/elixir/nodes.js';
import { nearest } from '../text/similar.js';
import type { SourceFile } from '../text/source-file.js';
import type { Span } from '../text/span.js';
import { type CommentLike, linesMeant, type Suppression } from './suppressions.js';

/** `global`: all tenants are meant; `ignore`: nothing is to be said, whatever is meant. */
export type TenantAnnotation = 'global' | 'ignore';

/** Something that an annotation may be about. */
export interface Annotated {
  /** An annotation is about it that stands above one of these lines, or on one. */
  readonly head: Span;
  /** All of it: a query, or the clauses of a function. */
  readonly spans: readonly Span[];
}

const COMMENT = /^\s*tenant:\s*(\w+)\s*(?:\((.*)\)|:\s*(.*?))?\s*$/s;

/** What a word says; one that is nearly one of ours is misspelt. `null` for any other: people write of tenants, too. */
function saidBy(word: string): { readonly kind: TenantAnnotation; readonly misspelt: boolean } | null {
  if (word === 'global' || word === 'ignore') return { kind: word, misspelt: false };
  const [near] = nearest(word.toLowerCase(), ['global', 'ignore']);
  return near === undefined ? null : { kind: near as TenantAnnotation, misspelt: true };
}

/** @param annotated what there is to annotate, asked for only where there is an annotation */
export function tenantAnnotationsIn(
  file: SourceFile,
  comments: readonly CommentLike[],
  annotated: () => readonly Annotated[],
): readonly Suppression[] {
  let units: readonly Annotated[] | null = null;
  return comments.flatMap(({ span, text }) => {
    const [, word = '', inBrackets, behindColon] = COMMENT.exec(text) ?? [];
    const said = saidBy(word);
    if (said === null) return [];
    if (said.misspelt) return [{ ...annotation(said.kind, span, '', []), misspelt: word }];
    const { kind } = said;
    units ??= annotated();
    const lines = linesMeant(file, span, comments);
    const about = units.filter(({ head }) => linesOf(file, head).some((line) => lines.includes(line)));
    const reason = (inBrackets ?? behindColon ?? '').trim();
    return [annotation(kind, span, reason, about.length === 0 ? lines : linesOfAll(file, about))];
  });
}

/** `@tenant :global` and `@tenant {:global, "reason"}` before functions. */
export function tenantAttributesIn(file: SourceFile, elixir: ElixirFile): readonly Suppression[] {
  if (!file.text.includes('@tenant')) return [];
  return modulesIn(elixir).flatMap(({ attributes, functions }) =>
    attributes.flatMap((attribute) => {
      const said = annotationOf(attribute);
      if (said === null) return [];
      if (said.misspelt !== null) {
        return [{ ...annotation(said.kind, attribute.span, '', []), misspelt: said.misspelt }];
      }
      const [next] = functions
        .filter(({ nameSpan }) => nameSpan.start > attribute.span.end)
        .sort((a, b) => a.nameSpan.start - b.nameSpan.start);
      const spans = next?.clauses.map(({ span }) => span) ?? [];
      const lines = linesOfAll(file, [{ head: attribute.span, spans }]);
      return [annotation(said.kind, attribute.span, said.reason, lines)];
    }),
  );
}

function annotationOf({ name, value }: Attribute): {
  readonly kind: TenantAnnotation;
  readonly misspelt: string | null;
  readonly reason: string;
} | null {
  if (name !== 'tenant' || value === null) return null;
  const [first, second] = value.kind === 'tuple' ? value.items : [value];
  const word = first?.kind === 'atom' ? first.value : '';
  const said = saidBy(word);
  if (said === null) return null;
  const reason = second?.kind === 'text' ? (second.value ?? '').trim() : '';
  return { kind: said.kind, misspelt: said.misspelt ? word : null, reason };
}

function annotation(
  tenants: TenantAnnotation,
  span: Span,
  reason: string,
  lines: readonly number[],
): Suppression {
  return {
    scope: 'line',
    rules: [],
    reason: reason === '' ? null : reason,
    lines,
    span,
    foreign: false,
    until: null,
    tenants,
  };
}

/** Queries, and functions with the attributes before them. */
export function annotatedInElixir(elixir: ElixirFile, queries: readonly Span[]): readonly Annotated[] {
  const ofFunctions = modulesIn(elixir).flatMap(({ items, functions }) =>
    functions.flatMap(({ clauses }) =>
      clauses.map(({ span, nameSpan, call }, index): Annotated => {
        const head = { start: startWithAttributes(items, call), end: nameSpan.end };
        // What is said of the first clause is said of the function.
        return { head, spans: index === 0 ? clauses.map((clause) => clause.span) : [span] };
      }),
    ),
  );
  return [...ofFunctions, ...queries.map((span) => ({ head: span, spans: [span] }))];
}

const BEFORE_FUNCTIONS = /^(?:doc|spec|impl|since|deprecated|dialyzer|tenant)$/;

function startWithAttributes(items: readonly Expr[], definition: Expr): number {
  let start = definition.span.start;
  for (let at = items.indexOf(definition) - 1; at >= 0; at--) {
    const before = items[at];
    if (before?.kind !== 'attribute' || !BEFORE_FUNCTIONS.test(before.name)) break;
    start = before.span.start;
  }
  return start;
}

function linesOfAll(file: SourceFile, annotated: readonly Annotated[]): readonly number[] {
  return annotated.flatMap(({ spans }) => spans.flatMap((span) => linesOf(file, span)));
}

function linesOf({ lines }: SourceFile, { start, end }: Span): readonly number[] {
  const first = lines.positionAt(start).line;
  const last = lines.positionAt(end).line;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
