// DROP and RENAME of everything.

import type { Operation } from '../../catalog/operation.js';
import { alterAction, droppedObjects } from '../../syntax/sql/clauses.js';
import {
  asNode,
  type DropStmt,
  nameParts,
  qualified,
  type RenameStmt,
  stringOf,
} from '../../syntax/sql/nodes.js';
import {
  findWords,
  firstLineOf,
  identifierAt,
  keywordSpan,
  nameAt,
  type Range,
  spanOf,
  type TokenText,
  wholeRange,
} from '../../syntax/sql/segments.js';
import { droppedAttachments, renamedAttachment } from './attachments.js';
import { other, unknown } from './other.js';
import { cascadeAt, local, nameFrom, relationAt, wholeSpan } from './reading.js';
import { alteration, routineReference } from './routines.js';
import { eventTrigger } from './triggers.js';

export function dropOperations(of: TokenText, statement: DropStmt): readonly Operation[] {
  const ranges = droppedObjects(of);
  const objects = statement.objects ?? [];
  const at = findWords(of, wholeRange(of), 'concurrently');
  const shared = {
    span: wholeSpan(of),
    keyword: keywordSpan(of, 0, ...DROP_WORDS),
    ifExists: statement.missing_ok ?? false,
    cascade: statement.behavior === 'DROP_CASCADE',
    ...cascadeAt(of, statement.behavior === 'DROP_CASCADE'),
  };
  return objects.flatMap((object, index): readonly Operation[] => {
    const range = ranges[index] ?? wholeRange(of);
    const name = nameFrom(of, range.from, qualified(nameParts(object)).name);
    const label = { name: name.name, span: name.span };
    switch (statement.removeType) {
      case 'OBJECT_TABLE':
      case 'OBJECT_FOREIGN_TABLE':
        return [{ ...shared, kind: 'drop-table', table: name }];
      case 'OBJECT_INDEX':
        return [
          {
            ...shared,
            kind: 'drop-index',
            index: name,
            concurrently:
              statement.concurrent === true && at >= 0 ? spanOf(of, { from: at, to: at + 1 }) : null,
            together: objects.length,
          },
        ];
      case 'OBJECT_VIEW':
        return [{ ...shared, kind: 'drop-view', view: name, materialized: false }];
      case 'OBJECT_MATVIEW':
        return [{ ...shared, kind: 'drop-view', view: name, materialized: true }];
      case 'OBJECT_SEQUENCE':
        return [{ ...shared, kind: 'drop-sequence', sequence: name }];
      case 'OBJECT_TYPE':
      case 'OBJECT_DOMAIN':
        return [{ ...shared, kind: 'drop-type', type: name }];
      case 'OBJECT_SCHEMA':
        return [{ ...shared, kind: 'drop-schema', schema: label }];
      case 'OBJECT_FUNCTION':
      case 'OBJECT_PROCEDURE':
      case 'OBJECT_ROUTINE':
      case 'OBJECT_AGGREGATE': {
        const reference = routineReference(
          of,
          asNode(object, 'ObjectWithArgs') ?? undefined,
          statement.removeType,
        );
        return [{ ...shared, kind: 'drop-function', ...reference, function: name }];
      }
      case 'OBJECT_POLICY':
      case 'OBJECT_TRIGGER': {
        // DROP POLICY name ON table.
        const table = nameFrom(of, findWords(of, range, 'on') + 1, '');
        return statement.removeType === 'OBJECT_POLICY'
          ? [{ ...shared, kind: 'drop-policy', table, policy: label }]
          : [{ ...shared, kind: 'drop-trigger', table, trigger: label }];
      }
      case 'OBJECT_RULE': {
        const table = nameFrom(of, findWords(of, range, 'on') + 1, '');
        const { ifExists } = shared;
        return [{ ...shared, kind: 'change-rule', table, rule: label, action: { kind: 'drop', ifExists } }];
      }
      case 'OBJECT_EVENT_TRIGGER': {
        const { ifExists } = shared;
        return [
          { ...shared, kind: 'change-event-trigger', trigger: label, action: { kind: 'drop', ifExists } },
        ];
      }
      case 'OBJECT_EXTENSION':
        return [{ ...shared, kind: 'drop-extension', extension: label }];
      case 'OBJECT_STATISTIC_EXT':
      case 'OBJECT_PUBLICATION': {
        const change = index === 0 ? droppedAttachments(of, statement.removeType, objects) : null;
        const condition = shared.ifExists ? ({ onlyIfThere: true } as const) : {};
        return change === null ? [] : [{ ...other(of, 'DropStmt'), change, ...condition }];
      }
      default:
        return shared.cascade && !FREE_STANDING.has(statement.removeType ?? '')
          ? [unknown(of, 'what depends on it is not known', { kind: 'everything' })]
          : [other(of, 'DropStmt')];
    }
  });
}

/** Nothing of the catalog depends on these. */
const FREE_STANDING: ReadonlySet<string> = new Set([
  'OBJECT_TRANSFORM',
  'OBJECT_CONVERSION',
  'OBJECT_TSCONFIGURATION',
  'OBJECT_TSDICTIONARY',
  'OBJECT_TSPARSER',
  'OBJECT_TSTEMPLATE',
]);

const DROP_WORDS = [
  'drop',
  'table',
  'index',
  'view',
  'materialized',
  'sequence',
  'type',
  'domain',
  'schema',
  'function',
  'procedure',
  'routine',
  'aggregate',
  'policy',
  'trigger',
  'extension',
  'foreign',
];

export function renameOperations(of: TokenText, statement: RenameStmt): readonly Operation[] {
  const to = findWords(of, wholeRange(of), 'rename', 'to') >= 0 ? afterTo(of) : afterLastTo(of);
  const range: Range = { from: Math.max(0, findWords(of, wholeRange(of), 'rename')), to: of.tokens.length };
  const action = alterAction(of, range);
  const span = wholeSpan(of);
  const located = { span, keyword: renameKeyword(of, range) };
  const newName = local(identifierAt(of, to), statement.newname ?? '', span);
  // A policy's and a trigger's name stand before the table's.
  const old = { name: statement.subname ?? '', span: action.name?.span ?? span };
  const relation = () => relationAt(of, statement.relation);
  const only = statement.relation?.inh !== true;
  const object = () => nameAt(of, 2);
  switch (statement.renameType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_SEQUENCE':
      return [
        {
          ...located,
          kind: 'rename-table',
          table: relation(),
          to: newName,
          ifExists: statement.missing_ok ?? false,
        },
      ];
    case 'OBJECT_COLUMN':
      if (statement.relationType !== 'OBJECT_TABLE' && statement.relationType !== 'OBJECT_FOREIGN_TABLE') {
        const ifExists = statement.missing_ok ?? false;
        const change = { kind: 'rename-column', column: old, to: newName } as const;
        return [{ ...located, kind: 'alter-view', view: relation(), ifExists, action: change }];
      }
      return [{ ...located, kind: 'rename-column', table: relation(), only, column: old, to: newName }];
    case 'OBJECT_TABCONSTRAINT':
      return [
        { ...located, kind: 'rename-constraint', table: relation(), only, constraint: old, to: newName },
      ];
    case 'OBJECT_RULE': {
      const change = { kind: 'rename', to: newName } as const;
      return [{ ...located, kind: 'change-rule', table: relation(), rule: old, action: change }];
    }
    case 'OBJECT_EVENT_TRIGGER':
      return [eventTrigger(of, stringOf(statement.object) ?? undefined, { kind: 'rename', to: newName })];
    case 'OBJECT_ATTRIBUTE':
      return [
        {
          ...located,
          kind: 'alter-type',
          type: relation(),
          action: { kind: 'rename-attribute', attribute: old, to: newName },
          cascade: statement.behavior === 'DROP_CASCADE',
        },
      ];
    case 'OBJECT_DOMCONSTRAINT': {
      const { schema, name } = qualified(nameParts(statement.object));
      return [
        {
          ...located,
          kind: 'alter-domain',
          type: { schema, name, span: nameAt(of, 2)?.span ?? span },
          action: 'rename-constraint',
          constraint: null,
          name: old,
          to: newName,
          default: null,
          ifExists: false,
          cascade: false,
        },
      ];
    }
    case 'OBJECT_POLICY':
      return [
        {
          ...located,
          kind: 'alter-policy',
          table: relation(),
          policy: old,
          to: newName,
          roles: null,
          using: null,
          check: null,
          perRow: [],
          settings: [],
          withItself: [],
        },
      ];
    case 'OBJECT_TRIGGER':
      return [{ ...located, kind: 'rename-trigger', table: relation(), trigger: old, to: newName }];
    case 'OBJECT_SCHEMA':
      return [
        {
          ...located,
          kind: 'rename-schema',
          schema: local(identifierAt(of, 2), statement.subname ?? '', span),
          to: newName,
        },
      ];
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_ROUTINE':
    case 'OBJECT_AGGREGATE': {
      const object = asNode(statement.object, 'ObjectWithArgs') ?? undefined;
      const reference = routineReference(of, object, statement.renameType);
      return [alteration(of, reference, { kind: 'rename', to: newName })];
    }
    case 'OBJECT_INDEX':
      return [{ ...located, kind: 'rename-index', index: relation(), to: newName }];
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN': {
      const type = object();
      if (type === null) break;
      return [
        {
          ...located,
          kind: 'rename-type',
          type: { schema: type.schema, name: type.name, span: type.span },
          to: newName,
        },
      ];
    }
    default:
      break;
  }
  return [{ ...other(of, 'RenameStmt'), change: renamedAttachment(of, statement) }];
}

/** `rename to`, `rename column`: what is renamed, not its names. */
function renameKeyword(of: TokenText, range: Range) {
  const words = keywordSpan(of, range.from, 'rename', 'to', 'column', 'constraint', 'value');
  return words.end > words.start ? words : firstLineOf(of, range);
}

function afterTo(of: TokenText): number {
  return findWords(of, wholeRange(of), 'rename', 'to') + 2;
}

/** RENAME COLUMN a TO b: a column may be called "to", so the last one counts. */
function afterLastTo(of: TokenText): number {
  let found = -1;
  for (let from = 0; from >= 0; ) {
    const next = findWords(of, { from, to: of.tokens.length }, 'to');
    if (next < 0) break;
    found = next;
    from = next + 1;
  }
  return found + 1;
}
