// What a migration may ask of the world around its file: modules and files of the workspace, versions of libraries, and what
// libraries have noted in the database by then.

import type { ElixirModule } from '../../syntax/elixir/modules.js';
import type { StaticValue } from '../../syntax/elixir/static.js';

export interface Surroundings {
  /** The path of the migration; `null` when it is in no file. */
  readonly path: string | null;
  /** A module of another file by its full name; `null` where the workspace has none. */
  module(name: string): OtherModule | null;
  /** The text of a file by its path in the project, `priv/repo/seed.sql`; `null` where it has none. */
  file(path: string): string | null;
  /**
   * What `config/*.exs` says under a key of an application, `[:key]` and deeper; `unset` where nothing sets it, `several` where
   * it is put together from several settings, `null` where it cannot be told: it is computed, or differs from environment to
   * environment.
   */
  configured(app: string, path: readonly string[]): StaticValue | 'unset' | 'several' | null;
  /** The version of a library in `mix.lock`: `2.19.4`; `null` without a lock, and where it does not name the library. */
  locked(library: string): string | null;
  /** What is noted in the database: see {@link Notes}; `null` when that cannot be told. */
  note(key: string): string | null;
}

export interface OtherModule {
  readonly module: ElixirModule;
  /** Its file speaks of migrations or changes a schema by SQL. */
  readonly changesSchema: boolean;
}

/** A file that stands alone. */
export const nothingAround: Surroundings = {
  path: null,
  module: () => null,
  file: () => null,
  configured: () => null,
  locked: () => null,
  note: () => '',
};

/** A version as numbers: `2.19.4` is 2.19; `null` for what is none. */
export function majorAndMinor(
  version: string | null,
): { readonly major: number; readonly minor: number } | null {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  return major === undefined || minor === undefined ? null : { major: Number(major), minor: Number(minor) };
}

/** Whether a version is that one or a later one. Fix versions do not count. `false` where it is not known. */
export function isAtLeast(version: string | null, major: number, minor: number): boolean {
  const found = majorAndMinor(version);
  return found !== null && (found.major > major || (found.major === major && found.minor >= minor));
}
