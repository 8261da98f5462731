// Which columns a query gives in a catalog, of which types, and what it rests on: names are looked up as the server does when it
// makes a view. What cannot be told has no type, never a guessed one.

import { columnsOfBuiltIn } from './built-in-functions.js';
import { commonType, type Typed } from './built-in-operators.js';
import type { Catalog, Dependencies, FunctionFacts, Relation, ViewColumn } from './catalog.js';
import { broadDoubt, columnKey, findRelation } from './lookup.js';
import type { Name } from './names.js';
import type {
  FunctionShape,
  JoinShape,
  OutputShape,
  QueryShape,
  SelectShape,
  SourceShape,
  ValueShape,
} from './operation.js';
import { attributesOf, baseType, resolveType } from './type-lookup.js';
import { isKnownType, type TypeName, typeNamed, UNKNOWN_TYPE } from './types.js';
import { routineCalled, typeOfValue } from './value-types.js';

export interface QueryColumns {
  readonly columns: readonly ViewColumn[];
  /** False when it may give other columns, too. */
  readonly complete: boolean;
  readonly dependsOn: Dependencies;
}

/** @param names given for its first columns */
export function columnsOfQuery(
  catalog: Catalog,
  query: QueryShape,
  names: readonly string[],
  postgres: number,
): QueryColumns {
  const uses: Uses = {
    relations: new Set(),
    columns: new Map(),
    functions: new Set(),
    types: new Map(),
    calls: new Set(),
    certain: { value: true },
  };
  const rows = rowsOf(query, { catalog, postgres, uses, ctes: new Map(), scope: null });
  const columns = rows.columns.map(({ name, type }, index) => ({
    name: names[index] ?? name,
    type: settled(type),
  }));
  return { columns, complete: rows.complete, dependsOn: dependenciesOf(uses) };
}

/** Constants that nothing gave a type to are texts. */
function settled(type: Typed): TypeName {
  if (type === 'literal') return typeNamed('text');
  return type ?? UNKNOWN_TYPE;
}

interface Uses {
  readonly relations: Set<number>;
  readonly columns: Map<string, { readonly relation: number; readonly column: string }>;
  readonly functions: Set<number>;
  readonly types: Map<string, TypeName>;
  readonly calls: Set<string>;
  readonly certain: { value: boolean };
}

function dependenciesOf({ relations, columns, functions, types, calls, certain }: Uses): Dependencies {
  return {
    relations: [...relations],
    columns: [...columns.values()],
    functions: [...functions],
    types: [...types.values()],
    calls: [...calls],
    certain: certain.value,
  };
}

/** What a query's parts are read with. */
export interface Environment {
  readonly catalog: Catalog;
  readonly postgres: number;
  readonly uses: Uses;
  readonly ctes: ReadonlyMap<string, Rows>;
  /** Of names; `null` outside all queries. */
  readonly scope: Scope | null;
}

interface Scope {
  readonly items: readonly Item[];
  readonly outer: Scope | null;
}

/** A column of a source. */
interface SourceColumn {
  readonly name: string;
  readonly type: Typed;
  /** The relations' columns that it stands for. */
  readonly of: readonly { readonly relation: number; readonly column: string }[];
}

interface Rows {
  readonly columns: readonly SourceColumn[];
  readonly complete: boolean;
}

/** One source in FROM: what `*` and a bare name find in it, and the sources that a qualified name finds. */
interface Item extends Rows {
  readonly sources: readonly Source[];
}

interface Source extends Rows {
  readonly alias: string;
  readonly schema: string | null;
  /** The type of a whole row. */
  readonly row: TypeName | null;
}

/** What the rows of a query are. */
export function rowsOf(query: QueryShape, around: Environment): Rows {
  if (query.kind === 'opaque') {
    around.uses.certain.value = false;
    return { columns: [], complete: false };
  }
  const environment = withCtes(query, around);
  switch (query.kind) {
    case 'select':
      return selectRows(query, environment);
    case 'values': {
      const rows = query.rows.map((row) => row.map((value) => typeOfValue(value, environment)));
      const width = rows[0]?.length ?? 0;
      const columns = Array.from({ length: width }, (_, index) => ({
        name: `column${index + 1}`,
        type: together(
          rows.map((row) => row[index] ?? null),
          environment,
        ),
        of: [],
      }));
      return { columns, complete: true };
    }
    case 'set': {
      const left = rowsOf(query.left, environment);
      const right = rowsOf(query.right, environment);
      if (!left.complete) return left;
      const columns = left.columns.map(({ name, type }, index) => ({
        name,
        type: right.complete ? together([type, right.columns[index]?.type ?? null], environment) : null,
        of: [],
      }));
      return { columns, complete: true };
    }
  }
}

export function together(types: readonly Typed[], { catalog }: Environment): Typed {
  return commonType(types, (type) => baseType(catalog, type));
}

function withCtes(query: Exclude<QueryShape, { readonly kind: 'opaque' }>, around: Environment): Environment {
  if (query.ctes.length === 0) return around;
  const ctes = new Map(around.ctes);
  for (const { name, columns, recursive, query: inner } of query.ctes) {
    const named = (rows: Rows): Rows => ({
      ...rows,
      columns: rows.columns.map((column, index) => ({
        name: columns[index] ?? column.name,
        type: column.type === 'literal' ? typeNamed('text') : column.type,
        of: [],
      })),
    });
    if (recursive && inner.kind === 'set') {
      // The first branch says what the columns are, and the second may read them.
      const first = named(rowsOf(inner.left, withCtes(inner, { ...around, ctes })));
      ctes.set(name, first);
      rowsOf(inner.right, withCtes(inner, { ...around, ctes: new Map(ctes) }));
    } else ctes.set(name, named(rowsOf(inner, { ...around, ctes: new Map(ctes) })));
  }
  return { ...around, ctes };
}

function selectRows({ from, outputs, conditions }: SelectShape, around: Environment): Rows {
  const items: Item[] = [];
  for (const source of from) {
    // Functions and LATERAL read the sources before them.
    items.push(itemOf(source, { ...around, scope: { items: [...items], outer: around.scope } }));
  }
  const environment = { ...around, scope: { items, outer: around.scope } };
  for (const condition of conditions) typeOfValue(condition, environment);
  const parts = outputs.map((output) => outputColumns(output, environment, items));
  return {
    columns: parts.flatMap(({ columns }) => columns),
    complete: parts.every(({ complete }) => complete),
  };
}

function outputColumns(output: OutputShape, environment: Environment, items: readonly Item[]): Rows {
  switch (output.kind) {
    case 'value': {
      const { name, value } = output;
      return { columns: [{ name, type: typeOfValue(value, environment), of: [] }], complete: true };
    }
    case 'fields': {
      const type = typeOfValue(output.value, environment);
      const fields = type === null || type === 'literal' ? null : attributesOf(environment.catalog, type);
      return fields === null
        ? { columns: [], complete: false }
        : { columns: fields.map(({ name, type: one }) => ({ name, type: one, of: [] })), complete: true };
    }
    case 'star': {
      const found = output.of.length === 0 ? items : [sourceNamed(output.of, environment)];
      const columns = found.flatMap((rows) => rows?.columns ?? []);
      for (const column of columns) use(column, environment);
      const complete = found.every((rows) => rows?.complete === true);
      if (!complete) environment.uses.certain.value = false;
      return { columns, complete };
    }
  }
}

function use({ of }: SourceColumn, { uses }: Environment): void {
  for (const one of of) uses.columns.set(columnKey(one.relation, one.column), one);
}

/** A table, a view or a query of that name: `t` or `schema.t`. */
function sourceNamed(parts: readonly string[], { scope }: Environment): Source | null {
  const alias = parts.at(-1);
  const schema = parts.at(-2) ?? null;
  for (let at = scope; at !== null; at = at.outer) {
    for (const { sources } of at.items) {
      const found = sources.find(
        (source) => source.alias === alias && (schema === null || source.schema === schema),
      );
      if (found !== undefined) return found;
    }
  }
  return null;
}

/** The type of a column, or of a whole row, by its name; the place where it is read is noted. */
export function typeOfColumn(parts: readonly string[], environment: Environment): Typed {
  const name = parts.at(-1) ?? '';
  if (parts.length > 1) {
    const source = sourceNamed(parts.slice(0, -1), environment);
    const column = source?.columns.find((one) => one.name === name);
    if (column === undefined) {
      if (source?.complete === false) environment.uses.certain.value = false;
      return source === null ? null : (SYSTEM_COLUMNS[name] ?? null);
    }
    use(column, environment);
    return column.type;
  }
  for (let at = environment.scope; at !== null; at = at.outer) {
    const column = at.items.flatMap(({ columns }) => columns).find((one) => one.name === name);
    if (column !== undefined) {
      use(column, environment);
      return column.type;
    }
    const source = at.items.flatMap(({ sources }) => sources).find(({ alias }) => alias === name);
    if (source !== undefined) {
      // The row of a function that gives a single value is that value.
      const [only] = source.columns;
      return source.row ?? (source.columns.length === 1 && source.complete ? (only?.type ?? null) : null);
    }
    // It may be a column that we do not know of.
    if (at.items.some(({ complete }) => !complete)) {
      environment.uses.certain.value = false;
      return null;
    }
  }
  return SYSTEM_COLUMNS[name] ?? null;
}

const SYSTEM_COLUMNS: Readonly<Record<string, TypeName>> = {
  ctid: typeNamed('tid'),
  xmin: typeNamed('xid'),
  xmax: typeNamed('xid'),
  cmin: typeNamed('cid'),
  cmax: typeNamed('cid'),
  tableoid: typeNamed('oid'),
};

function itemOf(source: SourceShape, environment: Environment): Item {
  switch (source.kind) {
    case 'relation':
      return relationItem(source.relation, source.alias, source.columns, environment);
    case 'subquery':
      return single(aliased(rowsOf(source.query, environment), source), source.alias, null, null);
    case 'function':
      return functionItem(source, environment);
    case 'join':
      return joinItem(source, environment);
    case 'opaque':
      environment.uses.certain.value = false;
      for (const value of source.reads) typeOfValue(value, environment);
      return single({ columns: [], complete: false }, source.alias, null, null);
  }
}

/** Names given in the alias; what they stand for stays. */
function aliased(rows: Rows, { columns: names }: { readonly columns: readonly string[] }): Rows {
  return {
    ...rows,
    columns: rows.columns.map((column, index) => ({
      ...column,
      name: names[index] ?? column.name,
      type: column.type === 'literal' ? typeNamed('text') : column.type,
    })),
  };
}

function single(rows: Rows, alias: string | null, schema: string | null, row: TypeName | null): Item {
  return { ...rows, sources: alias === null ? [] : [{ ...rows, alias, schema, row }] };
}

function relationItem(
  name: Name,
  alias: string | null,
  columns: readonly string[],
  environment: Environment,
): Item {
  const cte = name.schema === null ? environment.ctes.get(name.name) : undefined;
  if (cte !== undefined) return single(aliased(cte, { columns }), alias ?? name.name, null, null);
  const relation = findRelation(environment.catalog, name);
  if (relation === null)
    return single({ columns: [], complete: false }, alias ?? name.name, name.schema, null);
  environment.uses.relations.add(relation.id);
  const rows = aliased(rowsOfRelation(relation, environment.catalog), { columns });
  const row = resolveType(environment.catalog, { ...typeNamed(relation.name), schema: relation.schema });
  return single(rows, alias ?? name.name, alias === null ? relation.schema : null, row);
}

function rowsOfRelation(relation: Relation, catalog: Catalog): Rows {
  if (relation.kind === 'sequence') {
    const columns = [
      { name: 'last_value', type: typeNamed('int8'), of: [] },
      { name: 'log_cnt', type: typeNamed('int8'), of: [] },
      { name: 'is_called', type: typeNamed('bool'), of: [] },
    ];
    return { columns, complete: true };
  }
  if (relation.kind === 'index') return { columns: [], complete: false };
  const doubted = broadDoubt(catalog, relation) !== null;
  const columns = relation.columns.map(({ name, type }) => ({
    name,
    type:
      doubted || !isKnownType(type) || catalog.doubts.columns.has(columnKey(relation.id, name)) ? null : type,
    of: [{ relation: relation.id, column: name }],
  }));
  return { columns, complete: relation.complete && !doubted };
}

function functionItem(
  { calls, ordinality, alias, columns: names }: FunctionShape,
  environment: Environment,
): Item {
  const parts = calls.map(({ value, columns }): Rows => {
    if (columns.length > 0) {
      typeOfValue(value, environment);
      const defined = columns.map(({ name, type }) => ({
        name,
        type: resolveType(environment.catalog, type),
        of: [],
      }));
      return { columns: defined, complete: true };
    }
    return functionRows(value, calls.length === 1 ? alias : null, environment);
  });
  const all: SourceColumn[] = parts.flatMap(({ columns }) => columns);
  if (ordinality) all.push({ name: 'ordinality', type: typeNamed('int8'), of: [] });
  const rows = { columns: all, complete: parts.every(({ complete }) => complete) };
  const [first] = calls;
  const own = first?.value.kind === 'call' ? (first.value.name.at(-1) ?? null) : null;
  return single(aliased(rows, { columns: names }), alias ?? own, null, null);
}

/** @param alias which names the column of a function that gives one value */
function functionRows(value: ValueShape, alias: string | null, environment: Environment): Rows {
  const type = typeOfValue(value, environment);
  if (value.kind !== 'call') {
    return { columns: [{ name: alias ?? '?column?', type, of: [] }], complete: type !== null };
  }
  const name = value.name.at(-1) ?? '';
  // Each argument of unnest in FROM is a column.
  if (name === 'unnest' && value.args.length > 1) {
    const columns = value.args.map((arg) => ({
      name: 'unnest',
      type: typeOfValue({ kind: 'call', name: value.name, args: [arg] }, environment),
      of: [],
    }));
    return { columns, complete: true };
  }
  const routine = routineCalled(value, environment);
  if (routine !== null) return routineRows(routine, type, alias, environment.catalog);
  const several = columnsOfBuiltIn(name);
  if (several !== null) {
    // The name of an OUT parameter goes before the alias.
    return {
      columns: several.map(({ name: own, type: one }) => ({ name: own, type: one, of: [] })),
      complete: true,
    };
  }
  // A function that we do not know may give any number of columns.
  return { columns: type === null ? [] : [{ name: alias ?? name, type, of: [] }], complete: type !== null };
}

function routineRows(routine: FunctionFacts, type: Typed, alias: string | null, catalog: Catalog): Rows {
  const given = routine.parameters.filter(
    ({ mode }) => mode === 'out' || mode === 'inout' || mode === 'table',
  );
  const isRecord = routine.returns?.name === 'record';
  if (given.length > 1 || (given.length === 1 && given[0]?.mode === 'table')) {
    const columns = given.map((one, index) => ({
      name: one.name ?? `column${index + 1}`,
      type: isKnownType(one.type) ? one.type : null,
      of: [],
    }));
    return { columns, complete: true };
  }
  const fields = type === null || type === 'literal' ? null : attributesOf(catalog, type);
  if (fields !== null) {
    return { columns: fields.map(({ name, type: one }) => ({ name, type: one, of: [] })), complete: true };
  }
  if (type === null || (isRecord && given.length === 0)) return { columns: [], complete: false };
  return { columns: [{ name: given[0]?.name ?? alias ?? routine.name, type, of: [] }], complete: true };
}

/** The columns of USING come first, once; a name alone means them both. */
function joinItem(join: JoinShape, environment: Environment): Item {
  const left = itemOf(join.left, environment);
  const beside = {
    items: [...(environment.scope?.items ?? []), left],
    outer: environment.scope?.outer ?? null,
  };
  const right = itemOf(join.right, { ...environment, scope: beside });
  if (join.condition !== null) {
    const scope = { items: [left, right], outer: environment.scope };
    typeOfValue(join.condition, { ...environment, scope });
  }
  const shared = join.natural
    ? left.columns.map(({ name }) => name).filter((name) => right.columns.some((one) => one.name === name))
    : join.using;
  const merged = shared.map((name): SourceColumn => {
    const [a, b] = [left, right].map(({ columns }) => columns.find((one) => one.name === name));
    const of = [...(a?.of ?? []), ...(b?.of ?? [])];
    const column = { name, type: together([a?.type ?? null, b?.type ?? null], environment), of };
    use(column, environment);
    return column;
  });
  const rest = [...left.columns, ...right.columns].filter(({ name }) => !shared.includes(name));
  const complete = left.complete && right.complete;
  const rows = aliased({ columns: [...merged, ...rest], complete }, join);
  if (join.alias !== null) return single(rows, join.alias, null, null);
  const using =
    join.usingAlias === null
      ? []
      : [{ columns: merged, complete, alias: join.usingAlias, schema: null, row: null }];
  return { ...rows, sources: [...left.sources, ...right.sources, ...using] };
}
