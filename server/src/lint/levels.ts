// Which rules are on for a file, and how loud.

import picomatch from 'picomatch';
import { RULES } from '../rules/index.js';
import type { Finding, Rule, Severity, Subject } from '../rules/rule.js';
import type { Config, Override, RuleLevel } from './config.js';

export interface Levels {
  /** What the configuration says, by id. */
  readonly given: Readonly<Record<string, RuleLevel>>;
  levelOf(rule: Rule): RuleLevel;
  /** Whether the configuration says how loud the rule is. */
  isGiven(rule: Rule): boolean;
  /** The severity of a finding: that of the configuration, else the finding's own, else the rule's. */
  severityOf(rule: Rule, finding: Finding): Severity;
  /** The rules that are on and look at that kind of subject; the same list each time. */
  rulesOn(kind: Subject['kind']): readonly Rule[];
}

const known = new WeakMap<Config, Map<string, Levels>>();

/** @param path relative to the folder of the configuration. The same object for all files to which the same overrides apply. */
export function levelsFor(config: Config, path: string): Levels {
  // picomatch throws at an empty glob.
  const applying = config.overrides.filter(({ files }) =>
    files.some((glob) => glob !== '' && picomatch.isMatch(path, glob)),
  );
  const key = applying.map((override) => config.overrides.indexOf(override)).join();
  const byKey = known.get(config) ?? new Map<string, Levels>();
  known.set(config, byKey);
  let levels = byKey.get(key);
  if (levels === undefined) {
    levels = levelsOf(config, applying);
    byKey.set(key, levels);
  }
  return levels;
}

function levelsOf(config: Config, overrides: readonly Override[]): Levels {
  // Later overrides win over earlier ones and over the rest.
  const given: Readonly<Record<string, RuleLevel>> = Object.assign(
    { ...config.rules },
    ...overrides.map(({ rules }) => rules),
  );
  const levelOf = (rule: Rule): RuleLevel => given[rule.id] ?? rule.severity;
  const on = RULES.filter((rule) => levelOf(rule) !== 'off');
  const byKind = new Map<string, readonly Rule[]>();
  return {
    given,
    levelOf,
    isGiven: (rule) => given[rule.id] !== undefined,
    severityOf(rule, finding) {
      const level = given[rule.id] ?? finding.severity ?? rule.severity;
      return level === 'off' ? 'hint' : level;
    },
    rulesOn(kind) {
      let rules = byKind.get(kind);
      if (rules === undefined) {
        rules = on.filter((rule) => rule.on.includes(kind));
        byKind.set(kind, rules);
      }
      return rules;
    },
  };
}
