// The queries in the body of a function or procedure, in SQL or PL/pgSQL. What the caller gives and what the body declares are
// values from outside.

import { allOf, asNode, type CreateFunctionStmt, stringOf, stringsOf } from '../../syntax/sql/nodes.js';
import type { SqlParser } from '../../syntax/sql/parse.js';
import { type Block, type Piece, type PlpgsqlStatement, readPlpgsql } from '../../syntax/sql/plpgsql.js';
import { identifierAt, textAt, wordAt } from '../../syntax/sql/segments.js';
import type { SqlStatement } from '../../syntax/sql/statement.js';
import type { Span } from '../../text/span.js';
import { queriesOf } from '../from-sql.js';
import type { Query } from '../query.js';
import { movedBy, transformBlock } from '../transform.js';
import type { Variables } from './source.js';

/** Spans are relative to the statement. None where the body does not stand there as it is, and for BEGIN ATOMIC and RETURN. */
export function queriesOfFunction(statement: SqlStatement, sql: SqlParser): readonly Query[] {
  const node = statement.node === null ? null : asNode(statement.node, 'CreateFunctionStmt');
  const body = node === null ? null : bodyOf(statement);
  if (node === null || body === null) return [];
  const name = stringsOf(node.funcname).at(-1) ?? '';
  const params = allOf(node.parameters, 'FunctionParameter').flatMap((parameter) => parameter.name ?? []);
  const within = { name, head: headOf(statement, name), params };
  return piecesIn(languageOf(node), body.text, name, params).flatMap(({ text, at, before, variables }) => {
    const { statements } = sql.parse(before + text);
    return statements.flatMap(({ statement: inner, start }) =>
      queriesOf(inner, variables).map((query): Query => {
        // What was put before it stands nowhere.
        const from = body.at + at;
        const by = from - before.length + start;
        const place = (offset: number) => Math.max(from, offset + by);
        const move = ({ start: first, end }: Span) => ({ start: place(first), end: place(end) });
        return {
          ...query,
          span: move(query.span),
          keyword: before === '' ? move(query.keyword) : move(query.span),
          block: transformBlock(query.block, movedBy(move)),
          within,
        };
      }),
    );
  });
}

interface QueryPiece extends Piece {
  /** What makes it a statement: `SELECT ` for an expression. */
  readonly before: string;
  readonly variables: Variables;
}

function piecesIn(
  language: string,
  body: string,
  name: string,
  params: readonly string[],
): readonly QueryPiece[] {
  if (language === 'sql') {
    const variables = { names: new Set(params), qualifiers: new Set([name]), hideColumns: false };
    return [{ text: body, at: 0, before: '', variables }];
  }
  const tree = language === 'plpgsql' ? readPlpgsql(body) : null;
  if (tree === null) return [];
  const declared = declaredIn(tree);
  const variables: Variables = {
    names: new Set([...params, ...declared, 'found']),
    qualifiers: new Set([name, ...params, ...declared, 'new', 'old']),
    hideColumns: !/#variable_conflict\s+use_column/.test(body),
  };
  return statementsIn(tree).flatMap((one) =>
    readIn(one).map((piece): QueryPiece => {
      const before = QUERY.test(piece.text) ? '' : 'SELECT ';
      return { ...piece, before, variables };
    }),
  );
}

const QUERY = /^\s*\(?\s*(?:select|insert|update|delete|merge|with|values|table)\b/i;

function declaredIn(block: Block): readonly string[] {
  return statementsIn(block).flatMap((statement) => {
    if (statement.kind === 'block') return statement.declarations.map(({ name }) => name);
    return statement.kind === 'for' ? statement.targets : [];
  });
}

/** The statement and all that stand in it. */
function statementsIn(statement: PlpgsqlStatement): readonly PlpgsqlStatement[] {
  return [statement, ...insideOf(statement).flatMap(statementsIn)];
}

function insideOf(statement: PlpgsqlStatement): readonly PlpgsqlStatement[] {
  switch (statement.kind) {
    case 'block':
      return [...statement.statements, ...statement.handlers.flatMap((handler) => handler.statements)];
    case 'if':
    case 'case':
      return [...statement.branches.flatMap((branch) => branch.statements), ...(statement.otherwise ?? [])];
    case 'loop':
    case 'for':
      return statement.body;
    default:
      return [];
  }
}

/** What it has the server read itself, that which stands in it left out. */
function readIn(statement: PlpgsqlStatement): readonly Piece[] {
  switch (statement.kind) {
    case 'sql':
      return [statement.sql];
    case 'perform':
      return [statement.query];
    case 'if':
    case 'case':
      return statement.branches.map(({ condition }) => condition).filter(readsTable);
    case 'assign':
    case 'return':
      return statement.value !== null && readsTable(statement.value) ? [statement.value] : [];
    case 'for':
      return statement.over.kind === 'query' ? [statement.over.query] : [];
    default:
      return [];
  }
}

function readsTable({ text }: Piece): boolean {
  return /\bfrom\b/i.test(text);
}

function languageOf({ options }: CreateFunctionStmt): string {
  const given = allOf(options, 'DefElem').find(({ defname }) => defname === 'language');
  return (stringOf(given?.arg) ?? 'sql').toLowerCase();
}

/** The text between the quotes, and where it stands; `null` when quotes in it are doubled or escaped. */
function bodyOf(statement: SqlStatement): { readonly text: string; readonly at: number } | null {
  for (const [index, { kind, span }] of statement.tokens.entries()) {
    if (kind !== 'string' || wordAt(statement, index - 1) !== 'as') continue;
    const quote = /^(?:\$\w*\$|')/.exec(textAt(statement, index))?.[0] ?? '';
    const text = statement.text.slice(span.start + quote.length, span.end - quote.length);
    return quote === '' || (quote === "'" && text.includes("'"))
      ? null
      : { text, at: span.start + quote.length };
  }
  return null;
}

function headOf(statement: SqlStatement, name: string) {
  const index = statement.tokens.findIndex((_, at) => identifierAt(statement, at)?.name === name);
  return identifierAt(statement, Math.max(0, index))?.span ?? { start: 0, end: 0 };
}
