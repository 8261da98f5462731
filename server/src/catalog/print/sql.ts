// A catalog as SQL that makes it on an empty server: what `plumbline schema` prints, and how tests say what they expect.
// What the catalog does not hold well enough to write it is a comment that says so.

import type { Catalog, FunctionFacts, Index, Table, Trigger, View } from '../catalog.js';
import { quoteName } from '../keywords.js';
import { tableById } from '../lookup.js';
import { byName, compareText, type Named, qualified, relationsOf } from './names.js';
import { NEWEST, respelled } from './spelling.js';
import { attachmentUnits } from './sql-attachments.js';
import { createTable } from './sql-create-table.js';
import {
  calledBy,
  routineDefinition,
  routineExtensions,
  signature,
  triggerDefinition,
  triggerState,
} from './sql-routine.js';
import { policyDefinition } from './sql-security.js';
import { constraintDefinition, indexDefinition, isBoundsOfOnce, isInline } from './sql-table.js';
import { isOfIdentity, pendingDomainConstraints, sequenceDefinition, typeDefinition } from './sql-type.js';
import { viewDefinition } from './sql-view.js';
import {
  commented,
  gap,
  inOrder,
  keyOfFunction,
  keyOfRelation,
  keyOfType,
  needsOfExpression,
  needsOfType,
  RANK,
  type Unit,
  unit,
  withoutWhatCannotRun,
} from './units.js';

export interface PrintOptions {
  /** Lines that stand at the top as comments. */
  readonly comments?: readonly string[];
  /** The major version of the server whose schema it is. */
  readonly postgres?: number;
}

export function printCatalog(
  given: Catalog,
  { comments = [], postgres = NEWEST }: PrintOptions = {},
): string {
  const catalog = respelled(given, postgres, 'old');
  const units = withoutWhatCannotRun(
    inOrder([
      ...namespaceUnits(catalog),
      ...typeUnits(catalog),
      ...sequenceUnits(catalog),
      ...routineUnits(catalog),
      ...relationsOf(catalog, 'table').flatMap((table) => tableUnits(catalog, table)),
      ...relationsOf(catalog, 'view').flatMap((view) => viewUnits(catalog, view)),
      ...attachmentUnits(catalog),
    ]),
  );
  const settings = settingsFor(catalog);
  const blocks: string[] = [];
  if (comments.length > 0) blocks.push(comments.map(commented).join('\n'));
  if (settings.length > 0) blocks.push(settings.map(({ set }) => `${set};`).join('\n'));
  let last: string | null = null;
  for (const { block, text } of units) {
    if (block === last) blocks.push(`${blocks.pop() ?? ''}\n${text}`);
    else blocks.push(text);
    last = block;
  }
  if (settings.length > 0) blocks.push(settings.map(({ reset }) => `${reset};`).join('\n'));
  return blocks.map((block) => `${block}\n`).join('\n');
}

/** What texts in the words of their authors rest on. It is taken back at the end, so that what runs next is as before. */
function settingsFor(catalog: Catalog): readonly { readonly set: string; readonly reset: string }[] {
  const path = searchPathOf(catalog);
  const hasOtherPaths = relationsOf(catalog, 'view').some(
    ({ definition }) => definition !== null && definition.searchPath.join('\0') !== 'public',
  );
  const hasRoutines = [...catalog.functions.values()]
    .flat()
    .some((routine) => routineDefinition(routine) !== null);
  return [
    ...(hasRoutines
      ? [{ set: 'SET check_function_bodies = false', reset: 'RESET check_function_bodies' }]
      : []),
    ...(path.length > 1 || hasOtherPaths
      ? [
          {
            set: `SET search_path = ${path.map(quoteName).join(', ')}`,
            reset: 'RESET search_path',
          },
        ]
      : []),
  ];
}

/** Names without a schema are found wherever they were found when they were written. */
function searchPathOf({ schemas }: Catalog): readonly string[] {
  return ['public', ...[...schemas].filter((name) => name !== 'public').sort(compareText)];
}

function namespaceUnits(catalog: Catalog): readonly Unit[] {
  const schemas = [...catalog.schemas].filter((name) => name !== 'public').sort();
  const extensions = [...catalog.extensions].filter((name) => name !== 'plpgsql').sort();
  return [
    ...schemas.map((name) => ({
      ...unit(`schema ${name}`, [RANK.schema, name], [`CREATE SCHEMA ${quoteName(name)}`]),
      block: 'schemas',
    })),
    ...(catalog.schemas.has('public')
      ? []
      : [unit('schema public', [RANK.attachment, 9], ['DROP SCHEMA public'])]),
    ...extensions.map((name) => ({
      ...unit(
        `extension ${name}`,
        [RANK.extension, name],
        [`CREATE EXTENSION IF NOT EXISTS ${quoteName(name)}${schemaOf(catalog, name)}`],
      ),
      block: 'extensions',
    })),
  ];
}

function schemaOf({ extensionSchemas }: Catalog, extension: string): string {
  const schema = extensionSchemas.get(extension) ?? 'public';
  return schema === 'public' || schema === 'pg_catalog' ? '' : ` WITH SCHEMA ${quoteName(schema)}`;
}

function typeUnits(catalog: Catalog): readonly Unit[] {
  return [...catalog.types.values()].sort(byName).flatMap((type) => {
    // A multirange comes with its range.
    if (type.kind === 'other' && type.rangeName !== null) return [];
    const key = keyOfType(type.schema, type.name);
    const place = [RANK.type, type.schema, type.name];
    const definition = typeDefinition(type);
    if (definition === null)
      return [gap(key, place, `The type ${qualified(type)} is not known well enough.`)];
    const named =
      type.kind === 'domain'
        ? [type.base]
        : type.kind === 'composite'
          ? type.attributes.map((attribute) => attribute.type)
          : type.kind === 'range'
            ? [type.subtype]
            : [];
    const expressions =
      type.kind === 'domain' ? [type.default, ...type.constraints.map(({ expression }) => expression)] : [];
    return [
      unit(
        key,
        place,
        [definition, ...pendingDomainConstraints(type)],
        [
          ...named.flatMap((one) => needsOfType(catalog, one)),
          ...expressions.flatMap((one) => needsOfExpression(catalog, one)),
        ],
      ),
    ];
  });
}

function sequenceUnits(catalog: Catalog): readonly Unit[] {
  return relationsOf(catalog, 'sequence')
    .filter((sequence) => !isOfIdentity(catalog, sequence))
    .map((sequence) =>
      unit(
        keyOfRelation(sequence.id),
        [RANK.sequence, sequence.schema, sequence.name],
        [sequenceDefinition(sequence)],
      ),
    );
}

function routineUnits(catalog: Catalog): readonly Unit[] {
  const routines = [...catalog.functions.values()].flat();
  return routines.map((routine) => {
    const key = keyOfFunction(routine.id);
    const place = [RANK.routine, routine.schema, routine.name, signature(routine)];
    const definition = routineDefinition(routine);
    if (definition === null) {
      return gap(key, place, `The ${routine.routine} ${signature(routine)} is not known well enough.`);
    }
    return unit(key, place, [definition, ...routineExtensions(routine)], needsOfRoutine(catalog, routine));
  });
}

function needsOfRoutine(
  catalog: Catalog,
  { parameters, returns, dependsOn }: FunctionFacts,
): readonly string[] {
  return [
    ...[...parameters.map(({ type }) => type), ...(returns === null ? [] : [returns])].flatMap((type) =>
      needsOfType(catalog, type),
    ),
    ...parameters.flatMap((one) => needsOfExpression(catalog, one.default)),
    ...dependsOn.relations.map(keyOfRelation),
    ...dependsOn.functions.map(keyOfFunction),
  ];
}

function tableUnits(catalog: Catalog, table: Table): readonly Unit[] {
  const key = keyOfRelation(table.id);
  const name = qualified(table);
  const here = [RANK.table, table.schema, table.name];
  const parent = table.partitionOf === null ? null : tableById(catalog, table.partitionOf);
  if (table.foreign) return [gap(key, here, `The foreign table ${name} is not known well enough.`)];
  const block = `table ${table.id}`;
  const inTable = (one: Unit): Unit => ({ ...one, block, needs: [...one.needs, key] });
  return [
    { ...createTable(catalog, table), block },
    ...table.indexes
      .filter((index) => index.constraint === null && index.valid)
      .map((index, count) => inTable(indexUnit(catalog, table, index, [...here, count]))),
    ...table.constraints.flatMap((constraint): readonly Unit[] => {
      if (isInline(constraint)) return [];
      if (isBoundsOfOnce(constraint)) {
        const text = `The CHECK ${quoteName(constraint.name)}, which a partition keeps of its bounds, is not known well enough: ${constraint.expression.text}`;
        return [gap(`${key} ${constraint.name}`, [RANK.foreignKey, table.schema, table.name], text)];
      }
      const place = [RANK.foreignKey, table.schema, table.name];
      const text = `ALTER TABLE ${name} ADD ${constraintDefinition(catalog, table, constraint)}`;
      if (constraint.kind === 'foreign-key' && constraint.references === null) {
        return [
          gap(`${key} ${constraint.name}`, place, `The table to which this refers is not known: ${text}`),
        ];
      }
      const target = constraint.kind === 'foreign-key' ? constraint.references : null;
      const needs = [key, ...(target === null ? [] : [keyOfRelation(target)])];
      return [
        { ...unit(`${key} ${constraint.name}`, place, [text], needs), block: `constraints of ${table.id}` },
      ];
    }),
    ...(parent === null ? [] : [partitionUnit(table, parent)]),
    ...table.indexes
      .filter((index) => index.constraint === null && !index.valid)
      .map((index) =>
        unit(`${key} ${index.name}`, [RANK.partition, 1], [indexDefinition(table, index, true)], [key]),
      ),
    ...triggerUnits(catalog, table, table.triggers),
    ...inheritedTriggerUnits(catalog, table),
    ...ruleUnits(table, table.rules),
    ...securityUnits(catalog, table),
  ];
}

function indexUnit(catalog: Catalog, table: Named, index: Index, place: Unit['place']): Unit {
  const expressions = [...index.keys.map(({ expression }) => expression), index.where];
  return unit(
    keyOfRelation(index.id),
    place,
    [indexDefinition(table, index)],
    expressions.flatMap((one) => needsOfExpression(catalog, one)),
  );
}

/** It is attached when all has its name, so that the server finds what it would else make under names of its own. */
function partitionUnit(table: Table, parent: Table): Unit {
  const key = `partition ${table.id}`;
  const place = [RANK.partition, 0, table.schema, table.name];
  const bound = table.bound ?? (table.defaultPartition ? 'DEFAULT' : null);
  const attach = `ALTER TABLE ${qualified(parent)} ATTACH PARTITION ${qualified(table)}`;
  if (bound === null) return gap(key, place, `The bounds of this partition are not known: ${attach}`);
  const needs = [keyOfRelation(table.id), keyOfRelation(parent.id)];
  return { ...unit(key, place, [`${attach} ${bound}`], needs), block: `partitions of ${parent.id}` };
}

function viewUnits(catalog: Catalog, view: View): readonly Unit[] {
  const key = keyOfRelation(view.id);
  const here = [RANK.view, view.schema, view.name];
  const words = view.materialized ? 'materialized view' : 'view';
  const definition = viewDefinition(catalog, view, searchPathOf(catalog));
  if (definition.kind === 'unknown') {
    return [
      gap(key, here, `The ${words} ${qualified(view)} is not known well enough: ${definition.reason}.`),
    ];
  }
  const block = `view ${view.id}`;
  return [
    {
      ...unit(key, here, definition.statements, [
        ...view.dependsOn.relations.map(keyOfRelation),
        ...view.dependsOn.functions.map(keyOfFunction),
        ...view.dependsOn.types.flatMap((type) => needsOfType(catalog, type)),
      ]),
      block,
    },
    ...view.indexes.map((index, count) => ({
      ...indexUnit(catalog, view, index, [...here, count]),
      block,
    })),
    ...triggerUnits(catalog, view, view.triggers),
    ...ruleUnits(view, view.rules),
  ];
}

function triggerUnits(
  catalog: Catalog,
  relation: Table | View,
  triggers: readonly Trigger[],
): readonly Unit[] {
  return triggers
    .filter(({ inherited }) => !inherited)
    .map((trigger) => {
      const state = triggerState(relation, trigger);
      const texts = [
        triggerDefinition(relation, trigger, calledBy(catalog, trigger)),
        ...(state === null ? [] : [state]),
      ];
      return {
        ...unit(
          `trigger ${relation.id} ${trigger.name}`,
          [RANK.trigger, relation.schema, relation.name, trigger.name],
          texts,
          [
            keyOfRelation(relation.id),
            ...(trigger.functionId === null ? [] : [keyOfFunction(trigger.functionId)]),
            ...needsOfExpression(catalog, trigger.when),
          ],
        ),
        block: `triggers of ${relation.id}`,
      };
    });
}

/** A partition has the triggers of its parent, in a state of their own. */
function inheritedTriggerUnits(catalog: Catalog, table: Table): readonly Unit[] {
  const parent = table.partitionOf === null ? null : tableById(catalog, table.partitionOf);
  return table.triggers.flatMap((trigger) => {
    const { name, state, inherited } = trigger;
    const above = inherited ? parent?.triggers.find((one) => one.name === name) : undefined;
    if (parent === null || above === undefined || above.state === state) return [];
    const place = [RANK.trigger, table.schema, table.name, name];
    const needs = [keyOfRelation(table.id), `trigger ${parent.id} ${name}`];
    const text = triggerState(table, trigger, true);
    const made = unit(`trigger ${table.id} ${name}`, place, text === null ? [] : [text], needs);
    return [{ ...made, block: `triggers of ${table.id}` }];
  });
}

function ruleUnits(relation: Table | View, rules: readonly string[]): readonly Unit[] {
  return rules.map((name) =>
    gap(
      `rule ${relation.id} ${name}`,
      [RANK.trigger, relation.schema, relation.name, name],
      `The rule ${quoteName(name)} of ${qualified(relation)} is not known well enough.`,
    ),
  );
}

function securityUnits(catalog: Catalog, table: Table): readonly Unit[] {
  const { enabled, forced } = table.rowLevelSecurity;
  const name = qualified(table);
  const texts = [
    ...(enabled ? [`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`] : []),
    ...(forced ? [`ALTER TABLE ${name} FORCE ROW LEVEL SECURITY`] : []),
  ];
  const place = [RANK.security, table.schema, table.name];
  const needs = [keyOfRelation(table.id)];
  const block = `security of ${table.id}`;
  return [
    ...(texts.length === 0 ? [] : [{ ...unit(`security ${table.id}`, place, texts, needs), block }]),
    ...table.policies.map((policy, count) => {
      const used = [policy.using, policy.check].flatMap((one) => needsOfExpression(catalog, one));
      const text = policyDefinition(table, policy);
      return {
        ...unit(`policy ${table.id} ${policy.name}`, [...place, count], [text], [...needs, ...used]),
        block,
      };
    }),
  ];
}
