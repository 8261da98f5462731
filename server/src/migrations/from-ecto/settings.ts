// What the configuration of the repository changes in the SQL of a migration, as values that stand for the call that uses them.
// https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-repo-configuration

import type { ConfigOptions, RepoConfig } from '../../ecto/model.js';
import type { StaticValue } from '../../syntax/elixir/static.js';
import type { Span } from '../../text/span.js';
import { textFrom } from './sql-text.js';
import { atom, type Located, noOptions, type Options, unknown, type Value } from './values.js';

export interface Settings {
  /** Of a table that says nothing of its own; `null` when it gets none. */
  primaryKey(at: Span): Options | null;
  /** What every `references` starts from. */
  reference(at: Span): Options;
  timestamps(at: Span): Options;
  prefix(at: Span): Located | null;
  readonly mapType: string;
  /** The module of the Repo, where the configuration names it. */
  readonly repo: string | null;
  /** What the Repo's configuration says under a key; `null` where it says nothing that can be told. */
  own(name: string, at: Span): Value | null;
}

export function settingsOf(config: RepoConfig | null): Settings {
  const keyOptions = config?.migrationPrimaryKey ?? null;
  return {
    primaryKey: (at) => (keyOptions === 'none' ? null : optionsAt(keyOptions, at)),
    reference(at) {
      const own = optionsAt(config?.migrationForeignKey ?? null, at);
      const key = keyOptions === 'none' ? noOptions : optionsAt(keyOptions, at);
      return { list: [...own.list, ...key.list.filter(({ name }) => name === 'type')], unknown: null };
    },
    timestamps: (at) => optionsAt(config?.migrationTimestamps ?? null, at),
    prefix(at) {
      const prefix = config?.migrationDefaultPrefix ?? null;
      return prefix === null ? null : { value: { kind: 'text', text: textFrom(at, prefix) }, span: at };
    },
    mapType: config?.mapType ?? 'jsonb',
    repo: config?.repo ?? null,
    own(name, at) {
      const found = config?.own.find((option) => option.name === name);
      return found === undefined ? null : valueAt(found.value, at);
    },
  };
}

function optionsAt(options: ConfigOptions | null, at: Span): Options {
  if (options === null) return noOptions;
  const list = options.map(({ name, value }) => ({
    name,
    value: { value: valueAt(value, at), span: at },
    key: at,
    span: at,
  }));
  return { list, unknown: null };
}

/** A value of the configuration, or of another file, as if it stood at the span. */
export function valueAt(value: StaticValue, at: Span): Value {
  const located = (item: StaticValue): Located => ({ value: valueAt(item, at), span: at });
  switch (value.kind) {
    case 'atom':
      return atom(value.name);
    case 'module':
      return { kind: 'module', name: value.name };
    case 'string':
    case 'charlist':
      return { kind: 'text', text: textFrom(at, value.text) };
    case 'number':
      return { kind: 'number', digits: String(value.value) };
    case 'list':
      return { kind: 'list', items: value.items.map(located) };
    case 'tuple':
      return { kind: 'tuple', items: value.items.map(located) };
    case 'map':
      return {
        kind: 'map',
        entries: value.entries.map(({ key, value: entry }) => ({ key: located(key), value: located(entry) })),
      };
    default:
      return unknown('the configuration is not read');
  }
}
