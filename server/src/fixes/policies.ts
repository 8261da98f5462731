// Row-level security for a table, as the other tables of the schema have it: the policies of one of them, with the names changed.

import type { Policy, Table } from '../catalog/catalog.js';
import type { Expression } from '../catalog/expression.js';
import { formatType } from '../catalog/types.js';
import { renameColumnInExpression } from '../syntax/sql/rename-column.js';
import { tableAfter } from './lasting.js';
import type { Site } from './place.js';
import type { SqlStyle } from './sql-style.js';
import type { Reversible, Step, TableName } from './steps.js';

/** Row-level security with policies on the column. `null` when the table has it, or when it is not plain how others have it. */
export function securing(
  site: Site,
  table: TableName,
  column: string,
  style: SqlStyle,
): readonly Reversible[] | null {
  const known = tableAfter(site, table);
  if (known?.rowLevelSecurity.enabled === true) return null;
  const model = modelFor(site, table, known?.schema ?? table.schema ?? 'public', column);
  const policies =
    model === null
      ? [ownPolicy(known, table, column, style)]
      : model.table.policies.map((policy) => copied(site, policy, model, table, column, style));
  if (policies.includes(null)) return null;
  const alter = `${style.words('alter table')} ${style.table(table)}`;
  const forcing = (words: string): Step => ({ kind: 'sql', sql: `${alter} ${style.words(words)}` });
  const forced = model?.table.rowLevelSecurity.forced === true;
  return [
    {
      up: { kind: 'row-level-security', table, on: true },
      down: { kind: 'row-level-security', table, on: false },
    },
    ...(forced
      ? [{ up: forcing('force row level security'), down: forcing('no force row level security') }]
      : []),
    ...policies
      .filter((policy) => policy !== null)
      .map(
        ({ name, sql }): Reversible => ({
          up: { kind: 'sql', sql },
          down: { kind: 'drop-policy', table, policy: name },
        }),
      ),
  ];
}

interface Model {
  readonly table: Table;
  /** The column that all of its policies are about. */
  readonly column: string;
}

/** The table made last whose policies read one column alone: that of the same name if there is one. */
function modelFor({ latest }: Site, own: TableName, schema: string, column: string): Model | null {
  let best: Model | null = null;
  for (const table of latest.relations.values()) {
    if (table.kind !== 'table' || table.schema !== schema || table.name === own.name) continue;
    if (!table.rowLevelSecurity.enabled || table.policies.length === 0) continue;
    const read = new Set(
      table.policies.flatMap(({ using, check }) => [...columnsOf(using), ...columnsOf(check)]),
    );
    const [only] = read;
    if (only === undefined || read.size > 1) continue;
    const better =
      best === null ||
      (only === column && best.column !== column) ||
      ((only === column || best.column !== column) && table.madeAt > best.table.madeAt);
    if (better) best = { table, column: only };
  }
  return best;
}

function columnsOf(expression: Expression | null): readonly string[] {
  return expression?.columns ?? [];
}

interface WrittenPolicy {
  readonly name: string;
  readonly sql: string;
}

/** `null` when the column cannot be told in its expressions. */
function copied(
  { parsers }: Site,
  policy: Policy,
  model: Model,
  table: TableName,
  column: string,
  style: SqlStyle,
): WrittenPolicy | null {
  const { words } = style;
  const name = policy.name.replace(model.table.name, table.name);
  const qualified = new RegExp(`\\b${model.table.name}\\.`, 'g');
  const inside = (expression: Expression | null) => {
    if (expression === null) return null;
    const renamed =
      model.column === column
        ? expression.text
        : renameColumnInExpression(parsers.sql, expression.text, model.column, column);
    return renamed?.replace(qualified, `${style.name(table.name)}.`) ?? null;
  };
  const [using, check] = [inside(policy.using), inside(policy.check)];
  if ((using === null) !== (policy.using === null) || (check === null) !== (policy.check === null))
    return null;
  const roles = policy.roles.filter((role) => role !== 'public');
  return {
    name,
    sql: [
      `${words('create policy')} ${style.name(name)} ${words('on')} ${style.table(table)}`,
      ...(policy.permissive ? [] : [words('as restrictive')]),
      ...(policy.command === 'all' ? [] : [words(`for ${policy.command}`)]),
      ...(roles.length === 0 ? [] : [`${words('to')} ${roles.map(style.name).join(', ')}`]),
      ...(using === null ? [] : [`${words('using')} (${using})`]),
      ...(check === null ? [] : [`${words('with check')} (${check})`]),
    ].join(' '),
  };
}

/** The setting is NULL in a session that has not set it: then no row is seen. In a subquery it is read once. */
function ownPolicy(known: Table | null, table: TableName, column: string, style: SqlStyle): WrittenPolicy {
  const { words } = style;
  const name = `${table.name}_of_tenant`;
  const type = known?.columns.find((one) => one.name === column)?.type;
  const cast = type === undefined || type.name === 'text' ? '' : `::${formatType(type)}`;
  const setting = `nullif(current_setting('app.${column}', true), '')${cast}`;
  const create = `${words('create policy')} ${style.name(name)} ${words('on')} ${style.table(table)}`;
  return {
    name,
    sql: `${create} ${words('using')} (${style.name(column)} = (${words('select')} ${setting}))`,
  };
}
