// The plan of a query from the steps that it was put together by.

import type { Association } from '../../ecto/model.js';
import type { ResolvedSchema } from '../../ecto/resolve.js';
import { type Call, type Expr, keywordsOf, type Pair } from '../../syntax/elixir/nodes.js';
import type { Building } from '../from-ecto/building.js';
import { isElsewhere } from '../from-ecto/elsewhere.js';
import { isPinned, keyOfPair, type Scope } from '../from-ecto/scope.js';
import { buildingOfValue, sourceWritten } from '../from-ecto/sources.js';
import type { JoinStep, Step, Steps } from '../from-ecto/steps.js';
import type { RelationSource } from '../query.js';
import { booleanIn, condition, groups, orders, preloads, updates, windowSpec } from './clauses.js';
import { type Context, contextOf, nameIn, positionOf, type World, wordsOf, worthOf } from './context.js';
import { expression, queryGiven } from './expressions.js';
import { fragmentNode } from './fragments.js';
import {
  type CteSpec,
  call,
  fieldAt,
  type JoinSpec,
  type Node,
  type Ordered,
  type Plan,
  planFrom,
  type SourceSpec,
} from './nodes.js';
import { mergedSelect, selectOf } from './selects.js';
import { associationCondition, associationNamed, keysOf, loadedFields } from './tables.js';
import { base } from './types.js';
import { atRuntime, unsupported } from './unsupported.js';

/** How many queries may stand inside each other. */
const DEEPEST = 20;

export class Plans implements World {
  private depth = 0;

  /** @param schemas by their modules */
  constructor(
    readonly text: string,
    private readonly schemas: ReadonlyMap<string, ResolvedSchema>,
    /** Whether each tenant has a schema of the database, in which its rows are. */
    private readonly rowsHavePrefixes: boolean,
  ) {}

  /** The plan is made anew at every call: its parameters count where it stands. */
  planOf(building: Building): Plan {
    if (this.depth > DEEPEST) return unsupported('queries stand too deep inside each other');
    this.depth += 1;
    const steps = stepsOf(building.steps);
    const [first, ...others] = steps;
    const isMade = first?.kind === 'subquery' || first?.kind === 'made' || first?.kind === 'loaded';
    const made = isMade ? first : null;
    const span = isElsewhere(building.span) ? null : building.span;
    const plan = made === null ? this.planOfSource(building, span) : this.planOfMade(made, span);
    for (const step of made === null ? steps : others) this.step(plan, step);
    this.depth -= 1;
    return plan;
  }

  private planOfSource(building: Building, span: Plan['span']): Plan {
    const { opaque } = building;
    const source = building.relations[0]?.source;
    if (source === undefined) return unsupported('it has no source');
    const spec = this.sourceSpec(source, opaque, building);
    return planFrom(spec, spec.kind === 'schema' ? spec.schema.prefix : null, span);
  }

  private planOfMade(step: Step & { kind: 'subquery' | 'made' | 'loaded' }, span: Plan['span']): Plan {
    if (step.kind === 'loaded') return this.planOfLoaded(step, span);
    if (step.kind === 'subquery') {
      const plan = this.planOf(step.inner);
      const prefix = step.options.find((pair) => keyOfPair(pair) === 'prefix');
      if (prefix !== undefined)
        plan.prefix = nameIn(this.looseContext(step.scope, step.inner), prefix.value, 'the prefix');
      return planFrom({ kind: 'subquery', plan }, null, span);
    }
    return planFrom(this.madeSource(contextOf(this, step.bindings), step.call), null, span);
  }

  /** Source: `Ecto.assoc`, and `assoc_query` of Ecto.Association.Has and BelongsTo */
  private planOfLoaded(step: Step & { kind: 'loaded' }, span: Plan['span']): Plan {
    const { row, association, scope } = step;
    if (association === null) return unsupported('which association it is, is decided at run time', span);
    const owner = this.ownerOf(step, association, span);
    const asked = associationNamed(owner, association);
    const { name, kind, through, module, table } = asked;
    if (through !== null || kind === 'many_to_many') {
      return unsupported(`the association ${name} goes through other tables`, span);
    }
    // The rows are looked for in the schema of the database that the row is from.
    if (owner.prefix !== null || this.rowsHavePrefixes)
      return unsupported('the row may be of another schema of the database', span);
    if (module === null) return unsupported(`the schema of the association ${name} is not known`, span);
    const keys = keysOf(owner, asked);
    const source = this.schemaSource(module, table ?? null, span);
    const plan = planFrom(source, source.kind === 'schema' ? source.schema.prefix : null, span);
    const field = fieldAt(0, keys.related);
    const words = row.expr === null ? 'row' : wordsOf(this.looseContext(scope, noBuilding), row.expr);
    const param = { text: `${words}.${keys.owner}`, span: null, type: field };
    const equal = call('==', field, { kind: 'param', param });
    const condition = associationCondition(asked.where, 0, equal, name) ?? equal;
    plan.wheres.push({ operator: 'and', condition });
    return plan;
  }

  /** The schema of one row: several are asked for in other words. */
  private ownerOf(
    { row: { value, expr } }: Step & { kind: 'loaded' },
    association: string,
    span: Plan['span'],
  ): ResolvedSchema {
    const known = value.kind === 'unknown' ? value.schema : undefined;
    const module = known ?? (expr === null ? null : this.moduleOfField(expr));
    if (module !== null) {
      return this.schemas.get(module) ?? unsupported(`the schema ${module} is not known`, span);
    }
    return unsupported(
      `whether one row is asked for its ${association}, or several are, is decided at run time`,
      span,
    );
  }

  /** The schema of `release.package`, where all that are called so are one row of the same schema; else `null`. */
  private moduleOfField(expr: Expr): string | null {
    if (expr.kind !== 'call' || expr.receiver === null || expr.receiver.kind === 'alias') return null;
    if (expr.args.length + expr.keywords.length > 0) return null;
    const called = [...this.schemas.values()].flatMap(({ associations }) =>
      associations.filter(({ name }) => name === expr.name),
    );
    const [first, ...others] = new Set(called.map(({ kind, module }) => (isOne(kind) ? module : null)));
    return others.length === 0 ? (first ?? null) : null;
  }

  private madeSource(context: Context, call: Call): SourceSpec {
    if (call.name === 'values') return unsupported('rows of values/2 are made at run time', call.span);
    return { kind: 'fragment', fragment: fragmentNode(context, call) };
  }

  /** For what stands outside of a query: nothing is bound. */
  looseContext(scope: Scope, building: Building): Context {
    return { world: this, scope, variables: new Map(), building, nests: false };
  }

  private sourceSpec(source: RelationSource, opaque: string | null, { span }: Building): SourceSpec {
    switch (source.kind) {
      case 'schema':
        return this.schemaSource(source.module, source.table, span);
      case 'table':
        return { kind: 'table', table: source.table.name };
      case 'association':
        return unsupported('it is asked of a row that is loaded (Ecto.assoc)', span);
      case 'opaque':
        return unsupported(opaque === null || opaque === '' ? source.reason : opaque, span);
      default:
        return unsupported('its source is not read', span);
    }
  }

  private schemaSource(module: string, table: string | null, span: Plan['span']): SourceSpec {
    const schema = this.schemas.get(module);
    if (schema === undefined || schema.table === null)
      return unsupported(`the schema ${module} is not known`, span);
    return { kind: 'schema', schema, table: table ?? schema.table.name, explicit: table !== null };
  }

  /** Adds to the plan what a query that was put together from it says more. */
  apply(plan: Plan, { steps }: Building): void {
    for (const step of stepsOf(steps)) this.step(plan, step);
  }

  private step(plan: Plan, step: Step): void {
    switch (step.kind) {
      case 'unknown':
        unsupported(step.reason, plan.span);
        break;
      case 'join':
        this.join(plan, step);
        break;
      case 'clause':
        this.clause(plan, step);
        break;
      case 'call':
        this.called(plan, step);
        break;
      case 'subquery':
      case 'made':
      case 'loaded':
      case 'from':
        break;
    }
  }

  private join(plan: Plan, { qualifier, target, variable, options, bindings, joined }: JoinStep): void {
    const outer = contextOf(this, bindings);
    if (
      qualifier === null ||
      !/^(?:inner|left|right|full|cross|inner_lateral|left_lateral|cross_lateral)$/.test(qualifier)
    ) {
      unsupported('the kind of a join is decided at run time', target.span);
    }
    const position = plan.joins.length + 1;
    const source = this.joined(outer, target);
    const option = (name: string) => options.find((pair) => keyOfPair(pair) === name)?.value ?? null;
    if (option('hints') !== null) unsupported('PostgreSQL takes no hints for tables', target.span);
    const [as, prefix] = [option('as'), option('prefix')];
    const name = as === null ? null : nameIn(outer, as, 'the name of a binding');
    if (name !== null) nameBinding(plan, name, position, target);
    const join: JoinSpec = {
      qualifier,
      source,
      prefix: prefix === null || isNil(prefix) ? null : nameIn(outer, prefix, 'the prefix'),
      name,
      on: null,
      span: target.span,
    };
    plan.joins.push(join);
    const on = option('on');
    if (on === null) return;
    const variables = new Map(outer.variables);
    if (variable !== null) variables.set(variable, position);
    const inner: Context = { ...outer, variables, building: joined };
    const isTrue = on.kind === 'atom' && on.value === 'true';
    join.on = isTrue ? null : condition(inner, on, position);
    if (join.on !== null && hasSubquery(join.on)) unsupported('Ecto refuses a subquery in on', on.span);
  }

  private joined(context: Context, target: Expr): SourceSpec {
    if (target.kind === 'call' && target.receiver === null) {
      if (target.name === 'fragment' || target.name === 'values') return this.madeSource(context, target);
      if (target.name === 'assoc') {
        const [of, name] = target.args;
        if (of?.kind !== 'variable' || name === undefined)
          return unsupported('an association is not read', target.span);
        const index = positionOf(context, of.name, of);
        return {
          kind: 'association',
          of: index,
          name: nameIn(context, name, 'the association'),
          span: target.span,
        };
      }
      if (target.name === 'subquery') {
        const node = expression(context, target);
        if (node.kind === 'subquery') return { kind: 'subquery', plan: node.plan };
      }
    }
    const plain = isPinned(target) ? target.operand : target;
    const written = sourceWritten(context.scope, plain);
    if (written !== null) return this.writtenSource(written, plain);
    const value = worthOf(context, plain);
    if (value.kind === 'written') {
      const found = sourceWritten(context.scope, value.expr);
      if (found !== null) return this.writtenSource(found, plain);
    }
    const building = buildingOfValue(context.scope, value);
    if (building === null) return atRuntime('what is joined', plain);
    return { kind: 'query', plan: this.planOf(building) };
  }

  private writtenSource(source: RelationSource, { span }: Expr): SourceSpec {
    if (source.kind === 'schema') return this.schemaSource(source.module, source.table, span);
    if (source.kind === 'table') return { kind: 'table', table: source.table.name };
    return unsupported('what is joined is not read', span);
  }

  private clause(plan: Plan, { name, argument, bindings, inFrom }: Step & { kind: 'clause' }): void {
    const context = contextOf(this, bindings);
    switch (name) {
      case 'where':
      case 'or_where':
      case 'having':
      case 'or_having': {
        if (argument.kind === 'list' && argument.items.length === 0)
          unsupported('an empty condition', argument.span);
        const found = condition(context, argument, 0);
        if (found === null) return;
        const filters = name.endsWith('where') ? plan.wheres : plan.havings;
        if (argument.kind === 'atom' && argument.value === 'true' && !(inFrom && isFirstClause(plan))) {
          // It is left out of a query that is made at run time, and stays in one that the compiler makes.
          unsupported('the condition `true` may be left out', argument.span);
        }
        filters.push({ operator: name.startsWith('or_') ? 'or' : 'and', condition: found });
        return;
      }
      case 'select':
        if (plan.select !== null) unsupported('Ecto refuses a second select', argument.span);
        plan.select = selectOf(context, argument);
        return;
      case 'select_merge': {
        const fields = (index: number) =>
          fieldsOfSource(index === 0 ? plan.source : plan.joins[index - 1]?.source);
        plan.select = mergedSelect(plan.select, selectOf(context, argument), fields);
        return;
      }
      case 'distinct': {
        if (plan.distinct !== null) unsupported('Ecto refuses a second distinct', argument.span);
        plan.distinct = booleanIn(context, argument) ?? orders(context, argument);
        return;
      }
      case 'order_by':
        plan.orderBys.push(orders(context, argument));
        return;
      case 'prepend_order_by':
        plan.orderBys.unshift(orders(context, argument));
        return;
      case 'group_by':
        plan.groupBys.push(groups(context, argument));
        return;
      case 'limit':
        plan.limit = expression(context, argument, base('integer'));
        plan.withTies = false;
        return;
      case 'offset':
        plan.offset = expression(context, argument, base('integer'));
        return;
      case 'with_ties':
        plan.withTies = booleanIn(context, argument) ?? atRuntime('whether there are ties', argument);
        return;
      case 'lock':
        plan.lock = lockOf(context, argument);
        return;
      case 'update':
        plan.updates.push(...updates(context, argument));
        return;
      case 'preload': {
        const found = preloads(context, argument);
        plan.preloads ||= found.others;
        plan.preloadedJoins.push(...found.joined);
        return;
      }
      case 'windows':
        for (const pair of pairsOfList(argument)) {
          const spec =
            pair.value.kind === 'list'
              ? pairsOfList(pair.value)
              : unsupported('a window is not read', pair.span);
          plan.windows.push({
            name: keyOfPair(pair) ?? unsupported('a window is not read', pair.span),
            spec: windowSpec(context, spec),
          });
        }
        return;
      case 'union':
      case 'union_all':
      case 'except':
      case 'except_all':
      case 'intersect':
      case 'intersect_all':
        plan.combinations.push({
          operator: name.replace('_', ' ').toUpperCase(),
          plan: queryGiven(context, argument),
        });
        return;
      case 'as':
        if (plan.sourceName !== null) unsupported('the source has a name already', argument.span);
        plan.sourceName = nameIn(context, argument, 'the name of a binding');
        nameBinding(plan, plan.sourceName, 0, argument);
        return;
      case 'prefix':
        if (plan.joins.length > 0) unsupported('a prefix stands behind joins', argument.span);
        plan.sourcePrefix = isNil(argument) ? null : nameIn(context, argument, 'the prefix');
        return;
      default:
        unsupported(`"${name}" is not read`, argument.span);
    }
  }

  private called(plan: Plan, { call, args, scope }: Step & { kind: 'call' }): void {
    const context = this.looseContext(scope, noBuilding);
    const [first, second] = args;
    switch (call.name) {
      case 'exclude':
        exclude(plan, first ?? unsupported('exclude/2 is not read', call.span));
        return;
      case 'recursive_ctes': {
        const recursive = first === undefined ? null : booleanIn(context, first);
        plan.recursive =
          recursive ?? unsupported('whether it is recursive is decided at run time', call.span);
        return;
      }
      case 'with_cte':
        this.addCte(plan, context, call, first);
        return;
      case 'put_query_prefix': {
        const prefix = first ?? unsupported('put_query_prefix/2 is not read', call.span);
        plan.prefix = isNil(prefix) ? null : nameIn(context, pinnedLike(prefix), 'the prefix');
        return;
      }
      case 'first':
      case 'last': {
        if (first !== undefined || call.keywords.length > 0) {
          plan.orderBys.push(
            orders(context, pinnedLike(first ?? { kind: 'list', span: call.span, items: call.keywords })),
          );
        }
        if (call.name === 'last') reverseOrder(plan);
        else if (plan.orderBys.length === 0) plan.orderBys.push(byKey(plan, 'asc'));
        plan.limit = {
          kind: 'literal',
          literal: { type: 'integer', value: '1' },
          expected: base('integer'),
          span: null,
        };
        plan.withTies = false;
        return;
      }
      case 'reverse_order':
        if (second !== undefined) unsupported('reverse_order/1 is not read', call.span);
        reverseOrder(plan);
        return;
      default:
        unsupported(`"${call.name}" is not read`, call.span);
    }
  }

  private addCte(plan: Plan, context: Context, call: Call, nameExpr: Expr | undefined): void {
    const options = keywordsOf(call);
    const option = (name: string) => options.find((pair) => keyOfPair(pair) === name)?.value ?? null;
    const as = option('as');
    if (nameExpr === undefined || as === null) unsupported('with_cte() is not read', call.span);
    const name = nameIn(context, nameExpr, 'the name of a common table expression');
    const materialized = option('materialized');
    const operation = option('operation');
    const operationName =
      operation === null || isNil(operation) ? 'all' : nameIn(context, operation, 'the operation');
    if (operationName !== 'all' && operationName !== 'update_all' && operationName !== 'delete_all') {
      unsupported('the operation of a common table expression is not read', call.span);
    }
    const of: CteSpec['of'] =
      as.kind === 'call' && as.name === 'fragment' && as.receiver === null
        ? fragmentNode(context, as)
        : queryGiven(context, as);
    const cte: CteSpec = {
      name,
      materialized:
        materialized === null || isNil(materialized)
          ? null
          : (booleanIn(context, materialized) ?? atRuntime('whether it is materialized', materialized)),
      operation: operationName,
      of,
    };
    const known = plan.ctes.findIndex((one) => one.name === name);
    if (known >= 0) plan.ctes[known] = cte;
    else plan.ctes.push(cte);
  }
}

/** What stands where only the scope matters. */
const noBuilding: Building = {
  relations: [],
  names: new Map(),
  where: { kind: 'and', of: [] },
  ctes: [],
  recursive: false,
  branches: [],
  output: undefined,
  grouped: false,
  skipsLocked: false,
  subqueries: [],
  assignments: [],
  opaque: null,
  span: { start: 0, end: 0 },
  keyword: { start: 0, end: 0 },
  depth: 0,
  through: null,
  steps: null,
};

function isOne(kind: Association['kind']): boolean {
  return kind === 'belongs_to' || kind === 'has_one';
}

function stepsOf(steps: Steps | null): readonly Step[] {
  const found: Step[] = [];
  for (let at = steps; at !== null; at = at.before) found.push(at.step);
  return found.reverse();
}

function isNil(expr: Expr): boolean {
  return expr.kind === 'atom' && expr.value === 'nil';
}

/** An argument of a function is a value of the program. */
function pinnedLike(expr: Expr): Expr {
  return { kind: 'unary', operator: '^', operand: expr, span: expr.span };
}

function pairsOfList(expr: Expr): readonly Pair[] {
  if (expr.kind !== 'list') return unsupported('a keyword list is not read', expr.span);
  return expr.items.map((item) =>
    item.kind === 'pair' ? item : unsupported('a keyword list is not read', item.span),
  );
}

function nameBinding(plan: Plan, name: string, position: number, { span }: Expr): void {
  if (plan.names.has(name)) unsupported(`Ecto refuses a second binding named :${name}`, span);
  plan.names.set(name, position);
}

function fieldsOfSource(source: SourceSpec | undefined): readonly string[] | null {
  if (source === undefined || source.kind === 'association' || source.kind === 'query') {
    return unsupported('a select of the fields of a join is merged');
  }
  return source.kind === 'schema' ? loadedFields(source.schema) : null;
}

/** Whether nothing but what stands in `from` itself has made the query so far. */
function isFirstClause({ wheres, joins, orderBys, select, source }: Plan): boolean {
  return wheres.length + joins.length + orderBys.length === 0 && select === null && source.kind === 'schema';
}

function hasSubquery(node: Node): boolean {
  return JSON.stringify(node, (key, value) => (key === 'plan' ? 0 : value)).includes('"subquery"');
}

function lockOf(context: Context, expr: Expr): string | Node {
  if (expr.kind === 'text' && expr.value !== null) return expr.value;
  if (expr.kind === 'call' && expr.name === 'fragment') return expression(context, expr);
  return unsupported('the lock is not read', expr.span);
}

/** Source: `exclude` of Ecto.Query */
function exclude(plan: Plan, what: Expr): void {
  switch (what.kind === 'atom' ? what.value : null) {
    case 'join':
      plan.joins = [];
      plan.preloadedJoins = plan.preloadedJoins.slice();
      for (const name of [...plan.names.keys()]) if (name !== plan.sourceName) plan.names.delete(name);
      return;
    case 'where':
      plan.wheres = [];
      return;
    case 'order_by':
      plan.orderBys = [];
      return;
    case 'group_by':
      plan.groupBys = [];
      return;
    case 'combinations':
      plan.combinations = [];
      return;
    case 'with_ctes':
      plan.ctes = [];
      plan.recursive = false;
      return;
    case 'having':
      plan.havings = [];
      return;
    case 'distinct':
      plan.distinct = null;
      return;
    case 'select':
      plan.select = null;
      return;
    case 'limit':
      plan.limit = null;
      plan.withTies = false;
      return;
    case 'offset':
      plan.offset = null;
      return;
    case 'lock':
      plan.lock = null;
      return;
    case 'preload':
      plan.preloads = false;
      plan.preloadedJoins = [];
      return;
    case 'update':
      plan.updates = [];
      return;
    case 'windows':
      plan.windows = [];
      return;
    default:
      unsupported('what is excluded is decided at run time', what.span);
  }
}

/** Source: `reverse_order` of Ecto.Query */
function reverseOrder(plan: Plan): void {
  if (plan.orderBys.length === 0) {
    plan.orderBys.push(byKey(plan, 'desc'));
    return;
  }
  plan.orderBys = plan.orderBys.map((order) =>
    order.map(({ direction, by }) => ({ direction: reversed(direction), by })),
  );
}

function reversed(direction: string): string {
  const [, way = 'asc', nulls] = /^(asc|desc)(?:_nulls_(first|last))?$/.exec(direction) ?? [];
  const other = way === 'asc' ? 'desc' : 'asc';
  return nulls === undefined ? other : `${other}_nulls_${nulls === 'first' ? 'last' : 'first'}`;
}

function byKey({ source }: Plan, direction: string): readonly Ordered[] {
  if (source.kind !== 'schema') return unsupported('without a schema there is no primary key to order by');
  const keys = source.schema.fields.filter(({ primaryKey }) => primaryKey);
  if (keys.length === 0) unsupported('there is no primary key to order by');
  return keys.map(({ name }) => ({ direction, by: fieldAt(0, name) }));
}
