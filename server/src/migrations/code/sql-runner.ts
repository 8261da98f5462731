// Statements of SQL in code: what they do, what their expressions give, and the routines that they call.

import type { FunctionFacts } from '../../catalog/catalog.js';
import { findRelation, functionsNamed } from '../../catalog/lookup.js';
import type { Code, Unknown as UnknownOperation } from '../../catalog/operation.js';
import { asNode, type Node, qualified, type SelectStmt, stringsOf } from '../../syntax/sql/nodes.js';
import type { SqlParser } from '../../syntax/sql/parse.js';
import { type Block, type Piece, readPlpgsql, type Target } from '../../syntax/sql/plpgsql.js';
import type { SqlStatement } from '../../syntax/sql/statement.js';
import { operationsOf } from '../from-sql.js';
import type { Effects } from './effects.js';
import { evaluate, partsOf } from './expressions.js';
import { Frame } from './frame.js';
import { isHarmless, knownEffect, mayAct } from './known-functions.js';
import { fixed, type Placement, spanOfPiece, whole } from './placement.js';
import { queryRows } from './query.js';
import type { Rows, Scope } from './scope.js';
import { isUnknown, list, reasonOf, textOf, unknown, type Value } from './values.js';

const DEEPEST_CALL = 16;

export class SqlRunner {
  private depth = 0;
  private readonly selects = new Map<string, SelectStmt | null>();

  constructor(
    private readonly effects: Effects,
    private readonly parser: SqlParser,
    /** Runs a body of PL/pgSQL. */
    private readonly runBlock: (block: Block, frame: Frame, placement: Placement) => void,
  ) {}

  /** A statement of which each operation is done. */
  runStatement(statement: SqlStatement, placement: Placement, frame: Frame): void {
    for (const operation of operationsOf(statement)) {
      if (operation.kind === 'unknown' && operation.code !== undefined) {
        if (operation.code.kind === 'query')
          this.query(operation.code.text, whole(placement, statement.text), frame);
        else this.nested(operation, operation.code, placement);
      } else if (operation.kind !== 'transaction') this.effects.emit(operation, placement);
    }
  }

  /** DO in a text that is executed. */
  private nested(
    operation: UnknownOperation,
    code: Extract<Code, { kind: 'block' }>,
    placement: Placement,
  ): void {
    const tree = code.language === 'plpgsql' ? readPlpgsql(code.body) : null;
    if (tree === null) this.effects.emit({ ...operation, touches: operation.touches }, placement);
    else
      this.runBlock(tree, new Frame(null), {
        span: () => placement.span(operation.span),
        keyword: placement.keyword ?? placement.span(operation.keyword),
      });
  }

  /** A SELECT or CALL for what it calls. */
  query(text: string, placement: Placement, frame: Frame): void {
    const { node } = this.parser.statement(text);
    const call = asNode(node, 'CallStmt');
    const select = asNode(node, 'SelectStmt');
    if (call?.funccall !== undefined) this.top({ FuncCall: call.funccall }, this.scope(frame, placement));
    else if (select !== null) this.selected(select, frame, placement);
  }

  rowsOf(text: string, frame: Frame, placement: Placement): Rows | null {
    const select = this.select(text);
    return select === null ? null : this.selected(select, frame, placement);
  }

  /** The rows of a query. The functions that are its whole result are run, once for each row. */
  selected(select: SelectStmt, frame: Frame, placement: Placement): Rows {
    const scope = this.scope(frame, placement);
    const isAlone = select.fromClause === undefined;
    const calls = (select.targetList ?? []).map((target) => asNode(target, 'ResTarget')?.val);
    const unseen = calls.some((value) => this.isUnseen(value, isAlone));
    // A function that is not known does the same whatever it is asked for.
    if (unseen) for (const value of calls) if (this.isUnseen(value, isAlone)) this.top(value, scope);
    return queryRows(select, scope);
  }

  private isUnseen(value: Node | undefined, isAlone: boolean): boolean {
    const call = asNode(value, 'FuncCall');
    if (call === null) return false;
    const name = qualified(stringsOf(call.funcname));
    return isAlone && functionsNamed(this.effects.catalog, name).length === 0 && mayAct(name);
  }

  private top(node: Node | undefined, scope: Scope & { readonly placement: Placement }): void {
    const call = asNode(node, 'FuncCall');
    if (call === null) return;
    const name = qualified(stringsOf(call.funcname));
    if (functionsNamed(this.effects.catalog, name).length > 0 || name.name === 'set_config') {
      evaluate(node, scope);
      return;
    }
    const values = (call.args ?? []).map((argument) =>
      evaluate(asNode(argument, 'NamedArgExpr')?.arg ?? argument, scope),
    );
    this.foreign(name, values, scope.placement);
  }

  /** A function that no migration makes. */
  private foreign(
    name: { readonly schema: string | null; readonly name: string },
    values: readonly Value[],
    placement: Placement,
  ): void {
    const effect = knownEffect(name);
    if (effect === 'rows' || (effect === null && isHarmless(name))) return;
    const shown = name.schema === null ? name.name : `${name.schema}.${name.name}`;
    const reason = effect?.reason ?? `what the function ${shown}() does is not known`;
    const nothing = { start: 0, end: 0 };
    const related = values.flatMap((value, index) => {
      if (effect !== null && effect.relation !== index) return [];
      const text = textOf(value);
      const named = typeof text === 'string' ? qualified(partsOf(text)) : null;
      return named !== null && findRelation(this.effects.catalog, named) !== null ? [named] : [];
    });
    for (const relation of related) {
      this.effects.doubt(
        reason,
        { kind: 'relation', relation: { ...relation, span: nothing } },
        placement,
        nothing,
      );
    }
    if (effect !== null && !effect.makesObjects && related.length > 0) return;
    const { everything, newObjects } = this.effects.catalog.doubts;
    const mayBeOurs = effect === null && (everything !== null || newObjects !== null);
    this.effects.doubt(reason, { kind: mayBeOurs ? 'everything' : 'new-objects' }, placement, nothing);
  }

  /** A text that is known, with its parameters. */
  runText(
    text: string,
    using: readonly Value[],
    into: readonly Target[],
    frame: Frame,
    placement: Placement,
  ): void {
    const inner = new Frame(null);
    for (const [index, value] of using.entries()) inner.declare(`$${index + 1}`, value);
    for (const { statement } of this.parser.parse(text).statements) {
      const select = asNode(statement.node, 'SelectStmt');
      if (select === null || select.intoClause !== undefined) {
        this.runStatement(statement, placement, inner);
        continue;
      }
      const found = this.selected(select, inner, placement);
      const [first] = found.rows;
      for (const [index, target] of into.entries()) {
        frame.assign(
          target,
          first === undefined
            ? null
            : first.doubt === null
              ? (first.values[index] ?? null)
              : unknown(first.doubt),
        );
      }
    }
  }

  value(piece: Piece, frame: Frame, placement: Placement): Value {
    const own = fixed(placement, spanOfPiece(piece));
    const select = this.select(`SELECT ${piece.text}`);
    if (select === null) return unknown('an expression is not read');
    const scope = this.scope(frame, own);
    const targets = select.targetList ?? [];
    if (
      select.fromClause === undefined &&
      targets.length === 1 &&
      select.op === 'SETOP_NONE' &&
      select.whereClause === undefined
    ) {
      return evaluate(asNode(targets[0], 'ResTarget')?.val, scope);
    }
    const [first] = queryRows(select, scope).rows;
    if (first === undefined) return null;
    return first.doubt === null ? (first.values[0] ?? null) : unknown(first.doubt);
  }

  /** Loops read the same texts again and again. */
  private select(text: string): SelectStmt | null {
    let select = this.selects.get(text);
    if (select === undefined) {
      select = asNode(this.parser.statement(text).node, 'SelectStmt');
      this.selects.set(text, select);
    }
    return select;
  }

  private scope(frame: Frame, placement: Placement): Scope & { readonly placement: Placement } {
    const run = this;
    return {
      get catalog() {
        return run.effects.catalog;
      },
      bindings: [],
      placement,
      variable: (parts) => frame.variable(parts),
      call: (name, values, names) => this.call(name, values, names, placement),
      query: queryRows,
      callSet: (name, values) => this.callSet(name, values, placement),
      perhaps: (reason, work) => this.effects.perhaps(reason, work),
    };
  }

  private call(
    name: { readonly schema: string | null; readonly name: string },
    values: readonly Value[],
    names: readonly (string | null)[],
    placement: Placement,
  ): Value | undefined {
    if (name.name === 'set_config' && (name.schema === null || name.schema === 'pg_catalog'))
      return this.setConfig(values, placement);
    const fitting = functionsNamed(this.effects.catalog, name).filter((one) => fits(one, values.length));
    const [routine] = fitting;
    if (routine === undefined) return undefined;
    const returned = unknown(`what ${name.name}() returns is not known`);
    // These may not change anything: the server refuses it.
    if (fitting.every(({ volatility }) => volatility !== 'volatile')) {
      const isFollowed =
        fitting.length === 1 && this.depth < DEEPEST_CALL && /^(?:sql|plpgsql)$/.test(routine.language);
      const value = isFollowed
        ? this.effects.dry(() => this.runRoutine(routine, values, names, placement))
        : undefined;
      return routine.returnsSet ? returned : (value ?? returned);
    }
    if (fitting.length > 1 || this.depth >= DEEPEST_CALL || routine.body === null) {
      this.opaque(
        name.name,
        fitting.length > 1
          ? `which of the functions ${name.name}() is called is not known`
          : `what the function ${name.name}() does is not followed`,
        placement,
      );
      return returned;
    }
    const value = this.runRoutine(routine, values, names, placement);
    return routine.returnsSet ? returned : (value ?? returned);
  }

  /** The rows of a function in SQL that is one query of one column. */
  private callSet(
    name: { readonly schema: string | null; readonly name: string },
    values: () => readonly Value[],
    placement: Placement,
  ): readonly Value[] | null {
    const [routine, ...others] = functionsNamed(this.effects.catalog, name);
    if (routine === undefined || others.length > 0 || !routine.returnsSet || routine.language !== 'sql')
      return null;
    const select = this.select(routine.body ?? '');
    if (select === null || this.depth >= DEEPEST_CALL) return null;
    const given = values();
    const frame = this.frameOf(
      routine,
      given,
      given.map(() => null),
      placement,
    );
    this.depth++;
    const { rows } = this.selected(select, frame, placement);
    this.depth--;
    return rows.every(({ doubt, values: own }) => doubt === null && own.length === 1)
      ? rows.map(({ values: [value = null] }) => value)
      : null;
  }

  /** A routine whose body is not read. */
  private opaque(name: string, reason: string, placement: Placement): void {
    if (name === '') return;
    this.effects.doubt(reason, { kind: 'everything' }, placement, { start: 0, end: 0 });
  }

  private runRoutine(
    routine: FunctionFacts,
    values: readonly Value[],
    names: readonly (string | null)[],
    placement: Placement,
  ): Value | undefined {
    const { name, language, body } = routine;
    const frame = this.frameOf(routine, values, names, placement);
    const own: Placement = { span: () => placement.span({ start: 0, end: 0 }), keyword: placement.keyword };
    const path = routine.settings.find((one) => one.name === 'search_path');
    this.depth++;
    const old = this.effects.catalog.searchPath;
    if (path !== undefined) this.set('search_path', path.value ?? '', true, own);
    try {
      if (language === 'plpgsql') {
        const tree = readPlpgsql(body ?? '');
        if (tree === null) this.opaque(name, `the body of the function ${name}() is not read`, own);
        else this.runBlock(tree, frame, own);
        return frame.returned;
      }
      if (language === 'sql') return this.runSqlBody(body ?? '', frame, own);
      this.opaque(name, `the function ${name}() is written in ${language}`, own);
      return undefined;
    } finally {
      this.depth--;
      if (path !== undefined) this.set('search_path', old.join(', '), true, own);
    }
  }

  /** Its parameters, with the values that they are given. */
  private frameOf(
    routine: FunctionFacts,
    values: readonly Value[],
    names: readonly (string | null)[],
    placement: Placement,
  ): Frame {
    const frame = new Frame(routine.name);
    const inputs = routine.parameters.filter(({ mode }) => mode !== 'out' && mode !== 'table');
    const isProcedure = routine.routine === 'procedure';
    const given = isProcedure ? routine.parameters : inputs;
    for (const [index, parameter] of given.entries()) {
      const named = parameter.name === null ? -1 : names.indexOf(parameter.name);
      const at = named >= 0 ? named : names[index] === null ? index : -1;
      const isVariadic = parameter.mode === 'variadic';
      const written = at < 0 ? undefined : isVariadic ? list(values.slice(at)) : values[at];
      const value =
        written ??
        (parameter.default === null
          ? null
          : this.value({ text: parameter.default.text, at: 0 }, new Frame(null), placement));
      frame.declare(`$${index + 1}`, value);
      if (parameter.name !== null) frame.declare(parameter.name, value);
    }
    for (const parameter of routine.parameters) {
      if (parameter.name !== null && frame.variable([parameter.name]) === undefined)
        frame.declare(parameter.name, null);
    }
    return frame;
  }

  private runSqlBody(body: string, frame: Frame, placement: Placement): Value {
    const atomic = /^\s*begin\s+atomic\b([\s\S]*?)\bend\s*;?\s*$/i.exec(body)?.[1];
    const text = (atomic ?? body).replace(/^\s*return\b/i, 'SELECT ');
    let last: Value = null;
    for (const { statement } of this.parser.parse(text).statements) {
      const select = asNode(statement.node, 'SelectStmt');
      if (select === null || select.intoClause !== undefined) {
        if (asNode(statement.node, 'CallStmt') !== null) this.query(statement.text, placement, frame);
        else this.runStatement(statement, placement, frame);
        last = null;
        continue;
      }
      const [first] = this.selected(select, frame, placement).rows;
      last =
        first === undefined ? null : first.doubt === null ? (first.values[0] ?? null) : unknown(first.doubt);
    }
    return last;
  }

  private setConfig(
    [name = null, value = null, local = null]: readonly Value[],
    placement: Placement,
  ): Value {
    const text = textOf(value);
    if (name === 'search_path' && typeof text === 'string') {
      this.set(name, text, local !== false, placement);
    } else if (typeof name === 'string' && name.endsWith('_timeout')) {
      this.set(name, typeof text === 'string' ? text : null, local === true, placement);
    } else if (name === 'search_path' || isUnknown(name)) {
      this.effects.doubt(
        reasonOf(value) ?? 'which parameter is set is not known',
        { kind: 'new-objects' },
        placement,
        { start: 0, end: 0 },
      );
    }
    return value;
  }

  /** @param value `null` when it is not known */
  private set(parameter: string, value: string | null, local: boolean, placement: Placement): void {
    const nothing = { start: 0, end: 0 };
    this.effects.emit(
      {
        kind: 'set-parameter',
        parameter,
        value: value ?? '',
        ...(value === null ? { isComputed: true } : {}),
        local,
        span: nothing,
        keyword: nothing,
      },
      placement,
    );
  }
}

function fits({ parameters, routine }: FunctionFacts, count: number): boolean {
  const inputs =
    routine === 'procedure'
      ? parameters
      : parameters.filter(({ mode }) => mode !== 'out' && mode !== 'table');
  const isVariadic = inputs.some(({ mode }) => mode === 'variadic');
  const needed = inputs.filter((one) => one.default === null && one.mode !== 'variadic').length;
  return count >= needed && (isVariadic || count <= inputs.length);
}
