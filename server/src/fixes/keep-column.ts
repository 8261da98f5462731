// Instead of renaming a column: the Ecto field gets the new name and reads the old column.

import type { RenameColumn } from '../catalog/operation.js';
import type { Field } from '../ecto/model.js';
import { callAround } from '../syntax/elixir/walk.js';
import { type Change, changeOf, type TextEdit } from '../text/edits.js';
import { type EctoFile, itemAt, operationsDown, removeCode } from './ecto-file.js';
import { setOption } from './ecto-options.js';
import { atom } from './ecto-style.js';
import { isMentionedLater } from './lasting.js';
import { type Site, together } from './place.js';

/**
 * `null` unless there is exactly one schema of the table, with the column as a plain `field` under one of both names, and
 * also when this or a later migration goes on with the new name.
 */
export function keepColumnName(site: Site, file: EctoFile, operation: RenameColumn): Change | null {
  const item = itemAt(file, operation.span);
  const [found, ...others] = site.schemasOf(operation.table);
  const from = operation.column.name;
  const to = operation.to.name;
  if (item === null || found === undefined || others.length > 0) return null;
  if (isNamedAfterwards(site, operation)) return null;
  const field = found.schema.fields.find(({ column }) => column === from || column === to);
  const mapped = field === undefined ? null : mapField(site, found.path, field, from, to);
  if (mapped === null) return null;
  const undoing = operationsDown(site, file).filter(
    ({ operation: other }) => other.kind === 'rename-column' && other.to.name === from,
  );
  return together(
    changeOf(
      site.file.path,
      [item, ...undoing.map((one) => one.item)].map((one) => removeCode(file, one)),
    ),
    changeOf(found.path, mapped),
  );
}

/** Whether the migration goes on with the new name, or a later one does. */
function isNamedAfterwards(site: Site, { span, table, to }: RenameColumn): boolean {
  const operations = site.step?.migration.statements.flatMap((statement) => statement.operations) ?? [];
  const after = operations.filter((operation) => operation.span.start > span.end);
  const named = after.some((operation) => JSON.stringify(operation).includes(JSON.stringify(to.name)));
  return named || isMentionedLater(site, table.name, to.name);
}

function mapField(
  site: Site,
  path: string,
  field: Field,
  from: string,
  to: string,
): readonly TextEdit[] | null {
  const text = site.textOf(path);
  if (text === null || field.from !== 'field') return null;
  const { items } = site.parsers.elixir.parse(text);
  const call = callAround(items, field.nameSpan, ['field']);
  // `field :name` without a type takes no options.
  if (call === null || call.args.length < 2) return null;
  const source = setOption(text, call, 'source', atom(from));
  if (source === null) return null;
  return [...(field.name === to ? [] : [{ span: field.nameSpan, text: atom(to) }]), ...source];
}
