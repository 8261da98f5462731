// Path, File and Application: files of the project, and its configuration.

import { entryOf } from '../collections.js';
import type { Run } from '../run.js';
import { valueAt } from '../settings.js';
import { textFrom } from '../sql-text.js';
import { type Located, plainText, truth, unknown, type Value } from '../values.js';
import type { Functions, Library } from './library.js';

const joined: Library = (_run, args, at) => {
  const parts = args.length === 1 && args[0]?.value.kind === 'list' ? args[0].value.items : args;
  const texts = parts.map(({ value }) => plainText(value));
  if (texts.includes(null)) return null;
  const path = texts.join('/').replace(/\/+/g, '/');
  return { kind: 'text', text: textFrom(at, path.length > 1 ? path.replace(/\/$/, '') : path) };
};

/** `Path.expand("../seed.sql", __DIR__)`. */
const expanded: Library = (_run, [path, from], at) => {
  const text = path === undefined ? null : plainText(path.value);
  const base = from === undefined ? '' : plainText(from.value);
  if (text === null || base === null) return null;
  const parts: string[] = [];
  const whole = text.startsWith('/') || base === '' ? text : `${base}/${text}`;
  for (const part of whole.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return { kind: 'text', text: textFrom(at, parts.join('/')) };
};

const part = (of: (path: string) => string): Library => {
  return (_run, [path], at) => {
    const text = path === undefined ? null : plainText(path.value);
    return text === null ? null : { kind: 'text', text: textFrom(at, of(text)) };
  };
};

const basename: Library = (_run, [path, ending], at) => {
  const text = path === undefined ? null : plainText(path.value);
  const off = ending === undefined ? '' : plainText(ending.value);
  if (text === null || off === null) return null;
  const name = lastPart(text);
  return {
    kind: 'text',
    text: textFrom(at, off !== '' && name.endsWith(off) ? name.slice(0, -off.length) : name),
  };
};

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A file of the project, by a path from its root: of `app_dir` and `priv_dir` that is what stands there. */
function contentOf(
  run: Run,
  path: Located | undefined,
): { readonly text: string } | { readonly reason: string } {
  const name = path === undefined ? null : plainText(path.value);
  if (name === null) return { reason: 'the file that it names is not read' };
  const text = run.around.file(name);
  return text === null ? { reason: `the file "${name}" is not read` } : { text };
}

const read: Library = (run, [path], at) => {
  const found = contentOf(run, path);
  return 'text' in found
    ? { kind: 'text', text: textFrom(path?.span ?? at, found.text) }
    : unknown(found.reason);
};

const readSafely: Library = (run, [path], at) => {
  const found = contentOf(run, path);
  if ('reason' in found) return unknown(found.reason);
  const text: Value = { kind: 'text', text: textFrom(path?.span ?? at, found.text) };
  const items: readonly Located[] = [
    { value: { kind: 'atom', name: 'ok', holes: [] }, span: at },
    { value: text, span: at },
  ];
  return { kind: 'tuple', items };
};

const appDir: Library = (_run, [, path], at) => {
  const text = path === undefined ? '' : plainText(path.value);
  return text === null ? null : { kind: 'text', text: textFrom(at, text) };
};

const privDir: Library = (_run, _args, at) => ({ kind: 'text', text: textFrom(at, 'priv') });

/** `Application.get_env(:app, MyApp.Repo)` and `Application.compile_env(:app, [MyApp.Repo, :key], default)`. */
const environment: Library = (run, [app, path, fallback], at) => {
  const steps = path?.value.kind === 'list' ? path.value.items : path === undefined ? [] : [path];
  const own = ownConfiguration(run, steps);
  if (own !== null && own.kind !== 'unknown') return own;
  const name = app === undefined ? null : plainText(app.value);
  const names = steps.map(({ value }) => (value.kind === 'module' ? value.name : plainText(value)));
  if (name === null || names.includes(null)) return own;
  const keys = names.flatMap((one) => one ?? []);
  const found = run.around.configured(name, keys);
  if (found === 'several') return { kind: 'settings', app: name, path: keys };
  if (found === null) return own ?? unknown('its configuration is known at run time alone');
  if (found !== 'unset') return valueAt(found, at);
  return fallback?.value ?? own ?? unknown('the configuration does not say it');
};

function ownConfiguration(run: Run, [module, key, ...deeper]: readonly Located[]): Value | null {
  if (module?.value.kind !== 'module' || module.value.name !== run.settings.repo || deeper.length > 0)
    return null;
  const configuration: Value = { kind: 'configuration' };
  return key === undefined ? configuration : entryOf(run, configuration, key);
}

export const FILE_FUNCTIONS: Functions = {
  'Path.join': joined,
  'Path.expand': expanded,
  'Path.dirname': part((path) => path.slice(0, Math.max(0, path.lastIndexOf('/'))) || '.'),
  'Path.basename': basename,
  'Path.rootname': part((path) => path.replace(/\.\w+$/, '')),
  'Path.extname': part((path) => /\.\w+$/.exec(lastPart(path))?.[0] ?? ''),
  'Path.relative_to_cwd': part((path) => path),
  'File.read!': read,
  'File.read': readSafely,
  'File.exists?': (run, [path]) => ('text' in contentOf(run, path) ? truth(true) : null),
  'Application.app_dir': appDir,
  ':code.priv_dir': privDir,
  'Application.get_env': environment,
  'Application.fetch_env!': environment,
  'Application.compile_env': environment,
  'Application.compile_env!': environment,
};
