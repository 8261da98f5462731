// Follows code as the server would run it, with the schema of that moment at hand: what it surely does becomes operations, what
// it may do operations that may run, and what cannot be told an unknown, as narrow as the code allows.

import type { Catalog } from '../../catalog/catalog.js';
import type { Code, Operation, Unknown } from '../../catalog/operation.js';
import type { SqlParser } from '../../syntax/sql/parse.js';
import { readPlpgsql } from '../../syntax/sql/plpgsql.js';
import type { Span } from '../../text/span.js';
import { type CodePlace, Effects, Exhausted } from './effects.js';
import { Frame } from './frame.js';
import type { Placement } from './placement.js';
import { PlpgsqlRunner } from './plpgsql-runner.js';
import { SqlRunner } from './sql-runner.js';

export type { CodePlace };

/** Runs the code of one statement. */
export class Run {
  private readonly effects: Effects;
  private readonly sql: SqlRunner;
  private readonly blocks: PlpgsqlRunner;

  constructor(catalog: Catalog, parser: SqlParser, place: CodePlace) {
    this.effects = new Effects(catalog, place);
    this.sql = new SqlRunner(this.effects, parser, (block, frame, placement) =>
      this.blocks.runBlock(block, frame, placement),
    );
    this.blocks = new PlpgsqlRunner(this.effects, this.sql, parser);
  }

  get operations(): readonly Operation[] {
    return this.effects.operations;
  }

  /** An operation of the statement itself. */
  plain(operation: Operation): void {
    this.effects.plain(operation);
  }

  /**
   * What the code does, in the place of the operation that stands for it.
   * @param span where a span of the statement stands
   */
  code(operation: Unknown, code: Code, span: (span: Span) => Span): void {
    const bare = withoutCode(operation);
    try {
      // The server refuses a statement that raises; what it had done is undone.
      this.effects.attempt(
        () => this.perhaps(operation.maybe, () => this.runCode(operation, code, span)),
        ({ code: raises }) =>
          () =>
            this.effects.plain({
              ...bare,
              reason: 'the code raises an error',
              touches: { kind: 'rows' },
              raises,
            }),
      );
    } catch (error) {
      if (!(error instanceof Exhausted)) throw error;
      this.effects.plain({
        ...bare,
        reason: 'the code does more than is followed',
        touches: { kind: 'everything' },
      });
    }
  }

  private perhaps(reason: string | undefined, work: () => void): void {
    if (reason === undefined) work();
    else this.effects.perhaps(reason, work);
  }

  private runCode(operation: Unknown, code: Code, span: (span: Span) => Span): void {
    const around: Placement = { span: () => operation.span, keyword: operation.keyword };
    if (code.kind === 'query') {
      this.sql.query(code.text, around, new Frame(null));
      return;
    }
    const { at, language, body } = code;
    const tree = language === 'plpgsql' ? readPlpgsql(body) : null;
    if (tree === null) {
      const how = language === 'plpgsql' ? 'is not read' : `is written in ${language}`;
      this.effects.plain({ ...withoutCode(operation), reason: `the body of the DO block ${how}` });
      return;
    }
    const inside: Placement = {
      span: ({ start, end }) => span({ start: start + (at ?? 0), end: end + (at ?? 0) }),
      keyword: null,
    };
    this.blocks.runBlock(tree, new Frame(null), at === null ? around : inside);
  }
}

function withoutCode({ code: _, ...operation }: Unknown): Unknown {
  return operation;
}
