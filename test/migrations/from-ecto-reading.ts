// Snippets as migrations, read.

import assert from 'node:assert/strict';
import type { Operation, Touch } from '../../server/src/catalog/operation.js';
import type { RepoConfig } from '../../server/src/ecto/model.js';
import { configOfRepo, repoConfigsIn } from '../../server/src/ecto/repo-config.js';
import {
  type EctoMigration,
  type EctoOptions,
  ectoMigrationIn,
} from '../../server/src/migrations/from-ecto.js';
import { elixirParser, sqlParser } from '../support/parsers.js';

/** A module with these lines in `change`, unless they are a module of their own. */
export function moduleAround(code: string): string {
  if (code.startsWith('defmodule')) return code;
  return `defmodule Shop.Repo.Migrations.Example do
  use Ecto.Migration

  def change do
${code}
  end
end
`;
}

export function migrationOf(
  code: string,
  config: RepoConfig | null = null,
  options: Partial<EctoOptions> = {},
): EctoMigration {
  const migration = ectoMigrationIn(elixirParser.parse(moduleAround(code)), config, sqlParser, options);
  assert.ok(migration !== null, 'a migration');
  return migration;
}

/** The SQL that is sent, one statement a line, with single blanks. */
export function sqlOf(
  code: string,
  config: RepoConfig | null = null,
  options: Partial<EctoOptions> = {},
): readonly string[] {
  return migrationOf(code, config, options)
    .statements.map(({ sql }) => sql.trim().replace(/\s+/g, ' '))
    .filter((sql) => sql !== '');
}

export function operationsIn(code: string): readonly Operation[] {
  return migrationOf(code).statements.flatMap(({ operations }) => operations);
}

/** `config :shop, Shop.Repo, …` with these options. */
export function configWith(options: string): RepoConfig | null {
  const file = elixirParser.parse(`import Config\nconfig :shop, Shop.Repo, ${options}\n`);
  return configOfRepo(repoConfigsIn(file), 'repo');
}

export function touchText(touches: Touch): string {
  if (touches.kind === 'relation') return `relation ${touches.relation.name}`;
  if (touches.kind === 'column') return `column ${touches.relation.name}.${touches.column}`;
  if (touches.kind === 'type') return `type ${touches.type.name}`;
  return touches.kind;
}
