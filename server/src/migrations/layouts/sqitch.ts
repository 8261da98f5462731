// sqitch: sqitch.plan names the changes in order, deploy/<change>.sql makes one, revert/ and verify/ have its other scripts. Each is
// given to psql as it is: it has its own BEGIN and COMMIT, or runs without.
// Source: https://sqitch.org/docs/manual/sqitchchanges/, https://github.com/sqitchers/sqitch, lib/App/Sqitch/Plan/Change.pm
// (names of reworked scripts) and lib/App/Sqitch/Engine/pg.pm.

import type { Layout } from './layout.js';
import { ONE_WAY, type ScriptRules } from './scripts.js';

const rules: ScriptRules = { ...ONE_WAY, sendsOneByOne: true, isUpToTheAuthor: true, canAdd: false };

export const sqitch: Layout = {
  id: 'sqitch',
  title: 'sqitch changes',
  transactionIsImplicit: false,

  // The plan tells.
  recognize: () => null,

  transaction: () => 'none',

  pathOf: (folder, _version, name) => `${folder}/${name}.sql`,

  downPath: (path) => path.replace(/\/deploy\/(?!.*\/deploy\/)/, '/revert/'),

  scripts: () => rules,
};

/** A change of the plan. */
export interface PlannedChange {
  readonly name: string;
  /** Tags between it and the change that reworks it; empty for one that was not reworked. */
  readonly reworkTags: readonly string[];
}

/** The changes of a plan, in order. https://sqitch.org/docs/manual/sqitch-plan/ */
export function readPlan(text: string): readonly PlannedChange[] {
  const changes: { name: string; reworkTags: readonly string[] }[] = [];
  const newest = new Map<string, { readonly at: number; readonly tags: string[] }>();
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.replace(/#.*$/, '').trim();
    if (line === '' || line.startsWith('%')) continue;
    const [word = ''] = line.split(/[\s[]/);
    if (word.startsWith('@')) {
      for (const { tags } of newest.values()) tags.push(word);
      continue;
    }
    const name = word.replace(/^[+]/, '');
    const before = newest.get(name);
    const old = before === undefined ? undefined : changes[before.at];
    if (before !== undefined && old !== undefined) old.reworkTags = before.tags;
    newest.set(name, { at: changes.length, tags: [] });
    changes.push({ name, reworkTags: [] });
  }
  return changes;
}

export interface SqitchSettings {
  readonly isPostgres: boolean;
  /** Relative to the folder of the configuration. */
  readonly planFile: string;
  readonly topFolder: string;
  readonly deployFolder: string;
  readonly extension: string;
}

/** @param text of sqitch.conf; `''` where there is none */
export function readSqitchSettings(text: string): SqitchSettings {
  const core = new Map<string, string>();
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    const heading = /^\s*\[\s*([\w-]+)(?:\s+"([^"]*)")?\s*\]/.exec(line);
    if (heading !== null)
      section = heading[2] === undefined ? (heading[1] ?? '') : `${heading[1]} ${heading[2]}`;
    const [, key, value] = /^\s*([\w.-]+)\s*=\s*"?(.*?)"?\s*(?:[#;].*)?$/.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    if (section === 'core' || section === 'engine pg') core.set(key, value);
  }
  const engine = core.get('engine');
  const topFolder = core.get('top_dir') ?? '.';
  return {
    isPostgres: engine === undefined || engine === 'pg',
    topFolder,
    planFile: core.get('plan_file') ?? `${topFolder}/sqitch.plan`,
    deployFolder: core.get('deploy_dir') ?? `${topFolder}/deploy`,
    extension: core.get('extension') ?? 'sql',
  };
}
