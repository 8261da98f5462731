// Lists, keyword lists and maps of known values.

import { compared } from './operators.js';
import type { Run } from './run.js';
import { valueAt } from './settings.js';
import { type Located, type MapEntry, NIL, plainText, unknown, type Value } from './values.js';

/** The items of a list, or the pairs of a map as tuples; `null` for other values. */
export function listItems(source: Located | undefined): readonly Located[] | null {
  if (source?.value.kind === 'list') return source.value.items;
  if (source?.value.kind !== 'map') return null;
  return source.value.entries.map(({ key, value }) => ({
    value: { kind: 'tuple', items: [key, value] },
    span: key.span,
  }));
}

/** `container[key]` and `container.key`; `nil` when it has none. */
export function entryOf(run: Run, container: Value, key: Located): Value {
  if (container.kind === 'configuration') {
    const name = plainText(key.value);
    const found = name === null ? null : run.settings.own(name, key.span);
    return found ?? unknown('the configuration does not say it');
  }
  if (container.kind === 'settings') return settingOf(run, container.app, container.path, key);
  if (container.kind !== 'list' && container.kind !== 'map') return unknown('an entry is computed');
  const entries = container.kind === 'map' ? container.entries : container.items.flatMap(entryIn);
  for (const entry of entries) {
    const same = compared(entry.key.value, key.value);
    if (same === true) return entry.value.value;
    if (same === null) return unknown('an entry is computed');
  }
  return NIL;
}

function settingOf(run: Run, app: string, path: readonly string[], key: Located): Value {
  const name = plainText(key.value);
  if (name === null) return unknown('an entry is computed');
  const found = run.around.configured(app, [...path, name]);
  if (found === null) return unknown('its configuration is known at run time alone');
  if (found === 'several') return { kind: 'settings', app, path: [...path, name] };
  return found === 'unset' ? NIL : valueAt(found, key.span);
}

function entryIn({ value }: Located): readonly MapEntry[] {
  const [key, entry] = value.kind === 'tuple' ? value.items : [];
  return key === undefined || entry === undefined ? [] : [{ key, value: entry }];
}
