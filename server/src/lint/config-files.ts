// Which configuration holds for which file: the nearest plumbline.jsonc upwards, on top of the files that it extends.

import type { Statistics } from '../catalog/statistics.js';
import type { Problem } from '../syntax/problem.js';
import { fileName, folderOf, joinPath, type SourceFile } from '../text/source-file.js';
import { CONFIG_FILE, type Config } from './config.js';
import { readConfig } from './config-reading.js';
import { NO_SIZES, type Sizes, sizesOf, withAssumedSizes } from './sizes.js';
import { readStatistics } from './statistics-file.js';

/** A configuration and where it comes from. */
export interface ConfigInForce {
  readonly config: Config;
  /** The folder that its globs and folders count from, without a `/` at its end. */
  readonly folder: string;
  /** The file and those that it extends; empty for what holds without a file. */
  readonly sources: readonly string[];
  readonly sizes: Sizes;
  /** What plans are made for: the file's, with sizes that the configuration assumes; `null` when it says neither. */
  readonly statistics: Statistics | null;
  /** Where they come from besides the configuration itself; `null` when no file is named. */
  readonly statisticsFile: string | null;
}

export interface Configs {
  /** By the folder that holds the file. */
  readonly byFolder: ReadonlyMap<string, ConfigInForce>;
  /** Where no file says otherwise. */
  readonly elsewhere: ConfigInForce;
  /** What is wrong, by path, in each file that is read as a configuration, or for one. */
  readonly problems: ReadonlyMap<string, readonly Problem[]>;
  /** Paths that a configuration names and at which there is no file. */
  readonly missing: ReadonlySet<string>;
}

/** What reading gathers besides the settings. */
interface Notes {
  readonly problems: Map<string, readonly Problem[]>;
  readonly missing: Set<string>;
}

export interface ConfigOptions {
  readonly root: string;
  readonly ruleIds: ReadonlySet<string>;
  /** What holds where no configuration file says otherwise: the editor's settings. */
  readonly defaults: Config;
  /** What holds whatever configuration files say: the command line's flags. */
  readonly enforced: Partial<Config>;
  /** A file that holds everywhere, instead of every plumbline.jsonc. */
  readonly onlyConfig: string | null;
}

type Files = Pick<ReadonlyMap<string, SourceFile>, 'get' | 'keys'>;

export function isConfig(path: string): boolean {
  return fileName(path) === CONFIG_FILE;
}

/** What holds without any file. */
export function configsWithoutFiles({ root, defaults, enforced }: ConfigOptions): Configs {
  const elsewhere = {
    config: { ...defaults, ...enforced },
    folder: root,
    sources: [],
    sizes: NO_SIZES,
    statistics: null,
    statisticsFile: null,
  };
  return { byFolder: new Map(), elsewhere, problems: new Map(), missing: new Set() };
}

export function readConfigs(files: Files, options: ConfigOptions): Configs {
  const { root, onlyConfig } = options;
  const notes: Notes = { problems: new Map(), missing: new Set() };
  const bare = configsWithoutFiles(options);
  const { statistics } = options.defaults;
  const path = statistics === null ? null : joinPath(root, statistics);
  const known = knownFrom(path, options.defaults, files, notes);
  const none = { ...bare, elsewhere: { ...bare.elsewhere, ...known, statisticsFile: path } };
  if (onlyConfig !== null) {
    return { ...none, ...notes, elsewhere: configAt(onlyConfig, root, files, options, notes) };
  }
  const byFolder = new Map<string, ConfigInForce>();
  for (const path of files.keys()) {
    if (!isConfig(path)) continue;
    const folder = folderOf(path);
    byFolder.set(folder, configAt(path, folder, files, options, notes));
  }
  return { ...none, ...notes, byFolder };
}

/** The nearest one upwards. */
export function configInForce({ byFolder, elsewhere }: Configs, path: string): ConfigInForce {
  let best: ConfigInForce | null = null;
  for (const [folder, found] of byFolder) {
    if (path.startsWith(`${folder}/`) && folder.length >= (best?.folder.length ?? 0)) best = found;
  }
  return best ?? elsewhere;
}

/** All that are in force upwards, the nearest first; what holds without a file comes last. */
export function configsUpwards({ byFolder, elsewhere }: Configs, path: string): readonly ConfigInForce[] {
  const above = [...byFolder].filter(([folder]) => path.startsWith(`${folder}/`));
  return [...above.sort(([a], [b]) => b.length - a.length).map(([, found]) => found), elsewhere];
}

/** Paths of the files that a configuration builds on, in its order, and of its statistics. */
export function namedPaths(file: SourceFile): readonly string[] {
  const read = readConfig(file.text, NO_IDS);
  const { statistics } = read.config;
  const names = [...read.extends.map(({ path }) => path), ...(statistics === null ? [] : [statistics])];
  return names.map((name) => joinPath(folderOf(file.path), name));
}

const NO_IDS: ReadonlySet<string> = new Set();

function configAt(
  path: string,
  folder: string,
  files: Files,
  { ruleIds, defaults, enforced }: ConfigOptions,
  { problems, missing }: Notes,
): ConfigInForce {
  const sources: string[] = [];
  let statisticsFile = defaults.statistics === null ? null : joinPath(folder, defaults.statistics);
  /** Each of several parents builds on the one before it; what a file says itself wins. */
  const read = (file: SourceFile, base: Config, children: readonly string[]): Config => {
    sources.push(file.path);
    const above = [...children, file.path];
    const wrong: Problem[] = [];
    let config = base;
    for (const parent of readConfig(file.text, ruleIds).extends) {
      const parentPath = joinPath(folderOf(file.path), parent.path);
      const found = files.get(parentPath);
      if (above.includes(parentPath)) wrong.push(problemAt(parent.span, cycle(parentPath === file.path)));
      else if (found === undefined) {
        wrong.push(problemAt(parent.span, `There is no file "${parent.path}".`));
        missing.add(parentPath);
      } else config = read(found, config, above);
    }
    const own = readConfig(file.text, ruleIds, config);
    // A file that is read twice, by itself and as a parent, may be in a circle only once.
    const before = problems.get(file.path) ?? own.problems;
    problems.set(file.path, [...before, ...wrong.filter((problem) => !isAmong(problem, before))]);
    const named = own.config.statistics;
    // A file is named from where it is written.
    if (named !== null && named !== config.statistics) statisticsFile = joinPath(folderOf(file.path), named);
    return own.config;
  };
  const file = files.get(path);
  const config = file === undefined ? defaults : read(file, defaults, []);
  const known = knownFrom(statisticsFile, config, files, { problems, missing });
  return { config: { ...config, ...enforced }, folder, sources, ...known, statisticsFile };
}

/** With what the file of statistics tells, if there is one. That it is not there is said where it is named (unmet-settings.ts). */
function knownFrom(
  path: string | null,
  { tables }: Config,
  files: Files,
  notes: Notes,
): Pick<ConfigInForce, 'sizes' | 'statistics'> {
  const told = path === null ? null : statisticsAt(path, files, notes);
  return { sizes: sizesOf(told, tables), statistics: withAssumedSizes(told, tables) };
}

function statisticsAt(path: string, files: Files, { problems, missing }: Notes): Statistics | null {
  const file = files.get(path);
  if (file === undefined) {
    missing.add(path);
    return null;
  }
  const read = readStatistics(file.text);
  problems.set(path, read.problems);
  return read.statistics;
}

function isAmong({ span, message }: Problem, problems: readonly Problem[]): boolean {
  return problems.some((other) => other.span.start === span.start && other.message === message);
}

function cycle(isItself: boolean): string {
  return isItself ? 'This file extends itself.' : 'The file named here extends this one in turn.';
}

function problemAt(span: Problem['span'], message: string): Problem {
  return { kind: 'problem', span, message };
}
