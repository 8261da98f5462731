// The same migrations written otherwise: another case, other quotes, other line ends, comments everywhere, other statements
// around. What holds for fixes has to hold for all of them.

import type { Call, Expr } from '../../../server/src/syntax/elixir/nodes.js';
import { everythingIn } from '../../../server/src/syntax/elixir/walk.js';
import { tokenize } from '../../../server/src/syntax/sql/lexer.js';
import type { PlacedStatement } from '../../../server/src/syntax/sql/statement.js';
import { applyEdits, insertAt, type TextEdit } from '../../../server/src/text/edits.js';
import { parsers } from '../../support/parsers.js';
import type { MemoryFile } from '../../support/workspace.js';

export interface Mutation {
  readonly title: string;
  /** The text written otherwise; the same where it cannot be. */
  mutate(text: string, names: ReadonlySet<string>): string;
}

const VERBS = 'create create_if_not_exists drop drop_if_exists execute add modify remove rename'.split(' ');

export const SQL_MUTATIONS: readonly Mutation[] = [
  { title: 'in capitals', mutate: (text) => eachWord(text, (word) => word.toUpperCase()) },
  {
    title: 'with quoted names',
    mutate: (text, names) => eachWord(text, (word) => (names.has(word) ? `"${word}"` : word)),
  },
  { title: 'with CRLF', mutate: withCrlf },
  { title: 'with tabs', mutate: (text) => text.replace(/^ {2,}/gm, '\t') },
  {
    title: 'with comments around',
    mutate: (text) =>
      edited(text, ups(text), ({ start, end }) => [
        insertAt(start, '-- before it\n'),
        insertAt(ended(text, end), ' -- behind it'),
      ]),
  },
  {
    title: 'with comments inside',
    mutate: (text) =>
      edited(text, ups(text), ({ start, statement }) => {
        const [, second] = statement.tokens;
        return second === undefined ? [] : [insertAt(start + second.span.start, '/* inside */ ')];
      }),
  },
  {
    title: 'schema-qualified',
    mutate: (text, names) =>
      text.replace(
        /(?<=\b(?:table|on|references|into|update)\s+(?:only\s+)?(?:if (?:not )?exists\s+)?)([a-z_]+)\b(?!\.)/gi,
        (word) => (names.has(word) ? `public.${word}` : word),
      ),
  },
  {
    title: 'without the last semicolon',
    mutate: (text) => text.replace(/;(?=\s*$)/, ''),
  },
  {
    title: 'if not exists',
    mutate: (text) =>
      text
        .replace(/\b(create table|add column)\s+(?!if\b)/gi, '$1 if not exists ')
        .replace(/\b(drop (?:table|index|column|constraint))\s+(?!if\b|concurrently\b)/gi, '$1 if exists '),
  },
  {
    title: 'among others',
    mutate(text) {
      const all = ups(text);
      const [first, last] = [all[0], all.at(-1)];
      if (first === undefined || last === undefined) return text;
      return applyEdits(text, [
        insertAt(first.start, 'create schema if not exists mutated_before;\n\n'),
        insertAt(ended(text, last.end), '\n\ncomment on schema public is null;'),
      ]);
    },
  },
  {
    title: 'in a transaction',
    mutate(text) {
      const all = ups(text);
      const [first, last] = [all[0], all.at(-1)];
      if (first === undefined || last === undefined || /\b(?:begin|commit|concurrently)\b/i.test(text)) {
        return text;
      }
      const end = ended(text, last.end);
      const missing = text.charAt(end - 1) === ';' ? '' : ';';
      return applyEdits(text, [insertAt(first.start, 'begin;\n'), insertAt(end, `${missing}\ncommit;`)]);
    },
  },
];

export const ECTO_MUTATIONS: readonly Mutation[] = [
  { title: 'with CRLF', mutate: withCrlf },
  {
    title: 'with parentheses',
    mutate: (text) =>
      editedCalls(text, (call) =>
        call.parenthesized || call.body !== null || !VERBS.includes(call.name) || call.receiver !== null
          ? []
          : [
              {
                span: {
                  start: call.nameSpan.end,
                  end: argumentsOf(call)[0]?.span.start ?? call.nameSpan.end,
                },
                text: '(',
              },
              insertAt(call.span.end, ')'),
            ],
      ),
  },
  {
    title: 'without parentheses',
    mutate: (text) =>
      editedCalls(text, (call) =>
        call.parenthesized &&
        call.body === null &&
        call.receiver === null &&
        VERBS.includes(call.name) &&
        standsAlone(text, call)
          ? [
              { span: { start: call.nameSpan.end, end: call.nameSpan.end + 1 }, text: ' ' },
              { span: { start: call.span.end - 1, end: call.span.end }, text: '' },
            ]
          : [],
      ),
  },
  {
    title: 'with pipes',
    mutate: (text) =>
      editedCalls(text, (call) => {
        const [only, ...others] = argumentsOf(call);
        const verb = call.name === 'create' || call.name === 'drop';
        if (!verb || only?.kind !== 'call' || !only.parenthesized || others.length > 0) return [];
        if (call.body !== null || !standsAlone(text, call)) return [];
        const { start, end } = call.span;
        return [
          { span: { start, end }, text: `${text.slice(only.span.start, only.span.end)} |> ${call.name}()` },
        ];
      }),
  },
  {
    title: 'on one line',
    mutate: (text) =>
      text.replace(
        /^( *)def (change|up) do\r?\n +(create|drop|execute)(?: |\()([^\n]*?)\)?\n\s*end$/gm,
        (all, indent: string, name: string, verb: string, args: string) =>
          args.includes('#') || args.includes(' do') || args.includes('"""')
            ? all
            : `${indent}def ${name}, do: ${verb}(${balanced(args)})`,
      ),
  },
  {
    title: 'up and down',
    mutate: (text) =>
      /def down\b/.test(text)
        ? text
        : text.replace(
            /^( *)def change do\n([\s\S]*?)\n\1end$/m,
            '$1def up do\n$2\n$1end\n\n$1def down do\n$1  :ok\n$1end',
          ),
  },
  {
    title: 'with another attribute',
    mutate: (text) => text.replace(/^( *)use Ecto\.Migration$/m, '$&\n\n$1@moduledoc false'),
  },
  {
    title: 'attributes in another order',
    mutate: (text) =>
      text.replace(/^( *@disable_ddl_transaction true)\n( *@disable_migration_lock true)$/m, '$2\n$1'),
  },
  {
    title: 'with comments around',
    mutate: (text) =>
      editedCalls(text, (call) =>
        VERBS.includes(call.name) && call.body === null && standsAlone(text, call)
          ? [
              insertAt(call.span.start, `# before it\n${indentOf(text, call.span.start)}`),
              insertAt(call.span.end, ' # behind it'),
            ]
          : [],
      ),
  },
  {
    title: 'among others',
    mutate: (text) =>
      text.replace(
        /^( *)def (change|up) do\n/m,
        '$&$1  execute "create schema if not exists mutated_before", ""\n',
      ),
  },
];

/** All migrations of a workspace, mutated. `null` when that changes nothing. */
export function mutated(
  files: readonly MemoryFile[],
  { mutate }: Mutation,
  language: 'sql' | 'elixir',
  names: ReadonlySet<string>,
): readonly MemoryFile[] | null {
  const now = files.map((file) => {
    const isOne = language === 'sql' ? file.path.endsWith('.sql') : file.path.endsWith('.exs');
    return isOne ? { ...file, text: mutate(file.text, names) } : file;
  });
  return now.some(({ text }, index) => text !== files[index]?.text) ? now : null;
}

function eachWord(text: string, write: (word: string) => string): string {
  const edits = tokenize(text).flatMap(({ kind, span }): readonly TextEdit[] => {
    if (kind !== 'word') return [];
    const word = text.slice(span.start, span.end);
    const written = write(word);
    return written === word ? [] : [{ span, text: written }];
  });
  return applyEdits(text, edits);
}

function withCrlf(text: string): string {
  return text.replace(/\r?\n/g, '\r\n');
}

interface Placed extends PlacedStatement {
  readonly end: number;
}

/** The statements of the way up. */
function ups(text: string): readonly Placed[] {
  return parsers.sql
    .parse(text)
    .statements.filter(({ section }) => section !== 'down')
    .map((one) => ({ ...one, end: one.start + one.statement.text.length }));
}

/** Behind the `;` that follows. */
function ended(text: string, end: number): number {
  const semicolon = /^\s*;/.exec(text.slice(end));
  return end + (semicolon?.[0].length ?? 0);
}

function edited(
  text: string,
  statements: readonly Placed[],
  edit: (one: Placed) => readonly TextEdit[],
): string {
  return applyEdits(text, statements.flatMap(edit));
}

function editedCalls(text: string, edit: (call: Call) => readonly TextEdit[]): string {
  const { items } = parsers.elixir.parse(text);
  const calls = items
    .flatMap((item) => [...everythingIn(item)])
    .filter((expr): expr is Call => expr.kind === 'call');
  return applyEdits(text, calls.flatMap(edit));
}

function argumentsOf({ args, keywords }: Call): readonly Expr[] {
  return [...args, ...keywords];
}

/** Whether nothing else stands on its lines. */
function standsAlone(text: string, { span }: Call): boolean {
  const before = text.slice(text.lastIndexOf('\n', span.start - 1) + 1, span.start);
  return before.trim() === '' && /^[ \t]*\r?(?:\n|$)/.test(text.slice(span.end));
}

function indentOf(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1))?.[0] ?? '';
}

/** Arguments of a call whose own closing parenthesis is gone. */
function balanced(args: string): string {
  const open = args.split('(').length - args.split(')').length;
  return args + ')'.repeat(Math.max(0, open));
}
