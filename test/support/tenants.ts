// The scoping of queries over a schema given as DDL and as Ecto schemas, for tests.

import assert from 'node:assert/strict';
import { type Scoping, scopingOf } from '../../server/src/analysis/scoping.js';
import { type TenancyOptions, type TenantModel, tenantModelOf } from '../../server/src/analysis/tenancy.js';
import { resolveSchema } from '../../server/src/ecto/resolve.js';
import { schemasIn } from '../../server/src/ecto/schemas.js';
import { queriesIn } from '../../server/src/queries/from-ecto.js';
import { queriesOf } from '../../server/src/queries/from-sql.js';
import { type Names, namesFrom } from '../../server/src/queries/names.js';
import type { Query } from '../../server/src/queries/query.js';
import { catalogFrom } from './catalogs.js';
import { elixirParser, sqlParser } from './parsers.js';

export const defaultTenancy: TenancyOptions = {
  root: null,
  column: null,
  columnAliases: {},
  subTenants: [],
  globalTables: [],
  ignoreTables: [],
  hook: [],
  skipOptions: [],
  wrappers: [],
};

export interface TenantWorld {
  readonly model: TenantModel;
  readonly names: Names;
  scoping(query: Query): Scoping;
}

/** @param schemas Elixir text with the Ecto schemas of the tables */
export function tenantWorld(ddl: string, schemas = '', options: Partial<TenancyOptions> = {}): TenantWorld {
  const catalog = catalogFrom(ddl);
  const resolved = schemasIn(elixirParser.parse(schemas)).map((schema) => resolveSchema(schema, []));
  const modules = new Map(resolved.map((schema) => [schema.module, schema]));
  const names = namesFrom(catalog, modules, new Map(), sqlParser);
  const model = tenantModelOf(catalog, { ...defaultTenancy, ...options });
  return { model, names, scoping: (query) => scopingOf(query, model, names) };
}

export function sqlQuery(sql: string): Query {
  const statement = sqlParser.statement(sql);
  assert.deepEqual(statement.problems, [], sql);
  const [query] = queriesOf(statement);
  assert.ok(query !== undefined, sql);
  return query;
}

/** The first query that is run in the code of a function of `Shop.Example`, which has the aliases given. */
export function ectoQuery(code: string, aliases = ''): Query {
  const text = [
    'defmodule Shop.Example do',
    '  import Ecto.Query',
    `  ${aliases}`,
    '  def run(query, org, id, opts) do',
    code,
    '  end',
    'end',
  ].join('\n');
  const query = queriesIn(elixirParser.parse(text), sqlParser).find(({ sink }) => sink !== null);
  assert.ok(query !== undefined, code);
  return query;
}

/** The verdict, and behind it what decides: the relation and the reason. */
export function printedVerdict({ verdict, decisive }: Scoping): string {
  if (decisive === null) return verdict;
  const or = decisive.throughOr ? ' through or' : '';
  const beside = decisive.beside ? ' beside' : '';
  return `${verdict}: ${decisive.alias} ${decisive.reason}${or}${beside}`;
}
