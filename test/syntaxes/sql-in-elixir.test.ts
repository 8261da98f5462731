// SQL inside Elixir as VS Code's own tokenizer sees it: « and » stand around SQL, ‹ and › around Elixir inside SQL.
// The grammars of Elixir and SQL are stand-ins with what matters here: strings, comments, and quotes that swallow what
// follows them when they are not closed.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { IGrammar } from 'vscode-textmate';

const require = createRequire(import.meta.url);
const oniguruma = require('vscode-oniguruma') as typeof import('vscode-oniguruma');
const textmate = require('vscode-textmate') as typeof import('vscode-textmate');

const INJECTED = 'plumbline.sql-in-elixir';

const GRAMMARS: Readonly<Record<string, string>> = {
  [INJECTED]: readFileSync(join(import.meta.dirname, '../../syntaxes/sql-in-elixir.json'), 'utf8'),
  'source.elixir': JSON.stringify({
    scopeName: 'source.elixir',
    patterns: [
      { begin: '@doc """', end: '"""', name: 'comment.block.documentation.heredoc.elixir' },
      { match: '#.*$', name: 'comment.line.elixir' },
      { begin: '"""', end: '"""', name: 'string.quoted.double.heredoc.elixir' },
      { begin: '"', end: '"', name: 'string.quoted.double.elixir', patterns: [{ match: '\\\\.' }] },
      { match: '([A-Z]\\w+)\\s*(\\.)\\s*([_a-z]\\w*[!?]?)', name: 'meta.call.elixir' },
      { match: '\\b[_a-z]\\w*[!?]?(?=\\()', name: 'entity.name.function.elixir' },
    ],
  }),
  'source.sql': JSON.stringify({
    scopeName: 'source.sql',
    patterns: [
      { begin: '--', end: '\\n', name: 'comment.line.sql' },
      { begin: '/\\*', end: '\\*/', name: 'comment.block.sql' },
      { begin: "'", end: "'", name: 'string.quoted.single.sql' },
      { begin: '"', end: '"', name: 'string.quoted.double.sql' },
      { match: '(?i)\\b(select|from|create|table|where)\\b', name: 'keyword.other.sql' },
    ],
  }),
};

const { raw } = String;

describe('SQL in Elixir', () => {
  const cases: Readonly<Record<string, string>> = {
    'execute with parentheses': raw`execute("«CREATE TABLE a ()»", "«DROP TABLE a»")`,
    'execute without parentheses': raw`
      execute "«CREATE TABLE a ()»"
      add :name, :string, default: "select"`,
    'the way down on a line of its own': raw`
      execute "«select 1»",
              "«select 2»"
      drop "select"`,
    'arguments on lines of their own': raw`
      execute(
        "«select 1»",
        "«select 2»"
      )
      x = "select"`,
    'a heredoc': raw`
      execute """
«        select 1»
      """
      x = "select"`,
    'a heredoc in parentheses': raw`
      execute(~S"""
«        select 1»
      """)
      x = "select"`,
    'fragment, whose other arguments are values': raw`where: fragment("«lower(?) = ?»", u.name, "abc"), y: "z"`,
    'a fragment over several lines': raw`
      fragment(
        "«? + ?»",
        u.name, "abc")`,
    'a fragment within a fragment': raw`fragment("«? + ?»", fragment("«now()»"), "x")`,
    'Repo.query! and its parameters': raw`MyApp.Repo.query!("«select $1»", ["select"], log: :info)`,
    'Repo.query without parentheses': raw`Repo.query! "«select 1»", ["x"]`,
    'repo() in a migration': raw`execute(fn -> repo().query!("«select 1»", ["x"]) end)`,
    'Ecto.Adapters.SQL.query': raw`Ecto.Adapters.SQL.query(Repo, "«select 1»", ["x"])`,
    sigils: raw`
      execute ~s(«select 'a"b'»)
      x = ~SQL[«select 1»]
      y = ~SQL"""
«      select 1»
      """
      z = ~s(select)`,
    interpolation: 'execute "«select ‹#{f("x")}› from ‹#{t}›»"',
    'interpolation within a string of SQL': `execute "«where a = '‹#{inspect(%{b: "c"})}›' or b»"`,
    'interpolation within a heredoc': `
      execute """
«      select "‹#{a}›" where b = '‹#{c}›'»
      """`,
    'escaped quotes': raw`execute("«select \"a\" from b»", "«x»")`,
    'SQL that is not closed, which ends with its string': raw`
      execute "«select 'a»"
      execute "«select 1 -- it's»"
      execute "«select /* a»"
      x = "select"`,
    'SQL that is not closed, in a heredoc': raw`
      execute """
«        select 'it /* --»
      """
      x = "select"`,
    'SQL that is not closed, over several lines': raw`
      execute "«select 'a»
«        from b»
«        where c»"
      x = "select"`,
    'what only looks like a call': raw`
      socket.execute("no")
      @execute "no"
      :execute
      def executes("no"), do: "no"
      # execute "no"
      IO.puts "execute \"no\""
      @doc """
      execute "no"
      """`,
  };
  for (const [name, marked] of Object.entries(cases)) {
    it(name, async () => {
      const text = marked.replace(/[«»‹›]/g, '');
      assert.equal(await marking(text), marked);
    });
  }
});

type Mark = 'none' | 'sql' | 'elixir';

/** The text with the marks that its tokens ask for. */
async function marking(text: string): Promise<string> {
  const grammar = await loaded();
  let stack = textmate.INITIAL;
  const lines = text.split('\n').map((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    stack = ruleStack;
    const parts = tokens.map(({ startIndex, endIndex, scopes }) => ({
      text: line.slice(startIndex, endIndex),
      mark: markOf(scopes),
    }));
    return withMarks(parts.filter((part) => part.text !== ''));
  });
  return lines.join('\n');
}

function markOf(scopes: readonly string[]): Mark {
  if (scopes.includes('meta.interpolation.elixir')) return 'elixir';
  return scopes.some((scope) => /^meta\.embedded\.(inline|block)\.sql$/.test(scope)) ? 'sql' : 'none';
}

function withMarks(parts: readonly { readonly text: string; readonly mark: Mark }[]): string {
  let before: Mark = 'none';
  let line = '';
  for (const { text, mark } of [...parts, { text: '', mark: 'none' as const }]) {
    if (before === 'elixir' && mark !== 'elixir') line += '›';
    if (before !== 'none' && mark === 'none') line += '»';
    if (before === 'none' && mark !== 'none') line += '«';
    if (before !== 'elixir' && mark === 'elixir') line += '‹';
    line += text;
    before = mark;
  }
  return line;
}

let grammar: Promise<IGrammar> | null = null;

function loaded(): Promise<IGrammar> {
  grammar ??= loadGrammar();
  return grammar;
}

async function loadGrammar(): Promise<IGrammar> {
  await oniguruma.loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scope) => {
      const text = GRAMMARS[scope];
      return text === undefined ? null : textmate.parseRawGrammar(text, 'grammar.json');
    },
    getInjections: (scope) => (scope === 'source.elixir' ? [INJECTED] : []),
  });
  const elixir = await registry.loadGrammar('source.elixir');
  assert.ok(elixir);
  return elixir;
}
