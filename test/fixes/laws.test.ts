// Every fix of every example and fixture of every rule, and of the same migrations written otherwise: what it leaves parses, the
// finding is gone and nothing new is found, to apply it again changes nothing, no comment is lost, the schema at the end is the
// one that the author asked for, and no lock is stronger than before or held for longer work.
//
// Each migration is written otherwise in one way, another one each time; EVERY_FIX=1 tries all ways, in two minutes.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../server/src/lint/config.js';
import { lintFile } from '../../server/src/lint/lint.js';
import type { Workspace } from '../../server/src/lint/workspace.js';
import { RULES } from '../../server/src/rules/index.js';
import { filesOf, turnedOn, withChange } from '../support/check.js';
import { readFixtures } from '../support/markdown.js';
import { readMarks } from '../support/marks.js';
import { type MemoryFile, memoryWorkspace } from '../support/workspace.js';
import {
  brokenComments,
  brokenFindings,
  brokenLocks,
  brokenRepetition,
  brokenSchema,
  findingsIn,
  type Mended,
} from './support/laws.js';
import { ECTO_MUTATIONS, type Mutation, mutated, SQL_MUTATIONS } from './support/mutations.js';

interface Case {
  readonly rule: string;
  readonly title: string;
  readonly files: readonly MemoryFile[];
  readonly config: Partial<Config>;
}

/** What a law does not ask of the fixes of a rule, or of those whose titles begin so, and why. */
type Exceptions = Readonly<Record<string, string>>;

const CHANGES_SCHEMA: Exceptions = {
  'Write "': 'the statement was about nothing',
  'Make "': 'NOT NULL is left to a later migration',
  'Add "': 'the old column stays as long as code reads it',
  'Keep the column': 'the code is what changes',
  'Enable row-level security': 'it was forgotten',
  'Add an index on': 'it was forgotten',
  'Create a migration that indexes': 'it was forgotten',
  'Commit at the end': 'nothing was committed, so nothing was made',
  'Run it outside a transaction': 'the server had refused it, so it made nothing',
  'Move to a new column': 'the old one stays as long as code reads it',
  'Leave the type out': 'a CHECK is not made anew, so it is not spelled anew either',
  'Leave a view with the name': 'a view has the old name meanwhile',
  'constraint-never-validated': 'it was forgotten',
  'detach-concurrently-beside-default': 'without CONCURRENTLY no CHECK of the bounds is left',
  'detach-partition-blocking': 'CONCURRENTLY leaves a CHECK of the bounds',
  'domain-constraint-scanning-tables': 'to validate it would scan as well',
  'transaction-nesting': 'a COMMIT too early had left the rest outside',
  'not-null-check-left-behind': 'it was left behind',
  'add-column-rewrites-table': 'the type of the column is what is mended',
  'column-type-rebuilds-index': 'the type of the column is what is mended',
  'json-column': 'the type of the column is what is mended',
};

const TAKES_LOCKS: Exceptions = {
  'Write "': 'the statement was about nothing',
  'Enable row-level security': 'nothing was done before',
  'concurrently-not-supported': 'the server had refused it, so it took none',
  'detach-concurrently-beside-default': 'the server had refused it, so it took none',
};

const LOSES_COMMENTS: Exceptions = {
  'unused-suppression': 'a comment is what is mended',
};

/** What is found then is the author's next step. */
const IS_FOUND_THEN: Exceptions = {
  'Write "': 'what is about nothing is not judged',
  'Name the table': 'a query is judged as far as it can be read',
  'Name all tables that it empties': 'what was said of one table is said of each by its name',
  'Drop the constraints by name': 'what was said of CASCADE is said of each by its name',
  'Flush the commands above it': 'only then the rows are changed after the commands',
  'Let it wait its turn': 'only then the rows are changed after the commands',
  'statement-after-access-exclusive': 'it is said once for a transaction',
  'new-partition-locks-parent': 'a lock that is held already is not said again',
};

/** Another rule that has something to say then, by how the title of the fix begins. */
const BRINGS: Readonly<Record<string, string>> = {
  // The author's IF NOT EXISTS.
  'Build the index concurrently': 'concurrent-index-if-not-exists',
  // The CHECK that stays behind, which does no harm when it is attached and detached again.
  'Detach it concurrently': 'down-not-inverse',
  // In a migration of its own no lock is held already.
  'Leave the bounds out of the default partition': 'new-partition-locks-parent',
};

const folder = join(import.meta.dirname, '../rules');
const cases: readonly Case[] = [...examples(), ...fixtures()];
let turn = 0;

describe('laws of fixes', function () {
  this.timeout(60_000);
  for (const rule of new Set(cases.map((one) => one.rule))) {
    it(rule, () => {
      const own = cases.filter((one) => one.rule === rule && isMended(one));
      const broken = own.flatMap((one) => [
        ...brokenIn(one, one.files, 'as it is'),
        ...mutationsOf(one).flatMap(({ title, files }) => brokenIn(one, files, title)),
      ]);
      assert.ok(broken.length === 0, `\n${broken.join('\n')}`);
    });
  }
});

/** Most fixtures are about silence. */
function isMended({ rule, files, config }: Case): boolean {
  const workspace = memoryWorkspace(files, config);
  return [...workspace.files.keys()]
    .flatMap((path) => lintFile(workspace, path))
    .some((finding) => finding.rule === rule && finding.fixes.length > 0);
}

function* examples(): Iterable<Case> {
  for (const {
    id,
    examples: { bad },
  } of RULES) {
    for (const [index, example] of bad.entries()) {
      yield {
        rule: id,
        title: `example ${index + 1}`,
        files: filesOf(example).map(unmarked),
        config: { rules: turnedOn(id) },
      };
    }
  }
}

function* fixtures(): Iterable<Case> {
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.md'))) {
    const rule = name.replace(/\.md$/, '');
    for (const fixture of readFixtures(readFileSync(join(folder, name), 'utf8'))) {
      const files = fixture.fences.flatMap(({ language, info, text }, index) => {
        if (language === 'json' && info === 'config') return [{ path: 'plumbline.jsonc', text }];
        if (language !== 'sql' && language !== 'elixir') return [];
        return [unmarked({ path: info || pathOf(language, index), text: `${text}\n` })];
      });
      yield { rule, title: fixture.name.slice(1).join(' › '), files, config: { rules: turnedOn(rule) } };
    }
  }
}

function unmarked({ path, text }: MemoryFile): MemoryFile {
  return { path, text: readMarks(text).text };
}

function pathOf(language: string, index: number): string {
  const version = `202401${String(index + 1).padStart(2, '0')}000000`;
  return `priv/repo/migrations/${version}_test${index}.${language === 'elixir' ? 'exs' : 'sql'}`;
}

interface Variant {
  readonly title: string;
  readonly files: readonly MemoryFile[];
}

/** One of the ways to write it otherwise, another one each time. */
function mutationsOf({ files, config }: Case): readonly Variant[] {
  const names = namesIn(memoryWorkspace(files, config));
  const all: readonly (readonly ['sql' | 'elixir', Mutation])[] = [
    ...SQL_MUTATIONS.map((mutation) => ['sql', mutation] as const),
    ...ECTO_MUTATIONS.map((mutation) => ['elixir', mutation] as const),
  ];
  const variants = all.flatMap(([language, mutation]) => {
    const now = mutated(files, mutation, language, names);
    return now === null ? [] : [{ title: mutation.title, files: now }];
  });
  if (process.env.EVERY_FIX !== undefined) return variants;
  turn += 1;
  return variants.slice(turn % variants.length).slice(0, 1);
}

/** Tables, columns and indexes of the schema whose names are no words of the grammar. */
function namesIn({ histories }: Workspace): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { history } of histories) {
    for (const relation of history.latest.relations.values()) {
      names.add(relation.name);
      if (relation.kind !== 'table') continue;
      for (const { name } of [...relation.columns, ...relation.indexes, ...relation.constraints])
        names.add(name);
    }
  }
  return new Set([...names].filter((name) => !WORDS.has(name)));
}

const WORDS = new Set(
  'text name type value values date time role data state key day year month position user order level note'.split(
    ' ',
  ),
);

function brokenIn(
  { rule, title, config }: Case,
  files: readonly MemoryFile[],
  how: string,
): readonly string[] {
  const before = memoryWorkspace(files, config);
  const found = findingsIn(before);
  const tried = new Set<string>();
  return [...found.values()].flat().flatMap((finding) =>
    finding.fixes.flatMap((fix) => {
      // Findings of the same code in other cases are theirs.
      const key = `${finding.rule} ${finding.path} ${finding.span.start} ${fix.title}`;
      if (finding.rule !== rule || tried.has(key)) return [];
      tried.add(key);
      const change = fix.change();
      if (change === null) return [];
      const mended = { before, after: withChange(before, change), finding, fix, change, found };
      const unless = (exceptions: Exceptions, law: (of: Mended) => readonly string[]) =>
        Object.keys(exceptions).some((key) => key === rule || fix.title.startsWith(key)) ? [] : law(mended);
      const brings = Object.entries(BRINGS).find(([start]) => fix.title.startsWith(start))?.[1] ?? null;
      return [
        ...unless(IS_FOUND_THEN, brokenRepetition),
        ...unless(IS_FOUND_THEN, (of) => brokenFindings(of, brings)),
        ...unless(LOSES_COMMENTS, brokenComments),
        ...unless(CHANGES_SCHEMA, brokenSchema),
        ...unless(TAKES_LOCKS, brokenLocks),
      ].map((broken) => `${title}, ${how}, ${fix.title}: ${broken}`);
    }),
  );
}
