// A catalog from the answers to the questions of queries.ts. Expressions are in the server's own words.

import { Map as ImmutableMap, Set as ImmutableSet } from 'immutable';
import { addRelation } from '../../catalog/apply/relations.js';
import {
  type Catalog,
  emptyCatalog,
  type FunctionFacts,
  nameKey,
  type Relation,
} from '../../catalog/catalog.js';
import { attachedFrom, defaultRightsFrom, publicationFrom, statisticsFrom } from './attachments.js';
import { sequenceFrom } from './members.js';
import type { Answers } from './queries.js';
import { relationFrom } from './relations.js';
import { type Ids, STATES, text } from './rows.js';
import { functionFrom, typeFrom } from './types.js';

export function catalogFromAnswers(answers: Answers): Catalog {
  const ids = idsOf(answers);
  const relations = [
    ...answers.relations.map((row) => relationFrom(row, answers, ids)),
    ...answers.sequences.map((row) => sequenceFrom(row, ids)),
  ];
  const filled = relations.reduce(withRelation, emptyCatalog);
  const types = answers.types.map(typeFrom);
  const functions = answers.functions.map((row) => functionFrom(row, ids));
  const byName = new Map<string, FunctionFacts[]>();
  for (const one of functions) {
    const key = nameKey(one.schema, one.name);
    byName.set(key, [...(byName.get(key) ?? []), one]);
  }
  const catalog: Catalog = {
    ...filled,
    types: ImmutableMap(types.map((type) => [nameKey(type.schema, type.name), type])),
    functions: ImmutableMap(byName),
    eventTriggers: ImmutableMap(
      answers.eventTriggers.map((row) => [
        text(row, 'name'),
        {
          name: text(row, 'name'),
          event: text(row, 'event'),
          function: { schema: text(row, 'function_schema'), name: text(row, 'function_name') },
          functionId: ids.get(`function ${text(row, 'function')}`) ?? null,
          state: STATES[text(row, 'state')] ?? 'origin',
        },
      ]),
    ),
    schemas: ImmutableSet(answers.schemas.map((row) => text(row, 'name'))),
    extensions: ImmutableSet(answers.extensions.map((row) => text(row, 'name'))),
    extensionSchemas: ImmutableMap(answers.extensions.map((row) => [text(row, 'name'), text(row, 'schema')])),
    statistics: ImmutableMap(answers.statistics.flatMap((row) => statisticsFrom(row, ids))),
    publications: ImmutableMap(answers.publications.map((row) => publicationFrom(row, ids))),
    defaultRights: answers.defaultRights.flatMap(defaultRightsFrom),
    attached: attachedFrom(answers, ids),
    sequence: ids.size + 1,
  };
  return catalog;
}

function idsOf({ relations, indexes, sequences, functions }: Answers): Ids {
  const ids = new Map<string, number>();
  for (const row of [...relations, ...indexes, ...sequences, ...functions]) {
    // Functions have oids of another system table, which may be the same numbers.
    const key = functions.includes(row) ? `function ${text(row, 'oid')}` : text(row, 'oid');
    if (!ids.has(key)) ids.set(key, ids.size + 1);
  }
  return ids;
}

function withRelation(catalog: Catalog, relation: Relation): Catalog {
  const added = addRelation(catalog, relation);
  if (!('indexes' in relation)) return added;
  return relation.indexes.reduce(
    (next, { id, name }) =>
      addRelation(next, {
        kind: 'index',
        id,
        schema: relation.schema,
        name,
        table: relation.id,
        madeAt: id,
      }),
    added,
  );
}
