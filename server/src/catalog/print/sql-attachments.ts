// Comments, owners and rights as SQL, each with the object that they are on, and what is about objects without being a part of
// them: statistics, publications, event triggers.

import {
  type Attached,
  functionKey,
  globalKey,
  memberKey,
  namedKey,
  type Publication,
  relationKey,
  type StatisticsObject,
} from '../attachments.js';
import type { Catalog, Table, View } from '../catalog.js';
import { quoteName } from '../keywords.js';
import { byName, compareText, qualified, relationsOf } from './names.js';
import { calledBy, eventTriggerDefinition, signature } from './sql-routine.js';
import { attachedStatements, BORN_WITH, defaultRightStatements } from './sql-security.js';
import { gap, keyOfFunction, keyOfRelation, keyOfType, RANK, type Unit, unit } from './units.js';

export function attachmentUnits(catalog: Catalog): readonly Unit[] {
  const { attached } = catalog;
  const units: Unit[] = [];
  const add = (block: string, texts: readonly string[], needs: readonly string[] = []) => {
    if (texts.length === 0) return;
    const count = units.length;
    units.push({ ...unit(`attached ${count}`, [RANK.attachment, 0, count], texts, needs), block });
  };
  if (attached.isEmpty()) return otherUnits(catalog);
  for (const name of [...catalog.schemas].sort(compareText)) {
    const words = `SCHEMA ${quoteName(name)}`;
    add('schemas', attachedStatements(attached.get(globalKey('schema', name)), words, words));
  }
  for (const name of [...catalog.extensions].sort(compareText)) {
    add(
      'extensions',
      attachedStatements(attached.get(globalKey('extension', name)), `EXTENSION ${quoteName(name)}`),
    );
  }
  for (const type of [...catalog.types.values()].sort(byName)) {
    const of = attached.get(namedKey('type', type.schema, type.name));
    const word = type.kind === 'domain' ? 'DOMAIN' : 'TYPE';
    const texts = attachedStatements(
      of,
      `${word} ${qualified(type)}`,
      `TYPE ${qualified(type)}`,
      BORN_WITH.type,
    );
    add('types', texts, [keyOfType(type.schema, type.name)]);
  }
  for (const routine of [...catalog.functions.values()].flat()) {
    const of = attached.get(functionKey(routine.id));
    const words = `${routine.routine.toUpperCase()} ${signature(routine)}`;
    const on = routine.routine === 'aggregate' ? `FUNCTION ${signature(routine)}` : words;
    add('functions', attachedStatements(of, words, on, BORN_WITH.function), [keyOfFunction(routine.id)]);
  }
  for (const sequence of relationsOf(catalog, 'sequence')) {
    const words = `SEQUENCE ${qualified(sequence)}`;
    add('sequences', attachedStatements(attached.get(relationKey(sequence.id)), words, words), [
      keyOfRelation(sequence.ownedBy ?? sequence.id),
    ]);
  }
  for (const table of relationsOf(catalog, 'table')) {
    add(`table ${table.id}`, tableAttachments(catalog, table), [keyOfRelation(table.id)]);
  }
  for (const view of relationsOf(catalog, 'view')) {
    add(`view ${view.id}`, viewAttachments(catalog, view), [keyOfRelation(view.id)]);
  }
  return [...units, ...otherUnits(catalog)];
}

function tableAttachments(catalog: Catalog, table: Table): readonly string[] {
  const name = qualified(table);
  const member =
    (kind: 'constraint' | 'policy' | 'trigger') =>
    (one: { readonly name: string }): readonly string[] => {
      const of = catalog.attached.get(memberKey(table.id, kind, one.name));
      return attachedStatements(of, `${kind.toUpperCase()} ${quoteName(one.name)} ON ${name}`);
    };
  return [
    ...attachedStatements(catalog.attached.get(relationKey(table.id)), `TABLE ${name}`, name),
    ...table.columns.flatMap((column) => columnComment(catalog, table, column.name)),
    ...table.constraints.flatMap(member('constraint')),
    ...table.policies.flatMap(member('policy')),
    ...table.triggers.flatMap(member('trigger')),
    ...table.indexes.flatMap((index) => {
      const of = catalog.attached.get(relationKey(index.id));
      return attachedStatements(of, `INDEX ${qualified({ schema: table.schema, name: index.name })}`);
    }),
  ];
}

function viewAttachments(catalog: Catalog, view: View): readonly string[] {
  const words = `${view.materialized ? 'MATERIALIZED VIEW' : 'VIEW'} ${qualified(view)}`;
  return [
    ...attachedStatements(catalog.attached.get(relationKey(view.id)), words, qualified(view)),
    ...view.columns.flatMap(({ name }) => columnComment(catalog, view, name)),
  ];
}

function columnComment({ attached }: Catalog, relation: Table | View, column: string): readonly string[] {
  const of: Attached | undefined = attached.get(memberKey(relation.id, 'column', column));
  return attachedStatements(of, `COLUMN ${qualified(relation)}.${quoteName(column)}`);
}

function otherUnits(catalog: Catalog): readonly Unit[] {
  const place = [RANK.attachment, 1];
  return [
    ...[...catalog.statistics.values()].sort(byName).map((one) => statisticsUnit(catalog, one, place)),
    ...[...catalog.eventTriggers.values()].map((trigger) =>
      unit(
        `event trigger ${trigger.name}`,
        place,
        eventTriggerDefinition(trigger, calledBy(catalog, trigger)),
        trigger.functionId === null ? [] : [keyOfFunction(trigger.functionId)],
      ),
    ),
    ...[...catalog.publications.values()].map((one) => publicationUnit(catalog, one, place)),
    ...(catalog.defaultRights.length === 0
      ? []
      : [unit('default rights', place, defaultRightStatements(catalog.defaultRights))]),
  ];
}

function statisticsUnit(
  catalog: Catalog,
  { schema, name, table, columns, expressions, kinds }: StatisticsObject,
  place: Unit['place'],
): Unit {
  const own = qualified({ schema, name });
  const on = catalog.relations.get(table);
  const named = columns.flatMap((column) => column ?? []);
  if (on === undefined || named.length + expressions.length < columns.length) {
    return gap(`statistics ${own}`, place, `The statistics object ${own} is not known well enough.`);
  }
  const of = kinds.length === 0 ? '' : ` (${kinds.join(', ')})`;
  const all = [...named.map(quoteName), ...expressions.map(({ text }) => `(${text})`)].join(', ');
  const text = `CREATE STATISTICS ${own}${of} ON ${all} FROM ${qualified(on)}`;
  return unit(`statistics ${own}`, place, [text], [keyOfRelation(table)]);
}

function publicationUnit(
  catalog: Catalog,
  { name, allTables, tables, schemas }: Publication,
  place: Unit['place'],
): Unit {
  const names = tables.flatMap((id) => catalog.relations.get(id) ?? []).map(qualified);
  const objects = [
    ...(names.length === 0 ? [] : [`TABLE ${names.join(', ')}`]),
    ...(schemas.length === 0 ? [] : [`TABLES IN SCHEMA ${schemas.map(quoteName).join(', ')}`]),
  ];
  const of = allTables ? ' FOR ALL TABLES' : objects.length === 0 ? '' : ` FOR ${objects.join(', ')}`;
  return unit(
    `publication ${name}`,
    place,
    [`CREATE PUBLICATION ${quoteName(name)}${of}`],
    tables.map(keyOfRelation),
  );
}
