// How tables belong to tenants, and how that is known, as a page for people.

import { OWNED, type TenantClass, type TenantModel, type TenantTable } from '../analysis/tenancy.js';
import { CONFIG_FILE } from '../lint/config.js';
import { tenancyFor } from '../lint/tenancy.js';
import { configInForceFor, type Workspace } from '../lint/workspace.js';
import { anyFileIn, relativePath } from '../text/source-file.js';
import { count } from '../text/words.js';

/** `organizations (organization_id)` for each model that files of the workspace have; usually one, or none. */
export function tenantsOf(workspace: Workspace): readonly string[] {
  const places = workspace.histories.map(({ set }) => anyFileIn(set.root === '' ? workspace.root : set.root));
  const models = [anyFileIn(workspace.root), ...places].map((path) => tenancyFor(workspace, path));
  return [...new Set(models.flatMap(({ root, column }) => (root === null ? [] : [`${root} (${column})`])))];
}

/** The page for the file at the path, whose configuration and schema hold. */
export function tenantModelPage(workspace: Workspace, path: string): string {
  const model = tenancyFor(workspace, path);
  const sources = configInForceFor(workspace, path).sources.map((one) => relativePath(workspace.root, one));
  const lines = model.root === null ? withoutTenants(model, sources) : withTenants(model, sources);
  return `${lines.join('\n')}\n`;
}

function withTenants({ root, column, tables, evidence }: TenantModel, sources: readonly string[]) {
  const owned = [...tables.values()].filter(({ class: kind }) => OWNED.has(kind)).length;
  return [
    `# Tenants: ${root} (${column})`,
    '',
    `Each row of \`${root}\` is a tenant. ${count(owned, 'table')} of ${tables.size} hold rows of tenants; most name theirs by \`${column}\`. Queries on these are looked at for what keeps them to one tenant.`,
    '',
    ...evidence.map((line) => `- ${marked(line)}`),
    '',
    '| table | class | column | nullable | because |',
    '| --- | --- | --- | --- | --- |',
    ...inOrder(tables).map(([name, table]) => rowOf(name, table)),
    '',
    '## What the classes mean',
    '',
    ...CLASSES.filter((kind) => [...tables.values()].some((table) => table.class === kind)).map(
      (kind) => `- **${kind}**: ${MEANINGS[kind]}`,
    ),
    '',
    ...howToConfigure(
      `Where this is wrong, say so ${placeWords(sources)}. What stands there wins over what is found out:`,
    ),
  ];
}

function withoutTenants({ evidence }: TenantModel, sources: readonly string[]): readonly string[] {
  return [
    '# No tenants are known',
    '',
    'So nothing is said about which rows a query can reach: there are no findings, code lenses and hovers about tenants.',
    '',
    ...(evidence.length === 0
      ? [
          'Tenants are found out from names and foreign keys: a table that is called like one (`organizations`, `accounts`, `teams`, …), with foreign keys to it from at least three tables and a tenth of all; or a column that is called like one (`org_id`, `tenantId`) in as many. There is none here, or the schema is not known.',
        ]
      : evidence.map((line) => `- ${marked(line)}`)),
    '',
    ...howToConfigure(
      `Where rows do belong to tenants, say so ${placeWords(sources)}. Where each tenant has a schema or a database of its own, there is nothing to do:`,
    ),
  ];
}

function placeWords([own]: readonly string[]): string {
  return own === undefined
    ? `in a file \`${CONFIG_FILE}\` in the folder of the project, or in the settings of the editor`
    : `in \`${own}\``;
}

function howToConfigure(intro: string): readonly string[] {
  return [
    '## To configure it',
    '',
    intro,
    '',
    '```jsonc',
    '"tenancy": {',
    '  "root": "organizations",             // the table whose rows are the tenants',
    '  "column": "organization_id",         // by which tables name theirs',
    '  "columnAliases": { "posts": "org" }, // tables that call it otherwise',
    '  "subTenants": ["projects"],          // who knows one of these knows the tenant',
    '  "globalTables": ["currencies"],      // shared by all tenants',
    '  "ignoreTables": ["jobs"]             // nothing is said about them',
    '}',
    '```',
    '',
    'One query, or all of a function, is excepted by a comment above it: `# tenant: global (reason)` where every tenant is meant, `# tenant: ignore (reason)` where nothing is to be said; `--` in place of `#` in SQL.',
  ];
}

const CLASSES: readonly TenantClass[] = ['root', 'direct', 'transitive', 'membership', 'global', 'system'];

const MEANINGS: Readonly<Record<TenantClass, string>> = {
  root: 'its rows are the tenants.',
  direct: 'each row names its tenant in a column.',
  transitive: 'each row belongs, by foreign keys, to a row that names its tenant.',
  membership: 'ties people to tenants: who knows the person knows the tenants.',
  global: 'shared by all tenants. Nothing is said of queries on it.',
  system: 'kept by a tool, or left out by the configuration. Nothing is said of queries on it.',
};

function inOrder(tables: TenantModel['tables']): readonly (readonly [string, TenantTable])[] {
  return [...tables].sort(
    ([a, ofA], [b, ofB]) =>
      CLASSES.indexOf(ofA.class) - CLASSES.indexOf(ofB.class) || (a < b ? -1 : a > b ? 1 : 0),
  );
}

function rowOf(name: string, { class: kind, column, nullable, divisions, evidence }: TenantTable): string {
  const cells = [
    code(name),
    kind,
    column === null || kind === 'root' ? '' : code(column),
    OWNED.has(kind) ? (nullable ? 'yes' : 'no') : '',
    [marked(evidence), ...(divisions.length === 0 ? [] : [`or by ${divisions.map(code).join(', ')}`])].join(
      '; ',
    ),
  ];
  return `| ${cells.join(' | ')} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}

/** What stands in quotes is a name of the schema. */
function marked(text: string): string {
  return text.replace(/"([^"]+)"/g, '`$1`').replaceAll('|', '\\|');
}
