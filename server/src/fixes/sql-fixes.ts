// Fixes of a SQL statement, the same for a `.sql` file and for the string of an `execute`.

import type { Column } from '../catalog/catalog.js';
import { columnOf, findTable } from '../catalog/lookup.js';
import type {
  AddColumn,
  AddConstraint,
  ColumnDefinition,
  ConstraintDefinition,
  Operation,
} from '../catalog/operation.js';
import { formatType, sameType } from '../catalog/types.js';
import { objectName } from '../syntax/sql/clauses.js';
import {
  findWords,
  nameAt,
  spanOf,
  type TokenText,
  tokenAt,
  wholeRange,
  wordAt,
} from '../syntax/sql/segments.js';
import { type Change, changeOf, insertAt, type TextEdit } from '../text/edits.js';
import type { Span } from '../text/span.js';
import { snakeCase } from '../text/words.js';
import { sqlColumnTypeFixes } from './column-types.js';
import type { StatementFixes } from './every-fix.js';
import { fillInBatches } from './fill-in-batches.js';
import { generalFixes } from './general-sql.js';
import { keyFollowUp, keyIndexFollowUp, keyParts } from './keys.js';
import {
  catalogBefore,
  columnLasts,
  constraintLasts,
  constraintsOfCode,
  indexLasts,
  isProvenPresent,
  isReferencedHere,
  isSameTable,
  nameOfConstraint,
  operationsOfCode,
  runsOften,
  staysDropped,
} from './lasting.js';
import { mayRunLast, undoingOf } from './moving.js';
import { type Site, type StatementPlace, some, together, type Undoes } from './place.js';
import {
  defaultForOldRows,
  movingOver,
  notNullConstraint,
  presenceCheck,
  requirement,
  retyping,
  standIn,
  validation,
} from './plans.js';
import {
  constraintOfTable,
  countActions,
  makeConcurrent,
  notValid,
  replaceAction,
  spelled,
  withoutAction,
  withoutClauses,
} from './sql-statement.js';
import { inStyle } from './sql-words.js';
import { addCheck, isPresent } from './steps-sql.js';

/** What can be done about an operation that is written in SQL. */
export function statementFixes(site: Site, place: StatementPlace) {
  const { statement, style } = place;
  const here = (edits: readonly TextEdit[]): Change => changeOf(site.file.path, place.placed(edits));

  /** What undoes an operation, and the others that the same code makes. */
  const undoingCode = (operation: Operation): Undoes => {
    const same = operationsOfCode(site, operation);
    return (other) => same.some((one) => undoingOf(site, one)(other));
  };

  const concurrently = (
    name: string,
    undoes: Undoes,
    lasts: boolean,
    edits = makeConcurrent(statement),
  ): Change | null => {
    const stays = place.outside('indexes');
    if (stays !== null) {
      const undoing = place.undoConcurrently(undoes);
      return undoing === null || edits.length === 0 ? null : together(here(edits), stays, undoing);
    }
    return lasts ? place.move(edits, { name, undoes, outside: true }) : null;
  };

  const general = generalFixes(site, place);
  return {
    ...general,
    ...sqlColumnTypeFixes(general),

    fillInBatches: (operation) => fillInBatches(site, place, operation),

    makeIndexConcurrent(operation) {
      if (operation.kind === 'maintenance') {
        const name = snakeCase('reindex', operation.relation?.name ?? operation.reindexes ?? '');
        return concurrently(name, () => false, mayRunLast(site, operation));
      }
      const { index, table } = operation;
      const name = index?.name ?? null;
      return concurrently(
        name === null ? snakeCase('add_index_to', table.name) : snakeCase('add', name),
        undoingCode(operation),
        indexLasts(site, operation),
      );
    },

    dropIndexConcurrently(operation) {
      const name = snakeCase('drop', operation.index.name);
      return concurrently(name, undoingCode(operation), staysDropped(site, operation));
    },

    detachConcurrently(operation) {
      const name = snakeCase('detach', operation.partition.name);
      const word = insertAt(place.within(operation).partition.span.end, ` ${style.words('concurrently')}`);
      return concurrently(name, undoingCode(operation), mayRunLast(site, operation), [word]);
    },

    leaveTransaction() {
      const operations = operationsAt(site);
      const undoes: Undoes = (other) => operations.some((one) => undoingOf(site, one)(other));
      const stays = place.outside('anything');
      const undoing = stays === null ? null : place.undoConcurrently(undoes);
      if (stays !== null) return undoing === null ? null : some(together(stays, undoing));
      const lasts = operations.length > 0 && operations.every((one) => mayRunLast(site, one));
      const name = nameForMoved(statement, operations[0]);
      return lasts ? place.move([], { name, undoes, outside: true }) : null;
    },

    validateLater(operation, at, expected) {
      const inside = place.within(operation);
      const [made, constraint] = constraintsAt(operation, inside, at);
      if (made === null || constraint === null || !isValidated(constraint)) return null;
      const name = nameOfConstraint(site, operation, at, expected);
      const all = constraintsOfCode(site, operation, made, name);
      const edits =
        inside.kind === 'add-column'
          ? constraintOfTable(statement, inside, constraint.span, name, style)
          : notValid(constraint.span, style);
      return edits === null || all === null ? null : together(here(edits), place.next([validation(all)]));
    },

    buildKeyThroughIndex(written, expected) {
      const operation = place.within(written);
      const name = nameOfConstraint(site, written, written.constraint.span, expected);
      const parts = keyParts(statement, { ...operation, table: written.table }, name, style);
      if (parts === null || !constraintLasts(site, written, name)) return null;
      if (isReferencedHere(site, written.table) || runsOften(site, written)) return null;
      const undoes: Undoes = (other) => other.kind === 'drop-constraint' && other.constraint.name === name;
      const stays = countActions(statement) > 1 ? null : place.outside('indexes');
      if (stays !== null) {
        return together(
          here([{ span: spanOf(statement, wholeRange(statement)), text: parts.index }]),
          stays,
          place.undo(undoes, [{ kind: 'sql', sql: parts.dropIndex }]),
          place.next([keyFollowUp(name, parts)]),
        );
      }
      const without = withoutAction(statement, operation);
      const notes = without === null ? place.comments : [];
      return together(
        without === null ? place.remove(undoes, 'go') : together(here(without), place.undo(undoes, [])),
        place.next([keyIndexFollowUp(name, parts, notes), keyFollowUp(name, parts)]),
      );
    },

    setNotNullThroughCheck(written) {
      const operation = place.within(written);
      const { table, column } = written;
      if (isProvenPresent(site, written, written.withType) || runsOften(site, written)) return null;
      if (!columnLasts(site, table, column.name, ({ notNull }) => notNull)) return null;
      const check = presenceCheck(site, written.table, column.name);
      const present = isPresent(column.name, style);
      return together(
        here(replaceAction(operation, addCheck(check, present, style))),
        place.undo(
          (other) =>
            other.kind === 'drop-not-null' &&
            isSameTable(site, other.table, table) &&
            other.column.name === column.name,
          [{ kind: 'drop-constraint', table, constraint: check }],
        ),
        place.next([requirement(table, column.name, check, present)]),
      );
    },

    setNotNullThroughConstraint(written) {
      const { table, column } = written;
      if (isProvenPresent(site, written, written.withType) || runsOften(site, written)) return null;
      if (!columnLasts(site, table, column.name, ({ notNull }) => notNull)) return null;
      const { name, action } = notNullConstraint(site, table, column.name);
      return together(
        here(replaceAction(place.within(written), inStyle(action, style))),
        // DROP NOT NULL takes the constraint away, valid or not.
        place.next([validation([{ table, constraint: name }])]),
      );
    },

    addDefaultLater(written) {
      const operation = place.within(written);
      const { table, column } = written;
      const name = column.name.name;
      if (column.default === null || runsOften(site, written)) return null;
      if (!columnLasts(site, table, name, isAsAdded(column))) return null;
      const value = column.default.text;
      const set = { kind: 'set-default', table, column: name, value } as const;
      return together(
        here(withoutClauses(statement, operation, 'default', 'not null')),
        changeOf(
          site.file.path,
          place.append([{ up: set, down: { kind: 'drop-default', table, column: name } }]),
        ),
        place.next(defaultForOldRows(site, written, value, isPresent(name, style))),
      );
    },

    makeNullable(operation) {
      return some(here(withoutClauses(statement, place.within(operation), 'not null')));
    },

    renameThroughNewColumn(written) {
      const { table, column, to } = written;
      const before = catalogBefore(site, written);
      const known = before === null ? null : findTable(before, table);
      const old = known === null ? null : columnOf(known, column.name);
      const last = findTable(site.latest, table);
      if (old === null || last === null || old.generated !== null || old.identity !== null) return null;
      // Later migrations leave the new name alone, and do not use the old one anew.
      if (columnOf(last, to.name) === null || columnOf(last, column.name) !== null) return null;
      // A column that has just given the name away is exchanged for this one.
      const begun = site.step === null ? null : findTable(site.step.before, table);
      if (begun !== null && columnOf(begun, to.name) !== null) return null;
      if (runsOften(site, written)) return null;
      const { column: from, to: name, keyword, span } = place.within(written);
      const collation =
        old.collation === null ? '' : ` ${style.words('collate')} ${style.name(old.collation)}`;
      const add = style.words(`add column${style.guards ? ' if not exists' : ''}`);
      const value = spelled(statement, from, style);
      const text = `${add} ${spelled(statement, name, style)} ${formatType(old.type)}${collation}`;
      return together(
        here([{ span: { start: keyword.start, end: span.end }, text }]),
        place.undo(
          (other) =>
            other.kind === 'rename-column' &&
            isSameTable(site, other.table, table) &&
            other.to.name === column.name,
          [{ kind: 'drop-column', table, column: to.name }],
        ),
        place.next([
          movingOver(site, { table: known, name: table, old: column.name, column: to.name, value }),
        ]),
      );
    },

    changeTypeThroughNewColumn(written) {
      const operation = place.within(written);
      const { table, column, using } = written;
      if (!columnLasts(site, table, column.name, (now) => sameType(now.type, operation.type))) return null;
      if (runsOften(site, written)) return null;
      const name = standIn(site, table, column.name);
      const value = using?.text ?? spelled(statement, operation.column, style);
      const type = typeText(statement, operation.type.span, operation.span);
      return together(
        here(
          replaceAction(
            operation,
            `${style.words(`add column${style.guards ? ' if not exists' : ''}`)} ${style.name(name)} ${type}`,
          ),
        ),
        place.undo(
          (other) =>
            other.kind === 'alter-column-type' &&
            isSameTable(site, other.table, table) &&
            other.column.name === column.name,
          [{ kind: 'drop-column', table, column: name }],
        ),
        place.next([retyping(site, written, name, value)]),
      );
    },
  } satisfies StatementFixes;
}

/** What the statement of the site does. */
function operationsAt({ step, start }: Site): readonly Operation[] {
  return step?.migration.statements.find((statement) => statement.start === start)?.operations ?? [];
}

/** By the index or the partition that a statement is about, or by its first words. */
function nameForMoved(statement: TokenText, operation: Operation | undefined): string {
  if (operation?.kind === 'detach-partition') return snakeCase('detach', operation.partition.name);
  const about = objectName(statement);
  const [verb = '', kind = ''] = [wordAt(statement, 0) ?? '', wordAt(statement, 1) ?? ''];
  const name = nameAt(statement, about)?.name;
  const builds = verb === 'create' && name !== undefined && wordAt(statement, about) !== 'on';
  if (builds) return snakeCase('add', name);
  return verb === 'drop' && name !== undefined ? snakeCase('drop', name) : snakeCase(verb, kind);
}

/** Whether later migrations leave a column's default and NOT NULL. */
export function isAsAdded({ notNull, default: value }: ColumnDefinition) {
  return (now: Column): boolean => now.default?.text === value?.text && (now.notNull || !notNull);
}

/** The constraint that stands at a span of `written`, there and in the same operation with other places. */
function constraintsAt(
  written: AddConstraint | AddColumn,
  inside: AddConstraint | AddColumn,
  at: Span,
): readonly [ConstraintDefinition | null, ConstraintDefinition | null] {
  const index = constraintsOf(written).findIndex(
    ({ span }) => span.start === at.start && span.end === at.end,
  );
  return [constraintsOf(written)[index] ?? null, constraintsOf(inside)[index] ?? null];
}

function constraintsOf(operation: AddConstraint | AddColumn): readonly ConstraintDefinition[] {
  return operation.kind === 'add-column' ? operation.column.constraints : [operation.constraint];
}

export function isValidated(constraint: ConstraintDefinition): boolean {
  return 'validated' in constraint && constraint.validated;
}

/** The new type with its COLLATE, without USING. */
function typeText(of: TokenText, type: Span, action: Span): string {
  const range = { from: tokenAt(of, type.start), to: tokenAt(of, action.end) };
  const using = findWords(of, range, 'using');
  const { start, end } = spanOf(of, { from: range.from, to: using < 0 ? range.to : using });
  return of.text.slice(start, end);
}
