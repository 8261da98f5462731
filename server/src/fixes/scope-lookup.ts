// The tenant as a key of a lookup, `Repo.get_by(Post, id: id, organization_id: …)`, and of the rows of an insert.

import { type Expr, keywordsOf } from '../syntax/elixir/nodes.js';
import { insertAt, type TextEdit } from '../text/edits.js';
import { indentAt, startsLine } from './lines.js';
import type { Site } from './place.js';
import type { EctoScope } from './scope-ecto.js';

/** `null` when the source is not what a lookup is given. */
export function inLookup(site: Site, scope: EctoScope): readonly TextEdit[] | null {
  const { sink, path, text } = scope;
  const source = path.at(-1);
  const parent = path.at(-2);
  if (sink === null || source === undefined) return null;
  const piped =
    parent?.kind === 'binary' && parent.operator === '|>' && parent.left === source && parent.right === sink;
  if (!piped && sink.args[0] !== source) return null;
  const rest = piped ? sink.args : sink.args.slice(1);
  const key = `${scope.column}: ${scope.value}`;
  if (/^get!?$/.test(sink.name)) {
    const [id] = rest;
    if (id === undefined) return null;
    const brackets = sink.keywords.length > 0 || rest.length > 1;
    const name = primaryKeyOf(site, scope);
    return [
      { span: sink.nameSpan, text: sink.name.replace('get', 'get_by') },
      insertAt(id.span.start, `${brackets ? '[' : ''}${name}: `),
      insertAt(id.span.end, `, ${key}${brackets ? ']' : ''}`),
    ];
  }
  if (!/^(?:(?:get|fetch)_by!?|all_by)$/.test(sink.name)) return null;
  const [clauses] = rest;
  if (clauses === undefined) return addedTo(text, sink.keywords, key);
  if (clauses.kind === 'list')
    return addedTo(text, keywordsOf({ ...sink, keywords: [], args: [clauses] }), key);
  return clauses.kind === 'map' ? addedTo(text, clauses.entries, keyLike(clauses.entries, scope)) : null;
}

function primaryKeyOf(site: Site, { relation }: EctoScope): string {
  const schema = relation.source.kind === 'schema' ? site.schemaOf(relation.source.module) : null;
  return schema?.primaryKey.kind === 'field' ? schema.primaryKey.name : 'id';
}

/** `null` unless every row is written out where the insert is. */
export function inRows(scope: EctoScope): readonly TextEdit[] | null {
  const { sink, text } = scope;
  const rows = sink?.args.find((arg) => arg.kind === 'list');
  if (rows?.kind !== 'list' || rows.items.length === 0) return null;
  const edits = rows.items.map((row) => {
    const entries = row.kind === 'map' ? row.entries : row.kind === 'list' ? row.items : [];
    return addedTo(text, entries, keyLike(entries, scope));
  });
  return edits.some((edit) => edit === null) ? null : edits.flatMap((edit) => edit ?? []);
}

function keyLike(entries: readonly Expr[], { column, value }: EctoScope): string {
  const arrows = entries.some((entry) => entry.kind === 'pair' && entry.key.kind === 'text');
  return arrows ? `"${column}" => ${value}` : `${column}: ${value}`;
}

/** Behind the last entry, on a line of its own where that has one. `null` when there is none. */
function addedTo(text: string, entries: readonly Expr[], key: string): readonly TextEdit[] | null {
  const last = entries.at(-1);
  if (last === undefined) return null;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const separator = startsLine(text, last.span.start) ? `${newline}${indentAt(text, last.span.start)}` : ' ';
  return [insertAt(last.span.end, `,${separator}${key}`)];
}
