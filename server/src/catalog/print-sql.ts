// A catalog as SQL that would make it: what `plumbline schema` prints, and how tests say what they expect.

import type { Catalog, Column, Constraint, ForeignKey, Index, Policy, Table, View } from './catalog.js';
import { tableById } from './lookup.js';
import type { IndexKey } from './operation.js';
import { formatType, quoteIdentifier } from './types.js';

export function printCatalog(catalog: Catalog): string {
  const relations = [...catalog.relations.values()];
  const tables = relations.filter((relation): relation is Table => relation.kind === 'table').sort(byName);
  const views = relations.filter((relation): relation is View => relation.kind === 'view').sort(byName);
  const blocks = [
    ...[...catalog.extensions]
      .filter((name) => name !== 'plpgsql')
      .sort()
      .map((name) => `CREATE EXTENSION ${quoteIdentifier(name)};`),
    ...[...catalog.schemas]
      .filter((name) => name !== 'public')
      .sort()
      .map((name) => `CREATE SCHEMA ${quoteIdentifier(name)};`),
    ...[...catalog.types.values()].sort(byName).map((type) => {
      const name = qualified(type);
      if (type.kind === 'enum')
        return `CREATE TYPE ${name} AS ENUM (${type.values.map(literal).join(', ')});`;
      if (type.kind === 'domain') return `CREATE DOMAIN ${name} AS ${formatType(type.base)};`;
      return `-- type ${name}`;
    }),
    ...tables.map(printTable),
    // Foreign keys last, so that their targets exist.
    ...tables.flatMap((table) => foreignKeys(catalog, table)),
    ...views.map((view) => `-- ${view.materialized ? 'materialized view' : 'view'} ${qualified(view)}`),
  ];
  return blocks.map((block) => `${block}\n`).join('\n');
}

function byName(
  a: { readonly schema: string; readonly name: string },
  b: { readonly schema: string; readonly name: string },
): number {
  const left = qualified(a);
  const right = qualified(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

function qualified({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return schema === 'public' ? quoteIdentifier(name) : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function printTable(table: Table): string {
  const lines = [
    ...table.columns.map(printColumn),
    ...table.constraints.flatMap((constraint) => printConstraint(constraint)),
  ];
  const name = qualified(table);
  const head = table.complete ? '' : `-- Some of this table is not known.\n`;
  const statements = [
    `${head}CREATE TABLE ${name} (${lines.length === 0 ? '' : `\n${lines.map((line) => `  ${line}`).join(',\n')}\n`});`,
    ...table.indexes.filter((index) => index.constraint === null).map((index) => printIndex(table, index)),
    ...(table.rowLevelSecurity.enabled ? [`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY;`] : []),
    ...(table.rowLevelSecurity.forced ? [`ALTER TABLE ${name} FORCE ROW LEVEL SECURITY;`] : []),
    ...table.policies.map((policy) => printPolicy(name, policy)),
  ];
  return statements.join('\n');
}

function printColumn(column: Column): string {
  const parts = [quoteIdentifier(column.name), formatType(column.type)];
  if (column.serial) parts.push("DEFAULT nextval('…')");
  else if (column.default !== null && column.generated === null) parts.push(`DEFAULT ${column.default.text}`);
  if (column.generated !== null) {
    parts.push(`GENERATED ALWAYS AS (${column.default?.text ?? '…'}) ${column.generated.toUpperCase()}`);
  }
  if (column.identity !== null) {
    parts.push(`GENERATED ${column.identity === 'always' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY`);
  }
  if (column.notNull) parts.push('NOT NULL');
  return parts.join(' ');
}

function printConstraint(constraint: Constraint): readonly string[] {
  const name = `CONSTRAINT ${quoteIdentifier(constraint.name)}`;
  const pending = 'validated' in constraint && !constraint.validated ? ' NOT VALID' : '';
  switch (constraint.kind) {
    case 'primary-key':
      return [`${name} PRIMARY KEY (${list(constraint.columns)})`];
    case 'unique':
      return [`${name} UNIQUE (${list(constraint.columns)})`];
    case 'check':
      return [`${name} CHECK (${constraint.expression.text})${pending}`];
    case 'exclusion':
      return [`${name} EXCLUDE …`];
    case 'not-null':
      return [`${name} NOT NULL ${quoteIdentifier(constraint.column)}${pending}`];
    case 'foreign-key':
      return [];
  }
}

function list(columns: readonly string[]): string {
  return columns.map(quoteIdentifier).join(', ');
}

function foreignKeys(catalog: Catalog, table: Table): readonly string[] {
  return table.constraints
    .filter((constraint): constraint is ForeignKey => constraint.kind === 'foreign-key')
    .map((constraint) => {
      const target = constraint.references === null ? null : tableById(catalog, constraint.references);
      const columns =
        constraint.referencedColumns.length === 0 ? '' : ` (${list(constraint.referencedColumns)})`;
      const actions = [
        constraint.onUpdate === 'NO ACTION' ? '' : ` ON UPDATE ${constraint.onUpdate}`,
        constraint.onDelete === 'NO ACTION' ? '' : ` ON DELETE ${constraint.onDelete}`,
        constraint.validated ? '' : ' NOT VALID',
      ].join('');
      return (
        `ALTER TABLE ${qualified(table)} ADD CONSTRAINT ${quoteIdentifier(constraint.name)} ` +
        `FOREIGN KEY (${list(constraint.columns)}) REFERENCES ${target === null ? '?' : qualified(target)}${columns}${actions};`
      );
    });
}

function printIndex(table: Table, index: Index): string {
  const unique = index.unique ? 'UNIQUE ' : '';
  const method = index.method === 'btree' ? '' : ` USING ${index.method}`;
  const include = index.include.length === 0 ? '' : ` INCLUDE (${list(index.include)})`;
  const nulls = index.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '';
  const where = index.where === null ? '' : ` WHERE ${index.where.text}`;
  return (
    `CREATE ${unique}INDEX ${quoteIdentifier(index.name)} ON ${qualified(table)}${method} ` +
    `(${index.keys.map(printKey).join(', ')})${include}${nulls}${where};`
  );
}

function printKey(key: IndexKey): string {
  const what = key.column === null ? `(${key.expression?.text ?? ''})` : quoteIdentifier(key.column);
  const operatorClass = key.operatorClass === null ? '' : ` ${key.operatorClass}`;
  const order = key.descending ? ' DESC' : '';
  const nulls = key.nullsFirst === key.descending ? '' : key.nullsFirst ? ' NULLS FIRST' : ' NULLS LAST';
  return what + operatorClass + order + nulls;
}

function printPolicy(table: string, policy: Policy): string {
  const kind = policy.permissive ? '' : ' AS RESTRICTIVE';
  const command = policy.command === 'all' ? '' : ` FOR ${policy.command.toUpperCase()}`;
  const using = policy.using === null ? '' : ` USING (${policy.using.text})`;
  const check = policy.check === null ? '' : ` WITH CHECK (${policy.check.text})`;
  return `CREATE POLICY ${quoteIdentifier(policy.name)} ON ${table}${kind}${command}${using}${check};`;
}
