// SQL that we wrote as a statement of a migration: lowered like any other SQL, and placed in the Elixir file.

import type { Operation, Touch } from '../../catalog/operation.js';
import type { Problem } from '../../syntax/problem.js';
import type { SqlParser } from '../../syntax/sql/parse.js';
import type { SqlStatement } from '../../syntax/sql/statement.js';
import type { Span } from '../../text/span.js';
import { operationsOf } from '../from-sql.js';
import { doubted, type Subject, withHoles } from '../holes.js';
import type { MigrationStatement } from '../migration.js';
import { relocated } from '../relocate.js';
import { touchOfUnread } from './doubt.js';
import { type Sql, type WrittenSql, written } from './sql-text.js';
import type { CallPlace } from './values.js';

export interface Lowered {
  readonly statement: MigrationStatement;
  /** Where its SQL does not parse. */
  readonly problems: readonly Problem[];
  /** Why Ecto raises in place of sending it; `null` when it does not. */
  readonly raised: string | null;
}

export interface Command {
  readonly sql: Sql;
  readonly call: CallPlace;
  readonly subject: Subject | null;
  /** Why it may not run; `null` when it surely does. */
  readonly doubt: string | null;
}

export function lowered(command: Command, parser: SqlParser): Lowered {
  const made = written(command.sql);
  const { call, subject } = command;
  if (made.refused !== null) {
    const touches: Touch =
      subject === null
        ? { kind: 'new-objects' }
        : { kind: 'relation', relation: { ...subject, span: call.span } };
    const statement = unread(call, `Ecto refuses it: ${made.refused}`, touches, '');
    return { statement, problems: [], raised: made.refused };
  }
  const second = secondStatement(made.text, parser);
  if (second !== null) {
    const message = 'cannot insert multiple commands into a prepared statement';
    const problem: Problem = { kind: 'problem', span: made.toSource(second), message };
    return {
      statement: { sql: made.text, start: 0, span: call.span, operations: [] },
      problems: [problem],
      raised: null,
    };
  }
  const statement = parser.statement(made.text);
  const [first] = made.holes;
  if (first !== undefined && statement.node === null) {
    const touches = touchOfUnread(statement, made.holes, subject);
    return {
      statement: unread(call, first.reason, relocated(touches, made.toSource), made.text),
      problems: [],
      raised: null,
    };
  }
  const operations = readOperations(statement, made, subject)
    .map(({ operation, isGuess }) => {
      const placed = relocated(operation, made.toSource);
      return isGuess ? { ...placed, keyword: call.word } : placed;
    })
    .flatMap((operation) =>
      command.doubt === null ? [operation] : doubted(operation, command.doubt, subject),
    )
    .map((operation) => withCode(operation, made.holes.length === 0, command.doubt));
  const { toSource } = made;
  const holdsCode = operations.some(
    (operation) => operation.kind === 'unknown' && operation.code !== undefined,
  );
  return {
    statement: { sql: made.text, start: 0, span: call.span, operations, ...(holdsCode ? { toSource } : {}) },
    problems: statement.problems.map((problem) => placed(problem, made)),
    raised: null,
  };
}

/** Code of which a part is not known is not read. */
function withCode(operation: Operation, isKnown: boolean, doubt: string | null): Operation {
  if (operation.kind !== 'unknown' || operation.code === undefined) return operation;
  const { code, ...rest } = operation;
  if (!isKnown) return rest;
  return doubt === null ? operation : { ...rest, code, maybe: doubt };
}

interface ReadOperation {
  readonly operation: Operation;
  /** It stands for one that is not known. */
  readonly isGuess: boolean;
}

function readOperations(
  statement: SqlStatement,
  { holes, text }: WrittenSql,
  subject: Subject | null,
): readonly ReadOperation[] {
  const { node, problems, tokens, unread: reason } = statement;
  // What we do not know of it is more than what SQL alone shows of it, so it is dealt with here.
  const whole: SqlStatement = { text, node, problems, tokens, unread: reason, holes: [] };
  return operationsOf(whole).flatMap((operation) =>
    withHoles(operation, holes, text, subject).map((made) => ({
      operation: made,
      isGuess: made.kind === 'unknown' && operation.kind !== 'unknown',
    })),
  );
}

/** Where another statement begins in the text: the server takes one at a time from Ecto. */
function secondStatement(text: string, parser: SqlParser): Span | null {
  if (!/;\s*\S/.test(text)) return null;
  const [, second] = parser.parse(text).statements;
  if (second === undefined) return null;
  return { start: second.start, end: second.start + second.statement.text.length };
}

/** A statement of which we know no more than what it may touch. */
export function unread(call: CallPlace, reason: string, touches: Touch, sql: string): MigrationStatement {
  const { span, word: keyword } = call;
  return { sql, start: 0, span, operations: [{ kind: 'unknown', span, keyword, reason, touches }] };
}

function placed(problem: Problem, { toSource }: WrittenSql): Problem {
  return { ...problem, span: toSource(problem.span) };
}
