// What an operation may change when it is not certain that it runs, or what exactly it does: as little as can be.

import type { LocalName, Name } from '../../catalog/names.js';
import type { Operation, Touch } from '../../catalog/operation.js';
import {
  changesNoSchema,
  targetOf,
  touchOfUnnamed,
  unknownFrom,
  withoutTarget,
} from '../../catalog/operation-target.js';
import { objectName } from '../../syntax/sql/clauses.js';
import { nameAt, wordAt } from '../../syntax/sql/segments.js';
import type { SqlStatement } from '../../syntax/sql/statement.js';
import { overlaps, type Span } from '../../text/span.js';
import type { Hole } from './sql-text.js';

/** The table that a statement is about, where its SQL does not say it: that of an index. */
export interface Subject {
  readonly schema: string | null;
  readonly name: string;
}

/** Rows are written all the same where only the number of times is not known. */
export const HOW_OFTEN = 'what it is repeated for is known at run time alone';

/** The operation if it is not certain that it runs. */
export function doubted(operation: Operation, reason: string, subject: Subject | null): readonly Operation[] {
  if (changesNoSchema(operation)) {
    const certain = operation.kind !== 'write-rows' || reason === HOW_OFTEN;
    return certain ? [withoutTrace(operation)] : [unknownFrom(operation, reason, { kind: 'rows' })];
  }
  if (operation.kind === 'unknown') return [operation];
  return touchesOf(operation, subject).map((touches) => unknownFrom(operation, reason, touches));
}

/** The same without what it leaves on objects: a comment, rights. */
function withoutTrace(operation: Operation): Operation {
  if (operation.kind === 'comment') return { ...operation, on: null, text: null };
  return operation.kind === 'other' ? { ...operation, change: null } : operation;
}

/**
 * The operation where a part of its SQL is not known.
 *
 * @param text the SQL that the spans count in
 */
export function withHoles(
  operation: Operation,
  holes: readonly Hole[],
  text: string,
  subject: Subject | null,
): readonly Operation[] {
  const target = targetOf(operation);
  // The table of an action of ALTER TABLE stands before the action.
  const places = target === null ? [operation.span] : [operation.span, target.span];
  const inside = holes.filter((hole) => places.some((place) => overlaps(hole.span, place)));
  const [first] = inside;
  if (first === undefined) return [operation];
  const { reason } = first;
  const hits = (span: Span) => inside.some((hole) => overlaps(hole.span, span));
  if (changesNoSchema(operation)) {
    return [
      target !== null && hits(target.span) ? withoutTarget(operation, reason) : withoutTrace(operation),
    ];
  }
  if (target !== null && hits(target.span)) {
    // In whichever schema it is: the table of that name is the likeliest that we know.
    if (onlySchemaHit(target, inside, text)) return doubted(operation, reason, subject);
    const touches = subject === null ? touchOfUnnamed(operation) : about(subject, operation.span);
    return [unknownFrom(operation, reason, touches)];
  }
  return withDetailsUnknown(operation, inside, reason, subject);
}

/** @param holes those in it, none of which is in the name of what it is about */
function withDetailsUnknown(
  operation: Operation,
  holes: readonly Hole[],
  reason: string,
  subject: Subject | null,
): readonly Operation[] {
  const hits = (span: Span) => holes.some((hole) => overlaps(hole.span, span));
  switch (operation.kind) {
    case 'create-table': {
      const columns = operation.columns.filter(({ span }) => hits(span));
      const named = columns.every(({ name }) => !hits(name.span));
      const touches: readonly Touch[] =
        columns.length > 0 && named
          ? columns.map(({ name }) => ({ kind: 'column', relation: operation.table, column: name.name }))
          : [relation(operation.table)];
      return [operation, ...touches.map((touch) => unknownFrom(operation, reason, touch))];
    }
    case 'create-index': {
      const { index } = operation;
      const onlyName = index !== null && holes.every((hole) => overlaps(hole.span, index.span));
      const doubts = doubted(operation, reason, subject);
      return onlyName ? [operation, ...doubts] : doubts;
    }
    default: {
      const column = columnOf(operation);
      if (column !== null && hits(column.span) && 'table' in operation && operation.table !== null) {
        return [unknownFrom(operation, reason, relation(operation.table))];
      }
      const made = operation.kind === 'add-column' ? [operation] : [];
      return [...made, ...doubted(operation, reason, subject)];
    }
  }
}

function relation(name: Name): Touch {
  return { kind: 'relation', relation: name };
}

function about({ schema, name }: Subject, span: Span): Touch {
  return relation({ schema, name, span });
}

/** The column that an action of ALTER TABLE changes. */
function columnOf(operation: Operation): LocalName | null {
  if (operation.kind === 'add-column') return operation.column.name;
  return 'column' in operation ? operation.column : null;
}

/** Whether the name itself is known, and only the schema before it is not. */
function onlySchemaHit({ schema, name }: Name, holes: readonly Hole[], text: string): boolean {
  return (
    schema !== null && holes.every(({ span }) => !name.includes(text.slice(span.start, span.end) || '\0'))
  );
}

function touchesOf(operation: Operation, subject: Subject | null): readonly Touch[] {
  switch (operation.kind) {
    case 'create-table':
    case 'create-view':
    case 'create-enum':
    case 'create-type':
    case 'create-schema':
    case 'create-sequence':
    case 'create-extension':
      return [{ kind: 'new-objects' }];
    case 'add-column':
      return [{ kind: 'column', relation: operation.table, column: operation.column.name.name }];
    case 'drop-column':
    case 'alter-column-type':
    case 'set-default':
    case 'drop-default':
    case 'set-not-null':
    case 'drop-not-null':
      return [{ kind: 'column', relation: operation.table, column: operation.column.name }];
    case 'rename-column':
      return [
        { kind: 'column', relation: operation.table, column: operation.column.name },
        { kind: 'column', relation: operation.table, column: operation.to.name },
      ];
    case 'rename-table':
    case 'set-schema':
      return [relation(operation.table), { kind: 'new-objects' }];
    case 'drop-index':
    case 'rename-index':
    case 'alter-index':
      return [subject === null ? { kind: 'everything' } : about(subject, operation.span)];
    case 'drop-view':
    case 'alter-view':
      return [relation(operation.view)];
    case 'drop-sequence':
      return [relation(operation.sequence)];
    case 'attach-partition':
    case 'detach-partition':
      return [relation(operation.table), relation(operation.partition)];
    case 'rename-schema':
    case 'drop-schema':
      return [{ kind: 'everything' }];
    case 'drop-type':
      return [{ kind: operation.cascade ? 'everything' : 'rows' }];
    case 'alter-table-other': {
      const { onColumn: column } = operation;
      if (column !== null) return [{ kind: 'column', relation: operation.table, column: column.name }];
      const changes = /^(?:SetLogged|SetUnLogged|AddInherit|DropInherit)$/.test(operation.action);
      return [changes ? relation(operation.table) : { kind: 'rows' }];
    }
    case 'add-enum-value':
    case 'rename-enum-value':
    case 'rename-type':
    case 'set-type-schema':
    case 'alter-domain':
    case 'alter-sequence':
    case 'alter-type':
    case 'create-function':
    case 'alter-function':
    case 'drop-function':
    case 'change-event-trigger':
    case 'change-rule':
    case 'create-trigger':
    case 'rename-trigger':
    case 'drop-trigger':
      return [{ kind: 'rows' }];
    default:
      return 'table' in operation && operation.table !== null
        ? [relation(operation.table)]
        : [{ kind: 'rows' }];
  }
}

/** What a statement may change that does not parse because parts of it are not known. */
export function touchOfUnread(of: SqlStatement, holes: readonly Hole[], subject: Subject | null): Touch {
  if (subject !== null) return about(subject, { start: 0, end: of.text.length });
  const verb = wordAt(of, 0);
  if (
    verb !== null &&
    /^(?:insert|update|delete|select|with|copy|truncate|comment|set|grant|revoke)$/.test(verb)
  ) {
    return { kind: 'rows' };
  }
  if (verb === 'create' && wordAt(of, 1) !== 'index' && wordAt(of, 1) !== 'unique') {
    return { kind: 'new-objects' };
  }
  const second = wordAt(of, 1);
  const name = second === 'table' ? nameAt(of, objectName(of)) : null;
  if (name === null || holes.some((hole) => overlaps(hole.span, name.span))) return { kind: 'everything' };
  return about(name, name.span);
}
