// A rule as a page of documentation, in Markdown.

import type { Example, Rule } from './rule.js';

const LINKS = { error: 'Error', warning: 'Warning', info: 'Information', hint: 'Hint', off: 'Off' } as const;

export function rulePage(rule: Rule): string {
  const { docs, examples } = rule;
  return [
    `# ${rule.id}`,
    '',
    docs.what,
    '',
    `Severity: **${LINKS[rule.severity]}**. Change it with \`"rules": { "${rule.id}": "off" }\` in \`plumbline.jsonc\`, ` +
      `or silence one place with \`plumbline-ignore ${rule.id}: reason\` in a comment on the line above.`,
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
    docs.unless,
    '',
    ...section('Reported', examples.bad),
    ...section('Not reported', examples.good),
    ...(docs.references.length === 0
      ? []
      : ['## References', '', ...docs.references.map((reference) => `- <${reference}>`), '']),
  ].join('\n');
}

function section(title: string, examples: readonly Example[]): readonly string[] {
  if (examples.length === 0) return [];
  return [`## ${title}`, '', ...examples.flatMap((example) => [...given(example), ...fence(example), ''])];
}

function given({ given: files = [] }: Example): readonly string[] {
  if (files.length === 0) return [];
  return ['Given:', '', ...files.flatMap((file) => [...fence(file), '']), 'this:', ''];
}

function fence({ language, source }: Example): readonly string[] {
  return [`\`\`\`${language}`, source.trimEnd(), '```'];
}
