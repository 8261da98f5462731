// Every fix of every example and fixture of every rule, and of the same migrations written otherwise: what it leaves parses, the
// finding is gone and nothing new is found, to apply it again changes nothing, no comment is lost, the schema at the end is the
// one that the author asked for, and no lock is stronger than before or held for longer work.
//
// Each fix is tried in one other spelling, which its rule, its title and the files choose; EVERY_FIX=1 tries all of them, in two
// minutes. A fix that breaks a law on purpose has a line in support/exceptions.ts.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
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
import { EXCEPTIONS, type Exception, type Law } from './support/exceptions.js';
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

const folder = join(import.meta.dirname, '../rules');
const cases: readonly Case[] = [...examples(), ...fixtures()];

describe('laws of fixes', function () {
  this.timeout(60_000);
  for (const rule of new Set(cases.map((one) => one.rule))) {
    it(rule, () => {
      const needed = new Set<Exception>();
      const own = cases.filter((one) => one.rule === rule && isMended(one));
      const broken = own.flatMap((one) => [
        ...brokenIn(one, one.files, 'as it is', needed),
        ...variantsOf(one).flatMap(({ title, files }) => brokenIn(one, files, title, needed)),
      ]);
      const unused = EXCEPTIONS.filter((one) => one.rule === rule && !needed.has(one)).map(
        ({ fix, law }) => `support/exceptions.ts: "${fix}" breaks no law of ${law}`,
      );
      assert.deepEqual([...broken, ...unused], []);
    });
  }

  it('every exception is of a rule with fixes', () => {
    const rules = new Set(cases.map((one) => one.rule));
    assert.deepEqual(
      EXCEPTIONS.filter(({ rule }) => !rules.has(rule)),
      [],
    );
  });
});

/** Most fixtures are about silence. */
function isMended(one: Case): boolean {
  return fixesOf(one).length > 0;
}

/** Titles of the fixes that the rule offers. */
function fixesOf({ rule, files, config }: Case): readonly string[] {
  const workspace = memoryWorkspace(files, config);
  return [...workspace.files.keys()]
    .flatMap((path) => lintFile(workspace, path))
    .flatMap((finding) => (finding.rule === rule ? finding.fixes.map(({ title }) => title) : []));
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

/** Ways to write it otherwise: one for each fix, the same one whichever tests are run. */
function variantsOf(one: Case): readonly Variant[] {
  const { rule, files, config } = one;
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
  const chosen = fixesOf(one).flatMap(
    (title) => variants[hashOf([rule, title, files]) % variants.length] ?? [],
  );
  return [...new Set(chosen)];
}

function hashOf(value: unknown): number {
  return createHash('sha256').update(JSON.stringify(value)).digest().readUInt32BE();
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

/** @param brings a rule that may find something then */
const LAWS: Readonly<Record<Law, (of: Mended, brings: string | null) => readonly string[]>> = {
  repetition: brokenRepetition,
  findings: brokenFindings,
  comments: brokenComments,
  schema: brokenSchema,
  locks: brokenLocks,
};
const LAW_NAMES: readonly Law[] = ['repetition', 'findings', 'comments', 'schema', 'locks'];

function brokenIn(
  { rule, title, config }: Case,
  files: readonly MemoryFile[],
  how: string,
  needed: Set<Exception>,
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
      const holds = (law: Law) => {
        const broken = LAWS[law](mended, null);
        const exception =
          broken.length === 0
            ? undefined
            : EXCEPTIONS.find((one) => one.rule === rule && one.law === law && fix.title.startsWith(one.fix));
        if (exception === undefined) return broken;
        needed.add(exception);
        return exception.brings === undefined ? [] : LAWS[law](mended, exception.brings);
      };
      return LAW_NAMES.flatMap(holds).map((broken) => `${title}, ${how}, ${fix.title}: ${broken}`);
    }),
  );
}
