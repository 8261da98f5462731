// A rule as a page of documentation, in Markdown.

import type { Example, Rule } from './rule.js';

const NAMES = { error: 'Error', warning: 'Warning', info: 'Information', hint: 'Hint', off: 'Off' } as const;

export interface Mended {
  /** Of the fix. */
  readonly title: string;
  readonly files: readonly {
    readonly language: string;
    /** `null` for the example's own file. */
    readonly path: string | null;
    readonly text: string;
  }[];
}

/** @param mendedBy what the first fix makes of a bad example; `null` when there is none */
export function rulePage(rule: Rule, mendedBy: (example: Example) => Mended | null): string {
  const { docs, examples } = rule;
  return [
    `# ${rule.id}`,
    '',
    docs.what,
    '',
    `Severity: **${NAMES[rule.severity]}**. ${howToChange(rule)}`,
    '',
    '## Why',
    '',
    docs.why,
    '',
    '## Instead',
    '',
    docs.instead,
    '',
    '## When it is silent, and when it is fine',
    '',
    ...(typeof docs.unless === 'string' ? [docs.unless] : docs.unless.map((sentence) => `- ${sentence}`)),
    '',
    ...section(
      'Reported',
      examples.bad.flatMap((example) => [...shown(example), ...mended(mendedBy(example))]),
    ),
    ...section('Not reported', examples.good.flatMap(shown)),
    ...section(
      'References',
      docs.references.map((reference) => `- <${reference}>\n`),
    ),
  ].join('\n');
}

function howToChange({ id, isFixed, about }: Rule): string {
  if (isFixed) return 'No setting changes it, and no comment silences it.';
  const aboutTenants =
    about === 'tenants'
      ? ' A query that is meant for all tenants, or all of a function, is excepted by `tenant: global (reason)` in a comment above it; see [Tenants](../tenancy.md).'
      : '';
  return (
    `Change it with \`"rules": { "${id}": "off" }\` in \`plumbline.jsonc\`, ` +
    `or silence one place with \`plumbline-ignore ${id}: reason\` in a comment on the line above.${aboutTenants}`
  );
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines];
}

function shown(example: Example): readonly string[] {
  const given = example.given ?? [];
  const before =
    given.length === 0 ? [] : ['Given', '', ...given.flatMap((file) => [...code(file), '']), 'this:', ''];
  return [...before, ...code(example), ''];
}

function code({ language, source }: Example): readonly string[] {
  return [`\`\`\`${language}`, source.trimEnd(), '```'];
}

function mended(result: Mended | null): readonly string[] {
  if (result === null) return [];
  return [
    `*${result.title}* makes of it:`,
    '',
    ...result.files.flatMap(({ language, path, text }) => [
      ...(path === null ? [] : [`\`${path}\`:`, '']),
      `\`\`\`${language}`,
      text,
      '```',
      '',
    ]),
  ];
}
