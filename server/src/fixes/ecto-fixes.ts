// Fixes of commands of the migration DSL.

import type { Column } from '../catalog/catalog.js';
import { findTable } from '../catalog/lookup.js';
import { quotedName } from '../catalog/names.js';
import type {
  AddColumn,
  AddConstraint,
  AlterColumnType,
  CreateIndex,
  DropIndex,
  SetNotNull,
} from '../catalog/operation.js';
import { sameType } from '../catalog/types.js';
import { type Call, keywordsOf } from '../syntax/elixir/nodes.js';
import { callAround } from '../syntax/elixir/walk.js';
import { type Change, changeOf, type TextEdit } from '../text/edits.js';
import { contains, type Span } from '../text/span.js';
import { snakeCase } from '../text/words.js';
import { ectoColumnTypeFixes } from './column-types.js';
import {
  commentsIn,
  commentsInside,
  type EctoFile,
  type Item,
  insertAfter,
  insertFirstDown,
  itemAt,
  itemsOf,
  opening,
  operationsDown,
  removeInside,
} from './ecto-file.js';
import { commandAround, concurrentEdits, concurrentUndoing, distinct } from './ecto-indexes.js';
import { moveOut, outside } from './ecto-move.js';
import { type EctoNeighbour, newEctoMigrations, writerLike } from './ecto-new.js';
import { removeOption, setOption } from './ecto-options.js';
import { atom } from './ecto-style.js';
import type { StatementFixes } from './every-fix.js';
import { generalEctoFixes } from './general-ecto.js';
import {
  columnLasts,
  constraintsOfCode,
  isProvenPresent,
  isSameTable,
  nameOfConstraint,
  operationsOfCode,
  runsOften,
} from './lasting.js';
import { undoingOf } from './moving.js';
import { changes, type Site, some, together, type Undoes } from './place.js';
import {
  defaultForOldRows,
  notNullConstraint,
  presenceCheck,
  requirement,
  retyping,
  standIn,
  validation,
} from './plans.js';
import { isAsAdded, isValidated } from './sql-fixes.js';
import { withOwnNewlines } from './sql-style.js';
import type { FollowUp } from './steps.js';
import { codeOf, codesIn } from './steps-ecto.js';
import { isPresent } from './steps-sql.js';

export function ectoFixes(site: Site, file: EctoFile, like: EctoNeighbour) {
  const { text } = file;
  const writer = writerLike(site, file);
  const here = (edits: readonly TextEdit[]): Change => changeOf(site.file.path, withOwnNewlines(text, edits));
  const next = (...followUps: readonly FollowUp[]) => newEctoMigrations(site, like, followUps);
  const around = (span: Span, ...names: readonly string[]) => callAround(file.module.items, span, names);

  const concurrently = (operation: CreateIndex | DropIndex, name: string): Change | null => {
    // The same code may build several indexes.
    const same = operationsOfCode(site, operation);
    const undoes: Undoes = (other) => same.some((one) => undoingOf(site, one)(other));
    const command = commandAround(file, operation.keyword);
    const edits = command === null ? null : concurrentEdits(file, command, site.parsers.sql);
    if (command === null || edits === null || edits.length === 0) return null;
    const stays = outside(site, file, 'indexes');
    if (stays !== null) {
      const undoing = concurrentUndoing(site, file, undoes);
      return undoing === null ? null : together(here(distinct([...edits, ...undoing])), stays);
    }
    const item = itemAt(file, command.span);
    return item === null ? null : moveOut(site, file, { item, name, otherwise: null, outside: true });
  };

  // No `buildKeyThroughIndex`: only `primary_key: true` in an `alter` makes such a constraint, with a column that is new.
  // No `renameThroughNewColumn`: the field of the schema maps the column, which takes no new one.
  return {
    ...generalEctoFixes(site, file),
    ...ectoColumnTypeFixes(site, file),

    makeIndexConcurrent(operation) {
      // There is no REINDEX in the DSL.
      if (operation.kind === 'maintenance') return null;
      const name = operation.index?.name ?? null;
      return concurrently(
        operation,
        name === null ? snakeCase('add_index_to', operation.table.name) : snakeCase('add', name),
      );
    },

    dropIndexConcurrently(operation) {
      return concurrently(operation, snakeCase('drop', operation.index.name));
    },

    leaveTransaction() {
      const left = outside(site, file, 'anything');
      if (left === null || !changes(left)) return null;
      const operations = site.step?.migration.statements.flatMap((statement) => statement.operations) ?? [];
      const undoes: Undoes = (other) => operations.some((one) => undoingOf(site, one)(other));
      return together(left, here(concurrentUndoing(site, file, undoes) ?? []));
    },

    validateLater(operation, at, expected) {
      const name = nameOfConstraint(site, operation, at, expected);
      const constraint = constraintsOf(operation).find((one) => isAt(one.span, at));
      if (constraint === undefined || !isValidated(constraint)) return null;
      const call = around(constraint.keyword, 'references', 'constraint');
      const edits = call === null ? null : setOption(text, call, 'validate', 'false');
      const all = constraintsOfCode(site, operation, constraint, name);
      return edits === null || all === null ? null : together(here(edits), next(validation(all)));
    },

    setNotNullThroughCheck(operation) {
      const { table, column } = operation;
      const modify = around(operation.keyword, 'modify');
      const item = itemAt(file, operation.keyword);
      if (modify === null || item === null || runsOften(site, operation)) return null;
      if (isProvenPresent(site, operation, false)) {
        // `modify` would make the CHECK that proves it anew.
        const set = { kind: 'set-not-null', table, column: column.name } as const;
        const unset = { kind: 'drop-not-null', table, column: column.name } as const;
        const [code = ''] = codesIn(item.callback, [{ up: set, down: unset }], writer);
        return here(withoutNotNull(site, file, { operation, modify, item, code }));
      }
      if (!columnLasts(site, table, column.name, ({ notNull }) => notNull)) return null;
      const check = presenceCheck(site, table, column.name);
      const present = isPresent(column.name, writer.sql);
      const add = { kind: 'add-check', table, constraint: check, sql: present } as const;
      const drop = { kind: 'drop-constraint', table, constraint: check } as const;
      const [code = ''] = codesIn(item.callback, [{ up: add, down: drop }], writer);
      return together(
        here([
          ...withoutNotNull(site, file, { operation, modify, item, code }),
          ...insertFirstDown(file, codeOf(drop, writer)),
        ]),
        next(requirement(table, column.name, check, present)),
      );
    },

    setNotNullThroughConstraint(operation) {
      const { table, column } = operation;
      const modify = around(operation.keyword, 'modify');
      const item = itemAt(file, operation.keyword);
      if (modify === null || item === null || runsOften(site, operation)) return null;
      if (isProvenPresent(site, operation, false)) return null;
      if (!columnLasts(site, table, column.name, ({ notNull }) => notNull)) return null;
      const { name, action } = notNullConstraint(site, table, column.name);
      const step = {
        up: { kind: 'words', sql: `alter table ${quotedName(table)} ${action}` },
        down: { kind: 'drop-not-null', table, column: column.name },
      } as const;
      const [code = ''] = codesIn(item.callback, [step], writer);
      return together(
        here(withoutNotNull(site, file, { operation, modify, item, code })),
        next(validation([{ table, constraint: name }])),
      );
    },

    addDefaultLater(operation) {
      const { table, column } = operation;
      const add = around(operation.keyword, 'add', 'add_if_not_exists');
      const item = itemAt(file, operation.keyword);
      if (column.default === null || add === null || item === null || runsOften(site, operation)) return null;
      const name = column.name.name;
      if (!columnLasts(site, table, name, isAsAdded(column))) return null;
      const value = column.default.text;
      const step = {
        up: { kind: 'set-default', table, column: name, value },
        down: { kind: 'drop-default', table, column: name },
      } as const;
      return together(
        here([
          ...removeOption(text, add, 'default'),
          ...(column.notNull ? removeOption(text, add, 'null') : []),
          ...insertAfter(file, item.expr, codesIn(item.callback, [step], writer)),
        ]),
        next(...defaultForOldRows(site, operation, value, isPresent(name, writer.sql))),
      );
    },

    makeNullable(operation) {
      const call = around(operation.keyword, 'add', 'add_if_not_exists', 'timestamps');
      if (call === null) return null;
      const edits =
        call.name === 'timestamps' ? setOption(text, call, 'null', 'true') : removeOption(text, call, 'null');
      return edits === null ? null : some(here(edits));
    },

    changeTypeThroughNewColumn(operation) {
      const modify = around(operation.keyword, 'modify');
      const [column, type] = modify?.args ?? [];
      if (modify === null || column === undefined || type === undefined || type.kind === 'call') return null;
      if (runsOften(site, operation)) return null;
      const isSame = (now: Column) => sameType(now.type, operation.type);
      if (!columnLasts(site, operation.table, operation.column.name, isSame)) return null;
      const name = standIn(site, operation.table, operation.column.name);
      const gone = ['null', 'default', 'from'].flatMap((option) => removeOption(text, modify, option));
      return together(
        here([
          { span: modify.nameSpan, text: 'add' },
          { span: column.span, text: atom(name) },
          ...gone,
          ...removedOnTheWayDown(site, file, operation, name),
        ]),
        next(retyping(site, operation, name, operation.column.name)),
      );
    },
  } satisfies StatementFixes;
}

function constraintsOf(operation: AddConstraint | AddColumn) {
  return operation.kind === 'add-column' ? operation.column.constraints : [operation.constraint];
}

function isAt(span: Span, at: Span): boolean {
  return span.start === at.start && span.end === at.end;
}

interface NotNull {
  readonly operation: SetNotNull;
  readonly modify: Call;
  readonly item: Item;
  /** Adds the CHECK. */
  readonly code: string;
}

/** The `modify` without `null: false`, or nothing of it where it says nothing else; the CHECK behind its `alter`. */
function withoutNotNull(
  site: Site,
  file: EctoFile,
  { operation, modify, item, code }: NotNull,
): readonly TextEdit[] {
  const { text } = file;
  const otherOptions = keywordsOf(modify).some(
    ({ key }) => key.kind === 'atom' && key.value !== 'null' && key.value !== 'from',
  );
  const alter = callAround([item.expr], modify.span, ['alter']);
  const retypes = modify.args[1]?.kind === 'call' || !keepsType(site, operation, modify.span);
  if (otherOptions || retypes || alter === null || alter !== item.expr) {
    return [...removeOption(text, modify, 'null'), ...insertAfter(file, item.expr, [code])];
  }
  const comments =
    alter.body?.items.length === 1 ? commentsInside(file, alter.span) : commentsIn(file, modify.span);
  const commented = [...comments, code].join(`\n    `);
  if (alter.body?.items.length === 1) {
    return [{ span: alter.span, text: commented }, ...opening(file, alter)];
  }
  return [removeInside(file, modify), ...insertAfter(file, item.expr, [commented])];
}

/** Whether `modify` names the type that the column has. */
function keepsType({ step }: Site, { table, column }: SetNotNull, modify: Span): boolean {
  const before = step === null ? null : findTable(step.before, table);
  const old = before?.columns.find(({ name }) => name === column.name)?.type;
  const set = step?.migration.statements
    .flatMap(({ operations }) => operations)
    .find(
      (other): other is AlterColumnType =>
        other.kind === 'alter-column-type' &&
        other.column.name === column.name &&
        contains(modify, other.span),
    );
  return old !== undefined && set !== undefined && sameType(old, set.type);
}

/** `down/0` removes the new column where it changed the type back. */
function removedOnTheWayDown(
  site: Site,
  file: EctoFile,
  { table, column }: AlterColumnType,
  name: string,
): readonly TextEdit[] {
  return operationsDown(site, file).flatMap(({ operation }) => {
    if (operation.kind !== 'alter-column-type' || operation.column.name !== column.name) return [];
    if (!isSameTable(site, operation.table, table)) return [];
    const modify = callAround(
      itemsOf(file, 'down').map(({ expr }) => expr),
      operation.keyword,
      ['modify'],
    );
    if (modify === null) return [];
    const written = modify.parenthesized ? `remove(${atom(name)})` : `remove ${atom(name)}`;
    return [{ span: modify.span, text: written }];
  });
}
