// New Ecto migrations, made like one that is there.

import { attributeNamed } from '../syntax/elixir/modules.js';
import type { Change } from '../text/edits.js';
import { type EctoFile, itemsOf } from './ecto-file.js';
import { type Neighbour, numberMigrations } from './new-migration.js';
import type { Site } from './place.js';
import { newlineOf, sqlStyle, withNewlines } from './sql-style.js';
import type { FollowUp } from './steps.js';
import { type Writer, type Written, writtenFollowUp } from './steps-ecto.js';
import { camelCase } from './versions.js';

export interface EctoNeighbour extends Neighbour {
  readonly file: EctoFile;
}

export interface NewModule {
  readonly name: string;
  readonly outside: boolean;
  readonly written: Written;
}

export function newEctoMigrations(site: Site, like: EctoNeighbour, followUps: readonly FollowUp[]): Change {
  const writer = writerLike(site, like.file);
  const modules = followUps.map((followUp) => ({
    name: followUp.name,
    outside: followUp.outside,
    written: writtenFollowUp(followUp, writer),
  }));
  return newModules(site, like, modules);
}

/** How the author writes Elixir and the SQL in it. */
export function writerLike({ parsers }: Site, file: EctoFile): Writer {
  const raw = [...itemsOf(file, 'up'), ...itemsOf(file, 'change')].flatMap(({ expr }) =>
    expr.kind === 'call' && expr.name === 'execute' && expr.args[0]?.kind === 'text'
      ? [parsers.sql.statement(expr.args[0].content.text)]
      : [],
  );
  return { style: file.style, sql: sqlStyle(parsers.sql, raw[0] ?? null) };
}

/** Modules in files of their own beside the neighbour, which run one after the other after all that are there. */
export function newModules(site: Site, like: EctoNeighbour, modules: readonly NewModule[]): Change {
  const numbers = numberMigrations(
    site,
    like,
    modules.map(({ name }) => name),
  );
  const newline = newlineOf(like.file.text);
  const creates = modules.map(({ outside, written }, index) => {
    const { version, name } = numbers[index] ?? { version: '', name: '' };
    const text = moduleText(like.file, name, outside ? leavingAttributes(site, like.file) : [], written);
    return { path: `${like.folder}/${version}_${name}.exs`, text: withNewlines(text, newline) };
  });
  return { edits: [], creates };
}

/** The attributes for a migration outside a transaction: that of the lock is left out where the repository needs none. */
export function leavingAttributes({ step }: Site, { module }: EctoFile): readonly string[] {
  const set = attributeNamed(module, 'disable_migration_lock') !== null;
  const lock = step === null || step.migration.holdsMigrationLock || set;
  return ['disable_ddl_transaction', ...(lock ? ['disable_migration_lock'] : [])];
}

function moduleText(
  { text, module, tree }: EctoFile,
  name: string,
  attributes: readonly string[],
  written: Written,
): string {
  const use = module.references.find(({ kind }) => kind === 'use')?.call.span;
  const blocks = [
    [use === undefined ? 'use Ecto.Migration' : text.slice(use.start, use.end)],
    written.imports,
    attributes.map((attribute) => `@${attribute} true`),
    written.attributes,
    written.callbacks,
  ].filter((block) => block.length > 0);
  const inside = blocks
    .map((block) => block.map((line) => (line === '' ? '' : `  ${line}`)).join('\n'))
    .join('\n\n');
  const parent = module.name.slice(0, module.name.lastIndexOf('.') + 1);
  return `${licence(text, tree.comments)}defmodule ${parent}${camelCase(name)} do\n${inside}\nend\n`;
}

/** Comments at the top of the file that say whose it is. */
function licence(text: string, comments: EctoFile['tree']['comments']): string {
  const [first] = comments;
  if (first === undefined || first.span.start > 0) return '';
  const head = /^(?:#[^\n]*\n)+\n*/.exec(text.replace(/\r\n/g, '\n'))?.[0] ?? '';
  return /SPDX-|copyright/i.test(head) ? head : '';
}
