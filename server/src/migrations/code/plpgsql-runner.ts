// PL/pgSQL as the server would run it. What it surely does is done; what it may do may be done; and a loop that runs an unknown
// number of times is gone through once, with what it sets unknown.

import { asNode, type SelectStmt } from '../../syntax/sql/nodes.js';
import type { SqlParser } from '../../syntax/sql/parse.js';
import type { Block, ForLoop, Piece, PlpgsqlStatement, Target } from '../../syntax/sql/plpgsql.js';
import type { SqlStatement } from '../../syntax/sql/statement.js';
import type { Span } from '../../text/span.js';
import { catches, codeOf } from './conditions.js';
import { dynamicOperations } from './dynamic.js';
import { type Effects, Raised } from './effects.js';
import type { Frame } from './frame.js';
import { fixed, type Placement, spanOfPiece, whole } from './placement.js';
import type { ResultRow, Rows } from './scope.js';
import type { SqlRunner } from './sql-runner.js';
import { isObject, row, textOf, truthOf, unknown, type Value } from './values.js';

type Flow =
  | { readonly kind: 'next' }
  | Leaving
  /** It may leave from here. */
  | { readonly kind: 'perhaps'; readonly leaving: Leaving; readonly reason: string };

type Leaving =
  | { readonly kind: 'exit' | 'continue'; readonly label: string | null }
  | { readonly kind: 'return' };

const NEXT: Flow = { kind: 'next' };

const MOST_ITERATIONS = 500;

export class PlpgsqlRunner {
  constructor(
    private readonly effects: Effects,
    private readonly sql: SqlRunner,
    private readonly parser: SqlParser,
  ) {}

  runBlock(block: Block, frame: Frame, placement: Placement): Flow {
    frame.enter(block.label);
    try {
      for (const { name, type, value, alias } of block.declarations) {
        const start =
          alias !== null
            ? (frame.variable([alias]) ?? null)
            : value === null
              ? null
              : this.sql.value(value, frame, placement);
        frame.declare(name, start, type);
      }
      if (block.handlers.length === 0)
        return unlabelled(this.runAll(block.statements, frame, placement), block.label);
      return unlabelled(this.guarded(block, frame, placement), block.label);
    } finally {
      frame.leave();
    }
  }

  /** What a block with EXCEPTION has done is undone when a handler takes over. */
  private guarded({ statements, handlers }: Block, frame: Frame, placement: Placement): Flow {
    const conditions = handlers.flatMap((handler) => handler.conditions);
    return this.effects.attempt(
      () => this.effects.guarded(conditions, () => this.runAll(statements, frame, placement)),
      ({ code }) => {
        const handler = handlers.find((one) => catches(one.conditions, code));
        return handler === undefined ? null : () => this.runAll(handler.statements, frame, placement);
      },
    );
  }

  private runAll(statements: readonly PlpgsqlStatement[], frame: Frame, placement: Placement): Flow {
    for (const [index, statement] of statements.entries()) {
      const flow = this.runOne(statement, frame, placement);
      if (flow.kind === 'next') continue;
      if (flow.kind !== 'perhaps') return flow;
      const rest = this.effects.perhaps(flow.reason, () =>
        this.runAll(statements.slice(index + 1), frame, placement),
      );
      return rest.kind === 'next' ? flow : { ...flow, leaving: wider(flow, rest) };
    }
    return NEXT;
  }

  private runOne(statement: PlpgsqlStatement, frame: Frame, placement: Placement): Flow {
    this.effects.step();
    switch (statement.kind) {
      case 'block':
        return this.runBlock(statement, frame, placement);
      case 'if':
        return this.runBranches(
          statement.branches,
          statement.otherwise,
          (condition) => truthOf(this.sql.value(condition, frame, placement)),
          frame,
          placement,
        );
      case 'case': {
        const subject = statement.subject === null ? null : `(${statement.subject.text}) IN (`;
        const test = (condition: Piece) =>
          truthOf(
            this.sql.value(
              subject === null ? condition : { text: `${subject}${condition.text})`, at: condition.at },
              frame,
              placement,
            ),
          );
        return this.runBranches(statement.branches, statement.otherwise ?? [], test, frame, placement);
      }
      case 'loop':
        return this.runLoop(statement, frame, placement);
      case 'for':
        return this.runFor(statement, frame, placement);
      case 'leave': {
        const leaving: Leaving = { kind: statement.how, label: statement.label };
        const when =
          statement.when === null ? true : truthOf(this.sql.value(statement.when, frame, placement));
        if (isObject(when)) return { kind: 'perhaps', leaving, reason: when.reason };
        return when === true ? leaving : NEXT;
      }
      case 'return':
        frame.returned = statement.value === null ? null : this.sql.value(statement.value, frame, placement);
        return { kind: 'return' };
      case 'raise':
        if (statement.isError) throw new Raised(codeOf(statement.condition ?? 'raise_exception'));
        return NEXT;
      case 'assign':
        frame.assign(statement.target, this.sql.value(statement.value, frame, placement));
        return NEXT;
      case 'execute':
        this.runExecute(statement, frame, placement);
        return NEXT;
      case 'perform': {
        const found = this.sql.rowsOf(
          `SELECT ${statement.query.text}`,
          frame,
          fixed(placement, statement.span),
        );
        frame.declare('found', foundIn(found));
        return NEXT;
      }
      case 'sql':
        this.runSql(statement.sql, statement.into, frame, placement);
        return NEXT;
      case 'sets':
        for (const target of statement.targets)
          frame.assign(target, unknown('it is known when the code runs'));
        return NEXT;
    }
  }

  private runBranches(
    branches: readonly { readonly condition: Piece; readonly statements: readonly PlpgsqlStatement[] }[],
    otherwise: readonly PlpgsqlStatement[],
    test: (condition: Piece) => ReturnType<typeof truthOf>,
    frame: Frame,
    placement: Placement,
  ): Flow {
    let open: string | null = null;
    const outcomes: ReturnType<Frame['snapshot']>[] = [];
    const flows: Flow[] = [];
    const before = frame.snapshot();
    const take = (statements: readonly PlpgsqlStatement[]): boolean => {
      frame.restore(before);
      const run = (): boolean => {
        const work = () => this.runAll(statements, frame, placement);
        flows.push(open === null ? work() : this.effects.perhaps(open, work));
        outcomes.push(frame.snapshot());
        return true;
      };
      // A migration that goes through has not taken a branch that raises.
      return this.effects.attempt(run, () => (open === null ? null : () => false));
    };
    let isDecided = false;
    for (const { condition, statements } of branches) {
      const truth = test(condition);
      if (truth === false || truth === null) continue;
      if (truth === true) {
        take(statements);
        isDecided = true;
        break;
      }
      const outer: string | null = open;
      open ??= truth.reason;
      if (!take(statements)) open = outer;
    }
    if (!isDecided) take(otherwise);
    if (open === null) return flows[0] ?? NEXT;
    frame.merge(outcomes, open);
    const [leaving] = flows.filter((flow) => flow.kind !== 'next');
    if (leaving === undefined) return NEXT;
    if (flows.every((flow) => flow.kind === leaving.kind) && leaving.kind !== 'perhaps') return leaving;
    return { kind: 'perhaps', leaving: leaving.kind === 'perhaps' ? leaving.leaving : leaving, reason: open };
  }

  private runLoop(
    loop: Extract<PlpgsqlStatement, { kind: 'loop' }>,
    frame: Frame,
    placement: Placement,
  ): Flow {
    for (let count = 0; ; count++) {
      const condition =
        loop.condition === null ? true : truthOf(this.sql.value(loop.condition, frame, placement));
      if (condition === false || condition === null) return NEXT;
      const reason = isObject(condition)
        ? condition.reason
        : count >= MOST_ITERATIONS
          ? 'how often the loop runs is not known'
          : null;
      if (reason !== null) return this.runOpenly(loop.body, loop.label, reason, frame, placement);
      const flow = this.runAll(loop.body, frame, placement);
      if (flow.kind === 'perhaps') return this.afterPerhaps(loop.body, loop.label, flow, frame, placement);
      const left = leftBy(flow, loop.label);
      if (left !== null) return left;
    }
  }

  /** A loop that runs an unknown number of times. */
  private runOpenly(
    body: readonly PlpgsqlStatement[],
    label: string | null,
    reason: string,
    frame: Frame,
    placement: Placement,
  ): Flow {
    for (const name of assignedIn(body)) frame.set(name, unknown(reason));
    const flow = this.effects.perhaps(reason, () => this.runAll(body, frame, placement));
    for (const name of assignedIn(body)) frame.set(name, unknown(reason));
    if (flow.kind === 'return') return { kind: 'perhaps', leaving: flow, reason };
    if (flow.kind === 'perhaps' && flow.leaving.kind === 'return') return flow;
    const left = flow.kind === 'perhaps' ? null : leftBy(flow, label);
    return left === null || left.kind === 'next'
      ? NEXT
      : { kind: 'perhaps', leaving: left as Leaving, reason };
  }

  private afterPerhaps(
    body: readonly PlpgsqlStatement[],
    label: string | null,
    { leaving, reason }: Extract<Flow, { kind: 'perhaps' }>,
    frame: Frame,
    placement: Placement,
  ): Flow {
    const flow = this.runOpenly(body, label, reason, frame, placement);
    return leaving.kind === 'return' ? { kind: 'perhaps', leaving, reason } : flow;
  }

  private runFor(loop: ForLoop, frame: Frame, placement: Placement): Flow {
    frame.enter(loop.label);
    try {
      const over = this.iterations(loop, frame, placement);
      if (over === null) {
        for (const target of loop.targets)
          frame.set(target, unknown('what the loop goes through is known when it runs'));
        return this.runOpenly(
          loop.body,
          loop.label,
          'what the loop goes through is known when it runs',
          frame,
          placement,
        );
      }
      frame.declare('found', over.length > 0);
      for (const { values, doubt, columns } of gathered(over)) {
        this.bind(loop, values, columns, doubt, frame);
        if (doubt !== null) {
          const flow = this.runOpenly(loop.body, loop.label, doubt, frame, placement);
          if (flow.kind !== 'next') return flow;
          continue;
        }
        const flow = this.runAll(loop.body, frame, placement);
        if (flow.kind === 'perhaps') return this.afterPerhaps(loop.body, loop.label, flow, frame, placement);
        const left = leftBy(flow, loop.label);
        if (left !== null) return left;
      }
      return NEXT;
    } finally {
      frame.leave();
    }
  }

  private bind(
    { targets, over }: ForLoop,
    values: readonly Value[],
    columns: readonly string[],
    doubt: string | null,
    frame: Frame,
  ): void {
    const [first = ''] = targets;
    if (over.kind === 'range') frame.declare(first, values[0] ?? null);
    else if (targets.length === 1 && (frame.isRecord(first) || values.length > 1)) {
      const isKnown = values.length === columns.length && values.length > 0;
      frame.set(
        first,
        isKnown
          ? row(columns.map((name, index) => [name, values[index] ?? null] as const))
          : unknown(doubt ?? 'the row is not known'),
      );
    } else {
      for (const [index, target] of targets.entries()) {
        frame.set(target, values[index] ?? (doubt === null ? null : unknown(doubt)));
      }
    }
  }

  /** What the loop goes through, one after the other; `null` when that is not known. */
  private iterations({ over }: ForLoop, frame: Frame, placement: Placement): readonly Iteration[] | null {
    const columns: readonly string[] = [];
    const surely = (values: readonly Value[]) =>
      values.map((value) => ({ values: [value], doubt: null, columns }));
    switch (over.kind) {
      case 'range': {
        const [from, to] = [
          this.sql.value(over.from, frame, placement),
          this.sql.value(over.to, frame, placement),
        ];
        const by = over.by === null ? 1 : this.sql.value(over.by, frame, placement);
        if (typeof from !== 'number' || typeof to !== 'number' || typeof by !== 'number' || by <= 0)
          return null;
        const count = Math.floor(((over.reverse ? from - to : to - from) + by) / by);
        if (count > MOST_ITERATIONS) return null;
        return surely(
          Array.from({ length: Math.max(0, count) }, (_, index) => from + (over.reverse ? -by : by) * index),
        );
      }
      case 'array': {
        const array = this.sql.value(
          { text: `(${over.array.text})::text[]`, at: over.array.at },
          frame,
          placement,
        );
        return isObject(array) && array.kind === 'list' ? surely(array.items) : null;
      }
      case 'query': {
        const found = this.sql.rowsOf(over.query.text, frame, fixed(placement, spanOfPiece(over.query)));
        return found === null || found.rows.length > MOST_ITERATIONS
          ? null
          : found.rows.map((one) => ({ ...one, columns: found.columns }));
      }
      case 'dynamic': {
        const text = textOf(this.sql.value(over.text, frame, placement));
        const found =
          typeof text === 'string' && over.using.length === 0
            ? this.sql.rowsOf(text, frame, fixed(placement, spanOfPiece(over.text)))
            : null;
        return found === null || found.rows.length > MOST_ITERATIONS
          ? null
          : found.rows.map((one) => ({ ...one, columns: found.columns }));
      }
    }
  }

  private runSql(piece: Piece, into: readonly Target[], frame: Frame, placement: Placement): void {
    const statement = this.parser.statement(piece.text);
    const at = (span: Span) => placement.span({ start: span.start + piece.at, end: span.end + piece.at });
    const own: Placement = { span: at, keyword: placement.keyword };
    const select = asNode(statement.node, 'SelectStmt');
    if (select !== null && select.intoClause === undefined) {
      this.runSelect(statement, select, into, frame, own);
      return;
    }
    if (asNode(statement.node, 'CallStmt') !== null)
      this.sql.query(piece.text, whole(own, piece.text), frame);
    else this.sql.runStatement(statement, own, frame);
    for (const target of into) frame.assign(target, unknown('it comes from rows'));
    frame.declare('found', unknown('it depends on rows'));
  }

  private runSelect(
    statement: SqlStatement,
    select: SelectStmt,
    into: readonly Target[],
    frame: Frame,
    placement: Placement,
  ): void {
    const own = whole(placement, statement.text);
    const found = this.sql.selected(select, frame, own);
    frame.declare('found', foundIn(found));
    if (into.length === 0) return;
    const [first] = found.rows;
    const [target] = into;
    if (into.length === 1 && target !== undefined && target.field === null && frame.isRecord(target.name)) {
      const isKnown =
        first !== undefined && first.doubt === null && first.values.length === found.columns.length;
      const value =
        first === undefined
          ? null
          : isKnown
            ? row(found.columns.map((name, index) => [name, first.values[index] ?? null] as const))
            : unknown(first.doubt ?? 'the row is not known');
      frame.set(target.name, value);
      return;
    }
    for (const [index, one] of into.entries()) {
      const value =
        first === undefined
          ? null
          : first.doubt === null
            ? (first.values[index] ?? null)
            : unknown(first.doubt);
      frame.assign(one, value);
    }
  }

  private runExecute(
    statement: Extract<PlpgsqlStatement, { kind: 'execute' }>,
    frame: Frame,
    placement: Placement,
  ): void {
    const own = fixed(placement, statement.span);
    const text = textOf(this.sql.value(statement.text, frame, placement));
    for (const target of statement.into)
      frame.assign(target, unknown('it comes from a statement that is executed'));
    if (text === null) throw new Raised('22004');
    if (typeof text === 'string') {
      const using = statement.using.map((piece) => this.sql.value(piece, frame, placement));
      this.sql.runText(text, using, statement.into, frame, own);
      return;
    }
    for (const operation of dynamicOperations(text, this.parser, this.effects.catalog))
      this.effects.emit(operation, own);
  }
}

interface Iteration extends ResultRow {
  readonly columns: readonly string[];
}

/** As many rows that may be there as are gone through one by one. */
const MOST_DOUBTFUL = 12;

/** More of them are one of which nothing is known. */
function gathered(over: readonly Iteration[]): readonly Iteration[] {
  const doubtful = over.filter(({ doubt }) => doubt !== null);
  const [first] = doubtful;
  if (first === undefined || doubtful.length <= MOST_DOUBTFUL) return over;
  return [...over.filter(({ doubt }) => doubt === null), { ...first, values: [] }];
}

function foundIn(rows: Rows | null): Value {
  if (rows === null) return unknown('it depends on rows');
  if (rows.rows.some(({ doubt }) => doubt === null)) return true;
  const open = rows.rows[0]?.doubt;
  return open === undefined || open === null ? false : unknown(open);
}

/** EXIT with the block's own label ends it. */
function unlabelled(flow: Flow, label: string | null): Flow {
  if (flow.kind === 'exit' && label !== null && flow.label === label) return NEXT;
  return flow;
}

/** What leaves the loop goes on behind it with; `null` when it goes round again. */
function leftBy(flow: Flow, label: string | null): Flow | null {
  switch (flow.kind) {
    case 'exit':
      return flow.label === null || flow.label === label ? NEXT : flow;
    case 'continue':
      return flow.label === null || flow.label === label ? null : flow;
    case 'return':
      return flow;
    default:
      return null;
  }
}

/** Of two ways to leave the one that leaves more. */
function wider(first: Extract<Flow, { kind: 'perhaps' }>, second: Flow): Leaving {
  const other = second.kind === 'perhaps' ? second.leaving : second;
  return other.kind === 'return' ? other : first.leaving;
}

/** The variables that statements set. */
function assignedIn(statements: readonly PlpgsqlStatement[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (all: readonly PlpgsqlStatement[]): void => {
    for (const one of all) {
      switch (one.kind) {
        case 'assign':
          found.add(one.target.name);
          break;
        case 'execute':
        case 'sql':
          for (const { name } of one.into) found.add(name);
          break;
        case 'sets':
          for (const { name } of one.targets) found.add(name);
          break;
        case 'loop':
          visit(one.body);
          break;
        case 'for':
          for (const name of one.targets) found.add(name);
          visit(one.body);
          break;
        case 'if':
        case 'case':
          for (const { statements: inner } of one.branches) visit(inner);
          visit(one.otherwise ?? []);
          break;
        case 'block':
          visit(one.statements);
          for (const { statements: inner } of one.handlers) visit(inner);
          break;
      }
    }
  };
  visit(statements);
  return found;
}
