// Tables and views.

import { bareTable, NO_DEPENDENCIES, type Table, type View } from '../../catalog/catalog.js';
import type { Row } from '../session.js';
import {
  columnFrom,
  constraintFrom,
  indexFrom,
  partitionKeyFrom,
  policyFrom,
  triggerFrom,
} from './members.js';
import type { Answers } from './queries.js';
import { flag, type Ids, maybe, parametersFrom, referenceFrom, text, texts } from './rows.js';
import { typeFromText } from './type-text.js';

export function relationFrom(row: Row, answers: Answers, ids: Ids): Table | View {
  const oid = text(row, 'oid');
  const id = ids.get(oid) ?? 0;
  const of = (rows: readonly Row[]) => rowsOf(rows, oid);
  const shared = {
    id,
    schema: text(row, 'schema'),
    name: text(row, 'name'),
    indexes: of(answers.indexes).map((one) => indexFrom(one, ids)),
    triggers: of(answers.triggers).map((one) => triggerFrom(one, ids)),
    rules: of(answers.rules).map((one) => text(one, 'name')),
    origin: null,
    madeAt: id,
  };
  const kind = text(row, 'kind');
  if (kind === 'v' || kind === 'm') return viewFrom(row, shared, of(answers.columns), ids);
  const options = parametersFrom(row.options);
  const toast = Object.entries(parametersFrom(row.toast_options)).map(([name, value]) => [
    `toast.${name}`,
    value,
  ]);
  const parents = texts(row.parents).flatMap((parent) => ids.get(parent) ?? []);
  const bound = maybe(row, 'bound');
  const ofType = maybe(row, 'of_type');
  const strategy = maybe(row, 'strategy');
  return {
    ...bareTable(id, shared.schema, shared.name),
    ...shared,
    columns: of(answers.columns).map((one) => columnFrom(one, ids)),
    constraints: of(answers.constraints).flatMap((one) => constraintFrom(one, ids)),
    policies: of(answers.policies).map(policyFrom),
    rowLevelSecurity: { enabled: flag(row, 'row_security'), forced: flag(row, 'force_row_security') },
    partitioned: kind === 'p',
    partitionKey: strategy === null ? null : partitionKeyFrom(row, strategy, of(answers.columns)),
    partitionOf: bound === null ? null : (parents[0] ?? null),
    defaultPartition: bound === 'DEFAULT',
    bound,
    inherits: bound === null ? parents : [],
    unlogged: text(row, 'persistence') === 'u',
    foreign: kind === 'f',
    ofType: ofType === null ? null : referenceFrom(ofType),
    parameters: { ...options, ...Object.fromEntries(toast) },
    complete: true,
    filled: true,
  };
}

const rowsByRelation = new WeakMap<readonly Row[], ReadonlyMap<string, readonly Row[]>>();

function rowsOf(rows: readonly Row[], oid: string): readonly Row[] {
  let grouped = rowsByRelation.get(rows);
  if (grouped === undefined) {
    const groups = new Map<string, Row[]>();
    for (const row of rows) {
      const group = groups.get(text(row, 'relation'));
      if (group === undefined) groups.set(text(row, 'relation'), [row]);
      else group.push(row);
    }
    grouped = groups;
    rowsByRelation.set(rows, grouped);
  }
  return grouped.get(oid) ?? [];
}

type SharedFacts = Pick<
  View,
  'id' | 'schema' | 'name' | 'indexes' | 'triggers' | 'rules' | 'origin' | 'madeAt'
>;

function viewFrom(row: Row, shared: SharedFacts, columns: readonly Row[], ids: Ids): View {
  const names = columns.map((column) => text(column, 'name'));
  const reads = texts(row.reads);
  const query = maybe(row, 'query');
  return {
    ...shared,
    kind: 'view',
    materialized: text(row, 'kind') === 'm',
    temporary: text(row, 'persistence') === 't',
    columns: columns.map((column) => ({
      name: text(column, 'name'),
      type: typeFromText(text(column, 'type')),
    })),
    complete: true,
    options: Object.entries(parametersFrom(row.options)).map(([name, value]) => ({ name, value })),
    populated: flag(row, 'populated'),
    reads: [],
    definition:
      query === null
        ? null
        : {
            query: { text: query.replace(/;\s*$/, ''), relations: [], star: null, stars: 0 },
            outputs: names,
            searchPath: ['public'],
            relations: [],
          },
    dependsOn: {
      ...NO_DEPENDENCIES,
      relations: reads.flatMap((oid) => ids.get(oid) ?? []),
    },
  };
}
