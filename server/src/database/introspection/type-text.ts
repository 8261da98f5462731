// A type from its spelling by format_type(): the way back from catalog/types.ts.

import { internalTypeName, type TypeName } from '../../catalog/types.js';

const WORDS: Readonly<Record<string, string>> = {
  'double precision': 'float8',
  'character varying': 'varchar',
  character: 'bpchar',
  '"char"': 'char',
  'bit varying': 'varbit',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
  'time without time zone': 'time',
  'time with time zone': 'timetz',
};

const NOWHERE = { start: 0, end: 0 };

/** A session with the default search path is taken for granted: names without a schema are of `public`, or built in. */
export function typeFromText(text: string): TypeName {
  const isArray = text.endsWith('[]');
  const element = isArray ? text.slice(0, -2) : text;
  const shared = { arrayDimensions: isArray ? 1 : 0, serial: false, span: NOWHERE };
  const interval = /^interval(?: ([a-z ]+))?(?:\((\d+)\))?$/.exec(element);
  if (interval !== null) {
    const [, fields, precision] = interval;
    return {
      ...shared,
      schema: null,
      name: 'interval',
      modifiers: [fields, precision].flatMap((one) => one ?? []),
    };
  }
  const brackets = /\(([^()]*)\)/.exec(element);
  const modifiers = brackets === null ? [] : (brackets[1] ?? '').split(',').map((one) => one.trim());
  const bare = brackets === null ? element : element.replace(brackets[0], '');
  const known = Object.hasOwn(WORDS, bare) ? WORDS[bare] : undefined;
  if (known !== undefined) return { ...shared, schema: null, name: known, modifiers };
  const parts = identifiersIn(bare);
  const name = parts.at(-1) ?? bare;
  const schema = parts.length > 1 ? (parts[0] ?? null) : null;
  return {
    ...shared,
    schema,
    name: schema === null && !bare.startsWith('"') ? internalTypeName(name) : name,
    modifiers,
  };
}

/** `app."my type"` as its parts, without quotes. */
export function identifiersIn(name: string): readonly string[] {
  return [...name.matchAll(/"((?:[^"]|"")*)"|([^".]+)/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
  );
}
