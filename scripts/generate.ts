// Writes what follows from the rules and the configuration's shape: docs/rules/*, docs/advice/*, docs/coverage.md, the table in the README, the settings in
// package.json, the JSON schema of plumbline.jsonc. A test fails while any of it is stale.
//
//   npm run update            writes
//   import { generated }      gives path and text of each file

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ADVICE_RULES } from '../server/src/advice/index.js';
import { advicePage, adviceTable } from '../server/src/advice/page.js';
import { CONFIG_FILE_SHAPE, type ObjectShape, type Property, type Shape } from '../server/src/lint/config.js';
import { RULES } from '../server/src/rules/index.js';
import { rulePage } from '../server/src/rules/page.js';
import { SEVERITIES } from '../server/src/rules/rule.js';
import { coveragePage } from './generate/coverage.js';
import { mendedExample } from './generate/mended.js';

const root = join(import.meta.dirname, '..');

export interface Generated {
  /** Relative to the project's folder. */
  readonly path: string;
  readonly text: string;
}

export function generated(): readonly Generated[] {
  return [
    ...RULES.map((rule) => ({
      path: `docs/rules/${rule.id}.md`,
      text: rulePage(rule, (example) => mendedExample(rule, example)),
    })),
    { path: 'docs/rules/README.md', text: ruleList() },
    ...ADVICE_RULES.map((rule) => ({ path: `docs/advice/${rule.id}.md`, text: advicePage(rule) })),
    { path: 'docs/advice/README.md', text: `# Advice on plans\n\n${adviceTable(ADVICE_RULES, '')}` },
    { path: 'docs/plans.md', text: between('docs/plans.md', 'advice', adviceTable(ADVICE_RULES, 'advice/')) },
    { path: 'docs/coverage.md', text: coveragePage() },
    { path: 'README.md', text: between('README.md', 'rules', ruleTable('docs/rules/')) },
    { path: 'package.json', text: manifest() },
    { path: 'schemas/plumbline.schema.json', text: json(configSchema()) },
  ];
}

function ruleList(): string {
  return `# Rules\n\n${ruleTable('')}`;
}

/** One row for each rule, in the order of the registry. */
function ruleTable(folder: string): string {
  const rows = RULES.map(
    ({ id, severity, docs }) =>
      `| [${id}](${folder}${id}.md) | ${severity} | ${docs.what.replaceAll('|', '\\|')} |`,
  );
  return ['| rule | severity | finds |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

/** The file with the part between `<!-- name -->` and `<!-- /name -->` replaced. */
function between(path: string, name: string, text: string): string {
  const old = readFileSync(join(root, path), 'utf8');
  const [start, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
  const from = old.indexOf(start);
  const to = old.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${path} has no part "${name}"`);
  return old.slice(0, from + start.length) + text + old.slice(to);
}

/** The title of the section of settings that is generated. */
const SECTION = 'Project';

function manifest(): string {
  const old = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const sections: readonly { readonly title: string }[] = old.contributes.configuration;
  const others = sections.filter(({ title }) => title !== SECTION);
  return json({ ...old, contributes: { ...old.contributes, configuration: [...others, settings()] } });
}

/** The settings have the shape of plumbline.jsonc, which wins over them. */
function settings(): object {
  const properties = Object.entries(CONFIG_FILE_SHAPE.properties)
    .filter(([key]) => key !== '$schema' && key !== 'extends')
    .map(([key, property]) => [
      `plumbline.${key}`,
      { scope: 'resource', ...optional(schemaOf(property.shape)), markdownDescription: property.description },
    ]);
  return { title: SECTION, properties: Object.fromEntries(properties) };
}

interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly [keyword: string]: unknown;
}

/** Without a default the editor makes one up (`0`, `''`), which would count as said. */
function optional(schema: JsonSchema): object {
  return {
    ...schema,
    type: [schema.type, 'null'],
    ...(schema.enum === undefined ? {} : { enum: [...schema.enum, null] }),
    default: null,
  };
}

function configSchema(): object {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'plumbline.jsonc',
    allowTrailingCommas: true,
    ...schemaOf(CONFIG_FILE_SHAPE),
  };
}

/** @param nested whether it stands inside a list or a record */
function schemaOf(shape: Shape, nested = false): JsonSchema {
  switch (shape.kind) {
    case 'string':
      return { type: 'string', ...(shape.values === undefined ? {} : { enum: shape.values }) };
    case 'number':
      return {
        type: 'number',
        ...(shape.minimum === undefined ? {} : { minimum: shape.minimum }),
        ...(shape.maximum === undefined ? {} : { maximum: shape.maximum }),
      };
    case 'boolean':
      return { type: 'boolean' };
    case 'list':
      return { type: 'array', items: schemaOf(shape.of, true) };
    case 'record':
      // The list of rules is long: once is enough.
      return shape.keys === 'rules' && !nested
        ? { type: 'object', properties: ruleSettings(), additionalProperties: false }
        : { type: 'object', additionalProperties: schemaOf(shape.of, true) };
    case 'object':
      return {
        type: 'object',
        properties: Object.fromEntries(
          Object.entries(shape.properties).map(([key, property]) => [key, describedSchema(property, nested)]),
        ),
        ...requiredIn(shape),
        additionalProperties: false,
      };
  }
}

function requiredIn({ properties }: ObjectShape): { readonly required?: readonly string[] } {
  const required = Object.keys(properties).filter((key) => properties[key]?.required);
  return required.length === 0 ? {} : { required };
}

function describedSchema({ shape, description }: Property, nested: boolean): object {
  return { ...schemaOf(shape, nested), description };
}

function ruleSettings(): object {
  return Object.fromEntries(
    [...RULES.filter(({ isFixed }) => !isFixed), ...ADVICE_RULES].map(({ id, docs, severity }) => [
      id,
      { enum: [...SEVERITIES, 'off'], description: `${docs.what} Usually: ${severity}.` },
    ]),
  );
}

/** As Biome formats JSON, so that both agree. */
function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

if (process.argv[1] === import.meta.filename) {
  for (const { path, text } of generated()) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
