// What the workspace gives to an Ecto migration besides its own file, and whether it would still give the same: what a migration
// does is computed again when an answer that it got is another one.

import type { Map as ImmutableMap } from 'immutable';
import { type AppSetting, appSettingsIn } from '../ecto/repo-config.js';
import { enumModules } from '../migrations/from-ecto/ecto-enum.js';
import type { Notes } from '../migrations/from-ecto/notes.js';
import type { OtherModule, Surroundings } from '../migrations/from-ecto/surroundings.js';
import { type ElixirModule, modulesIn } from '../syntax/elixir/modules.js';
import type { ElixirParser } from '../syntax/elixir/parse.js';
import { entryNamed, type StaticValue } from '../syntax/elixir/static.js';
import type { SourceFile } from '../text/source-file.js';

export interface EctoPlace {
  readonly files: Files;
  readonly parser: ElixirParser;
  /** The folder of `mix.exs`, without a `/` at its end. */
  readonly root: string;
  /** Of the migration. */
  readonly path: string;
  /** What libraries have noted before it runs; `null` leaves it at what it was. */
  readonly notes: Notes | null;
}

/** What a migration asked, and what it was told. */
export type Asked = ReadonlyMap<string, unknown>;

export interface AskedSurroundings {
  readonly around: Surroundings;
  /** Grows as the migration asks. */
  readonly asked: Asked;
}

export function surroundingsAt(place: EctoPlace): AskedSurroundings {
  const asked = new Map<string, unknown>();
  const ask = <T>(question: Question, name: string): T => {
    const answer = ANSWERS[question](place, name);
    asked.set(`${question} ${name}`, answer);
    return answer as T;
  };
  const around: Surroundings = {
    path: place.path,
    module(name) {
      const file = ask<SourceFile | null>('module', name);
      return file === null ? null : moduleOf(place.parser, file, name);
    },
    file: (path) => ask<SourceFile | null>('file', path)?.text ?? null,
    configured(app, path) {
      const answer = ask<string | null>('config', [app, ...path].join(' '));
      if (answer === null || answer === 'unset' || answer === 'several') return answer;
      return JSON.parse(answer) as StaticValue;
    },
    locked: (library) => ask<string | null>('locked', library),
    note: (key) => ask<string | null>('note', key),
  };
  return { around, asked };
}

/** Whether a migration that asked this would be told the same. */
export function isStillTold(asked: Asked, place: EctoPlace): boolean {
  for (const [key, answer] of asked) {
    const [question = '', ...rest] = key.split(' ');
    if (question === 'note' && place.notes === null) continue;
    if (!isQuestion(question) || ANSWERS[question](place, rest.join(' ')) !== answer) return false;
  }
  return true;
}

type Question = keyof typeof ANSWERS;

const ANSWERS = {
  module({ files, parser }: EctoPlace, name: string): SourceFile | null {
    let known = filesOfModules.get(files);
    if (known === undefined) {
      known = new Map();
      filesOfModules.set(files, known);
    }
    let found = known.get(name);
    if (found === undefined) {
      found = fileOfModule(files, parser, name);
      known.set(name, found);
    }
    return found;
  },
  file: ({ files, root }: EctoPlace, path: string): SourceFile | null =>
    files.get(normalized(path.startsWith('/') ? path : `${root}/${path}`)) ?? null,
  config: ({ files, parser, root }: EctoPlace, key: string): string | null =>
    configured(settingsAround(files, parser, root), key.split(' ')),
  locked: ({ files, root }: EctoPlace, library: string): string | null => lockedIn(files, root, library),
  note({ notes }: EctoPlace, key: string): string | null {
    const [name = key] = key.split(' ');
    if (notes === null || notes.has(name)) return null;
    const note = notes.get(key) ?? '';
    return note === FORGOTTEN ? null : note;
  },
};

function isQuestion(text: string): text is Question {
  return Object.hasOwn(ANSWERS, text);
}

/** What all settings under the key agree on, as JSON; `null` when they do not, or one of them is computed. */
function configured(settings: readonly AppSetting[], [app = '', ...path]: readonly string[]): string | null {
  const found = new Set<string | null>();
  for (const setting of settings) {
    if (setting.app !== app) continue;
    const common = Math.min(setting.path.length, path.length);
    if (setting.path.slice(0, common).join(' ') !== path.slice(0, common).join(' ')) continue;
    if (setting.path.length > path.length) return 'several';
    found.add(valueAt(setting, path.slice(common)));
  }
  found.delete('unset');
  const [only = 'unset', ...others] = found;
  return others.length > 0 ? null : only;
}

function valueAt({ value }: AppSetting, path: readonly string[]): string | null {
  let current = value;
  for (const key of path) {
    if (current === null) return null;
    if (current.kind !== 'list' && current.kind !== 'map') return null;
    const entry = entryNamed(current, key);
    if (entry === null) return 'unset';
    current = entry;
  }
  return current === null ? null : JSON.stringify(current);
}

const settings = new WeakMap<SourceFile, readonly AppSetting[]>();

/** What `config/*.exs` of the project says, and of the umbrella project around it. */
function settingsAround(files: Files, parser: ElixirParser, root: string): readonly AppSetting[] {
  const found: AppSetting[] = [];
  for (const file of files.values()) {
    const project = /^(.*)\/config\/[^/]+\.exs$/.exec(file.path)?.[1];
    if (project === undefined || (root !== project && !root.startsWith(`${project}/`))) continue;
    let own = settings.get(file);
    if (own === undefined) {
      own = appSettingsIn(parser.parse(file.text));
      settings.set(file, own);
    }
    found.push(...own);
  }
  return found;
}

const FORGOTTEN = '?';

/** What is noted after a migration of which some notes cannot be told. */
export function notesWithout(notes: Notes, forgets: readonly string[]): Notes {
  if (forgets.length === 0) return notes;
  return new Map([...notes, ...forgets.map((key) => [key, FORGOTTEN] as const)]);
}

function normalized(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

type Files = ImmutableMap<string, SourceFile>;

const filesOfModules = new WeakMap<Files, Map<string, SourceFile | null>>();

const names = new WeakMap<SourceFile, ReadonlySet<string>>();

/** Modules that a file seems to define, as they are written. */
function namesIn(file: SourceFile): ReadonlySet<string> {
  let found = names.get(file);
  if (found === undefined) {
    const written = file.text.matchAll(/\b(?:defmodule|defenum)[ (]\s*([A-Z][\w.]*)/g);
    found = new Set([...written].map(([, name = '']) => name));
    names.set(file, found);
  }
  return found;
}

function fileOfModule(files: Files, parser: ElixirParser, name: string): SourceFile | null {
  const parts = name.split('.');
  const endings = new Set(parts.map((_, index) => parts.slice(index).join('.')));
  const candidates: SourceFile[] = [];
  for (const file of files.values()) {
    if (file.language !== 'elixir') continue;
    for (const written of namesIn(file)) if (endings.has(written)) candidates.push(file);
  }
  const sure = candidates.filter((file) => moduleOf(parser, file, name) !== null);
  // The tests of a module do not count where the module itself is there.
  return sure.sort((a, b) => (a.path < b.path ? -1 : 1))[0] ?? null;
}

const parsed = new WeakMap<SourceFile, readonly ElixirModule[]>();

function moduleOf(parser: ElixirParser, file: SourceFile, name: string): OtherModule | null {
  let modules = parsed.get(file);
  if (modules === undefined) {
    const elixir = parser.parse(file.text);
    const enums = /\bEctoEnum\b/.test(file.text) ? enumModules(elixir, file.text) : '';
    modules = [...modulesIn(elixir), ...modulesIn(parser.parse(enums))];
    parsed.set(file, modules);
  }
  // A module that EctoEnum makes is more than what is written of it.
  const module = modules.findLast((candidate) => candidate.name === name);
  return module === undefined ? null : { module, changesSchema: changesSchema(file.text) };
}

function changesSchema(text: string): boolean {
  return (
    /\bEcto\.Migration\b|\bEctoEnum\b/.test(text) ||
    /\b(?:CREATE|ALTER|DROP)\s+(?:UNIQUE\s+)?(?:TABLE|INDEX|TYPE|SCHEMA|VIEW|EXTENSION|SEQUENCE|FUNCTION|TRIGGER)\b/.test(
      text,
    )
  );
}

/** The version in the `mix.lock` of the project, or of the umbrella project above it. */
function lockedIn(files: Files, root: string, library: string): string | null {
  for (let folder = root; folder !== ''; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const lock = files.get(`${folder}/mix.lock`);
    if (lock === undefined) continue;
    const entry = new RegExp(`^\\s*"${library}": *\\{:hex, *:\\w+, *"([^"]+)"`, 'm').exec(lock.text);
    return entry?.[1] ?? null;
  }
  return null;
}
