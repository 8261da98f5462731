// Runs test/tenancy/*.md: each heading with fences is a workspace, and every query in its files carries a mark that says
// what `plumbline tenants` says of it. A heading `World` is no test: its fences belong to all tests beside and below it.
//
//   select * from notes where state = 'new';
//   ^^^^^^ unscoped warning: nothing compares "org_id"
//
// A verdict, its level (left out for none) and, if it matters, a part of the reason. `quiet` stands for any verdict with at
// most a hint.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TenantSite, tenantSitesOf } from '../../server/src/lint/tenant-sites.js';
import { type Fence, type Fixture, readFixtures } from '../support/markdown.js';
import { type MemoryFile, memoryWorkspace, ROOT } from '../support/workspace.js';

const folder = import.meta.dirname;

for (const file of readdirSync(folder).filter((name) => name.endsWith('.md'))) {
  describe(file, () => {
    const worlds: Fixture[] = [];
    for (const fixture of readFixtures(readFileSync(join(folder, file), 'utf8'))) {
      if (fixture.name.at(-1) === 'World') {
        worlds.push(fixture);
        continue;
      }
      const around = worlds
        .filter(({ name }) => name.slice(0, -1).every((part, depth) => fixture.name[depth] === part))
        .flatMap(({ fences }) => fences);
      it(fixture.name.join(' › '), () => check(around, fixture.fences));
    }
  });
}

function check(around: readonly Fence[], own: readonly Fence[]): void {
  const config = [...around, ...own].filter(isConfig).at(-1);
  const given = filesIn(around, 'world').map(({ path, text }) => ({
    path,
    text: readExpectations(text).text,
  }));
  const marked = filesIn(own, 'example').map(({ path, text }) => ({ path, ...readExpectations(text) }));
  const replaced = new Set(marked.map(({ path }) => path));
  const settings = config === undefined ? [] : [{ path: 'plumbline.jsonc', text: config.text }];
  const workspace = memoryWorkspace([
    ...given.filter(({ path }) => !replaced.has(path)),
    ...marked,
    ...settings,
  ]);
  for (const { path, text, expected } of marked) {
    const sites = [...tenantSitesOf(workspace, `${ROOT}/${path}`)].sort(
      (a, b) => a.keyword.start - b.keyword.start,
    );
    const said = sites.map((site) =>
      inWords(site, expected.find(({ at }) => at === site.keyword.start) ?? null),
    );
    const want = expected.map(({ at, words }) => ({ at, words }));
    assert.deepEqual(said, want, `${path} should read:\n\n${draw(text, sites)}\n`);
  }
}

function isConfig({ language, info }: Fence): boolean {
  return language === 'json' && info === 'config';
}

/** A fence without a path is a migration in a world, and a file of queries or code elsewhere. */
function filesIn(fences: readonly Fence[], name: string): readonly MemoryFile[] {
  return fences
    .filter(({ language }) => language === 'sql' || language === 'elixir')
    .map(({ language, info, text }, index) => {
      const number = index + 1;
      const migration = `priv/repo/migrations/202401${String(number).padStart(2, '0')}000000_tables${number}.sql`;
      const code = language === 'sql' ? `db/queries/${name}${number}.sql` : `lib/shop/${name}${number}.ex`;
      const unnamed = name === 'world' && language === 'sql' ? migration : code;
      return { path: info || unnamed, text: `${text}\n` };
    });
}

interface Expectation {
  /** Where the query's keyword stands in the text. */
  readonly at: number;
  readonly words: string;
  readonly verdict: string;
  readonly reason: string | null;
}

const MARK =
  /^(?<indent>\s*)\^+ (?<verdict>scoped|unscoped|global|by-key|optional|unknown|quiet)(?: (?<level>hint|info|warning))?(?:: (?<reason>.+))?$/;

function readExpectations(source: string): {
  readonly text: string;
  readonly expected: readonly Expectation[];
} {
  const kept: string[] = [];
  const expected: Expectation[] = [];
  let lineStart = 0;
  let offset = 0;
  for (const line of source.split('\n')) {
    const mark = MARK.exec(line)?.groups;
    if (mark === undefined) {
      kept.push(line);
      lineStart = offset;
      offset += line.length + 1;
      continue;
    }
    const { indent = '', verdict = '', level = 'none', reason = null } = mark;
    const words = verdict === 'quiet' ? verdict : spell(verdict, level, reason);
    expected.push({ at: lineStart + indent.length, words, verdict, reason });
  }
  return { text: kept.join('\n'), expected: expected.sort((a, b) => a.at - b.at) };
}

/** What there is to say of a site, in the words of what is expected of it as far as they hold. */
function inWords(
  { keyword, verdict, level, reason }: TenantSite,
  expected: Expectation | null,
): { readonly at: number; readonly words: string } {
  const at = keyword.start;
  const quiet = level === 'none' || level === 'hint';
  if (expected?.verdict === 'quiet' && quiet) return { at, words: 'quiet' };
  const told = expected?.reason ?? null;
  return { at, words: spell(verdict, level, told !== null && !reason.includes(told) ? reason : told) };
}

function spell(verdict: string, level: string, reason: string | null): string {
  return `${verdict}${level === 'none' ? '' : ` ${level}`}${reason === null ? '' : `: ${reason}`}`;
}

function draw(text: string, sites: readonly TenantSite[]): string {
  const out: string[] = [];
  let offset = 0;
  for (const line of text.split('\n')) {
    out.push(line);
    for (const { keyword, verdict, level, reason } of sites) {
      const { start, end } = keyword;
      if (start < offset || start > offset + line.length) continue;
      out.push(`${' '.repeat(start - offset)}${'^'.repeat(end - start)} ${spell(verdict, level, reason)}`);
    }
    offset += line.length + 1;
  }
  return out.join('\n');
}
